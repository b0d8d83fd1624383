//! One transaction's work: entries are carried out one by one, and all that they change is written at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::derived_uuid,
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Actor, Moment},
    plant::{Plant, planted},
    quarantine::accepted_id,
    record::BodyError,
    refusal::Refusal,
    user::User,
    view::{Loaded, Need, Row, Slot},
};
use uuid::Uuid;

use super::{
    LATE_MS_MOST, Session,
    members::Roster,
    store::{Answered, Batch, ClientRow, Head, JournalRow, Moved, StoreError, WriteTx, Written},
};
use crate::{
    protocol::{ClientId, Entry, Outcome, Verdict},
    run::{Effects, Ended, Run, Side, Step},
};

/// Where and when an entry came in.
pub(super) struct Origin {
    pub(super) client: Option<ClientId>,
    /// ms UTC.
    pub(super) arrived: i64,
    pub(super) today: chrono::NaiveDate,
}

/// One transaction's work: what is loaded, and what will be written.
pub(super) struct Work {
    pub(super) actor: Actor,
    pub(super) loaded: Loaded,
    pub(super) roster: Roster,
    pub(super) rev: u64,
    pub(super) incarnation: Uuid,
    /// The mark at `rev`.
    mark: Uuid,
    pub(super) records: BTreeMap<RecordKey, Written>,
    moved: Vec<Moved>,
    journal: Vec<JournalRow>,
    /// Entries by which an administrator has carried others out of quarantine.
    accepted: BTreeSet<Uuid>,
}

impl Work {
    /// Starts the work of a session.
    pub(super) async fn open<T: WriteTx>(tx: &mut T, session: &Session) -> Result<Self, StoreError> {
        let mut work = Self::open_as_system(tx).await?;
        let key = RecordKey::new(Kind::User, session.user.uuid());
        tx.load(&[Need::Record(key)], &mut work.loaded).await?;
        let roles = match work.loaded.records.get(&key) {
            Some(Slot::Here(row)) => user_of(&row.body)?.filter(|user| user.active).map(|user| user.roles),
            _ => None,
        };
        work.actor = Actor::Person { user: session.user, roles: roles.unwrap_or_default() };
        Ok(work)
    }

    /// Starts work of the server's own.
    pub(super) async fn open_as_system<T: WriteTx>(tx: &mut T) -> Result<Self, StoreError> {
        let Head { rev, incarnation, .. } = tx.head().await?;
        let mark = tx.mark(rev).await?.unwrap_or_default();
        Ok(Self {
            actor: Actor::System,
            loaded: Loaded::default(),
            roster: Roster::default(),
            rev,
            incarnation,
            mark,
            records: BTreeMap::new(),
            moved: Vec::new(),
            journal: Vec::new(),
            accepted: BTreeSet::new(),
        })
    }

    /// Learns what was accepted out of quarantine: the same entries may still come from a device whose person is back,
    /// and have been done.
    pub(super) fn look_into_quarantine(&mut self, answered: impl IntoIterator<Item = Answered>) {
        let applied = answered.into_iter().filter(|known| known.verdict == Verdict::Applied);
        self.accepted.extend(applied.map(|known| known.id));
    }

