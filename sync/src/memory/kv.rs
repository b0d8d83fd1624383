//! A device's storage in memory, with the faults that real ones have.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use crate::device::{Area, Durability, Kv, KvError, Read, Rows, Write};

type Store = BTreeMap<(Area, String), Vec<u8>>;

/// What lies on a device. Clones are handles on the same disk: tabs of one browser.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    disk: Rc<RefCell<Disk>>,
}

#[derive(Clone, Debug, Default)]
struct Disk {
    /// As the next transaction sees it.
    seen: Store,
    /// As it will be after a crash: what was written strictly, and what came before that.
    flushed: Store,
    /// Fails the write after so many others.
    fail_in: Option<(u32, KvError)>,
    transactions: u64,
}

impl MemoryDisk {
    /// Makes an empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loses what was not flushed, as a crash of the machine does.
    pub fn crash(&self) {
        let mut disk = self.disk.borrow_mut();
        disk.fail_in = None;
        disk.seen = disk.flushed.clone();
    }

    /// Lets a write after `writes` others fail, once; its transaction leaves nothing behind.
    pub fn fail_in(&self, writes: u32, error: KvError) {
        self.disk.borrow_mut().fail_in = Some((writes, error));
    }

    /// Forgets a fault that has not come to pass.
    pub fn stop_failing(&self) {
        self.disk.borrow_mut().fail_in = None;
    }

    /// Copies the disk: a copied profile.
    pub fn copy(&self) -> Self {
        Self { disk: Rc::new(RefCell::new(self.disk.borrow().clone())) }
    }

    /// Returns everything that lies there, for checkers.
    pub fn contents(&self) -> Vec<(Area, String, Vec<u8>)> {
        let disk = self.disk.borrow();
        disk.seen.iter().map(|((area, key), bytes)| (*area, key.clone(), bytes.clone())).collect()
    }

    /// Returns how many transactions there were.
    pub fn transactions(&self) -> u64 {
        self.disk.borrow().transactions
    }
}

/// A tab's handle on a disk.
#[derive(Clone, Debug)]
pub struct MemoryKv {
    disk: MemoryDisk,
}

impl MemoryKv {
    /// Opens a disk.
    pub fn open(disk: &MemoryDisk) -> Self {
        Self { disk: disk.clone() }
    }
}

impl Disk {
    fn find(&self, read: &Read) -> Rows {
        match read {
            Read::One(area, key) => {
                let found = self.seen.get_key_value(&(*area, key.clone()));
                found.map(|((_, key), bytes)| (key.clone(), bytes.clone())).into_iter().collect()
            }
            Read::Prefix(area, prefix) => self.find_from(*area, prefix, prefix),
            Read::From(area, prefix, from) => self.find_from(*area, prefix, from),
        }
    }

    fn find_from(&self, area: Area, prefix: &str, from: &str) -> Rows {
        self.seen
            .range((area, from.to_owned())..)
            .take_while(|((a, key), _)| *a == area && key.starts_with(prefix))
            .map(|((_, key), bytes)| (key.clone(), bytes.clone()))
            .collect()
    }

    fn write(&mut self, write: Write) -> Result<(), KvError> {
        if let Some((left, error)) = &mut self.fail_in {
            if *left == 0 {
                let error = error.clone();
                self.fail_in = None;
                return Err(error);
            }
            *left -= 1;
        }
        match write {
            Write::Put(area, key, bytes) => drop(self.seen.insert((area, key), bytes)),
            Write::Delete(area, key) => drop(self.seen.remove(&(area, key))),
            Write::DeletePrefix(area, prefix) => {
                self.seen.retain(|(a, key), _| *a != area || !key.starts_with(&prefix));
            }
        }
        Ok(())
    }
}

impl Kv for MemoryKv {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        let disk = self.disk.disk.borrow();
        Ok(reads.iter().map(|read| disk.find(read)).collect())
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        let mut disk = self.disk.disk.borrow_mut();
        let found = reads.iter().map(|read| disk.find(read)).collect();
        let (writes, result) = decide(found);
        if writes.is_empty() {
            return Ok(result);
        }
        disk.transactions += 1;
        let before = disk.seen.clone();
        for write in writes {
            if let Err(error) = disk.write(write) {
                disk.seen = before;
                return Err(error);
            }
        }
        if durability == Durability::Strict {
            disk.flushed = disk.seen.clone();
        }
        Ok(result)
    }
}
