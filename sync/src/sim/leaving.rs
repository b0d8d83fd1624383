//! The end of somebody's access: what their devices had not sent goes into quarantine, the devices wipe themselves, and an
//! administrator decides. Luck comes from a stream of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    kind::{Kind, RecordKey},
    quarantine::{QuarantineAccept, accepted_id},
    record::BodyError,
    user::{User, UserId, UserPlace},
};
use uuid::Uuid;

use super::{
    checkers::law,
    device::{Failed, now},
    history::History,
    host::Host,
    rng::Rng,
    world::{HOUR, World},
};
use crate::{
    device::{KvError, Pending},
    memory::{MemoryDisk, Tables},
    protocol::{Entry, Verdict},
};

/// How many entries go into one request.
const BATCH: usize = 4;

/// An entry in quarantine.
#[derive(Clone, Debug)]
struct Held {
    author: UserId,
    entry: Entry,
    accepted: Option<bool>,
}

/// What a server holds in quarantine.
type Quarantine = BTreeMap<Uuid, Held>;

/// Whose access has ended, and what becomes of what they had not sent.
pub(super) struct Leaving {
    luck: Rng,
    /// As the server's tables say.
    ended: BTreeSet<UserId>,
    held: Quarantine,
    backup: Quarantine,
    /// What was in quarantine at any time, or saved on a device that was wiped: of that only the server knows, and one
    /// that was restored may have lost it.
    gone_from_devices: BTreeSet<Uuid>,
}

impl Leaving {
    pub(super) fn new(luck: Rng) -> Self {
        Self {
            luck,
            ended: BTreeSet::new(),
            held: Quarantine::new(),
            backup: Quarantine::new(),
            gone_from_devices: BTreeSet::new(),
        }
    }

    pub(super) fn back_up(&mut self) {
        self.backup.clone_from(&self.held);
    }

    pub(super) fn restore(&mut self) {
        self.held = std::mem::take(&mut self.backup);
    }

    /// Says whether an entry has come to an administrator, who has accepted it and had it carried out, or discarded it, or
    /// still has it before them.
    pub(super) fn answers_for(&self, id: Uuid, tables: &Tables, restored: bool) -> bool {
        match self.held.get(&id).map(|held| held.accepted) {
            Some(Some(true)) => applied(tables, id) || applied(tables, accepted_id(id)),
            Some(_) => true,
            None => restored && self.gone_from_devices.contains(&id),
        }
    }
}

fn user_in(tables: &Tables, id: UserId) -> Option<User> {
    let (row, _) = tables.records.get(&RecordKey::new(Kind::User, id.uuid()))?;
    BodyError::parse(&row.body).ok()
}

fn applied(tables: &Tables, id: Uuid) -> bool {
    tables.journal.values().any(|row| row.entry.id == id && row.verdict == Verdict::Applied)
}

impl<H: Host> World<H> {
    /// Says whether somebody may no longer work here.
    pub(super) fn has_left(&self, user: UserId) -> bool {
        self.leaving.ended.contains(&user)
    }

    /// Says whether the person of a device may no longer work here.
    pub(super) fn access_ended(&self, index: usize) -> bool {
        self.devices.get(index).is_some_and(|device| self.has_left(device.user))
    }

    /// Now and then somebody leaves the company, or comes back.
    pub(super) fn maybe_end_access(&mut self) -> Failed {
        if !self.leaving.luck.chance(35) {
            return Ok(());
        }
        // Never the administrator, or nobody is left.
        let index = 1 + self.leaving.luck.below(self.users.len() - 1);
        let gone: Vec<UserId> = self.leaving.ended.iter().copied().collect();
        let back = self.leaving.luck.pick(&gone).copied().filter(|_| self.leaving.luck.chance(50));
        let Some(id) = back.or(self.users.get(index).copied()) else { return Ok(()) };
        let active = self.has_left(id);
        if !active && self.leaving.ended.len() >= 2 {
            return Ok(());
        }
        let Some(user) = user_in(&self.server.tables(), id) else { return Ok(()) };
        let User { name, roles, department, superior, .. } = user;
        let place = UserPlace { id, name, roles, department, superior, active };
        self.server.command(self.leaving.luck.uuid(self.now), place.into(), self.clock())?;
        self.see_who_left()
    }