    /// Carries one entry out and gives it the next revision.
    pub(super) async fn take<T: WriteTx>(
        &mut self,
        tx: &mut T,
        entry: &Entry,
        action: Result<Action, Refusal>,
        origin: &Origin,
    ) -> Result<Outcome, StoreError> {
        let corrected_day = chrono::DateTime::from_timestamp_millis(entry.happened).map(|t| t.date_naive());
        let odd_date = corrected_day.is_none_or(|day| (day - entry.business_date).num_days().abs() > 1);
        let moment = Moment {
            actor: self.actor.clone(),
            happened: entry.happened,
            arrived: Some(origin.arrived),
            arrived_on: Some(origin.today),
            business_date: if odd_date { origin.today } else { entry.business_date },
            late: false,
        };
        // How long ago the entry was made decides whether the right of that time counts.
        let recent = origin.arrived - entry.happened <= LATE_MS_MOST;
        let seen = if recent { entry.seen } else { u64::MAX };
        let done = self.accepted.contains(&accepted_id(entry.id)) && !planted(Plant::AcceptedAndPushed);
        let ended = match &action {
            Ok(_) if done => Ended::Applied(Effects::default()),
            Ok(action) => self.run(tx, Run::new(action, moment.clone(), entry.id, Side::Server), seen).await?,
            Err(refusal) => Ended::Refused(refusal.clone()),
        };
        self.rev += 1;
        let (verdict, effects) = match (ended, &action) {
            (Ended::Applied(effects), _) => (Verdict::Applied, effects),
            (Ended::Refused(refusal @ Refusal::NotAllowed { .. }), Ok(action)) => {
                let left = self.run(tx, Run::leaving(action, moment, entry.id), seen).await?;
                let effects = if let Ended::Applied(effects) = left { effects } else { Effects::default() };
                (Verdict::Refused(refusal), effects)
            }
            (Ended::Refused(refusal), _) => (Verdict::Refused(refusal), Effects::default()),
            (Ended::Broken(_), _) => (Verdict::Refused(Refusal::Incident), Effects::default()),
        };
        let late = effects.late;
        self.load_rosters(tx, &effects).await?;
        let before = self.absorb(effects);
        self.mark = derived_uuid(self.mark, &format!("{}:{}:{}", self.rev, entry.id, origin.arrived));
        self.journal.push(JournalRow {
            rev: self.rev,
            mark: self.mark,
            entry: entry.clone(),
            hash: entry.hash(),
            author: self.actor.user(),
            client: origin.client,
            arrived: origin.arrived,
            verdict: verdict.clone(),
            late,
            odd_date,
            before,
        });
        Ok(Outcome { id: entry.id, rev: self.rev, verdict, known: false })
    }

    async fn run<T: WriteTx>(&mut self, tx: &mut T, mut run: Run<'_>, seen: u64) -> Result<Ended, StoreError> {
        self.loaded.standings.clear();
        loop {
            match run.step(&self.loaded) {
                Step::Ended(ended) => return Ok(ended),
                Step::Load(needs) => self.load(tx, &needs, seen).await?,
            }
        }
    }

    /// Takes over a mutation's effects at the current revision and returns the before-images.
    fn absorb(&mut self, effects: Effects) -> Vec<(RecordKey, Option<Row>)> {
        let mut changes = effects.changes;
        for change in changes.values_mut() {
            if let Some((row, _)) = &mut change.after {
                row.rev = self.rev;
            }
        }
        self.loaded.absorb(&changes);
        for (group, members) in &effects.members {
            let root = if let Group::Of(root) = group { changes.get(root) } else { None };
            let new = root.is_some_and(|change| change.before.is_none());
            self.roster.change(*group, members, self.rev, new);
        }
        let mut before = Vec::new();
        for (key, change) in changes {
            if let Some(old) = &change.before {
                let stays = change.after.as_ref().is_some_and(|(row, _)| row.group == old.group);
                if !stays {
                    self.moved.push(Moved { from: old.group, key, rev: self.rev });
                }
            }
            let existed = self.records.get(&key).map_or(change.before.is_some(), |written| written.existed);
            self.records.insert(key, Written { key, existed, state: change.after });
            if !key.kind.derived() {
                before.push((key, change.before));
            }
        }
        before
    }

    /// Ends the work.
    pub(super) fn into_batch(self, client: Option<ClientRow>) -> Batch {
        Batch {
            records: self.records.into_values().collect(),
            members: self.roster.into_touched(),
            moved: self.moved,
            journal: self.journal,
            client,
            head: self.rev,
        }
    }
}

fn user_of(body: &str) -> Result<Option<User>, StoreError> {
    BodyError::parse::<User>(body).map(Some).map_err(|e| StoreError::Fatal(e.to_string()))
}
