//! Several people at one computer: each has a database of their own, the browser one session for all its tabs. They draw
//! their luck from a stream of their own.

use std::collections::BTreeMap;

use domain::user::UserId;

use super::{
    device::{Failed, now},
    host::Host,
    rng::Rng,
    world::World,
};
use crate::{
    device::{Area, DeviceError, Guardless, Identity, Replica},
    memory::{MemoryDisk, MemoryKv},
    server::Session,
};

/// Everything that lies on a disk.
type Contents = Vec<(Area, String, Vec<u8>)>;

/// Who works at which browser.
pub(super) struct People {
    luck: Rng,
    /// Who is signed in, by browser.
    sessions: Vec<UserId>,
    /// What those who signed out left on their disks, by device.
    left: BTreeMap<usize, Contents>,
}

impl People {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck, sessions: Vec::new(), left: BTreeMap::new() }
    }

    /// Takes in a new browser with whoever is signed in there.
    pub(super) fn add_browser(&mut self, user: UserId) -> usize {
        self.sessions.push(user);
        self.sessions.len() - 1
    }
}

impl<H: Host> World<H> {
    /// Puts a computer up at which some of the staff take turns.
    pub(super) fn share_a_computer(&mut self) {
        let sharers: Vec<UserId> = self.users.iter().copied().skip(2 + self.people.luck.below(2)).take(3).collect();
        let mut browser = None;
        for user in sharers {
            self.add_device(user);
            let index = self.devices.len() - 1;
            let Some(device) = self.devices.last_mut() else { continue };
            match browser {
                None => browser = Some(device.browser),
                Some(browser) => {
                    device.browser = browser;
                    device.tabs.clear();
                    self.people.left.insert(index, self.devices.get(index).map(contents).unwrap_or_default());
                }
            }
        }
    }

    /// Returns the devices of a browser: the databases of those who work there.
    fn in_browser(&self, browser: usize) -> Vec<usize> {
        let there = self.devices.iter().enumerate().filter(|(_, device)| device.browser == browser);
        there.map(|(index, _)| index).collect()
    }

    /// Returns who works at a device's browser at the moment: the device itself, if the app is open in it.
    pub(super) fn at_work(&self, index: usize) -> usize {
        let open = |index: &usize| self.devices.get(*index).is_some_and(|device| !device.tabs.is_empty());
        let Some(browser) = self.devices.get(index).map(|device| device.browser) else { return index };
        if open(&index) { index } else { self.in_browser(browser).into_iter().find(open).unwrap_or(index) }
    }

    /// Now and then somebody else sits down at a shared computer.
    pub(super) fn maybe_change_over(&mut self) -> Failed {
        if !self.people.luck.chance(8) {
            return Ok(());
        }
        let shared = |browser: &usize| self.in_browser(*browser).len() > 1;
        let browsers: Vec<usize> = (0..self.people.sessions.len()).filter(shared).collect();
        let Some(browser) = self.people.luck.pick(&browsers).copied() else { return Ok(()) };
        let people = self.in_browser(browser);
        let Some(next) = self.people.luck.pick(&people).copied() else { return Ok(()) };
        for index in people.into_iter().filter(|index| *index != next) {
            // Whoever does not sign out leaves a tab open, which goes on with a session that is no longer its own.
            if self.people.luck.chance(70) {
                self.sign_out(index);
            }
        }
        self.sign_in(next)
    }

    fn sign_out(&mut self, index: usize) {
        let Some(device) = self.devices.get_mut(index).filter(|device| !device.tabs.is_empty()) else { return };
        device.tabs.clear();
        let left = contents(device);
        self.people.left.insert(index, left);
        self.trace(|| format!("device {index} is signed out"));
    }

    /// Signs a device's person in, and finds what they left as they left it.
    pub(super) fn sign_in(&mut self, index: usize) -> Failed {
        self.take_session(index);
        let Some(device) = self.devices.get(index).filter(|device| device.tabs.is_empty()) else { return Ok(()) };
        let here = contents(device);
        if self.access_ended(index) {
            return Ok(());
        }
        if self.people.left.remove(&index).is_some_and(|left| left != here) {
            return Err(format!("others have changed what {} left on device {index}", device.user));
        }
        self.trace(|| format!("device {index} is signed in"));
        self.open(index)
    }

    /// From now on the browser's session is that of a device's person.
    pub(super) fn take_session(&mut self, index: usize) {
        let Some(device) = self.devices.get(index) else { return };
        if let Some(session) = self.people.sessions.get_mut(device.browser) {
            *session = device.user;
        }
    }

    /// Forgets what was left on a disk that is no more.
    pub(super) fn forget_left(&mut self, index: usize) {
        self.people.left.remove(&index);
    }

    /// Returns the session with which a device's requests go out: the browser's; now and then it is somebody else's,
    /// who has signed in meanwhile.
    pub(super) fn session_of(&mut self, index: usize, user: UserId, faulty: bool) -> Session {
        let browsers = self.devices.get(index).and_then(|device| self.people.sessions.get(device.browser));
        let signed_in = browsers.copied().filter(|user| !self.has_left(*user)).unwrap_or(user);
        let other = (faulty && self.rng.chance(5)).then(|| self.rng.below(self.users.len()));
        let other = other.and_then(|other| self.users.get(other).copied()).filter(|other| !self.has_left(*other));
        Session { organisation: self.organisation, user: other.unwrap_or(signed_in) }
    }

    /// Somebody else signs in on a device and is given the database that lies there.
    pub(super) fn somebody_else_opens(&mut self, index: usize) -> Failed {
        let other = self.rng.below(self.users.len());
        let fresh = self.rng.uuid(self.now);
        let (Some(device), Some(other)) = (self.devices.get(index), self.users.get(other)) else { return Ok(()) };
        if device.user == *other || device.disk.contents().is_empty() {
            return Ok(());
        }
        let identity = Identity { organisation: self.organisation, user: other.uuid() };
        match now(Replica::open(MemoryKv::open(&device.disk), Guardless, identity, fresh)) {
            Err(DeviceError::OtherIdentity) => Ok(()),
            _ => Err(format!("device {index} shows {other} what belongs to {}", device.user)),
        }
    }
}

fn contents(device: &super::device::Device) -> Contents {
    MemoryDisk::contents(&device.disk)
}
