//! A push: entries of one client, in order, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::derived_uuid,
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Actor, Moment, Undecoded},
    plant::{Plant, planted},
    record::BodyError,
    refusal::Refusal,
    user::User,
    view::{Loaded, Need, Slot},
};
use uuid::Uuid;

use super::{
    Clock, LATE_MS_MOST, LOCK_MS_MOST, Session, caller_fits,
    members::Roster,
    store::{Answered, Batch, ClientRow, JournalRow, Moved, ReadTx, ServerStore, StoreError, WriteTx, Written},
};
use crate::{
    protocol::{
        ClientId, ENTRY_BYTES_MOST, Entry, Outcome, PROTOCOL, PROTOCOL_OLDEST, PUSH_ENTRIES_MOST, PushAnswer,
        PushRequest, Verdict,
    },
    run::{Effects, Ended, Run, Side, Step},
};

/// Applies a push and answers a prefix of it for good.
///
/// # Errors
/// The database is away; nothing was written, and the client tries again.
pub async fn push<S: ServerStore>(
    store: &S,
    session: &Session,
    request: &PushRequest,
    clock: &dyn Clock,
) -> Result<PushAnswer, StoreError> {
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&request.caller.protocol) {
        return Ok(PushAnswer::Outdated);
    }
    if !caller_fits(session, &request.caller) {
        return Ok(PushAnswer::OtherSession);
    }
    let most = request.entries.len().min(PUSH_ENTRIES_MOST);
    let entries = &request.entries[..most];
    match attempt(store, session, request.caller.client, entries, clock, false).await {
        Err(StoreError::Fatal(_)) => one_by_one(store, session, request.caller.client, entries, clock).await,
        answer => answer,
    }
}

/// After a failure that trying again cannot cure: each entry in a transaction of its own. One that
/// fails alone becomes an incident and does not block those behind it.
async fn one_by_one<S: ServerStore>(
    store: &S,
    session: &Session,
    client: ClientId,
    entries: &[Entry],
    clock: &dyn Clock,
) -> Result<PushAnswer, StoreError> {
    let mut all = Vec::new();
    let mut last = None;
    for entry in entries {
        let one = std::slice::from_ref(entry);
        let answer = match attempt(store, session, client, one, clock, false).await {
            Err(StoreError::Fatal(_)) => attempt(store, session, client, one, clock, true).await?,
            answer => answer?,
        };
        match answer {
            PushAnswer::Answered { outcomes, expected, head } => {
                let stuck = outcomes.is_empty();
                all.extend(outcomes);
                last = Some((expected, head));
                if stuck {
                    break;
                }
            }
            other if all.is_empty() => return Ok(other),
            _ => break,
        }
    }
    let (expected, head) = last.unwrap_or_default();
    Ok(PushAnswer::Answered { outcomes: all, expected, head })
}

