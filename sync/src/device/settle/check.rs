//! The check: count and sum of hashes per kind, compared with the server.

use crate::{
    device::{
        kv::Kv,
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{CheckAnswer, CheckRequest},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Returns the check to make: of what is held back, or of the base, once the feed has been followed to
    /// its end.
    pub fn check_request(&self) -> Option<CheckRequest> {
        let state = self.state();
        let meta = &state.base.meta;
        let whole = meta.cursor.as_ref().filter(|_| meta.whole && state.growing.is_none());
        let cursor = state.doubt.question().or(whole).cloned()?;
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
        if self.state().doubt.question() == Some(&request.cursor) {
            return self.take_confirmation(answer.sums.as_ref()).await;
        }
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
}
