//! Taking in what the server says: push answers, feed pages, and starts from zero.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    kind::{Group, RecordKey},
    plant::{Plant, planted},
    refusal::Refusal,
    view::Row,
};
use uuid::Uuid;

use super::{
    base::{Base, DeltaRow, dead_key},
    block::{BodyPlace, push_row},
    compact::{Rewrite, rewrites},
    kv::{Area, Durability, Kv, KvError, Read, Rows, Write, key_of},
    meta::{self, BaseMeta, Bases, Meta, only, to_bytes},
    outbox::{Attention, Confirmed, EntryState, Pending},
    page::{Forget, Happening, Page, Received},
    replica::{DeviceError, Guard, Replica, Stance},
};
use crate::{
    protocol::{
        Caller, CheckAnswer, CheckRequest, ClientId, Entry, NoPage, Outcome, PROTOCOL, PUSH_BYTES_MOST,
        PUSH_ENTRIES_MOST, PullRequest, PushAnswer, PushRequest, Seen, Verdict,
    },
    wire,
};

/// From so many rows on, a page becomes a block; below, its rows are deltas.
const BULK_ROWS: usize = 200;
/// The rows of a block.
const BLOCK_ROWS: usize = 1000;
/// How long confirmed entries are kept for a restored server; ms.
const CONFIRMED_KEPT_MS: i64 = 14 * 24 * 3600 * 1000;

impl<K: Kv, G: Guard> Replica<K, G> {
    fn caller(&self) -> Caller {
        let meta = self.meta();
        Caller {
            protocol: PROTOCOL,
            organisation: meta.identity.organisation,
            user: meta.identity.user.into(),
            client: meta.client,
        }
    }

    /// Returns the next push, if something waits that was not answered yet.
    pub fn push_request(&self) -> Option<PushRequest> {
        let state = self.state();
        let unanswered = state.waiting().into_iter().filter(|p| !state.answered.contains_key(&p.entry.id));
        let mut bytes = 0;
        let entries: Vec<_> = unanswered
            .map(|pending| pending.entry)
            .take(PUSH_ENTRIES_MOST)
            .take_while(|entry| {
                let fits = bytes == 0 || bytes + entry.args.get().len() < PUSH_BYTES_MOST / 2;
                bytes += entry.args.get().len() + 400;
                fits
            })
            .collect();
        drop(state);
        (!entries.is_empty()).then(|| PushRequest { caller: self.caller(), entries })
    }

    /// Takes a push's answer. `fresh` is the id that this client takes if its profile was copied.
    ///
    /// # Errors
    /// The storage failed; the push is repeated.
    pub async fn take_push_answer(&self, answer: PushAnswer, fresh: ClientId) -> Result<(), DeviceError> {
        match answer {
            PushAnswer::Answered { outcomes, expected, .. } => {
                let mut lost = false;
                {
                    let mut state = self.state_mut();
                    let answered = outcomes.iter().map(|outcome| (outcome.id, outcome.clone()));
                    state.answered.extend(answered);
                    let next = state.waiting().into_iter().find(|p| !state.answered.contains_key(&p.entry.id));
                    // The server expects a number that this device no longer has: its history is another.
                    if let Some(next) = next {
                        lost = outcomes.is_empty() && next.entry.n > expected;
                    }
                }
                if planted(Plant::PendingDroppedAtAnswer) {
                    let now = outcomes.iter().filter(|o| o.verdict == Verdict::Applied).cloned().collect();
                    self.settle_outcomes(now).await?;
                }
                if lost {
                    // The server has lost what it had answered: it gets that back, too.
                    self.take_fresh_id(fresh, true).await?;
                }
            }
            PushAnswer::Forked if planted(Plant::ForkNotNoticed) => {
                let first = self.state().waiting().into_iter().next();
                if let Some(first) = first {
                    let outcome = Outcome { id: first.entry.id, rev: 0, verdict: Verdict::Applied, known: true };
                    self.settle_outcomes(vec![outcome]).await?;
                }
            }
            PushAnswer::Forked => self.take_fresh_id(fresh, false).await?,
            PushAnswer::NotYet { .. } => {}
            PushAnswer::OtherSession => self.set_stance(Stance::SignedOut),
            PushAnswer::Outdated => self.set_stance(Stance::Outdated),
        }
        Ok(())
    }

