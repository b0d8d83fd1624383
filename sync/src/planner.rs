//! What to do next with the network. Decides only; the caller does it and reports back.
//!
//! Upload and download wait for each other never: each has its own pause after a failure.

use crate::device::Stance;

/// The pause after a first failure; ms.
const PAUSE_MS: i64 = 1_000;
/// The longest pause; ms.
const PAUSE_MS_MOST: i64 = 60_000;
/// A poll, in case no event came; ms.
const POLL_MS: i64 = 30_000;
/// How often the base is compared with the server; ms.
const CHECK_MS: i64 = 7 * 24 * 3600 * 1000;

/// What the replica's state asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Something waits that no push has answered.
    pub push: bool,
    /// Something was answered that the feed has not confirmed, or the feed has not been followed yet.
    pub pull: bool,
    /// A feed is held back until a check confirms it.
    pub confirm: bool,
    /// The base should be compared with the server.
    pub check: bool,
    /// A piece of a photo or file can be sent.
    pub upload: bool,
    pub stance: Stance,
}

/// The next exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Push,
    Pull,
    Check,
    /// One piece of a photo or file: entries and feed go between two of them.
    Upload,
    /// Nothing for so many milliseconds, unless something happens.
    Wait(i64),
    /// Nothing until a person acts.
    Stopped(Stance),
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// No network, a captive portal, a server that is away. `after`: the server's own wish; ms.
    Failed {
        after: Option<i64>,
    },
}

#[derive(Clone, Copy, Debug, Default)]
struct Pause {
    failures: u32,
    until: i64,
}

impl Pause {
    fn end(&mut self, ended: Ended, now: i64, jitter: f64) {
        match ended {
            Ended::Done => *self = Pause::default(),
            Ended::Failed { after } => {
                let grown = PAUSE_MS.saturating_mul(1 << self.failures.min(10)).min(PAUSE_MS_MOST);
                // Between half and the whole, so that a fleet does not return in one wave.
                let spread = grown / 2 + (grown as f64 / 2.0 * jitter.clamp(0.0, 1.0)) as i64;
                self.failures = self.failures.saturating_add(1);
                self.until = now + after.unwrap_or(spread);
            }
        }
    }
}

/// The network's schedule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Planner {
    push: Pause,
    pull: Pause,
    upload: Pause,
    /// The newest head that was heard of and not yet pulled.
    heard: bool,
    last_pull: Option<i64>,
    last_check: Option<i64>,
    /// When the server last answered anything; ms.
    last_exchange: Option<i64>,
}

impl Planner {
    /// Says what to do.
    pub fn next(&self, wants: Wants, now: i64) -> Job {
        if wants.stance != Stance::Fine {
            return Job::Stopped(wants.stance);
        }
        let polled = self.last_pull.is_none_or(|last| now - last >= POLL_MS);
        let wants_pull = wants.pull || self.heard || polled;
        let may = |pause: &Pause| pause.until <= now;
        if wants.push && may(&self.push) {
            return Job::Push;
        }
        if wants.confirm && may(&self.pull) {
            return Job::Check;
        }
        if wants_pull && may(&self.pull) {
            return Job::Pull;
        }
        if wants.check && may(&self.pull) && self.last_check.is_none_or(|last| now - last >= PAUSE_MS_MOST) {
            return Job::Check;
        }
        if wants.upload && may(&self.upload) {
            return Job::Upload;
        }
        let push_at = wants.push.then_some(self.push.until);
        let upload_at = wants.upload.then_some(self.upload.until);
        let pull_at =
            if wants_pull || wants.confirm { self.pull.until } else { self.last_pull.unwrap_or(now) + POLL_MS };
        let at = [push_at, upload_at].into_iter().flatten().fold(pull_at, i64::min);
        Job::Wait((at - now).max(50))
    }

    /// Reports a push. `jitter` is random between 0 and 1.
    pub fn pushed(&mut self, ended: Ended, now: i64, jitter: f64) {
        self.push.end(ended, now, jitter);
        self.answered(ended, now);
        if ended == Ended::Done {
            self.heard = true;
        }
    }

