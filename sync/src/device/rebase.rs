//! The preview: what the outbox will do, replayed on the base. Never stored.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment},
    plant::{Plant, planted},
    record::Facts,
    refusal::Refusal,
    summary::Summary,
    view::{Changes, Loaded, Need, Row, Slot},
};
use uuid::Uuid;

use super::{
    kv::Kv,
    outbox::Pending,
    replica::{DeviceError, Guard, Replica},
};
use crate::run::{Ended, Run, Side, Step};

/// One record as the outbox leaves it.
#[derive(Clone, Debug)]
pub struct Previewed {
    pub row: Row,
    pub facts: Facts,
    pub summary: Summary,
}

/// The effects of everything that waits.
#[derive(Debug, Default)]
pub struct Preview {
    loaded: Loaded,
    /// Records that differ from the base; `None` if purged.
    pub changes: BTreeMap<RecordKey, Option<Previewed>>,
    /// Entries that wait without a preview, and why this device cannot show them.
    pub failed: BTreeMap<Uuid, Refusal>,
}

impl Preview {
    /// Takes over what one entry did.
    fn absorb(&mut self, changes: &Changes) {
        self.loaded.absorb(changes);
        for (key, change) in changes {
            let previewed = change.after.as_ref().map(|(row, facts)| Previewed {
                row: row.clone(),
                facts: facts.clone(),
                summary: Summary::of(key.kind, &row.body).unwrap_or_default(),
            });
            self.changes.insert(*key, previewed);
        }
    }

    /// Lays the preview over children that were just read from the base.
    pub(crate) fn lay_over_children(&self, kind: Kind, parent: RecordKey, ids: &mut BTreeSet<Uuid>) {
        for (key, previewed) in
            self.changes.range(RecordKey::new(kind, Uuid::nil())..=RecordKey::new(kind, Uuid::max()))
        {
            match previewed {
                Some(p) if p.facts.references.contains(&parent) => ids.insert(key.id),
                _ => ids.remove(&key.id),
            };
        }
    }
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Replays the whole outbox on the base.
    ///
    /// # Errors
    /// The storage failed; the former preview stays.
    pub async fn rebase(&self) -> Result<(), DeviceError> {
        loop {
            let (version, mut entries) = {
                let state = self.state();
                (state.base.meta.version, state.waiting())
            };
            if planted(Plant::ReplayInWrongOrder) {
                entries.reverse();
            }
            let mut preview = Preview::default();
            for pending in entries.iter().filter(|pending| pending.replayed()) {
                self.replay(pending, &mut preview).await?;
            }
            let mut state = self.state_mut();
            let same = state.base.meta.version == version && state.waiting().len() == entries.len();
            if same {
                state.preview = preview;
                return Ok(());
            }
        }
    }

    /// Replays one more entry on the present preview.
    pub(crate) async fn replay_newest(&self, pending: &Pending) -> Result<(), DeviceError> {
        let mut preview = std::mem::take(&mut self.state_mut().preview);
        let replayed = self.replay(pending, &mut preview).await;
        self.state_mut().preview = preview;
        replayed
    }

    async fn replay(&self, pending: &Pending, preview: &mut Preview) -> Result<(), DeviceError> {
        let entry = &pending.entry;
        let Some(action) = pending.action() else { return Ok(()) };
        let moment = Moment {
            // No rule refuses for want of a role here: what the person may do is the server's word.
            actor: Actor::Person { user: self.state().meta.identity.user.into(), roles: Role::ALL.into() },
            happened: entry.happened,
            arrived: None,
            business_date: entry.business_date,
            late: false,
        };
        // A rule that brings this build down is found by its note at the next start.
        self.guard().before(entry.id);
        let mut run = Run::new(&action, moment, entry.id, Side::Device);
        loop {
            match run.step(&preview.loaded) {
                Step::Load(needs) => self.load(&needs, preview).await?,
                Step::Ended(ended) => {
                    self.guard().after();
                    match ended {
                        Ended::Applied(effects) => preview.absorb(&effects.changes),
                        Ended::Refused(refusal) => drop(preview.failed.insert(entry.id, refusal)),
                        Ended::Broken(_) => drop(preview.failed.insert(entry.id, Refusal::Incident)),
                    }
                    return Ok(());
                }
            }
        }
    }

    async fn load(&self, needs: &[Need], preview: &mut Preview) -> Result<(), DeviceError> {
        for need in needs {
            match need {
                Need::Record(key) => {
                    let slot = match preview.changes.get(key) {
                        Some(Some(previewed)) => Slot::Here(previewed.row.clone()),
                        Some(None) => Slot::Absent,
                        None => self.base_row(*key).await?.map_or(Slot::NotHere, Slot::Here),
                    };
                    preview.loaded.records.insert(*key, slot);
                }
                Need::Children { kind, parent } => {
                    let mut ids = self.state().base.children(*kind, *parent);
                    preview.lay_over_children(*kind, *parent, &mut ids);
                    preview.loaded.children.insert((*kind, *parent), ids);
                }
                Need::Holder(key) => drop(preview.loaded.holders.insert(key.clone(), None)),
                Need::Standing(group) => drop(preview.loaded.standings.insert(*group, Default::default())),
            }
        }
        Ok(())
    }
}