    async fn settle_outcomes(&self, outcomes: Vec<Outcome>) -> Result<(), DeviceError> {
        let client = self.meta().client;
        let settlement = self
            .kv()
            .transact(&reads_of(&outcomes), Durability::Strict, |read| {
                let settlement = Settlement::of(&outcomes, &read, client, 0);
                (settlement.writes.clone(), settlement)
            })
            .await?;
        self.finish_settlement(settlement);
        self.rebase().await
    }

    /// Takes a fresh client id and numbers what is unanswered anew; ids keep that safe. After a restore
    /// of the server what had been applied is sent again first.
    async fn take_fresh_id(&self, fresh: ClientId, with_confirmed: bool) -> Result<(), DeviceError> {
        let old = self.meta();
        // Decided inside the transaction: another tab may have entered more meanwhile.
        let reads = [
            meta::read(meta::CLIENT),
            Read::Prefix(Area::Outbox, String::new()),
            Read::Prefix(Area::Confirmed, String::new()),
        ];
        let numbered = self
            .kv()
            .transact(&reads, Durability::Strict, |read| {
                let [client, outbox, confirmed] = read.as_slice() else { return (Vec::new(), Ok(())) };
                match only::<Meta>(Some(client)) {
                    Ok(Some(stored)) if stored.client == old.client => {}
                    Ok(_) => return (Vec::new(), Ok(())), // another tab was faster
                    Err(error) => return (Vec::new(), Err(error)),
                }
                let with_confirmed = with_confirmed && !planted(Plant::ConfirmedNotResent);
                match number_anew(outbox, confirmed, with_confirmed) {
                    Ok(numbered) => {
                        let next = u64::try_from(numbered.len()).unwrap_or(0) + 1;
                        let mut writes: Vec<Write> = numbered.iter().map(Pending::put).collect();
                        writes.push(meta::write(meta::CLIENT, &Meta { client: fresh, next, ..old.clone() }));
                        (writes, Ok(()))
                    }
                    Err(error) => (Vec::new(), Err(error)),
                }
            })
            .await?;
        numbered?;
        self.state_mut().answered.clear();
        self.reload().await
    }

    /// Returns the next pull.
    pub fn pull_request(&self) -> PullRequest {
        PullRequest {
            caller: self.caller(),
            kinds: u8::try_from(domain::kind::Kind::ALL.len()).unwrap_or(u8::MAX),
            cursor: self.state().target().meta.cursor.clone(),
            seen: self.state().bases.seen,
            unsent: self.unsent(),
        }
    }

    /// Takes the server's word that there is no page.
    ///
    /// # Errors
    /// The storage failed; the pull is repeated.
    pub async fn take_no_page(&self, why: NoPage, fresh: ClientId) -> Result<(), DeviceError> {
        match why {
            NoPage::OtherHistory => {
                self.start_over(false, true).await?;
                self.take_fresh_id(fresh, true).await
            }
            NoPage::StartOver { narrowed } => self.start_over(narrowed, false).await,
            NoPage::OtherSession => {
                self.set_stance(Stance::SignedOut);
                Ok(())
            }
            NoPage::Outdated => {
                self.set_stance(Stance::Outdated);
                Ok(())
            }
        }
    }

    /// Begins the feed from zero: beside what is shown, or, where sight narrowed, after forgetting it.
    async fn start_over(&self, narrowed: bool, other_history: bool) -> Result<(), DeviceError> {
        let old = self.state().bases.clone();
        let shown = self.state().base.meta.clone();
        let other = if shown.name == "a" { "b" } else { "a" };
        let seen = old.seen.filter(|_| !other_history);
        let version = shown.version + 1;
        let mut writes = clear(other);
        let bases = if narrowed {
            writes.extend(clear(&shown.name));
            Bases { shown: BaseMeta { version, ..BaseMeta::new(other) }, growing: None, held: Vec::new(), seen }
        } else {
            let growing = Some(BaseMeta::new(other));
            Bases { shown: BaseMeta { version, ..shown }, growing, held: Vec::new(), seen }
        };
        writes.push(meta::write(meta::BASES, &bases));
        let done = self
            .kv()
            .transact(&[meta::read(meta::BASES)], Durability::Relaxed, |read| {
                let stored = only::<Bases>(read.first()).ok().flatten().unwrap_or_default();
                // Another tab may have swapped the bases: what is cleared here would be what it shows.
                if stored == old { (writes, true) } else { (Vec::new(), false) }
            })
            .await?;
        if !done {
            return self.reload().await;
        }
        {
            let mut state = self.state_mut();
            if narrowed {
                state.base = Base::empty(bases.shown.clone());
            }
            state.base.meta = bases.shown.clone();
            state.growing = bases.growing.clone().map(Base::empty);
            state.bases = bases;
        }
        self.rebase().await
    }

