//! Settling the outbox: what the feed's outcomes do to it.

use std::collections::BTreeSet;

use domain::{
    plant::{Plant, planted},
    refusal::Refusal,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    device::{
        kv::{Area, Durability, Kv, Read, Rows, Write},
        meta::{self, only},
        outbox::{Attention, Confirmed, EntryState, Pending},
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{ClientId, Outcome, Verdict},
};

/// How much room confirmed entries may take; the oldest go first.
const CONFIRMED_BYTES_MOST: usize = 16 << 20;
/// How long confirmed entries are kept for a restored server; ms.
const CONFIRMED_KEPT_MS: i64 = 14 * 24 * 3600 * 1000;

impl<K: Kv, G: Guard> Replica<K, G> {
    pub(super) async fn settle_outcomes(&self, outcomes: Vec<Outcome>) -> Result<(), DeviceError> {
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

    /// Adds what pushes answered about entries that had been answered to another client before: the feed
    /// brings those outcomes to nobody.
    pub(super) fn with_hints(&self, mut outcomes: Vec<Outcome>, position: u64) -> Vec<Outcome> {
        let state = self.state();
        let known = state.answered.values().filter(|hint| hint.known && hint.rev <= position);
        let named: BTreeSet<Uuid> = outcomes.iter().map(|outcome| outcome.id).collect();
        outcomes.extend(known.filter(|hint| !named.contains(&hint.id)).cloned());
        outcomes
    }

    pub(super) fn finish_settlement(&self, settlement: Settlement) {
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

    /// Forgets confirmed entries that no restored server will ask for any more.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn trim_confirmed(&self, now: i64) -> Result<(), DeviceError> {
        let read = self.read(&[Read::Prefix(Area::Confirmed, String::new())]).await?;
        let (mut writes, mut room) = (Vec::new(), CONFIRMED_BYTES_MOST);
        // The newest come last.
        for (key, bytes) in read.into_iter().flatten().rev() {
            let confirmed: ConfirmedAt = meta::from_bytes(&bytes)?;
            let fits = room.checked_sub(bytes.len());
            room = fits.unwrap_or(0);
            if fits.is_none() || now - confirmed.confirmed_at > CONFIRMED_KEPT_MS {
                writes.push(Write::Delete(Area::Confirmed, key));
            }
        }
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (writes, ())).await?)
    }
}

/// Of a [`Confirmed`] only what says how long it is kept.
#[derive(Deserialize)]
struct ConfirmedAt {
    confirmed_at: i64,
}

/// What outcomes do to the outbox.
#[derive(Debug, Default)]
pub(super) struct Settlement {
    pub(super) writes: Vec<Write>,
    gone: Vec<Uuid>,
    kept: Vec<Pending>,
}

/// Returns what [`Settlement::of`] wants to be read.
pub(super) fn reads_of(outcomes: &[Outcome]) -> Vec<Read> {
    outcomes.iter().map(|outcome| Read::One(Area::Outbox, outcome.id.to_string())).collect()
}

impl Settlement {
    /// Says whether the outbox stays as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.kept.is_empty()
    }

    /// Works out what outcomes do to the stored outbox.
    pub(super) fn of(outcomes: &[Outcome], read: &[Rows], client: ClientId, now: i64) -> Self {
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
