//! What is done to many records at once, and taken back: an owner, a tag or the recycle bin for several customers, and
//! imports in batches. Luck comes from a stream of its own.

mod bulk;
mod check;
mod import;

use std::collections::{BTreeMap, BTreeSet};

use domain::{kind::RecordKey, mutation::Action};
use serde_json::Value;
use uuid::Uuid;

use super::{
    device::{Device, Failed},
    host::Host,
    rng::Rng,
    world::World,
};

/// How a job is taken back.
#[derive(Clone, Debug)]
enum Back {
    /// By what was worked out when it was done.
    Known(Vec<(RecordKey, Action)>),
    /// By what the device has noted under this id.
    Noted(Uuid),
}

/// Something that was done to many records at once.
#[derive(Clone, Debug)]
struct Job {
    device: usize,
    back: Back,
    /// When somebody thinks better of it; ms.
    regretted_at: i64,
    /// The records as the person saw them before, and as the server had said them; none of what the job made.
    before: BTreeMap<RecordKey, Option<Value>>,
    /// Its entries, each with the record that it is about.
    forth: BTreeMap<Uuid, RecordKey>,
    /// The entries that took it back.
    taken_back: BTreeMap<Uuid, RecordKey>,
    /// What stays, since somebody has worked on it or it has left this device's sight.
    excused: BTreeSet<RecordKey>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Done,
    TakenBack,
}

/// Every job of a world.
pub(super) struct Jobs {
    luck: Rng,
    jobs: Vec<Job>,
}

impl Jobs {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck, jobs: Vec::new() }
    }
}

impl<H: Host> World<H> {
    /// Now and then somebody does something to many records at once.
    pub(super) fn maybe_start_job(&mut self, index: usize) -> Failed {
        match self.jobs.luck.below(100) {
            0..=11 => self.do_in_bulk(index),
            12..=17 => self.import(index),
            _ => Ok(()),
        }
    }

    /// What was regretted meanwhile is taken back.
    pub(super) fn take_back_what_is_due(&mut self) -> Failed {
        for at in 0..self.jobs.jobs.len() {
            let Some(job) = self.jobs.jobs.get(at) else { continue };
            let due = job.state == State::Done && job.regretted_at <= self.now;
            if due && !self.access_ended(job.device) && self.at_work(job.device) == job.device {
                self.take_back(at)?;
            }
        }
        Ok(())
    }

    fn take_back(&mut self, at: usize) -> Failed {
        let Some(job) = self.jobs.jobs.get(at).cloned() else { return Ok(()) };
        let done = match &job.back {
            Back::Known(actions) => self.enter_back(at, job.device, actions.clone())?,
            Back::Noted(import) => self.undo_import(at, job.device, *import)?,
        };
        if done && let Some(job) = self.jobs.jobs.get_mut(at) {
            job.state = State::TakenBack;
            self.report.taken_back += 1;
        }
        Ok(())
    }

    /// Enters what takes a job back, or a part of it. Says whether it is saved.
    fn enter_back(&mut self, at: usize, index: usize, actions: Vec<(RecordKey, Action)>) -> Result<bool, String> {
        let numbered: Vec<(Uuid, RecordKey, Action)> =
            actions.into_iter().map(|(key, action)| (self.jobs.luck.uuid(self.now), key, action)).collect();
        let keys = numbered.iter().map(|(id, key, _)| (*id, *key)).collect::<Vec<_>>();
        let entries = numbered.into_iter().map(|(id, _, action)| (id, action)).collect();
        let saved = self.enter_together(index, entries, Vec::new())?;
        if saved && let Some(job) = self.jobs.jobs.get_mut(at) {
            job.taken_back.extend(keys);
        }
        Ok(saved)
    }

    /// Says whether nothing that waits, and may yet be refused, has a part in how a record is shown.
    fn is_as_the_server_says(&self, index: usize, key: RecordKey) -> bool {
        self.devices.get(index).and_then(Device::tab).is_some_and(|tab| !tab.is_unsent(key))
    }

    /// Returns when somebody will regret what they do now: soon, later, or never.
    fn regret(&mut self) -> i64 {
        match self.jobs.luck.below(10) {
            0..=3 => self.now + 60_000,
            4..=8 => self.now + super::world::HOUR * self.jobs.luck.below(40) as i64,
            _ => i64::MAX,
        }
    }
}