    /// Takes feed pages, each change of cursor together with its rows.
    ///
    /// # Errors
    /// The storage failed; the pages are pulled again.
    pub async fn take_pages(&self, pages: Vec<Page>) -> Result<(), DeviceError> {
        let Some(last) = pages.last().map(|page| page.end.clone()) else { return Ok(()) };
        let stands = self.state().target().meta.cursor.as_ref().map(|cursor| cursor.place).unwrap_or_default();
        let client = self.meta().client;
        if pages.first().is_some_and(|page| page.end.after != stands || page.end.client != client) {
            return Ok(()); // asked for before something else came in between
        }
        let outcomes: Vec<Outcome> = pages.iter().flat_map(|page| page.outcomes.iter().cloned()).collect();
        let plan = Plan::of(self.state().target(), pages);
        let (old_bases, target) = {
            let state = self.state();
            (state.bases.clone(), state.target().meta.clone())
        };
        let swapped = old_bases.growing.is_some() && !last.more;
        let mut met = old_bases.held.clone();
        met.extend(outcomes);
        let beside = old_bases.growing.is_some() && !swapped;
        let (met, held) = if beside { (Vec::new(), met) } else { (met, Vec::new()) };
        let position = if beside { 0 } else { last.cursor.place.position };
        let settled = self.with_hints(met, position);
        let seen = last.cursor.mark.map(|mark| Seen { head: last.cursor.head, mark });
        let whole = target.whole || !last.more;
        let fed = BaseMeta {
            cursor: Some(last.cursor.clone()),
            version: target.version + 1,
            next_block: target.next_block + u32::try_from(plan.blocks.len()).unwrap_or(0),
            whole,
            ..target.clone()
        };
        let bases = match &old_bases.growing {
            None => Bases { shown: fed.clone(), growing: None, held, seen },
            Some(_) if swapped => {
                let version = old_bases.shown.version.max(fed.version) + 1;
                Bases { shown: BaseMeta { version, ..fed.clone() }, growing: None, held, seen }
            }
            Some(_) => Bases { growing: Some(fed.clone()), held, seen, ..old_bases.clone() },
        };
        if planted(Plant::CursorApartFromPage) {
            let early = meta::write(meta::BASES, &bases);
            self.kv().transact(&[], Durability::Relaxed, |_| (vec![early], ())).await?;
        }
        let mut writes = plan.writes(&fed.name);
        writes.push(meta::write(meta::BASES, &bases));
        if swapped {
            writes.extend(clear(&old_bases.shown.name));
        }
        let mut reads = vec![meta::read(meta::BASES), meta::read(meta::CLIENT)];
        // The stored outbox decides: another tab may have entered what is settled here.
        reads.extend(reads_of(&settled));
        let blocks_from = reads.len();
        reads.extend(plan.rewrite.reads(&fed.name));
        // What settles the outbox is worth a flush; the rest can be pulled again.
        let durability = if settled.is_empty() { Durability::Relaxed } else { Durability::Strict };
        let (rewrite, name) = (&plan.rewrite, fed.name.clone());
        let ended = self
            .kv()
            .transact(&reads, durability, |read| {
                let stored = only::<Bases>(read.first()).ok().flatten().unwrap_or_default();
                let owner = only::<Meta>(read.get(1)).ok().flatten();
                let moved_on = stored != old_bases || owner.is_none_or(|meta| meta.client != client);
                if moved_on && !planted(Plant::CursorApartFromPage) {
                    return (Vec::new(), None); // another tab wrote meanwhile
                }
                let settlement =
                    Settlement::of(&settled, read.get(2..blocks_from).unwrap_or_default(), client, last.time);
                writes.extend(settlement.writes.iter().cloned());
                let rewritten = rewrite.run(read.get(blocks_from..).unwrap_or_default());
                writes.extend(rewritten.writes(&name));
                (writes, Some((settlement, rewritten)))
            })
            .await?;
        let Some((settlement, rewritten)) = ended else { return self.reload().await };
        self.finish_settlement(settlement);
        {
            let mut state = self.state_mut();
            let state = &mut *state;
            if !last.more && !beside {
                // Answered, but not in the feed: the server has lost it since. It is sent again.
                state.answered.retain(|_, hint| hint.known && hint.rev > position);
            }
            let base = state.growing.as_mut().unwrap_or(&mut state.base);
            base.meta = fed;
            plan.finish(base);
            for (segment, bytes) in rewritten.segments {
                base.add_segment(segment, bytes);
            }
            if swapped && let Some(grown) = state.growing.take() {
                state.base = grown;
            }
            state.base.meta = bases.shown.clone();
            state.bases = bases;
        }
        self.rebase().await
    }

