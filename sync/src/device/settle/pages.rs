//! Feed pages: each change of cursor lies in one transaction with its rows.

use domain::plant::{Plant, planted};

use super::{
    plan::Plan,
    settlement::{Settlement, reads_of},
    start_over::clear,
};
use crate::{
    device::{
        kv::{Durability, Kv},
        meta::{self, BaseMeta, Bases, Meta, only},
        page::Page,
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{Outcome, PullRequest, Seen},
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
            rewritten: target.rewritten + u64::from(!plan.rewrite.is_empty()),
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
}