    /// Learns from the server's tables whose access has ended. Who is back begins with empty databases where theirs were
    /// wiped.
    pub(super) fn see_who_left(&mut self) -> Failed {
        let tables = self.server.tables();
        let inactive = |id: &UserId| user_in(&tables, *id).is_some_and(|user| !user.active);
        let ended: BTreeSet<UserId> = self.users.iter().copied().filter(inactive).collect();
        let before = std::mem::replace(&mut self.leaving.ended, ended);
        if before != self.leaving.ended {
            self.trace(|| format!("without access: {:?}", self.leaving.ended));
        }
        for index in 0..self.devices.len() {
            let back = self.devices.get(index).is_some_and(|device| before.contains(&device.user));
            if back && !self.access_ended(index) && self.at_work(index) == index {
                self.sign_in(index)?;
            }
        }
        Ok(())
    }

    /// The device of somebody whose access has ended hands over what it has not sent, and wipes itself; with what a
    /// network and a storage do to it. Says whether there was anything to do.
    pub(super) fn leave(&mut self, index: usize, faulty: bool) -> Result<bool, String> {
        let Some(device) = self.devices.get(index) else { return Ok(false) };
        if device.tabs.is_empty() && device.disk.contents().is_empty() {
            return Ok(false);
        }
        let user = device.user;
        if device.tabs.is_empty() {
            self.open(index).or_else(|_| self.open(index))?;
        }
        let mut handed_over = BTreeSet::new();
        loop {
            let Some(outbox) = self.on_tab(index, |tab| now(tab.reload()).map(|()| tab.outbox()))? else {
                return Ok(true);
            };
            let waiting = outbox.into_iter().filter(|pending| !handed_over.contains(&pending.entry.id));
            let waiting: Vec<Entry> = waiting.map(|Pending { entry, .. }| entry).take(BATCH).collect();
            if waiting.is_empty() {
                break;
            }
            if faulty && self.leaving.luck.chance(15) {
                return Ok(true); // lost on the way there
            }
            handed_over.extend(self.hold(user, waiting));
            if faulty && self.leaving.luck.chance(30) {
                // Lost on the way back; it may be days until the device is heard of again.
                if let Some(device) = self.devices.get_mut(index) {
                    device.offline_until = self.now + HOUR * self.leaving.luck.below(200) as i64;
                }
                return Ok(true);
            }
        }
        let Some(photos) = self.on_tab(index, |tab| Ok(tab.originals_waiting()))? else { return Ok(true) };
        for (id, hash) in photos {
            let bytes = self.on_tab(index, |tab| now(tab.original(id)))?.flatten();
            self.photos.hand_over(id, hash, bytes.unwrap_or_default());
            handed_over.insert(id.uuid());
        }
        // Another tab may have saved something in between, and the storage may fail at the last moment.
        if faulty && self.leaving.luck.chance(40) {
            self.open(index)?;
            self.leader = 1;
            self.act(index)?;
            self.leader = 0;
        }
        if let Some(device) = self.devices.get(index).filter(|_| faulty && self.leaving.luck.chance(20)) {
            device.disk.fail_in(self.leaving.luck.below(2) as u32, KvError::Lost);
        }
        let ended = self.on_tab(index, |tab| now(tab.end(&handed_over)))?;
        if let Some(device) = self.devices.get(index) {
            device.disk.stop_failing();
        }
        // It may go down between the end of the database and its removal.
        match ended {
            Some(true) if faulty && self.leaving.luck.chance(20) => self.crash_device(index)?,
            Some(true) => self.wipe(index),
            _ => {}
        }
        Ok(true)
    }

    fn wipe(&mut self, index: usize) {
        if let Some(device) = self.devices.get_mut(index) {
            device.tabs.clear();
            device.on_their_way.clear();
            device.disk = MemoryDisk::new();
        }
        self.forget_left(index);
        let saved_here = self.saved.iter().filter(|(_, saved)| saved.device == index).map(|(id, _)| *id);
        self.leaving.gone_from_devices.extend(saved_here);
        self.trace(|| format!("device {index} is wiped"));
    }

