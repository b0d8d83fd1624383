//! What the outbox sends, and what the server answers to it.

use domain::plant::{Plant, planted};

use crate::{
    device::{
        kv::Kv,
        replica::{DeviceError, Guard, Replica, Stance},
    },
    protocol::{
        Caller, ClientId, Outcome, PROTOCOL, PUSH_BYTES_MOST, PUSH_ENTRIES_MOST, PushAnswer, PushRequest, Verdict,
    },
};

impl<K: Kv, G: Guard> Replica<K, G> {
    pub(super) fn caller(&self) -> Caller {
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
            PushAnswer::Answered { outcomes, expected, incarnation, .. } => {
                let mut lost = false;
                {
                    let mut state = self.state_mut();
                    state.hear_from(incarnation);
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
            PushAnswer::OtherSession if planted(Plant::OtherSessionSettles) => {
                let sent = self.state().waiting().into_iter();
                let outcome = |id| Outcome { id, rev: 0, verdict: Verdict::Applied, known: true };
                self.settle_outcomes(sent.map(|pending| outcome(pending.entry.id)).collect()).await?;
            }
            PushAnswer::OtherSession => self.set_stance(Stance::SignedOut),
            PushAnswer::Outdated => self.set_stance(Stance::Outdated),
        }
        Ok(())
    }
}
