//! Several people at one computer: each has a database of his own, the browser one session for all.

use domain::user::UserId;

use super::{
    device::{Failed, now},
    host::Host,
    world::World,
};
use crate::{
    device::{DeviceError, Guardless, Identity, Replica},
    memory::MemoryKv,
    server::Session,
};

impl<H: Host> World<H> {
    /// Returns the session with which a device's requests go out; now and then it is somebody else's, who
    /// has signed in meanwhile.
    pub(super) fn session_of(&mut self, user: UserId, faulty: bool) -> Session {
        let other = (faulty && self.rng.chance(5)).then(|| self.rng.below(self.users.len()));
        let user = other.and_then(|other| self.users.get(other).copied()).unwrap_or(user);
        Session { organisation: self.organisation, user }
    }

    /// Somebody else signs in on a device and is given the database that lies there.
    pub(super) fn somebody_else_opens(&mut self, index: usize) -> Failed {
        let other = self.rng.below(self.users.len());
        let fresh = self.rng.uuid(self.now);
        let (Some(device), Some(other)) = (self.devices.get(index), self.users.get(other)) else { return Ok(()) };
        if device.user == *other {
            return Ok(());
        }
        let identity = Identity { organisation: self.organisation, user: other.uuid() };
        match now(Replica::open(MemoryKv::open(&device.disk), Guardless, identity, fresh)) {
            Err(DeviceError::OtherIdentity) => Ok(()),
            _ => Err(format!("device {index} shows {other} what belongs to {}", device.user)),
        }
    }
}