    /// Keeps entries as the API does: each once, and none that was applied. Returns those that need not be sent again.
    fn hold(&mut self, author: UserId, entries: Vec<Entry>) -> Vec<Uuid> {
        let tables = self.server.tables();
        let ids = entries.iter().map(|entry| entry.id).collect();
        for entry in entries.into_iter().filter(|entry| entry.name != "void" && !applied(&tables, entry.id)) {
            self.trace(|| format!("held in quarantine: {} {}", entry.name, entry.id));
            self.leaving.gone_from_devices.insert(entry.id);
            self.report.held += 1;
            self.leaving.held.entry(entry.id).or_insert(Held { author, entry, accepted: None });
        }
        ids
    }

    /// Now and then an administrator looks through the quarantine.
    pub(super) fn maybe_review(&mut self) -> Failed {
        if self.leaving.luck.chance(50) { self.review(true) } else { Ok(()) }
    }

    /// An administrator accepts most of what is held, discards some, and leaves the rest for another day.
    pub(super) fn review(&mut self, faulty: bool) -> Failed {
        let Some(administrator) = self.users.first().copied() else { return Ok(()) };
        let open = self.leaving.held.iter().filter(|(_, held)| held.accepted.is_none());
        let tables = self.server.tables();
        let open: Vec<(Uuid, Held)> = open.map(|(id, held)| (*id, held.clone())).collect();
        for (id, Held { author, entry, .. }) in open {
            let decision = match self.leaving.luck.below(10) {
                0 | 1 => None,
                // Carried out before, and the note of it lost: then it is not discarded any more.
                2 | 3 => Some(applied(&tables, accepted_id(id))),
                _ => Some(true),
            };
            if decision == Some(true) {
                let Ok(args) = serde_json::from_str(entry.args.get()) else { continue };
                let Entry { name, v, happened, business_date, .. } = entry;
                let accept = QuarantineAccept { author, name, v, args, happened, business_date };
                let answer = self.server.accept(administrator, id, accept, self.clock())?;
                self.trace(|| format!("{id} is accepted: {answer:?}"));
                // Refused, or the server went down over it, or before it had noted the decision.
                if answer != Some(Ok(())) || (faulty && self.leaving.luck.chance(20)) {
                    continue;
                }
            }
            if let Some(held) = self.leaving.held.get_mut(&id) {
                held.accepted = decision;
            }
        }
        Ok(())
    }

    /// What an administrator accepted took effect once, what was discarded never.
    pub(super) fn check_quarantine(&self, tables: &Tables) -> Failed {
        let history = History::new(tables);
        for (id, held) in &self.leaving.held {
            let row = |of: Uuid| history.of_entry(*id).find(|row| row.entry.id == of);
            let (itself, accepted) = (row(*id), row(accepted_id(*id)));
            let accepted = accepted.filter(|row| row.verdict == Verdict::Applied);
            law(held.accepted != Some(false) || accepted.is_none(), || {
                format!("entry {id} was discarded and took effect")
            })?;
            let (Some(itself), Some(accepted)) = (itself, accepted) else { continue };
            // One that was refused may be accepted later; one that was accepted has been done.
            let once = match accepted.rev < itself.rev {
                true => itself.verdict == Verdict::Applied && itself.before.is_empty(),
                false => itself.verdict != Verdict::Applied,
            };
            law(once, || {
                format!("entry {id} was accepted out of quarantine, and {:?} when it was sent", itself.verdict)
            })?;
        }
        Ok(())
    }

    /// Nothing is left where somebody's access has ended.
    pub(super) fn check_wiped(&self, index: usize) -> Failed {
        let Some(device) = self.devices.get(index) else { return Ok(()) };
        law(device.disk.contents().is_empty(), || format!("device {index} still holds what {} had", device.user))
    }

    /// Says whether an entry is or was in quarantine.
    pub(super) fn was_held(&self, entry: Uuid) -> bool {
        self.leaving.held.contains_key(&entry)
    }

    /// Says whether an administrator has a photo's entry before them, or has discarded it.
    pub(super) fn photo_in_quarantine(&self, entry: Uuid, tables: &Tables) -> bool {
        let accepted = self.leaving.held.get(&entry).is_some_and(|held| held.accepted == Some(true));
        !accepted && self.leaving.answers_for(entry, tables, self.report.restores > 0)
    }
}