async fn attempt<S: ServerStore>(
    store: &S,
    session: &Session,
    client: ClientId,
    entries: &[Entry],
    clock: &dyn Clock,
    as_incident: bool,
) -> Result<PushAnswer, StoreError> {
    let mut tx = store.write().await?;
    // From here on others wait for us. The time that we waited for them does not count.
    let started = clock.now();
    let known_client = tx.client(client).await?;
    if known_client.as_ref().is_some_and(|row| row.user != session.user) && !planted(Plant::UserCheckOff) {
        return Ok(PushAnswer::OtherSession);
    }
    let mut expected = known_client.as_ref().map_or(1, |row| row.expected);
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let known: BTreeMap<Uuid, Answered> =
        tx.answered(&ids).await?.into_iter().map(|answered| (answered.id, answered)).collect();

    let mut work = Work::open(&mut tx, session).await?;
    work.load_ahead(&mut tx, entries.iter().filter(|entry| !known.contains_key(&entry.id))).await?;
    let mut outcomes = Vec::new();
    for entry in entries {
        if let Some(answered) = known.get(&entry.id).filter(|_| !planted(Plant::DuplicateCheckOff)) {
            // One of two copies of a profile may have discarded what the other still sends.
            let void = entry.name == "void" || answered.verdict == Verdict::Refused(Refusal::Discarded);
            let same = answered.author == Some(session.user) && (void || answered.hash == entry.hash());
            if !same {
                return Ok(PushAnswer::Forked);
            }
            let Answered { id, rev, ref verdict, .. } = *answered;
            outcomes.push(Outcome { id, rev, verdict: verdict.clone(), known: true });
            expected = expected.max(entry.n + 1);
            continue;
        }
        if !planted(Plant::CounterCheckOff) {
            if entry.n < expected {
                return Ok(PushAnswer::Forked);
            }
            if entry.n > expected {
                break;
            }
        }
        // One new entry at least: a push that is sent again must get further.
        let progress = outcomes.iter().any(|outcome| !outcome.known);
        if progress && clock.now() - started > LOCK_MS_MOST {
            break;
        }
        let action = match Action::decode(&entry.name, entry.v, entry.args.get()) {
            Ok(action) => Ok(action),
            Err(Undecoded::Unknown) if planted(Plant::NotYetRefused) => Err(Refusal::BadArguments),
            Err(Undecoded::Unknown) if outcomes.is_empty() => return Ok(PushAnswer::NotYet { n: entry.n }),
            Err(Undecoded::Unknown) => break,
            Err(Undecoded::Refused(refusal)) => Err(refusal),
        };
        let action = action.and_then(|action| match as_incident {
            true => Err(Refusal::Incident),
            false if entry.args.get().len() > ENTRY_BYTES_MOST => Err(Refusal::BadArguments),
            false => Ok(action),
        });
        let origin = Origin { client: Some(client), arrived: started, today: clock.today() };
        outcomes.push(work.take(&mut tx, entry, action, &origin).await?);
        expected = entry.n + 1;
    }
    let row = ClientRow {
        id: client,
        user: session.user,
        expected,
        unsent: known_client.map_or(0, |row| row.unsent),
        last_contact: started,
    };
    let head = work.rev;
    tx.write(&work.into_batch(Some(row))).await?;
    if planted(Plant::AnswerBeforeCommit) {
        // The fault: whoever is answered believes it, whether the commit succeeds or not.
        drop(tx.commit().await);
    } else {
        tx.commit().await?;
    }
    Ok(PushAnswer::Answered { outcomes, expected, head })
}

/// Where and when an entry came in.
pub(super) struct Origin {
    pub(super) client: Option<ClientId>,
    /// ms UTC.
    pub(super) arrived: i64,
    pub(super) today: chrono::NaiveDate,
}