    /// Adds what pushes answered about entries that had been answered to another client before: the feed
    /// brings those outcomes to nobody.
    fn with_hints(&self, mut outcomes: Vec<Outcome>, position: u64) -> Vec<Outcome> {
        let state = self.state();
        let known = state.answered.values().filter(|hint| hint.known && hint.rev <= position);
        let named: BTreeSet<Uuid> = outcomes.iter().map(|outcome| outcome.id).collect();
        outcomes.extend(known.filter(|hint| !named.contains(&hint.id)).cloned());
        outcomes
    }

    fn finish_settlement(&self, settlement: Settlement) {
        let mut state = self.state_mut();
        for id in settlement.gone {
            if state.outbox.get(&id).is_some_and(Pending::waits) {
                state.outbox.remove(&id);
            }
            state.answered.remove(&id);
        }
        for kept in &settlement.kept {
            state.answered.remove(&kept.entry.id);
        }
        state.outbox.extend(settlement.kept.into_iter().map(|pending| (pending.entry.id, pending)));
    }

    /// Returns the check to make, once the feed has been followed to its end.
    pub fn check_request(&self) -> Option<CheckRequest> {
        let state = self.state();
        let meta = &state.base.meta;
        let cursor = meta.cursor.clone().filter(|_| meta.whole && state.growing.is_none())?;
        drop(state);
        let kinds = u8::try_from(domain::kind::Kind::ALL.len()).unwrap_or(u8::MAX);
        Some(CheckRequest { caller: self.caller(), kinds, cursor })
    }

    /// Says whether the base should be compared with the server now.
    pub fn wants_check(&self) -> bool {
        let state = self.state();
        state.base.meta.whole && !state.base.meta.checked && state.growing.is_none()
    }

    /// Asks for a comparison at the next occasion; once a week.
    pub fn ask_for_check(&self) {
        self.state_mut().base.meta.checked = false;
    }

    /// Compares the base with the server's sums. A difference is repaired by starting from zero, never
    /// by adopting the other's sums.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn take_check(&self, request: &CheckRequest, answer: &CheckAnswer) -> Result<(), DeviceError> {
        let Some(theirs) = &answer.sums else { return Ok(()) };
        let (same_place, ours) = {
            let state = self.state();
            (state.base.meta.cursor.as_ref() == Some(&request.cursor), state.base.sums())
        };
        if !same_place {
            return Ok(());
        }
        if ours == *theirs {
            self.state_mut().base.meta.checked = true;
            return Ok(());
        }
        self.state_mut().repairs += 1;
        self.start_over(false, false).await
    }

    /// Forgets confirmed entries that no restored server will ask for any more.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn trim_confirmed(&self, now: i64) -> Result<(), DeviceError> {
        let read = self.read(&[super::kv::Read::Prefix(Area::Confirmed, String::new())]).await?;
        let mut writes = Vec::new();
        for (key, bytes) in read.into_iter().flatten() {
            let confirmed: Confirmed = meta::from_bytes(&bytes)?;
            if now - confirmed.confirmed_at > CONFIRMED_KEPT_MS {
                writes.push(Write::Delete(Area::Confirmed, key));
            }
        }
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (writes, ())).await?)
    }
}

/// Numbers what waits from 1; what a restored server has to get again comes first.
fn number_anew(outbox: &Rows, confirmed: &Rows, with_confirmed: bool) -> Result<Vec<Pending>, KvError> {
    let stored: Vec<Pending> =
        outbox.iter().map(|(_, bytes)| meta::from_bytes(bytes)).collect::<Result<_, KvError>>()?;
    let known: BTreeSet<Uuid> = stored.iter().map(|pending| pending.entry.id).collect();
    let mut waiting: Vec<Pending> = stored.into_iter().filter(Pending::waits).collect();
    waiting.sort_by_key(|pending| pending.entry.n);
    let mut again = Vec::new();
    for (_, bytes) in confirmed.iter().filter(|_| with_confirmed) {
        let confirmed: Confirmed = meta::from_bytes(bytes)?;
        if confirmed.verdict == Verdict::Applied && !known.contains(&confirmed.entry.id) {
            again.push(Pending { entry: confirmed.entry, state: EntryState::Waiting, again: true });
        }
    }
    let numbered = (1..).zip(again.into_iter().chain(waiting));
    Ok(numbered.map(|(n, pending)| Pending { entry: Entry { n, ..pending.entry }, ..pending }).collect())
}

