//! What goes wrong: crashes, full disks, copied profiles, wrong clocks, restored servers.

use super::{
    device::{Device, Failed, SimGuard, now},
    host::Host,
    world::{HOUR, World},
};
use crate::device::KvError;

impl<H: Host> World<H> {
    /// Something goes wrong on or around a device.
    pub(super) fn misfortune(&mut self, index: usize) -> Failed {
        match self.rng.below(22) {
            0 | 1 => self.crash_device(index)?,
            2..=4 => self.storage_fails(index)?,
            5 | 6 => {
                let operations = self.rng.below(12) as u32;
                self.server.crash_in(operations);
            }
            7 | 8 => self.go_away(index),
            9 => self.clock_goes_wrong(index),
            10 | 11 => self.open_second_tab(index)?,
            12 => self.copy_profile(index)?,
            13 => {
                self.backup = Some(self.server.backup());
                self.photos.back_up();
                self.leaving.back_up();
            }
            14 => self.restore_server()?,
            15 => self.deliver_late(index)?,
            16 => self.discard_something(index)?,
            17 => self.check_from(index)?,
            18 => self.age_server(),
            19 => self.somebody_else_opens(index)?,
            _ => self.compact_badly(index)?,
        }
        Ok(())
    }

    /// The disk is full, or the handle is lost, at some write of what comes next.
    fn storage_fails(&mut self, index: usize) -> Failed {
        let error = if self.rng.chance(40) { KvError::Quota } else { KvError::Lost };
        let writes = self.rng.below(6) as u32;
        if let Some(device) = self.devices.get(index) {
            device.disk.fail_in(writes, error);
        }
        if self.rng.chance(50) {
            self.pull_to(index, true)?;
        }
        self.act(index)?;
        if let Some(device) = self.devices.get(index) {
            device.disk.stop_failing();
        }
        if self.rng.chance(30) { self.crash_device(index) } else { Ok(()) }
    }

    fn go_away(&mut self, index: usize) {
        let hours = 1 + self.rng.below(400) as i64;
        if let Some(device) = self.devices.get_mut(index) {
            device.offline_until = self.now + hours * HOUR;
        }
    }

    fn clock_goes_wrong(&mut self, index: usize) {
        let year = 365 * 24 * HOUR;
        let off = [0, year, -year, 7 * 60_000].get(self.rng.below(4)).copied().unwrap_or(0);
        if let Some(device) = self.devices.get_mut(index) {
            device.clock_off = off;
        }
    }

    fn open_second_tab(&mut self, index: usize) -> Failed {
        let tabs = self.devices.get(index).map_or(0, |device| device.tabs.len());
        if tabs < 2 {
            return self.open(index);
        }
        if let Some(device) = self.devices.get_mut(index) {
            device.tabs.remove(0);
        }
        Ok(())
    }

    /// A copied profile: two devices with one identity.
    fn copy_profile(&mut self, index: usize) -> Failed {
        if self.devices.len() >= 12 {
            return Ok(());
        }
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(()) };
        let browser = self.people.add_browser(user);
        let Some(old) = self.devices.get(index) else { return Ok(()) };
        let copy = Device {
            user,
            browser,
            disk: old.disk.copy(),
            tabs: Vec::new(),
            guard: SimGuard::default(),
            offline_until: 0,
            clock_off: 0,
            on_their_way: Vec::new(),
            newer: old.newer,
            older: old.older,
        };
        self.trace(|| format!("device {} is a copy of {index}", self.devices.len()));
        self.devices.push(copy);
        self.open(self.devices.len() - 1)
    }

    /// The server is put back to its last backup; devices are ahead of it.
    fn restore_server(&mut self) -> Failed {
        let Some(backup) = self.backup.take() else { return Ok(()) };
        self.report.restores += 1;
        let incarnation = self.rng.uuid(self.now);
        self.server.restore(backup, incarnation);
        self.photos.restore();
        self.leaving.restore();
        self.trace(|| format!("the server goes back to {}", self.server.tables().rev));
        self.see_who_left()
    }

    fn discard_something(&mut self, index: usize) -> Failed {
        let outbox = self.devices.get(index).and_then(Device::tab).map(|tab| tab.outbox()).unwrap_or_default();
        let Some(id) = self.rng.pick(&outbox).map(|pending| pending.entry.id) else { return Ok(()) };
        // Whether it is done or the program comes down in between: both are right from here on.
        self.discarded.insert(id);
        self.on_tab(index, |tab| now(tab.discard(id)))?;
        Ok(())
    }

    /// Compaction in one tab, with a full disk or another tab at work in between.
    fn compact_badly(&mut self, index: usize) -> Failed {
        if self.rng.chance(40) {
            // Another tab leads for a moment and takes pages that this one has not heard of.
            let here = self.leader;
            self.leader = 1 - here.min(1);
            let pulled = self.pull_to(index, false);
            self.leader = here;
            pulled?;
        }
        if self.rng.chance(30)
            && let Some(device) = self.devices.get(index)
        {
            device.disk.fail_in(self.rng.below(8) as u32, KvError::Lost);
        }
        self.on_tab(index, |tab| now(tab.compact_from(2)))?;
        if let Some(device) = self.devices.get(index) {
            device.disk.stop_failing();
        }
        if self.rng.chance(30) { self.crash_device(index) } else { Ok(()) }
    }
}
