//! A simulated device: a disk, one or two tabs, a clock that may be wrong, a person.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    future::Future,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use domain::{kind::Kind, mutation::Action, summary::customer_field, user::UserId};
use uuid::Uuid;

use super::{
    host::{Asked, Host},
    world::World,
};
use crate::{
    device::{Columns, DeviceError, Guard, Identity, Making, Page, Replaying, Replica},
    memory::{MemoryDisk, MemoryKv},
    protocol::{NoPage, PushAnswer, PushRequest},
    server::Session,
};

/// Runs a future of the memory stores, which are always ready.
pub(super) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a memory store is always ready"),
    }
}

/// A guard that a crash of the program does not wipe out; poison entries bring the program down.
#[derive(Clone, Debug, Default)]
pub(super) struct SimGuard {
    note: Rc<Cell<Option<Replaying>>>,
    pub(super) poison: Rc<RefCell<BTreeSet<Uuid>>>,
}

impl Guard for SimGuard {
    fn before(&self, replaying: Replaying) {
        self.note.set(Some(replaying));
    }

    fn meets(&self, entry: Uuid) {
        if self.poison.borrow().contains(&entry) {
            std::panic::panic_any("poison");
        }
    }

    fn after(&self) {
        self.note.set(None);
    }

    fn left_behind(&self) -> Option<Replaying> {
        self.note.take()
    }
}

/// A tab: its replica, and the list that it draws.
pub(super) struct Tab {
    replica: Replica<MemoryKv, SimGuard>,
    pub(super) columns: RefCell<Columns>,
}

impl Deref for Tab {
    type Target = Replica<MemoryKv, SimGuard>;

    fn deref(&self) -> &Self::Target {
        &self.replica
    }
}

/// One browser profile of one person.
pub(super) struct Device {
    pub(super) user: UserId,
    /// The browser whose session it uses; see [`super::people`].
    pub(super) browser: usize,
    pub(super) disk: MemoryDisk,
    pub(super) tabs: Vec<Rc<Tab>>,
    pub(super) guard: SimGuard,
    /// Not reachable until then; ms.
    pub(super) offline_until: i64,
    /// How far its own clock is off; ms.
    pub(super) clock_off: i64,
    /// Pushes that are still on their way.
    pub(super) on_their_way: Vec<PushRequest>,
    /// Writes the fields of a newer build.
    pub(super) newer: bool,
    /// Writes the arguments of an older build.
    pub(super) older: bool,
}

impl Device {
    pub(super) fn tab(&self) -> Option<Rc<Tab>> {
        self.tabs.first().cloned()
    }
}

/// Why an exchange did not come about.
pub(super) type Failed = Result<(), String>;

impl<H: Host> World<H> {
    /// Starts the app on a device.
    pub(super) fn open(&mut self, index: usize) -> Failed {
        let fresh = self.rng.uuid(self.now);
        let Some(device) = self.devices.get_mut(index) else { return Ok(()) };
        let identity = Identity { organisation: self.organisation, user: device.user.uuid() };
        let (kv, guard) = (MemoryKv::open(&device.disk), device.guard.clone());
        let opened = catch_unwind(AssertUnwindSafe(|| now(Replica::open(kv, guard, identity, fresh))));
        match opened {
            Ok(Ok((replica, _))) => {
                let columns = RefCell::new(Columns::new(Kind::Customer, customer_field::NAME));
                device.tabs.push(Rc::new(Tab { replica, columns }));
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the app came down at its start".into()),
        }
    }

    /// The program or the machine goes down, and comes up again.
    pub(super) fn crash_device(&mut self, index: usize) -> Failed {
        self.report.crashes += 1;
        self.trace(|| format!("device {index} crashes"));
        if let Some(device) = self.devices.get_mut(index) {
            device.tabs.clear();
            device.disk.crash();
        }
        self.start_again(index)
    }

    /// Tells what happens, to whoever looks for the cause of a broken law (`SIM_TRACE=1`).
    pub(super) fn trace(&self, words: impl FnOnce() -> String) {
        if self.tracing {
            eprintln!("{} {}", self.now, words());
        }
    }

    /// The program is closed and started again.
    pub(super) fn restart_device(&mut self, index: usize) -> Failed {
        if let Some(device) = self.devices.get_mut(index) {
            device.tabs.clear();
        }
        self.start_again(index)
    }

    /// A rule may bring the program down: the guard has seen it at the second start, or, if it was one of many, at the
    /// third.
    fn start_again(&mut self, index: usize) -> Failed {
        self.open(index).or_else(|_| self.open(index)).or_else(|_| self.open(index))
    }

    /// Runs something on a tab; if the storage fails or the program comes down, the device starts anew.
    /// Returns whether it was done.
    pub(super) fn on_tab<T>(
        &mut self,
        index: usize,
        work: impl FnOnce(&Tab) -> Result<T, DeviceError>,
    ) -> Result<Option<T>, String> {
        let tabs = self.devices.get(index).map(|device| device.tabs.clone()).unwrap_or_default();
        let Some(tab) = tabs.get(self.leader.min(tabs.len().saturating_sub(1))).cloned() else { return Ok(None) };
        drop(tabs);
        let done = catch_unwind(AssertUnwindSafe(|| work(&tab)));
        drop(tab);
        match done {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(DeviceError::Storage(crate::device::KvError::Quota))) => Ok(None),
            Ok(Err(DeviceError::NoEntry(_) | DeviceError::TooLarge { .. })) => Ok(None),
            Ok(Err(_)) | Err(_) => {
                self.crash_device(index)?;
                Ok(None)
            }
        }
    }

