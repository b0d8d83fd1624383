//! Feed pages: each change of cursor lies in one transaction with its rows.

use domain::plant::{Plant, planted};

use super::{plan::Plan, settlement::Settlement, start_over::clear};
use crate::{
    device::{
        blobs,
        compact::Rewritten,
        kv::{Durability, Kv, Read, Rows, Write},
        meta::{self, BaseMeta, Bases, Meta, only},
        page::{Happening, Page},
        replica::{DeviceError, Guard, Replica, State},
    },
    protocol::{ClientId, Outcome, PageEnd, PullRequest, Seen},
};

impl<K: Kv, G: Guard> Replica<K, G> {
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

    /// Takes over what feed pages bring, or holds it back if it would take too much away.
    pub(super) async fn settle_pages(&self, pages: Vec<Page>, confirmed: bool) -> Result<(), DeviceError> {
        let Some(last) = pages.last().map(|page| page.end.clone()) else { return Ok(()) };
        let stands = self.state().target().meta.cursor.as_ref().map(|cursor| cursor.place).unwrap_or_default();
        let client = self.meta().client;
        if pages.first().is_some_and(|page| page.end.after != stands || page.end.client != client) {
            return Ok(()); // asked for before something else came in between
        }
        self.state_mut().hear_from(last.cursor.incarnation);
        let outcomes: Vec<Outcome> = pages.iter().flat_map(|page| page.outcomes.iter().cloned()).collect();
        let Some(mut plan) = self.plan(pages, confirmed) else { return Ok(()) };
        let step = Step::of(&self.state(), last, &plan, outcomes);
        let settled = self.with_hints(step.met.clone(), step.position());
        if planted(Plant::CursorApartFromPage) {
            let early = meta::write(meta::BASES, &step.new);
            self.kv().transact(&[], Durability::Relaxed, |_| (vec![early], ())).await?;
        }
        let Some((settlement, rewritten)) = self.write_pages(&step, &mut plan, &settled, client).await? else {
            return self.reload().await;
        };
        let replay = {
            let mut state = self.state_mut();
            let moved = step.new.shown.version != step.old.shown.version;
            let current = state.preview.fits(&state);
            let touched = step.swapped || !settlement.is_empty() || state.preview.rests_on(plan.touches());
            let stands = current && (!touched || planted(Plant::RebaseLeftOut));
            if moved && stands {
                state.preview.follow(step.new.shown.version);
            }
            moved && !stands
        };
        self.finish_settlement(settlement);
        step.finish(&mut self.state_mut(), plan, rewritten);
        if replay { self.rebase().await } else { Ok(()) }
    }

    /// Plans what pages do; none if they are held back.
    fn plan(&self, pages: Vec<Page>, confirmed: bool) -> Option<Plan> {
        let forgets = |page: &Page| page.happenings.iter().any(|happening| matches!(happening, Happening::Forget(_)));
        let mut state = self.state_mut();
        let state = &mut *state;
        let doubtful = !confirmed && state.growing.is_none() && pages.iter().any(forgets);
        let copy = doubtful.then(|| pages.clone());
        let plan = Plan::of(state.target(), pages);
        match copy {
            Some(pages) if state.doubt.asks_about(&state.base, &plan) => {
                state.doubt.hold(pages);
                None
            }
            _ => Some(plan),
        }
    }

