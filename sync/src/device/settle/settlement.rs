//! Settling the outbox: what the feed's outcomes do to it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    plant::{Plant, planted},
    refusal::Refusal,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    device::{
        kv::{Area, Durability, Kv, Read, Rows, Write},
        meta,
        outbox::{Attention, Confirmed, EntryState, Pending},
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{ClientId, Outcome, Verdict},
};

/// From so many outcomes on the whole outbox is read, if it is not more than so many times as long.
const WHOLE_FROM: usize = 16;
const WHOLE_MOST: usize = 4;
/// How much room confirmed entries may take; the oldest go first.
const CONFIRMED_BYTES_MOST: usize = 16 << 20;
/// How long confirmed entries are kept for a restored server; ms.
const CONFIRMED_KEPT_MS: i64 = 14 * 24 * 3600 * 1000;

impl<K: Kv, G: Guard> Replica<K, G> {
    pub(super) async fn settle_outcomes(&self, outcomes: Vec<Outcome>) -> Result<(), DeviceError> {
        let client = self.meta().client;
        let reads = self.reads_of(&outcomes);
        let settlement = self
            .kv()
            .transact(&reads, Durability::Strict, |read| {
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

    /// Returns what [`Settlement::of`] wants to be read. Of many entries the whole outbox is quicker than one by one.
    pub(super) fn reads_of(&self, outcomes: &[Outcome]) -> Vec<Read> {
        if outcomes.len() >= WHOLE_FROM && outcomes.len() * WHOLE_MOST >= self.state().outbox.len() {
            return vec![Read::Prefix(Area::Outbox, String::new())];
        }
        outcomes.iter().map(|outcome| Read::One(Area::Outbox, outcome.id.to_string())).collect()
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

impl Settlement {
    /// Says whether the outbox stays as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.kept.is_empty()
    }

    /// Works out what outcomes do to the stored outbox.
    pub(super) fn of(outcomes: &[Outcome], read: &[Rows], client: ClientId, now: i64) -> Self {
        let stored: BTreeMap<&str, &[u8]> =
            read.iter().flatten().map(|(key, bytes)| (key.as_str(), bytes.as_slice())).collect();
        let mut settlement = Self::default();
        for outcome in outcomes {
            let bytes = stored.get(outcome.id.to_string().as_str());
            let stored: Option<Pending> = bytes.and_then(|bytes| meta::from_bytes(bytes).ok());
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
