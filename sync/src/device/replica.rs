//! A tab's copy: base, outbox and preview in memory, and every way to change them.

use std::{
    cell::{Cell, Ref, RefCell, RefMut},
    collections::{BTreeMap, BTreeSet},
};

use domain::{
    id::Id,
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
    record::{BodyError, Record},
    view::Row,
};
use uuid::Uuid;

use super::{
    base::{Base, Shown},
    blobs::{self, Waiting},
    kv::{Area, Durability, Kv, KvError, Read, Rows, key_of},
    loading::{Stored, introduce},
    meta::{self, Bases, FORMAT, Identity, Meta, only},
    outbox::{Attention, EntryState, Pending},
    rebase::Preview,
    settle::Doubt,
};
use crate::protocol::{ClientId, Cursor, Outcome};

/// Why the device could not do something. Nothing that was entered is lost by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    #[error(transparent)]
    Storage(#[from] KvError),
    /// The entry is larger than one push may carry.
    #[error("the entry is too large: {bytes} bytes")]
    TooLarge { bytes: usize },
    /// The database belongs to somebody else.
    #[error("the database is another person's")]
    OtherIdentity,
    /// Not in the outbox any more.
    #[error("no entry {0} in the outbox")]
    NoEntry(Uuid),
}

/// What is being replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaying {
    Entry(Uuid),
    /// One of many: a note for each of them takes longer than their rules.
    Many,
}

/// Remembers what is being replayed, where a crash of this program cannot wipe it out.
pub trait Guard {
    /// Leaves a note before rules run.
    fn before(&self, replaying: Replaying);
    /// Hears of each entry whose rule is about to run, with a note of its own or not.
    fn meets(&self, _entry: Uuid) {}
    /// Clears the note.
    fn after(&self);
    /// Returns the note that a crash left behind, and clears it.
    fn left_behind(&self) -> Option<Replaying>;
}

/// Remembers nothing; for programs that unwind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guardless;

impl Guard for Guardless {
    fn before(&self, _replaying: Replaying) {}
    fn after(&self) {}
    fn left_behind(&self) -> Option<Replaying> {
        None
    }
}

/// How a database was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It was empty: a first use, or the browser has cleared it.
    Fresh,
    Known,
}

/// What the server last said about this client as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stance {
    #[default]
    Fine,
    /// The session is somebody else's, or has ended.
    SignedOut,
    /// This build is too old to be served.
    Outdated,
}

/// What a tab holds in memory.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) meta: Meta,
    pub(crate) bases: Bases,
    pub(crate) base: Base,
    pub(crate) growing: Option<Base>,
    pub(crate) outbox: BTreeMap<Uuid, Pending>,
    /// Photos and files that the server does not hold.
    pub(crate) blobs: BTreeMap<Uuid, Waiting>,
    /// What pushes were answered; the feed has still to confirm it.
    pub(crate) answered: BTreeMap<Uuid, Outcome>,
    /// The history in which that was answered.
    answered_in: Uuid,
    pub(crate) preview: Preview,
    /// What a feed takes away, and what of it is held back.
    pub(crate) doubt: Doubt,
    pub(crate) stance: Stance,
    /// Repairs that a check brought about: each is a defect to report.
    pub(crate) repairs: u32,
}

impl State {
    /// Returns what the server has still to answer, in order.
    pub(crate) fn waiting(&self) -> Vec<Pending> {
        let mut waiting: Vec<Pending> = self.outbox.values().filter(|pending| pending.waits()).cloned().collect();
        waiting.sort_by_key(|pending| pending.entry.n);
        waiting
    }

    /// Hears of which history the server speaks. What was answered in another one is asked again; an older server does
    /// not say.
    pub(super) fn hear_from(&mut self, incarnation: Uuid) {
        if !incarnation.is_nil() && incarnation != self.answered_in {
            self.answered.clear();
            self.answered_in = incarnation;
        }
    }

    /// Takes the stored client. What was answered to another one is asked again, about photos and files, too.
    pub(super) fn become_client(&mut self, meta: Meta) {
        if meta.client != self.meta.client {
            self.answered.clear();
            blobs::ask_again(self);
        }
        self.meta = meta;
    }

    /// The base that the feed is written to.
    pub(crate) fn target(&self) -> &Base {
        self.growing.as_ref().unwrap_or(&self.base)
    }
}