    /// Saves an entry. Only what the device says it saved counts as saved.
    pub(super) fn enter(&mut self, index: usize, name: &str, v: u16, args: String) -> Failed {
        let id = self.rng.uuid(self.now);
        let poison = self.rng.chance(1);
        let Some(device) = self.devices.get(index) else { return Ok(()) };
        if poison {
            device.guard.poison.borrow_mut().insert(id);
        }
        let off = device.clock_off;
        let making = Making {
            id,
            happened: self.now,
            happened_raw: self.now + off,
            business_date: self.today_at(self.now),
            about: String::new(),
        };
        let Ok(raw) = serde_json::value::RawValue::from_string(args) else { return Ok(()) };
        let user = device.user;
        let name = name.to_owned();
        // The write is on the disk before the rule is replayed: a poisoned rule comes down after "saved".
        let saved = self.on_tab(index, |tab| now(tab.enter_raw(&name, v, raw, making, None)))?;
        let stored = saved.is_some() || (poison && self.holds_entry(index, id));
        if stored {
            self.saved.insert(id, super::world::Saved { user, device: index, v });
            self.report.entries += 1;
        }
        Ok(())
    }

    /// Saves actions in one transaction, with notes of the device beside them. Says whether they are saved.
    pub(super) fn enter_together(
        &mut self,
        index: usize,
        actions: Vec<(Uuid, Action)>,
        notes: Vec<(String, Vec<u8>)>,
    ) -> Result<bool, String> {
        let Some(device) = self.devices.get(index) else { return Ok(false) };
        let (user, happened_raw) = (device.user, self.now + device.clock_off);
        let (happened, business_date) = (self.now, self.today_at(self.now));
        let making = |id| Making { id, happened, happened_raw, business_date, about: String::new() };
        let versions: Vec<(Uuid, u16)> = actions.iter().map(|(id, action)| (*id, action.version())).collect();
        let actions = actions.into_iter().map(|(id, action)| (action, making(id))).collect();
        if self.on_tab(index, |tab| now(tab.enter_all(actions, notes)))?.is_none() {
            return Ok(false);
        }
        for (id, v) in versions {
            self.saved.insert(id, super::world::Saved { user, device: index, v });
            self.report.entries += 1;
        }
        Ok(true)
    }

    fn holds_entry(&self, index: usize, id: Uuid) -> bool {
        let tab = self.devices.get(index).and_then(Device::tab);
        tab.is_some_and(|tab| tab.outbox().iter().any(|pending| pending.entry.id == id))
    }

    /// One push, with what a network does to it.
    pub(super) fn push_from(&mut self, index: usize, faulty: bool) -> Failed {
        if self.access_ended(index) {
            return Ok(());
        }
        let fresh = self.rng.uuid(self.now);
        let request = match self.on_tab(index, |tab| Ok(tab.push_request()))?.flatten() {
            Some(request) => request,
            None => return Ok(()),
        };
        let Some(device) = self.devices.get_mut(index) else { return Ok(()) };
        let user = device.user;
        if faulty {
            if self.rng.chance(10) {
                return Ok(()); // lost on the way there
            }
            if self.rng.chance(8) {
                device.on_their_way.push(request.clone()); // arrives later once more
            }
        }
        let session = self.session_of(index, user, faulty);
        let answer = self.serve_push(index, &session, &request)?;
        if let Some(PushAnswer::Answered { outcomes, .. }) = &answer {
            if session.user != user {
                return Err(format!("the entries of {user} were taken in the name of {}", session.user));
            }
            self.check_answered(outcomes)?;
        }
        if faulty && self.rng.chance(15) {
            return Ok(()); // lost on the way back
        }
        if let Some(answer) = answer {
            self.trace(|| {
                let sent: Vec<_> = request.entries.iter().map(|entry| (entry.n, entry.id)).collect();
                format!("device {index} as {} pushes {sent:?}: {answer:?}", request.caller.client)
            });
            let signed_out = answer == PushAnswer::OtherSession;
            self.on_tab(index, |tab| now(tab.take_push_answer(answer, fresh)))?;
            if signed_out {
                self.sign_in_again(index)?;
            }
        }
        Ok(())
    }