    /// Writes rows, cursor and what becomes of the outbox; none if another tab wrote meanwhile.
    async fn write_pages(
        &self,
        step: &Step,
        plan: &mut Plan,
        settled: &[Outcome],
        client: ClientId,
    ) -> Result<Option<(Settlement, Rewritten)>, DeviceError> {
        let name = &step.fed.name;
        let mut writes = plan.writes(name);
        writes.extend(step.writes());
        writes.extend(blobs::forget_copies(&self.state(), plan.removed()));
        let mut reads = vec![meta::read(meta::BASES), meta::read(meta::CLIENT)];
        // The stored outbox decides: another tab may have entered what is settled here.
        reads.extend(self.reads_of(settled));
        let blocks_from = reads.len();
        reads.extend::<Vec<Read>>(plan.rewrite.reads(name));
        // What settles the outbox is worth a flush; the rest can be pulled again.
        let durability = if settled.is_empty() { Durability::Relaxed } else { Durability::Strict };
        let decide = |read: Vec<Rows>| -> (Vec<Write>, _) {
            let stored = only::<Bases>(read.first()).ok().flatten().unwrap_or_default();
            let owner = only::<Meta>(read.get(1)).ok().flatten();
            let moved_on = stored != step.old || owner.is_none_or(|meta| meta.client != client);
            if moved_on && !planted(Plant::CursorApartFromPage) {
                return (Vec::new(), None);
            }
            let outbox = read.get(2..blocks_from).unwrap_or_default();
            let mut settlement = Settlement::of(settled, outbox, client, step.last.time);
            writes.append(&mut settlement.writes);
            let mut rewritten = plan.rewrite.run(read.get(blocks_from..).unwrap_or_default());
            writes.extend(rewritten.writes(name));
            (writes, Some((settlement, rewritten)))
        };
        Ok(self.kv().transact(&reads, durability, decide).await?)
    }
}

/// How pages move the bases on.
struct Step {
    old: Bases,
    new: Bases,
    /// The base that takes the rows, as it is then.
    fed: BaseMeta,
    last: PageEnd,
    /// The growing base takes the place of the one that was shown.
    swapped: bool,
    /// The rows come beside what is shown.
    beside: bool,
    /// Outcomes that settle the outbox now.
    met: Vec<Outcome>,
}

impl Step {
    fn of(state: &State, last: PageEnd, plan: &Plan, outcomes: Vec<Outcome>) -> Self {
        let (old, target) = (state.bases.clone(), state.target().meta.clone());
        let swapped = old.growing.is_some() && !last.more;
        let beside = old.growing.is_some() && !swapped;
        let mut met = old.held.clone();
        met.extend(outcomes);
        let (met, held) = if beside { (Vec::new(), met) } else { (met, Vec::new()) };
        let seen = last.cursor.mark.map(|mark| Seen { head: last.cursor.head, mark });
        let fed = BaseMeta {
            cursor: Some(last.cursor.clone()),
            version: target.version + 1,
            next_block: target.next_block + u32::try_from(plan.blocks.len()).unwrap_or(0),
            rewritten: target.rewritten + u64::from(!plan.rewrite.is_empty()),
            whole: target.whole || !last.more,
            ..target
        };
        let new = match &old.growing {
            None => Bases { shown: fed.clone(), growing: None, held, seen, format: old.format },
            Some(_) if swapped => {
                let version = old.shown.version.max(fed.version) + 1;
                Bases { shown: BaseMeta { version, ..fed.clone() }, growing: None, held, seen, format: old.format }
            }
            Some(_) => Bases { growing: Some(fed.clone()), held, seen, ..old.clone() },
        };
        Self { old, new, fed, last, swapped, beside, met }
    }

    /// Returns how far the shown base has followed the server then.
    fn position(&self) -> u64 {
        if self.beside { 0 } else { self.last.cursor.place.position }
    }

    fn writes(&self) -> Vec<Write> {
        let mut writes = vec![meta::write(meta::BASES, &self.new)];
        if self.swapped {
            writes.extend(clear(&self.old.shown.name));
        }
        writes
    }

    /// Does in memory what was written.
    fn finish(self, state: &mut State, plan: Plan, rewritten: Rewritten) {
        let position = self.position();
        if !self.last.more && !self.beside {
            // Answered, but not in the feed: the server has lost it since. It is sent again.
            state.answered.retain(|_, hint| hint.known && hint.rev > position);
        }
        let alone = !self.beside && !self.swapped;
        state.doubt.note(if alone { plan.removes() } else { 0 }, self.last.more);
        let base = state.growing.as_mut().unwrap_or(&mut state.base);
        base.meta = self.fed;
        plan.finish(base);
        for (segment, bytes) in rewritten.segments {
            base.add_segment(segment, bytes);
        }
        if self.swapped
            && let Some(grown) = state.growing.take()
        {
            state.base = grown;
        }
        state.base.meta = self.new.shown.clone();
        state.bases = self.new;
    }
}
