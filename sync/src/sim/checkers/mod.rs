//! What must hold. Checkers know the server's tables and the devices' disks, nothing of actors; what an actor alone can
//! know is checked beside it.

mod fingerprints;
mod journal;
mod rest;
mod running;

use domain::{
    kind::{Kind, RecordKey},
    record::BodyError,
    user::User,
};

use self::{fingerprints::check_fingerprints, journal::check_replay};
use super::{device::Failed, host::Host, merges::check_merges, world::World};
use crate::{memory::Tables, protocol::Cursor, server::Viewer};

pub(super) fn law(holds: bool, words: impl FnOnce() -> String) -> Failed {
    if holds { Ok(()) } else { Err(words()) }
}

/// Says whether a cursor was read from this history.
fn is_of_history(tables: &Tables, cursor: &Cursor) -> bool {
    tables.journal.get(&cursor.head).map(|row| row.mark) == cursor.mark
}

impl<H: Host> World<H> {
    /// Returns the eyes with which a device reads; none if the app is not open there.
    fn viewer(&self, tables: &Tables, index: usize) -> Option<Viewer> {
        let device = self.devices.get(index)?;
        let (row, _) = tables.records.get(&RecordKey::new(Kind::User, device.user.uuid()))?;
        let user: User = BodyError::parse(&row.body).ok()?;
        Some(Viewer { user: device.user, scope: user.scope(), client: device.tab()?.meta().client })
    }

    /// Looks at everything, once it has come to rest.
    pub(super) fn check_everything(&mut self) -> Failed {
        let tables = self.server.tables();
        for index in 0..self.devices.len() {
            if self.access_ended(index) {
                self.check_wiped(index)?;
                continue;
            }
            self.check_replica(&tables, index)?;
            self.check_disk(&tables, index)?;
        }
        self.check_saved(&tables)?;
        self.check_photos(&tables)?;
        self.check_journal(&tables)?;
        self.check_rights(&tables)?;
        self.check_conflicts(&tables)?;
        self.check_unknown_fields(&tables)?;
        self.check_own_fields(&tables)?;
        check_fingerprints(&tables)?;
        self.check_jobs(&tables)?;
        self.check_pools(&tables)?;
        check_merges(&tables)?;
        self.check_quarantine(&tables)?;
        self.check_builds(&tables)?;
        check_replay(&tables)
    }
}
