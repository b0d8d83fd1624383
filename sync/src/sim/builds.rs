//! A server that is older than some of its devices: what it does not understand yet has to wait.

use std::borrow::Cow;

use domain::refusal::Refusal;

use super::{
    device::Failed,
    host::Host,
    world::{HOUR, World},
};
use crate::{
    memory::Tables,
    protocol::{Entry, PushRequest, Verdict},
};

/// So much higher is the version of arguments that an older server has never heard of.
const UNHEARD_OF: u16 = 1_000;

impl<H: Host> World<H> {
    /// The server is put back to an older build for a while.
    pub(super) fn age_server(&mut self) {
        let hours = 1 + self.rng.below(100) as i64;
        self.server_older_until = self.now + hours * HOUR;
    }

    /// Returns a push as the server of the moment reads it.
    pub(super) fn as_the_server_reads<'a>(&self, request: &'a PushRequest) -> Cow<'a, PushRequest> {
        if self.now >= self.server_older_until {
            return Cow::Borrowed(request);
        }
        let tables = self.server.tables();
        // What it has answered it knows by its id, whatever it may say.
        let known = |entry: &Entry| tables.journal.values().any(|row| row.entry.id == entry.id);
        let mut request = request.clone();
        for entry in &mut request.entries {
            let device = self.saved.get(&entry.id).and_then(|saved| self.devices.get(saved.device));
            if device.is_some_and(|device| device.newer) && !known(entry) {
                entry.v += UNHEARD_OF;
            }
        }
        Cow::Owned(request)
    }

    /// What a server does not understand yet it never refuses.
    pub(super) fn check_builds(&self, tables: &Tables) -> Failed {
        let refused = tables
            .journal
            .values()
            .find(|row| row.entry.v >= UNHEARD_OF && row.verdict == Verdict::Refused(Refusal::BadArguments));
        match refused {
            Some(row) => Err(format!("entry {} of a newer build was refused", row.entry.id)),
            None => Ok(()),
        }
    }
}