    /// Reports a pull that was followed to its end.
    pub fn pulled(&mut self, ended: Ended, now: i64, jitter: f64) {
        self.pull.end(ended, now, jitter);
        self.answered(ended, now);
        self.last_pull = Some(now);
        if ended == Ended::Done {
            self.heard = false;
            self.push.until = self.push.until.min(now); // the network is back
            self.upload.until = self.upload.until.min(now);
        }
    }

    /// Reports a check. One that fails pauses the download with it.
    pub fn checked(&mut self, ended: Ended, now: i64, jitter: f64) {
        self.pull.end(ended, now, jitter);
        self.answered(ended, now);
        self.last_check = Some(now);
    }

    /// Reports a piece of a photo or file.
    pub fn uploaded(&mut self, ended: Ended, now: i64, jitter: f64) {
        self.upload.end(ended, now, jitter);
        self.answered(ended, now);
    }

    /// Says whether the weekly check is due.
    pub fn check_due(&self, now: i64) -> bool {
        self.last_check.is_some_and(|last| now - last >= CHECK_MS)
    }

    /// The server says that there is something new.
    pub fn heard_head(&mut self) {
        self.heard = true;
    }

    /// Somebody looks at the page, or the browser thinks that it is online: try at once.
    pub fn wake(&mut self, now: i64) {
        self.push.until = self.push.until.min(now);
        self.pull.until = self.pull.until.min(now);
        self.upload.until = self.upload.until.min(now);
        self.heard = true;
    }

    /// Returns when the server last answered; ms.
    pub fn last_exchange(&self) -> Option<i64> {
        self.last_exchange
    }

    /// Says whether the last exchange failed.
    pub fn failing(&self) -> bool {
        self.push.failures > 0 || self.pull.failures > 0
    }

    fn answered(&mut self, ended: Ended, now: i64) {
        if ended == Ended::Done {
            self.last_exchange = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_is_confirmed_before_anything_else_is_pulled() {
        let mut planner = Planner::default();
        planner.pulled(Ended::Done, 0, 0.0);
        planner.checked(Ended::Done, 0, 0.0);
        planner.heard_head();
        let wants = Wants { confirm: true, check: true, ..Wants::default() };
        assert_eq!(planner.next(wants, 100), Job::Check, "a check a moment ago does not delay this one");
        assert_eq!(planner.next(Wants { push: true, ..wants }, 100), Job::Push, "entries wait for nothing");
        assert_eq!(planner.next(Wants { confirm: false, ..wants }, 100), Job::Pull);
    }

    #[test]
    fn photos_go_when_nothing_else_does_and_hold_nothing_up() {
        let mut planner = Planner::default();
        planner.pulled(Ended::Done, 0, 0.0);
        let wants = Wants { upload: true, ..Wants::default() };
        assert_eq!(planner.next(wants, 100), Job::Upload);
        assert_eq!(planner.next(Wants { push: true, ..wants }, 100), Job::Push);
        assert_eq!(planner.next(Wants { pull: true, ..wants }, 100), Job::Pull);
        planner.uploaded(Ended::Failed { after: None }, 100, 1.0);
        assert_eq!(planner.next(wants, 100), Job::Wait(PAUSE_MS));
        assert_eq!(planner.next(Wants { push: true, ..wants }, 100), Job::Push, "a stuck upload stops no entry");
        assert_eq!(planner.next(wants, 100 + PAUSE_MS), Job::Upload);
    }

    #[test]
    fn a_check_that_fails_is_tried_again_after_a_pause() {
        let mut planner = Planner::default();
        planner.pulled(Ended::Done, 0, 0.0);
        planner.checked(Ended::Failed { after: None }, 100, 1.0);
        let wants = Wants { confirm: true, ..Wants::default() };
        assert_eq!(planner.next(wants, 100), Job::Wait(PAUSE_MS));
        assert_eq!(planner.next(wants, 100 + PAUSE_MS), Job::Check);
    }
}
