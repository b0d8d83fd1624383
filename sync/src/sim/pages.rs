//! What must hold whenever a device has taken pages: nothing vanishes unasked, and what is shown is what
//! the outbox does to the base.

use std::{collections::BTreeMap, rc::Rc};

use domain::kind::RecordKey;

use super::{
    device::{Failed, Tab, now},
    host::Host,
    world::World,
};
use crate::device::meta::{self, Bases, only};

/// The shown base before some pages.
pub(super) struct Before {
    version: u64,
    keys: BTreeMap<RecordKey, u64>,
}

impl<H: Host> World<H> {
    fn leading_tab(&self, index: usize) -> Option<Rc<Tab>> {
        let device = self.devices.get(index)?;
        device.tabs.get(self.leader).or(device.tabs.last()).cloned()
    }

    /// Looks at the base that is about to take pages; none if it grows beside another, is the first, or
    /// is behind what another tab has stored: it takes that over instead.
    pub(super) fn before_pages(&self, index: usize) -> Option<Before> {
        let tab = self.leading_tab(index)?;
        let alone = tab.whole() && tab.state().growing.is_none() && in_step(&tab);
        let keys = alone.then(|| tab.with_base(|base| base.keys().map(|(key, _, rev)| (key, rev)).collect()))?;
        Some(Before { version: tab.version(), keys })
    }

    /// Pages that nobody has confirmed take away a fifth at most of what people entered; derived rows are nobody's work.
    pub(super) fn check_little_vanished(&self, index: usize, before: Option<Before>) -> Failed {
        let (Some(before), Some(tab)) = (before, self.leading_tab(index)) else { return Ok(()) };
        // One step on: otherwise another tab's pages were loaded, or none were taken.
        if tab.version() != before.version + 1 || !tab.whole() {
            return Ok(());
        }
        let entered = |key: &RecordKey| !key.kind.derived();
        let (gone, left) = tab.with_base(|base| {
            let gone = before.keys.keys().filter(|key| entered(key) && !base.holds(**key)).count();
            (gone, base.keys().filter(|(key, ..)| entered(key)).count())
        });
        match gone * 5 > left + gone {
            true => Err(format!("device {index} lost {gone} of {} records unasked", before.keys.len())),
            false => Ok(()),
        }
    }

    /// Replaying the outbox anew gives what is shown.
    pub(super) fn check_preview_is_current(&mut self, index: usize) -> Failed {
        let Some(tab) = self.leading_tab(index) else { return Ok(()) };
        let poison = self.devices.get(index).map(|device| device.guard.poison.borrow().clone()).unwrap_or_default();
        if !in_step(&tab) {
            return Ok(()); // reading a body will tell it
        }
        if tab.outbox().iter().any(|pending| poison.contains(&pending.entry.id)) {
            return Ok(()); // replaying it brings the program down
        }
        let shown = previewed(&tab);
        if now(tab.rebase()).is_err() {
            return Ok(());
        }
        let anew = previewed(&tab);
        let differ = |key: &&RecordKey| shown.get(*key) != anew.get(*key);
        match shown.keys().chain(anew.keys()).find(differ) {
            None => Ok(()),
            Some(key) => Err(format!(
                "device {index} shows {key:?} as {:?}, but its outbox makes {:?} of it",
                shown.get(key),
                anew.get(key)
            )),
        }
    }
}

/// Says whether a tab knows what is stored: another one may have written, and the word is on its way.
fn in_step(tab: &Tab) -> bool {
    let stored = now(tab.read(&[meta::read(meta::BASES)])).ok().and_then(|read| only::<Bases>(read.first()).ok()?);
    stored.as_ref() == Some(&tab.state().bases)
}

fn previewed(tab: &Tab) -> BTreeMap<RecordKey, Option<String>> {
    let body = |row: &domain::view::Row| row.body.to_string();
    tab.with_preview(|preview| {
        preview.changes.iter().map(|(key, change)| (*key, change.as_ref().map(|p| body(&p.row)))).collect()
    })
}