/// A tab's copy of one user's data. Clones of the storage in other tabs see each other's changes by
/// [`Replica::reload`].
#[derive(Debug)]
pub struct Replica<K, G = Guardless> {
    kv: K,
    guard: G,
    /// One of many entries brought the program down: until they have been replayed each gets a note of its own.
    careful: Cell<bool>,
    state: RefCell<State>,
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Opens a user's database; an empty one is given `client` as its identity.
    ///
    /// # Errors
    /// The storage failed, or the database is another person's.
    pub async fn open(kv: K, guard: G, identity: Identity, client: ClientId) -> Result<(Self, Opened), DeviceError> {
        let mut opened = Opened::Known;
        let mut stored = Stored::read(&kv).await?;
        if stored.client()?.is_none() {
            opened = introduce(&kv, identity, client).await?;
            stored = Stored::read(&kv).await?;
        }
        let meta = stored.client()?.ok_or(KvError::Cleared)?;
        if meta.identity != identity && !planted(Plant::OwnerNotCompared) {
            return Err(DeviceError::OtherIdentity);
        }
        let bases = Bases::default();
        let state = State {
            meta,
            base: Base::empty(bases.shown.clone()),
            bases,
            growing: None,
            outbox: BTreeMap::new(),
            blobs: BTreeMap::new(),
            answered: BTreeMap::new(),
            answered_in: Uuid::nil(),
            preview: Preview::default(),
            doubt: Doubt::default(),
            stance: Stance::Fine,
            repairs: 0,
        };
        let replica = Self { kv, guard, careful: Cell::new(false), state: RefCell::new(state) };
        replica.take_stored(stored)?;
        replica.renew_older_layout().await?;
        replica.set_aside_what_stopped_us().await?;
        replica.rebase().await?;
        Ok((replica, opened))
    }

    /// An entry whose rule brought the program down is shown as such and not replayed again.
    async fn set_aside_what_stopped_us(&self) -> Result<(), DeviceError> {
        let left = self.guard.left_behind();
        if planted(Plant::PanicGuardOff) {
            return Ok(());
        }
        self.careful.set(left.is_some());
        let Some(Replaying::Entry(id)) = left else { return Ok(()) };
        let Some(mut pending) = self.state().outbox.get(&id).cloned() else { return Ok(()) };
        pending.state = EntryState::NeedsAttention(Attention::Stopped);
        let write = pending.put();
        self.kv.transact(&[], Durability::Strict, |_| (vec![write], ())).await?;
        self.state_mut().outbox.insert(id, pending);
        Ok(())
    }

