//! The server's store in memory: straightforward where a database would be clever.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::NaiveDate;
use domain::{
    id::Id,
    kind::{Group, Kind, RecordKey},
    plant::{Plant, planted},
    record::Facts,
    user::User,
    view::{Loaded, Need, Row, Slot},
};
use uuid::Uuid;

use crate::{
    protocol::{ClientId, Place, Sums, step},
    server::{
        Answered, Batch, ClientRow, Head, JournalRow, MemberRow, Moved, Placed, ReadTx, ServerStore, StoreError,
        Viewer, WriteTx,
    },
};

/// Everything that the database holds.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub incarnation: Uuid,
    pub rev: u64,
    pub pruned: u64,
    pub records: BTreeMap<RecordKey, (Row, Facts)>,
    pub members: BTreeMap<(Group, Id<User>, u64), MemberRow>,
    pub moved: Vec<Moved>,
    pub journal: BTreeMap<u64, JournalRow>,
    pub clients: BTreeMap<ClientId, ClientRow>,
}

/// A server's database in memory. Clones are handles on the same data.
#[derive(Clone, Debug, Default)]
pub struct MemoryServer {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    tables: Tables,
    /// Fails this many storage operations from now: a crash of the server.
    crash_in: Option<u32>,
    /// With the planted fault: the revision sequence, and a transaction that commits late.
    sequence: u64,
    laggard: Option<Batch>,
}

impl MemoryServer {
    /// Makes an empty database.
    pub fn new(incarnation: Uuid) -> Self {
        let server = Self::default();
        server.lock().tables.incarnation = incarnation;
        server
    }

    /// Returns a copy of everything: a backup.
    pub fn backup(&self) -> Tables {
        self.lock().tables.clone()
    }

    /// Puts a backup back as a new incarnation.
    pub fn restore(&self, tables: Tables, incarnation: Uuid) {
        let mut shared = self.lock();
        shared.sequence = tables.rev;
        shared.laggard = None;
        shared.tables = Tables { incarnation, ..tables };
    }