    fn sign_in_again(&mut self, index: usize) -> Failed {
        self.take_session(index);
        for tab in self.devices.get(index).map(|device| device.tabs.clone()).unwrap_or_default() {
            tab.set_stance(crate::device::Stance::Fine);
        }
        Ok(())
    }

    pub(super) fn serve_push(&mut self, index: usize, session: &Session, request: &PushRequest) -> Asked<PushAnswer> {
        let clock = self.clock();
        let request = self.as_the_server_reads(request).into_owned();
        self.server.push(index, session, &request, clock)
    }

    /// One pull of some pages, with what a network does to it. Says whether it reached the end.
    pub(super) fn pull_to(&mut self, index: usize, faulty: bool) -> Result<bool, String> {
        if self.access_ended(index) {
            return Ok(true);
        }
        let fresh = self.rng.uuid(self.now);
        let Some(request) = self.on_tab(index, |tab| Ok(tab.pull_request()))? else { return Ok(false) };
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(false) };
        let session = self.session_of(index, user, faulty);
        if faulty && self.rng.chance(10) {
            return Ok(false);
        }
        let clock = self.clock();
        let mut feed = match self.server.pull(index, &session, &request, clock)? {
            Some(Ok(feed)) => feed,
            Some(Err(why)) => {
                self.trace(|| format!("device {index}: no page, {why:?}"));
                let signed_out = why == NoPage::OtherSession;
                self.on_tab(index, |tab| now(tab.take_no_page(why, fresh)))?;
                if signed_out {
                    self.sign_in_again(index)?;
                }
                return Ok(false);
            }
            None => return Ok(false),
        };
        self.report.pulls += 1;
        let rows = if faulty { 1 + self.rng.below(9) } else { 50 };
        let cut_after = if faulty { 1 + self.rng.below(6) } else { usize::MAX };
        let together = 1 + self.rng.below(3);
        let (mut pages, mut number) = (Vec::new(), 0);
        let from = request.cursor.as_ref().map_or(0, |cursor| cursor.place.position);
        let mut told = BTreeSet::new();
        loop {
            let Some(text) = self.server.page(&mut feed, rows, clock)? else { return Ok(false) };
            let page = match Page::read(&text) {
                Ok(Ok(page)) => page,
                Ok(Err(_)) | Err(_) => return Err("the server sent no page".into()),
            };
            self.trace(|| format!("device {index} tab {} is sent\n{text}", self.leader));
            self.check_nothing_foreign(index, &text)?;
            told.extend(page.outcomes.iter().map(|outcome| outcome.id));
            let more = page.more();
            pages.push(page);
            number += 1;
            if pages.len() == together || !more {
                let batch = std::mem::take(&mut pages);
                let before = self.before_pages(index);
                if self.on_tab(index, |tab| now(tab.take_pages(batch)))?.is_none() {
                    return Ok(false);
                }
                self.check_little_vanished(index, before)?;
                self.check_preview_is_current(index)?;
                self.check_no_flicker(index)?;
                self.check_preview(index)?;
                self.check_columns(index)?;
            }
            if !more {
                self.check_told(request.caller.client, from, &told)?;
                let asks = self.on_tab(index, |tab| Ok(tab.wants_confirmation()))? == Some(true);
                if asks && !(faulty && self.rng.chance(20)) {
                    self.check_from(index)?;
                }
                self.check_caught_up(index)?;
                return Ok(true);
            }
            if number >= cut_after {
                return Ok(false);
            }
        }
    }

    /// Compares base and server.
    pub(super) fn check_from(&mut self, index: usize) -> Failed {
        if self.access_ended(index) {
            return Ok(());
        }
        let Some(request) = self.on_tab(index, |tab| Ok(tab.check_request()))?.flatten() else { return Ok(()) };
        let Some(device) = self.devices.get(index) else { return Ok(()) };
        let session = Session { organisation: self.organisation, user: device.user };
        let clock = self.clock();
        if let Some(answer) = self.server.check(index, &session, &request, clock)? {
            self.on_tab(index, |tab| now(tab.take_check(&request, &answer)))?;
        }
        Ok(())
    }
}