    pub(crate) async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        self.kv.read(reads).await
    }

    pub(crate) fn kv(&self) -> &K {
        &self.kv
    }

    pub(crate) fn guard(&self) -> &G {
        &self.guard
    }

    pub(crate) fn careful(&self) -> &Cell<bool> {
        &self.careful
    }

    pub(crate) fn state(&self) -> Ref<'_, State> {
        self.state.borrow()
    }

    pub(crate) fn state_mut(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }

    /// Returns who this client is.
    pub fn meta(&self) -> Meta {
        self.state().meta.clone()
    }

    /// Returns what the server last said about this client as a whole.
    pub fn stance(&self) -> Stance {
        self.state().stance
    }

    /// Takes what the server said about this client as a whole.
    pub fn set_stance(&self, stance: Stance) {
        self.state_mut().stance = stance;
    }

    /// Returns how far the shown base has followed the server.
    pub fn cursor(&self) -> Option<Cursor> {
        self.state().base.meta.cursor.clone()
    }

    /// Says whether the shown base has been followed to the end once.
    pub fn whole(&self) -> bool {
        self.state().base.meta.whole
    }

    /// Returns a number that changes with the shown base.
    pub fn version(&self) -> u64 {
        self.state().base.meta.version
    }

    /// Returns how often a check found a difference; each is a defect to report.
    pub fn repairs(&self) -> u32 {
        self.state().repairs
    }

    /// Looks at the shown base.
    pub fn with_base<T>(&self, look: impl FnOnce(&Base) -> T) -> T {
        look(&self.state().base)
    }

    /// Looks at the preview.
    pub fn with_preview<T>(&self, look: impl FnOnce(&Preview) -> T) -> T {
        look(&self.state().preview)
    }

    /// Returns the outbox in order of entry.
    pub fn outbox(&self) -> Vec<Pending> {
        let mut outbox: Vec<Pending> = self.state().outbox.values().cloned().collect();
        outbox.sort_by_key(|pending| (pending.entry.happened, pending.entry.n));
        outbox
    }

    /// Returns how many entries the server has not answered for good, and photos and files that it does not hold.
    pub fn unsent(&self) -> u32 {
        let entries = u32::try_from(self.state().outbox.values().filter(|p| p.waits()).count());
        entries.unwrap_or(u32::MAX).saturating_add(self.blobs_waiting())
    }

    /// Returns how many entries a person has to see to.
    pub fn attention(&self) -> u32 {
        let needs = |p: &&Pending| matches!(p.state, EntryState::NeedsAttention(_));
        u32::try_from(self.state().outbox.values().filter(needs).count()).unwrap_or(u32::MAX)
    }

    /// Says whether a record shows something that the server has not confirmed.
    pub fn is_unsent(&self, key: RecordKey) -> bool {
        self.state().preview.changes.contains_key(&key)
    }

    /// Reads a record as it is shown: the base with the outbox on top. `None`: not on this device.
    ///
    /// # Errors
    /// The storage failed, or the body is of a build that this one cannot read.
    pub async fn get<R: Record>(&self, id: Id<R>) -> Result<Option<R>, DeviceError> {
        let Some(row) = self.row(RecordKey::new(R::KIND, id.uuid())).await? else { return Ok(None) };
        BodyError::parse(&row.body).map(Some).map_err(|e| KvError::Failed(e.to_string()).into())
    }

    /// Reads a record as it is shown.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn row(&self, key: RecordKey) -> Result<Option<Row>, DeviceError> {
        Ok(self.rows(&[key]).await?.into_iter().next())
    }

    /// Reads records as they are shown, each block once. What is not on this device is left out.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn rows(&self, keys: &[RecordKey]) -> Result<Vec<Row>, DeviceError> {
        let (mut rows, rest) = {
            let state = self.state();
            let mut rows: BTreeMap<RecordKey, Row> = BTreeMap::new();
            let mut rest = Vec::new();
            for key in keys {
                match state.preview.changes.get(key) {
                    Some(previewed) => rows.extend(previewed.as_ref().map(|p| (*key, p.row.clone()))),
                    None => rest.push(*key),
                }
            }
            (rows, rest)
        };
        rows.extend(self.base_rows(&rest).await?);
        Ok(keys.iter().filter_map(|key| rows.remove(key)).collect())
    }

    /// Reads records as the server said them, each block once.
    pub(crate) async fn base_rows(&self, keys: &[RecordKey]) -> Result<BTreeMap<RecordKey, Row>, DeviceError> {
        loop {
            let (mut rows, places, own) = {
                let state = self.state();
                let (mut rows, mut places) = (BTreeMap::new(), Vec::new());
                for key in keys {
                    match state.base.delta.get(key) {
                        Some(delta) => drop(rows.insert(*key, delta.row.clone())),
                        None => places.extend(state.base.body_place(*key).map(|place| (*key, place))),
                    }
                }
                (rows, places, state.base.meta.clone())
            };
            if places.is_empty() {
                return Ok(rows);
            }
            let numbers: BTreeSet<u32> = places.iter().map(|(_, (place, ..))| place.block).collect();
            let blocks = numbers.iter().map(|number| Read::One(Area::Block, key_of(&own.name, u64::from(*number))));
            let reads: Vec<Read> = std::iter::once(meta::read(meta::BASES)).chain(blocks).collect();
            let mut read = self.read(&reads).await?.into_iter();
            let stored: Bases = only(read.next().as_ref())?.unwrap_or_default();
            if stored.format > FORMAT {
                return Ok(rows); // a newer build has laid the bodies out
            }
            if !stored.shown.same_layout(&own) {
                // The bodies have moved since the places were looked up: by this tab, or by another one.
                if self.state().base.meta.same_layout(&own) {
                    self.load_all().await?;
                }
                continue;
            }
            let blocks: BTreeMap<u32, Rows> = numbers.into_iter().zip(read).collect();
            for (key, (place, group, rev)) in places {
                let block = blocks.get(&place.block).and_then(|rows| rows.first());
                let (start, end) = (place.start as usize, place.start as usize + place.len as usize);
                let body = block.and_then(|(_, bytes)| std::str::from_utf8(bytes.get(start..end)?).ok());
                rows.extend(body.map(|body| (key, Row { key, group, rev, body: body.into() })));
            }
            return Ok(rows);
        }
    }

    /// Reads a record as the server said it.
    pub(crate) async fn base_row(&self, key: RecordKey) -> Result<Option<Row>, DeviceError> {
        Ok(self.base_rows(&[key]).await?.remove(&key))
    }

    /// Returns a record's line as it is shown.
    pub fn shown(&self, key: RecordKey) -> Option<Shown> {
        let state = self.state();
        match state.preview.changes.get(&key) {
            Some(Some(p)) => Some(Shown { key, group: p.row.group, rev: p.row.rev, summary: p.summary.clone() }),
            Some(None) => None,
            None => state.base.shown(key),
        }
    }

    /// Returns the ids of a record's children of a kind as they are shown.
    pub fn children(&self, kind: Kind, parent: RecordKey) -> BTreeSet<Uuid> {
        let state = self.state();
        let mut ids = state.base.children(kind, parent);
        state.preview.lay_over_children(kind, parent, &mut ids);
        ids
    }
}