/// What outcomes do to the outbox.
#[derive(Debug, Default)]
struct Settlement {
    writes: Vec<Write>,
    gone: Vec<Uuid>,
    kept: Vec<Pending>,
}

/// Returns what [`Settlement::of`] wants to be read.
fn reads_of(outcomes: &[Outcome]) -> Vec<Read> {
    outcomes.iter().map(|outcome| Read::One(Area::Outbox, outcome.id.to_string())).collect()
}

impl Settlement {
    /// Works out what outcomes do to the stored outbox.
    fn of(outcomes: &[Outcome], read: &[Rows], client: ClientId, now: i64) -> Self {
        let mut settlement = Self::default();
        for (outcome, rows) in outcomes.iter().zip(read) {
            let stored: Option<Pending> = only(Some(rows)).ok().flatten();
            let Some(pending) = stored.filter(Pending::waits) else {
                settlement.gone.push(outcome.id);
                continue;
            };
            let discarded = outcome.verdict == Verdict::Refused(Refusal::Discarded);
            match &outcome.verdict {
                Verdict::Applied => {
                    settlement.writes.push(pending.delete());
                    let confirmed = Confirmed {
                        entry: pending.entry,
                        client,
                        rev: outcome.rev,
                        verdict: outcome.verdict.clone(),
                        confirmed_at: now,
                    };
                    settlement.writes.push(confirmed.put());
                    settlement.gone.push(outcome.id);
                }
                Verdict::Refused(_) if discarded || planted(Plant::RefusedDropped) => {
                    settlement.writes.push(pending.delete());
                    settlement.gone.push(outcome.id);
                }
                Verdict::Refused(refusal) => {
                    let state = EntryState::NeedsAttention(Attention::Refused(refusal.clone()));
                    let refused = Pending { state, ..pending };
                    settlement.writes.push(refused.put());
                    settlement.kept.push(refused);
                }
            }
        }
        settlement
    }
}

/// Returns what removes a base's data.
fn clear(name: &str) -> Vec<Write> {
    let areas = [Area::Block, Area::Index, Area::Delta];
    let mut writes: Vec<Write> = areas.into_iter().map(|area| Write::DeletePrefix(area, name.to_owned())).collect();
    writes.push(Write::Delete(Area::Meta, dead_key(name)));
    writes
}

/// What some pages do to a base.
#[derive(Debug, Default)]
struct Plan {
    /// New blocks with their number.
    blocks: Vec<(u32, Vec<u8>)>,
    /// The new segment, numbered as its first block.
    segment: Option<(u32, Vec<u8>)>,
    deltas: Vec<(DeltaRow, Vec<u8>)>,
    undelta: Vec<RecordKey>,
    dead: Option<BTreeSet<(u32, u32)>>,
    rewrite: Rewrite,
}

