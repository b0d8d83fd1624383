//! What must hold of a device once everything has come to rest.

use std::collections::BTreeMap;

use domain::{
    kind::{Kind, RecordKey},
    refusal::Refusal,
    view::NEWER_FIELD,
};

use super::{
    super::{
        device::{Device, Failed, now},
        host::Host,
        world::World,
    },
    law,
};
use crate::{
    device::{Area, EntryState},
    memory::Tables,
    protocol::Verdict,
    server::JournalRow,
};

impl<H: Host> World<H> {
    /// A device's base equals the server's visible set, by key, revision and body.
    pub(super) fn check_replica(&mut self, tables: &Tables, index: usize) -> Failed {
        self.restart_device(index)?;
        let Some(viewer) = self.viewer(tables, index) else { return Err(format!("device {index} does not start")) };
        let Some(tab) = self.devices.get(index).and_then(Device::tab) else { return Ok(()) };
        let waiting = tab.outbox().iter().filter(|pending| pending.waits()).count();
        law(waiting == 0, || format!("device {index}: {waiting} entries wait for ever"))?;
        let here: BTreeMap<RecordKey, u64> =
            tab.with_base(|base| base.keys().map(|(key, _, rev)| (key, rev)).collect());
        for (key, (row, _)) in &tables.records {
            if !tables.sees(&viewer, *key) {
                law(!here.contains_key(key), || format!("device {index} still holds {key}, out of its sight"))?;
                continue;
            }
            law(here.get(key) == Some(&row.rev), || {
                format!("device {index} has {key} at {:?}, the server at {}", here.get(key), row.rev)
            })?;
            let body = now(tab.base_row(*key)).ok().flatten().map(|row| row.body);
            law(body.as_ref() == Some(&row.body), || format!("device {index} has another body of {key}"))?;
        }
        for key in here.keys() {
            law(tables.records.contains_key(key), || format!("device {index} holds {key}, which is gone"))?;
        }
        let sums = tab.with_base(crate::device::Base::sums);
        let mut theirs = crate::protocol::Sums::new();
        for (key, (row, _)) in tables.records.iter().filter(|(key, _)| tables.sees(&viewer, **key)) {
            theirs.entry(key.kind).or_default().add(key.id, row.rev);
        }
        law(sums == theirs, || format!("device {index}: sums differ"))?;
        law(tab.repairs() == 0, || format!("device {index} was repaired"))
    }

    /// Gone means gone: no bytes of a record out of sight lie on the disk.
    pub(super) fn check_disk(&self, tables: &Tables, index: usize) -> Failed {
        let (Some(device), Some(viewer)) = (self.devices.get(index), self.viewer(tables, index)) else {
            return Ok(());
        };
        let bodies: Vec<u8> = device
            .disk
            .contents()
            .into_iter()
            .filter(|(area, ..)| matches!(area, Area::Block | Area::Delta))
            .flat_map(|(_, _, bytes)| bytes)
            .collect();
        let text = String::from_utf8_lossy(&bodies);
        for key in tables.records.keys().filter(|key| !tables.sees(&viewer, **key)) {
            // A card has its customer's id; what follows the id tells them apart.
            let rest = match key.kind {
                Kind::Customer => ",\"name\"",
                Kind::PoolCard => ",\"pool\"",
                _ => "",
            };
            let id = format!("{{\"id\":\"{}\"{rest}", key.id);
            law(!text.contains(&id), || format!("bytes of {key} still lie on device {index}"))?;
        }
        Ok(())
    }

    /// Every entry that was called saved was applied, or is refused and shown, or lies where an administrator sees it.
    pub(super) fn check_saved(&self, tables: &Tables) -> Failed {
        let answered: BTreeMap<_, &JournalRow> = tables.journal.values().map(|row| (row.entry.id, row)).collect();
        let mut shown = BTreeMap::new();
        for device in &self.devices {
            for pending in device.tab().map(|tab| tab.outbox()).unwrap_or_default() {
                shown.insert((device.user, pending.entry.id), pending.state);
            }
        }
        for (id, saved) in &self.saved {
            if self.discarded.contains(id) || self.leaving.answers_for(*id, tables, self.report.restores > 0) {
                continue;
            }
            let attention = shown.get(&(saved.user, *id));
            match answered.get(id).map(|row| &row.verdict) {
                Some(Verdict::Applied) => {}
                Some(Verdict::Refused(refusal)) => {
                    law(matches!(attention, Some(EntryState::NeedsAttention(_))), || {
                        format!("entry {id} was refused ({refusal}) and nobody sees it")
                    })?;
                    let understood = saved.v != 1 || *refusal != Refusal::BadArguments;
                    law(understood, || {
                        let name = answered.get(id).map(|row| row.entry.name.clone()).unwrap_or_default();
                        format!("entry {id} ({name}) of an older build was not understood")
                    })?;
                }
                None => law(attention.is_some(), || format!("entry {id}, saved on device {}, is lost", saved.device))?,
            }
        }
        Ok(())
    }

    /// What this build does not know survives what it edits.
    pub(super) fn check_unknown_fields(&self, tables: &Tables) -> Failed {
        for id in &self.newer {
            if let Some((row, _)) = tables.records.get(&RecordKey::new(Kind::Customer, *id)) {
                law(row.body.contains(NEWER_FIELD), || format!("customer {id} lost a field of a newer build"))?;
            }
        }
        Ok(())
    }
}
