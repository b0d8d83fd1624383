//! The server as the world meets it: the engine on tables in memory, or whatever stands behind a real API.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{mutation::Action, quarantine::QuarantineAccept, refusal::Refusal, user::UserId};
use uuid::Uuid;

use super::{
    device::now,
    world::{HOUR, day_of},
};
use crate::{
    memory::{MemoryServer, Tables},
    protocol::{CheckAnswer, CheckRequest, NoPage, PullRequest, PushAnswer, PushRequest},
    server::{Clock, Feed, Pulled, Session, accept_held, apply_as_system, check, hand_over, pull, push},
};

/// What came of asking: nothing if the request, the server or the answer was lost on the way. An error is
/// a law that the server itself broke.
pub type Asked<T> = Result<Option<T>, String>;

/// The server's clock; the organisation is eight hours east.
#[derive(Clone, Copy, Debug)]
pub struct SimClock(pub(super) i64);

impl SimClock {
    /// The zone whose day this clock shows.
    pub const ZONE: &'static str = "Asia/Taipei";
    /// How far that zone is ahead of UTC; ms.
    pub(super) const AHEAD: i64 = 8 * HOUR;
}

impl Clock for SimClock {
    fn now(&self) -> i64 {
        self.0
    }

    fn today(&self) -> NaiveDate {
        day_of(self.0)
    }
}

/// A server of one organisation.
pub trait Host {
    /// A pull in progress.
    type Pages;
    /// What [`Host::restore`] goes back to.
    type Backup;

    /// Carries out what the server does by itself; refused or crashed, it is left alone.
    ///
    /// # Errors
    /// A broken law.
    fn command(&mut self, id: Uuid, action: Action, clock: SimClock) -> Result<(), String>;

    /// Goes on with the handovers, for so many batches; crashed, they wait.
    ///
    /// # Errors
    /// A broken law.
    fn hand_over(&mut self, batches: usize, clock: SimClock) -> Result<(), String>;

    /// Carries out what an administrator accepts out of quarantine, once.
    ///
    /// # Errors
    /// A broken law.
    fn accept(
        &mut self,
        administrator: UserId,
        entry: Uuid,
        accept: QuarantineAccept,
        clock: SimClock,
    ) -> Asked<Result<(), Refusal>>;

    /// Takes a push from a device on which the session's person is signed in.
    ///
    /// # Errors
    /// A broken law.
    fn push(&mut self, device: usize, session: &Session, request: &PushRequest, clock: SimClock) -> Asked<PushAnswer>;

    /// Begins a pull.
    ///
    /// # Errors
    /// A broken law.
    fn pull(
        &mut self,
        device: usize,
        session: &Session,
        request: &PullRequest,
        clock: SimClock,
    ) -> Asked<Result<Self::Pages, NoPage>>;

    /// Returns the next page of a pull; of so many rows, where that can be chosen.
    ///
    /// # Errors
    /// A broken law.
    fn page(&mut self, pages: &mut Self::Pages, rows: usize, clock: SimClock) -> Asked<String>;

    /// Answers a check.
    ///
    /// # Errors
    /// A broken law.
    fn check(
        &mut self,
        device: usize,
        session: &Session,
        request: &CheckRequest,
        clock: SimClock,
    ) -> Asked<CheckAnswer>;

    /// Returns everything that the server holds, for checkers.
    fn tables(&self) -> Arc<Tables>;

    /// Lets the storage operation after `operations` others fail, once.
    fn crash_in(&mut self, operations: u32);

    /// Nothing fails any more.
    fn calm(&mut self);

    /// Makes a backup; it takes the place of the one before.
    fn backup(&mut self) -> Self::Backup;

    /// Puts a backup back as another history.
    fn restore(&mut self, backup: Self::Backup, incarnation: Uuid);
}

impl Host for MemoryServer {
    type Pages = Feed;
    type Backup = Tables;

    fn command(&mut self, id: Uuid, action: Action, clock: SimClock) -> Result<(), String> {
        // Refused or crashed: the administrator tries again another day.
        drop(now(apply_as_system(self, &[(id, action)], &clock)));
        Ok(())
    }

    fn hand_over(&mut self, batches: usize, clock: SimClock) -> Result<(), String> {
        drop(now(hand_over(self, &clock, batches)));
        Ok(())
    }

    fn accept(
        &mut self,
        administrator: UserId,
        entry: Uuid,
        accept: QuarantineAccept,
        clock: SimClock,
    ) -> Asked<Result<(), Refusal>> {
        Ok(now(accept_held(self, administrator, entry, accept, &clock)).ok())
    }

    fn push(&mut self, _device: usize, session: &Session, request: &PushRequest, clock: SimClock) -> Asked<PushAnswer> {
        Ok(now(push(self, session, request, &clock)).ok())
    }

    fn pull(
        &mut self,
        _device: usize,
        session: &Session,
        request: &PullRequest,
        clock: SimClock,
    ) -> Asked<Result<Feed, NoPage>> {
        Ok(now(pull(self, session, request, &clock)).ok().map(|pulled| match pulled {
            Pulled::Feed(feed) => Ok(feed),
            Pulled::NoPage(why) => Err(why),
        }))
    }

    fn page(&mut self, pages: &mut Feed, rows: usize, clock: SimClock) -> Asked<String> {
        let mut bytes = Vec::new();
        let written = now(pages.page(self, &clock, rows, &mut bytes));
        Ok(written.ok().map(|_| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn check(
        &mut self,
        _device: usize,
        session: &Session,
        request: &CheckRequest,
        clock: SimClock,
    ) -> Asked<CheckAnswer> {
        Ok(now(check(self, session, request, &clock)).ok())
    }

    fn tables(&self) -> Arc<Tables> {
        Arc::new(MemoryServer::backup(self))
    }

    fn crash_in(&mut self, operations: u32) {
        MemoryServer::crash_in(self, operations);
    }

    fn calm(&mut self) {
        MemoryServer::crash_in(self, u32::MAX);
    }

    fn backup(&mut self) -> Tables {
        MemoryServer::backup(self)
    }

    fn restore(&mut self, backup: Tables, incarnation: Uuid) {
        MemoryServer::restore(self, backup, incarnation);
    }
}