impl Plan {
    fn of(base: &Base, pages: Vec<Page>) -> Self {
        let mut rows: BTreeMap<RecordKey, (usize, Received)> = BTreeMap::new();
        let mut order: Vec<RecordKey> = Vec::new();
        let mut removed: BTreeSet<RecordKey> = BTreeSet::new();
        let mut by_group: Option<BTreeMap<Group, Vec<RecordKey>>> = None;
        let mut bodies = Vec::with_capacity(pages.len());
        for (index, page) in pages.into_iter().enumerate() {
            bodies.push(page.bodies);
            for happening in page.happenings {
                match happening {
                    Happening::Row(row) => {
                        removed.remove(&row.key);
                        order.push(row.key);
                        rows.insert(row.key, (index, row));
                    }
                    Happening::Forget(Forget::Record(key)) => {
                        rows.remove(&key);
                        removed.insert(key);
                    }
                    Happening::Forget(Forget::Group(group)) => {
                        let groups = by_group.get_or_insert_with(|| {
                            let mut map: BTreeMap<Group, Vec<RecordKey>> = BTreeMap::new();
                            for (key, group, _) in base.keys() {
                                map.entry(group).or_default().push(key);
                            }
                            map
                        });
                        let stored = groups.get(&group).into_iter().flatten();
                        removed.extend(stored.filter(|key| !rows.contains_key(key)));
                        rows.retain(|key, (_, row)| {
                            if row.group == group {
                                removed.insert(*key);
                            }
                            row.group != group
                        });
                    }
                }
            }
        }
        removed.retain(|key| base.holds(*key));
        let mut plan = Plan { undelta: Vec::new(), ..Plan::default() };
        let mut dead = base.dead().clone();
        if rows.len() >= BULK_ROWS {
            plan.build_blocks(base, &rows, &order, &bodies, &mut dead);
        } else {
            for (index, row) in rows.values() {
                let body = bodies.get(*index).and_then(|b| b.get(row.start..row.start + row.len));
                let body = body.and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
                let mut line = Vec::with_capacity(body.len() + 128);
                wire::write_upsert(&mut line, row.key, row.group, row.rev, body);
                let stored = Row { key: row.key, group: row.group, rev: row.rev, body: body.into() };
                plan.deltas.push((DeltaRow { row: stored, summary: row.summary.clone() }, line));
            }
        }
        plan.undelta.extend(removed.iter().filter(|key| base.delta.contains_key(key)));
        plan.rewrite = rewrites(base, &removed, &mut dead);
        plan.dead = (dead != *base.dead()).then_some(dead);
        plan
    }

    fn build_blocks(
        &mut self,
        base: &Base,
        rows: &BTreeMap<RecordKey, (usize, Received)>,
        order: &[RecordKey],
        bodies: &[Vec<u8>],
        dead: &mut BTreeSet<(u32, u32)>,
    ) {
        let first = base.meta.next_block;
        let (mut segment, mut block, mut count) = (Vec::new(), Vec::new(), 0);
        let mut seen = BTreeSet::new();
        for key in order {
            let Some((index, row)) = rows.get(key).filter(|_| seen.insert(*key)) else { continue };
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            let start = u32::try_from(block.len()).unwrap_or(u32::MAX);
            let body = bodies.get(*index).and_then(|b| b.get(row.start..row.start + row.len)).unwrap_or_default();
            block.extend_from_slice(body);
            let place = BodyPlace { block: number, start, len: u32::try_from(row.len).unwrap_or(0) };
            push_row(&mut segment, row.key, row.group, row.rev, place, &row.summary);
            if base.delta.contains_key(key) {
                self.undelta.push(*key);
            }
            if let Some((at, _)) = base.segment_row(*key) {
                dead.insert(at);
            }
            count += 1;
            if count % BLOCK_ROWS == 0 {
                self.blocks.push((number, std::mem::take(&mut block)));
            }
        }
        if !block.is_empty() {
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            self.blocks.push((number, block));
        }
        self.segment = Some((first, segment));
    }

    fn writes(&self, base: &str) -> Vec<Write> {
        let number =
            |area, number: u32, bytes: &[u8]| Write::Put(area, key_of(base, u64::from(number)), bytes.to_vec());
        let mut writes: Vec<Write> = self.blocks.iter().map(|(n, bytes)| number(Area::Block, *n, bytes)).collect();
        writes.extend(self.segment.iter().map(|(n, bytes)| number(Area::Index, *n, bytes)));
        writes.extend(self.undelta.iter().map(|key| Write::Delete(Area::Delta, delta_key(base, *key))));
        writes.extend(
            self.deltas.iter().map(|(d, line)| Write::Put(Area::Delta, delta_key(base, d.row.key), line.clone())),
        );
        if let Some(dead) = &self.dead {
            writes.push(Write::Put(Area::Meta, dead_key(base), to_bytes(&dead.iter().collect::<Vec<_>>())));
        }
        writes
    }

    fn finish(self, base: &mut Base) {
        for key in self.undelta {
            base.delta.remove(&key);
        }
        for (delta, _) in self.deltas {
            base.delta.insert(delta.row.key, delta);
        }
        if let Some(dead) = self.dead {
            base.set_dead(dead);
        }
        if let Some((number, bytes)) = self.segment {
            base.add_segment(number, bytes);
        }
    }
}

/// Returns the storage key of a delta.
pub(crate) fn delta_key(base: &str, key: RecordKey) -> String {
    format!("{base}{:02}:{}", key.kind.number(), key.id)
}