/// One transaction's work: what is loaded, and what will be written.
pub(super) struct Work {
    actor: Actor,
    loaded: Loaded,
    roster: Roster,
    rev: u64,
    /// The mark at `rev`.
    mark: Uuid,
    records: BTreeMap<RecordKey, Written>,
    moved: Vec<Moved>,
    journal: Vec<JournalRow>,
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
        let rev = tx.head().await?.rev;
        let mark = tx.mark(rev).await?.unwrap_or_default();
        Ok(Self {
            actor: Actor::System,
            loaded: Loaded::default(),
            roster: Roster::default(),
            rev,
            mark,
            records: BTreeMap::new(),
            moved: Vec::new(),
            journal: Vec::new(),
        })
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
            business_date: if odd_date { origin.today } else { entry.business_date },
            late: false,
        };
        let recent = origin.arrived - entry.happened <= LATE_MS_MOST;
        let ended = match action {
            Ok(action) => self.run(tx, &action, moment, entry, recent).await?,
            Err(refusal) => Ended::Refused(refusal),
        };
        self.rev += 1;
        let (verdict, effects) = match ended {
            Ended::Applied(effects) => (Verdict::Applied, effects),
            Ended::Refused(refusal) => (Verdict::Refused(refusal), Effects::default()),
            Ended::Broken(_) => (Verdict::Refused(Refusal::Incident), Effects::default()),
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

    async fn run<T: WriteTx>(
        &mut self,
        tx: &mut T,
        action: &Action,
        moment: Moment,
        entry: &Entry,
        recent: bool,
    ) -> Result<Ended, StoreError> {
        self.loaded.standings.clear();
        let mut run = Run::new(action, moment, entry.id, Side::Server);
        loop {
            match run.step(&self.loaded) {
                Step::Ended(ended) => return Ok(ended),
                Step::Load(needs) => self.load(tx, &needs, if recent { entry.seen } else { u64::MAX }).await?,
            }
        }
    }

    async fn load<T: WriteTx>(&mut self, tx: &mut T, needs: &[Need], seen: u64) -> Result<(), StoreError> {
        let groups: BTreeSet<Group> = needs
            .iter()
            .filter_map(|need| if let Need::Standing(group) = need { Some(*group) } else { None })
            .collect();
        self.load_members(tx, &groups).await?;
        if let Some(user) = self.actor.user() {
            for group in groups {
                self.loaded.standings.insert(group, self.roster.standing(group, user, seen));
            }
        }
        let rest: Vec<Need> = needs.iter().filter(|need| !matches!(need, Need::Standing(_))).cloned().collect();
        if !rest.is_empty() {
            tx.load(&rest, &mut self.loaded).await?;
            self.overlay(&rest);
        }
        Ok(())
    }

    /// What this transaction wrote before stands above what the store answers.
    fn overlay(&mut self, needs: &[Need]) {
        for need in needs {
            match need {
                Need::Children { kind, parent } => {
                    let Some(list) = self.loaded.children.get_mut(&(*kind, *parent)) else { continue };
                    for written in self.records.values().filter(|written| written.key.kind == *kind) {
                        match &written.state {
                            Some((_, facts)) if facts.references.contains(parent) => list.insert(written.key.id),
                            _ => list.remove(&written.key.id),
                        };
                    }
                }
                Need::Holder(key) => {
                    let Some(holder) = self.loaded.holders.get_mut(key) else { continue };
                    for written in self.records.values().filter(|written| written.key.kind == key.kind) {
                        let holds = written.state.as_ref().is_some_and(|(_, facts)| facts.keys.contains(key));
                        if holds {
                            *holder = Some(written.key.id);
                        } else if *holder == Some(written.key.id) {
                            *holder = None;
                        }
                    }
                }
                Need::Record(key) => {
                    if let Some(written) = self.records.get(key) {
                        let slot = written.state.as_ref().map_or(Slot::Absent, |(row, _)| Slot::Here(row.clone()));
                        self.loaded.records.insert(*key, slot);
                    }
                }
                Need::Standing(_) => {}
            }
        }
    }

    /// Loads at once what entries say that they will ask for, and the people of the groups found, instead
    /// of in a round trip or two for each entry.
    async fn load_ahead<'a, T: WriteTx>(
        &mut self,
        tx: &mut T,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<(), StoreError> {
        let actions = entries.filter_map(|entry| Action::decode(&entry.name, entry.v, entry.args.get()).ok());
        let mut needs: BTreeSet<Need> = actions.flat_map(|action| action.needs()).collect();
        needs.retain(|need| !matches!(need, Need::Standing(_)) && !self.loaded.holds(need));
        if needs.is_empty() {
            return Ok(());
        }
        tx.load(&needs.into_iter().collect::<Vec<_>>(), &mut self.loaded).await?;
        let groups = self.loaded.records.values().filter_map(|slot| match slot {
            Slot::Here(row) if row.group != Group::Org => Some(row.group),
            _ => None,
        });
        self.load_members(tx, &groups.collect()).await
    }

    async fn load_members<T: WriteTx>(&mut self, tx: &mut T, groups: &BTreeSet<Group>) -> Result<(), StoreError> {
        let missing: Vec<Group> = groups.iter().copied().filter(|group| !self.roster.holds(*group)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut rows = tx.members(&missing).await?;
        for group in missing {
            let of_group = rows.extract_if(.., |row| row.group == group).collect();
            self.roster.take(group, of_group);
        }
        Ok(())
    }

    /// Loads the member rows of groups whose people change; a new root has none.
    async fn load_rosters<T: WriteTx>(&mut self, tx: &mut T, effects: &Effects) -> Result<(), StoreError> {
        let mut stored = BTreeSet::new();
        for group in effects.members.keys() {
            let Group::Of(root) = group else { continue };
            let new = effects.changes.get(root).is_some_and(|change| change.before.is_none());
            if new && !self.roster.holds(*group) {
                self.roster.take(*group, Vec::new());
            } else {
                stored.insert(*group);
            }
        }
        self.load_members(tx, &stored).await
    }

    /// Takes over a mutation's effects at the current revision and returns the before-images.
    fn absorb(&mut self, effects: Effects) -> Vec<(RecordKey, Option<domain::view::Row>)> {
        let mut changes = effects.changes;
        for change in changes.values_mut() {
            if let Some((row, _)) = &mut change.after {
                row.rev = self.rev;
            }
        }
        self.loaded.absorb(&changes);
        for (group, members) in &effects.members {
            self.roster.change(*group, members, self.rev);
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
            before.push((key, change.before));
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