    /// Lets the storage operation after `operations` others fail, once.
    pub fn crash_in(&self, operations: u32) {
        self.lock().crash_in = Some(operations);
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Counts down to a crash.
    fn operate(&mut self) -> Result<(), StoreError> {
        match &mut self.crash_in {
            Some(0) => {
                self.crash_in = None;
                Err(StoreError::Away("crashed".into()))
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Tables {
    fn apply(&mut self, batch: &Batch) {
        for written in &batch.records {
            match &written.state {
                Some(state) => self.records.insert(written.key, state.clone()),
                None => self.records.remove(&written.key),
            };
        }
        for row in &batch.members {
            self.members.insert((row.group, row.user, row.from_rev), row.clone());
        }
        self.moved.extend(batch.moved.iter().cloned());
        self.journal.extend(batch.journal.iter().map(|row| (row.rev, row.clone())));
        if let Some(client) = &batch.client {
            self.clients.insert(client.id, client.clone());
        }
        self.rev = self.rev.max(batch.head);
    }

    fn prune(&mut self, up_to: u64) {
        self.members.retain(|_, row| row.until_rev.is_none_or(|until| until > up_to));
        self.moved.retain(|row| row.rev > up_to);
        self.pruned = self.pruned.max(up_to);
    }

    /// Returns since when a viewer sees a group; `None` if he does not.
    fn since(&self, viewer: &Viewer, group: Group) -> Option<u64> {
        if group == Group::Org || viewer.scope.all_groups {
            return Some(0);
        }
        let rows = self.members.range((group, viewer.user, 0)..=(group, viewer.user, u64::MAX));
        rows.map(|(_, row)| row).find(|row| row.until_rev.is_none()).map(|row| row.since)
    }

    /// Returns whether a viewer sees a record.
    pub fn sees(&self, viewer: &Viewer, key: RecordKey) -> bool {
        let group = self.records.get(&key).map(|(row, _)| row.group);
        viewer.scope.sees(key.kind) && group.is_some_and(|group| self.since(viewer, group).is_some())
    }

    /// The same, and cannot lose it with its group before a page has brought it.
    fn keeps(&self, viewer: &Viewer, key: RecordKey) -> bool {
        let of_org = self.records.get(&key).is_some_and(|(row, _)| row.group == Group::Org);
        (viewer.scope.all_groups || of_org) && self.sees(viewer, key)
    }

    /// Returns a viewer's whole feed.
    fn feed(&self, viewer: &Viewer) -> Vec<(Place, Placed)> {
        let mut feed = Vec::new();
        for (row, _) in self.records.values().filter(|(row, _)| viewer.scope.sees(row.key.kind)) {
            if let Some(since) = self.since(viewer, row.group) {
                let position = if planted(Plant::GainedOnlyFromCursor) { row.rev } else { row.rev.max(since) };
                feed.push((Place::upsert(position, row.key), Placed::Upsert(row.clone())));
            }
        }
        let mine = self.members.values().filter(|row| row.user == viewer.user && row.left);
        for row in mine.filter(|_| !viewer.scope.all_groups && !planted(Plant::LostGroupNotForgotten)) {
            let (Some(until), Group::Of(root)) = (row.until_rev, row.group) else { continue };
            let late = if planted(Plant::ForgetAfterRegain) { 1_000 } else { 0 };
            let place = Place { position: until + late, step: step::GROUP, kind: root.kind.number(), id: root.id };
            feed.push((place, Placed::ForgetGroup { group: row.group }));
        }
        for moved in self.moved.iter().filter(|_| !planted(Plant::MovedNotForgotten)) {
            if self.saw(viewer, moved.from, moved.rev) && !self.keeps(viewer, moved.key) {
                let place =
                    Place { position: moved.rev, step: step::RECORD, kind: moved.key.kind.number(), id: moved.key.id };
                feed.push((place, Placed::Forget { key: moved.key }));
            }
        }
        for row in self.journal.values().filter(|row| row.client == Some(viewer.client)) {
            let place = Place { position: row.rev, step: step::OUTCOME, kind: 0, id: row.entry.id };
            feed.push((place, Placed::Outcome { id: row.entry.id, verdict: row.verdict.clone() }));
        }
        feed.sort_by_key(|(place, _)| *place);
        feed
    }

    /// Says whether a viewer saw a group just before a revision.
    fn saw(&self, viewer: &Viewer, group: Group, rev: u64) -> bool {
        group == Group::Org
            || viewer.scope.all_groups
            || self.members.values().any(|row| row.group == group && row.user == viewer.user && row.from_rev < rev)
    }
}

/// A transaction: a copy of the data, put back at commit.
#[derive(Debug)]
pub struct MemoryTx {
    server: MemoryServer,
    tables: Tables,
    batch: Option<Batch>,
    touched: Option<ClientRow>,
    pruned: Option<u64>,
}

impl MemoryTx {
    fn open(server: &MemoryServer) -> Result<Self, StoreError> {
        let mut shared = server.lock();
        shared.operate()?;
        let mut tables = shared.tables.clone();
        if planted(Plant::RevWithoutLock) {
            tables.rev = tables.rev.max(shared.sequence);
        }
        Ok(Self { server: server.clone(), tables, batch: None, touched: None, pruned: None })
    }

    fn operate(&self) -> Result<(), StoreError> {
        self.server.lock().operate()
    }
}

impl ServerStore for MemoryServer {
    type Read = MemoryTx;
    type Write = MemoryTx;

    async fn read(&self) -> Result<MemoryTx, StoreError> {
        let mut tx = MemoryTx::open(self)?;
        tx.tables.rev = self.lock().tables.rev;
        Ok(tx)
    }

    async fn write(&self) -> Result<MemoryTx, StoreError> {
        MemoryTx::open(self)
    }
}

impl ReadTx for MemoryTx {
    async fn head(&mut self) -> Result<Head, StoreError> {
        self.operate()?;
        Ok(Head { incarnation: self.tables.incarnation, rev: self.tables.rev, pruned: self.tables.pruned })
    }

    async fn mark(&mut self, rev: u64) -> Result<Option<Uuid>, StoreError> {
        Ok(self.tables.journal.get(&rev).map(|row| row.mark))
    }

    async fn arrived(&mut self, rev: u64) -> Result<Option<i64>, StoreError> {
        Ok(self.tables.journal.get(&rev).map(|row| row.arrived))
    }

    async fn load(&mut self, needs: &[Need], loaded: &mut Loaded) -> Result<(), StoreError> {
        self.operate()?;
        for need in needs {
            match need {
                Need::Record(key) => {
                    let slot = self.tables.records.get(key).map_or(Slot::Absent, |(row, _)| Slot::Here(row.clone()));
                    loaded.records.insert(*key, slot);
                }
                Need::Children { kind, parent } => {
                    let of_kind = self.tables.records.values().filter(|(row, _)| row.key.kind == *kind);
                    let ids = of_kind.filter(|(_, facts)| facts.references.contains(parent)).map(|(row, _)| row.key.id);
                    loaded.children.insert((*kind, *parent), ids.collect());
                }
                Need::Holder(key) => {
                    let holder = self.tables.records.values().find(|(_, facts)| facts.keys.contains(key));
                    loaded.holders.insert(key.clone(), holder.map(|(row, _)| row.key.id));
                }
                Need::Standing(_) => {}
            }
        }
        Ok(())
    }

    async fn members(&mut self, groups: &[Group]) -> Result<Vec<MemberRow>, StoreError> {
        Ok(self.tables.members.values().filter(|row| groups.contains(&row.group)).cloned().collect())
    }

    async fn client(&mut self, id: ClientId) -> Result<Option<ClientRow>, StoreError> {
        Ok(self.tables.clients.get(&id).cloned())
    }

    async fn clients_of(&mut self, user: Id<User>) -> Result<Vec<ClientRow>, StoreError> {
        Ok(self.tables.clients.values().filter(|row| row.user == user).cloned().collect())
    }

    async fn answered(&mut self, ids: &[Uuid]) -> Result<Vec<Answered>, StoreError> {
        let rows = self.tables.journal.values().filter(|row| ids.contains(&row.entry.id));
        Ok(rows
            .map(|row| Answered {
                id: row.entry.id,
                rev: row.rev,
                hash: row.hash.clone(),
                author: row.author,
                client: row.client,
                verdict: row.verdict.clone(),
            })
            .collect())
    }

    async fn feed(&mut self, viewer: &Viewer, after: Place, limit: usize) -> Result<Vec<(Place, Placed)>, StoreError> {
        self.operate()?;
        Ok(self.tables.feed(viewer).into_iter().filter(|(place, _)| *place > after).take(limit).collect())
    }

    async fn journal(&mut self, after: u64, limit: usize) -> Result<Vec<JournalRow>, StoreError> {
        Ok(self.tables.journal.range(after + 1..).take(limit).map(|(_, row)| row.clone()).collect())
    }

    async fn rows(&mut self, keys: &[RecordKey]) -> Result<Vec<Row>, StoreError> {
        Ok(keys.iter().filter_map(|key| self.tables.records.get(key)).map(|(row, _)| row.clone()).collect())
    }

    async fn sums(&mut self, viewer: &Viewer) -> Result<Sums, StoreError> {
        let mut sums = Sums::new();
        for (key, (row, _)) in self.tables.records.iter().filter(|(key, _)| self.tables.sees(viewer, **key)) {
            sums.entry(key.kind).or_default().add(key.id, row.rev);
        }
        Ok(sums)
    }

    async fn of_kind(&mut self, kind: Kind, after: Uuid, limit: usize) -> Result<Vec<Uuid>, StoreError> {
        let behind = (Bound::Excluded(RecordKey::new(kind, after)), Bound::Included(RecordKey::new(kind, Uuid::max())));
        Ok(self.tables.records.range(behind).take(limit).map(|(key, _)| key.id).collect())
    }

    async fn due(&mut self, day: NaiveDate) -> Result<BTreeSet<RecordKey>, StoreError> {
        let due = |facts: &Facts| facts.due.is_some_and(|due| due <= day);
        Ok(self.tables.records.values().filter(|(_, facts)| due(facts)).map(|(row, _)| row.key).collect())
    }
}

impl WriteTx for MemoryTx {
    async fn write(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.operate()?;
        self.batch = Some(batch.clone());
        Ok(())
    }

    async fn touch_client(&mut self, row: &ClientRow) -> Result<(), StoreError> {
        self.touched = Some(row.clone());
        Ok(())
    }

    async fn prune(&mut self, up_to: u64) -> Result<(), StoreError> {
        self.pruned = Some(up_to);
        Ok(())
    }

    async fn commit(self) -> Result<(), StoreError> {
        let mut shared = self.server.lock();
        shared.operate()?;
        if let Some(batch) = self.batch {
            if planted(Plant::RevWithoutLock) {
                shared.sequence = batch.head;
                if shared.laggard.is_none() && batch.head % 3 == 0 && batch.client.is_some() {
                    shared.laggard = Some(batch);
                    return Ok(());
                }
            }
            shared.tables.apply(&batch);
            if let Some(laggard) = shared.laggard.take() {
                let client = laggard.client.clone();
                shared.tables.apply(&Batch { client: None, ..laggard });
                if let Some(client) = client {
                    let row = shared.tables.clients.entry(client.id).or_insert_with(|| client.clone());
                    row.expected = row.expected.max(client.expected);
                }
            }
        }
        if let Some(up_to) = self.pruned {
            shared.tables.prune(up_to);
        }
        if let Some(row) = self.touched {
            let known = shared.tables.clients.entry(row.id).or_insert_with(|| row.clone());
            // The counter is the pushes' business: a contact noted meanwhile must not turn it back.
            *known = ClientRow { expected: known.expected, ..row };
        }
        Ok(())
    }
}
