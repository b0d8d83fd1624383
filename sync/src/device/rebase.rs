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
    replica::{DeviceError, Guard, Replaying, Replica, State},
};
use crate::run::{Ended, Run, Side, Step};

/// So many entries are noted as one.
const MANY: usize = 16;

/// One record as the outbox leaves it.
#[derive(Clone, Debug)]
pub struct Previewed {
    pub row: Row,
    pub facts: Facts,
    pub summary: Summary,
}

/// The effects of everything that waits.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The version of the base on which it lies.
    on: u64,
    /// The entries that were replayed, in order, with their actions: a discarded one goes on as a void.
    entries: Vec<(Uuid, String)>,
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

    /// Returns the version of the base on which it lies.
    pub(crate) fn on(&self) -> u64 {
        self.on
    }

    /// Takes over a new version of the base that changes nothing on which it rests.
    pub(crate) fn follow(&mut self, version: u64) {
        self.on = version;
    }

    /// Says whether it was made from any of these records, or from the lack of them.
    pub(crate) fn rests_on(&self, mut keys: impl Iterator<Item = RecordKey>) -> bool {
        let kinds: BTreeSet<Kind> = self.loaded.children.keys().map(|(kind, _)| *kind).collect();
        let rests = |key: RecordKey| {
            kinds.contains(&key.kind) || self.loaded.records.contains_key(&key) || self.changes.contains_key(&key)
        };
        !self.entries.is_empty() && keys.any(rests)
    }

    /// Says whether it is the preview of a state.
    pub(crate) fn fits(&self, state: &State) -> bool {
        self.on == state.base.meta.version && self.entries == replayed(state)
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
            let (mut preview, mut entries) = {
                let state = self.state();
                let preview = Preview { on: state.base.meta.version, entries: replayed(&state), ..Preview::default() };
                (preview, state.waiting())
            };
            if planted(Plant::ReplayInWrongOrder) {
                entries.reverse();
            }
            entries.retain(Pending::replayed);
            self.replay_all(&entries, &mut preview).await?;
            if self.show(preview) {
                return Ok(());
            }
        }
    }

    /// Replays the newest entries on top of the present preview. What is shown meanwhile is the former one:
    /// the storage is awaited in between, and a screen may look at any moment.
    pub(crate) async fn replay_newest(&self, newest: &[Pending]) -> Result<(), DeviceError> {
        let mut preview = self.state().preview.clone();
        preview.entries.extend(newest.iter().map(|pending| (pending.entry.id, pending.entry.name.clone())));
        self.replay_all(newest, &mut preview).await?;
        if self.show(preview) { Ok(()) } else { self.rebase().await }
    }

    /// Shows a preview, if nothing came in between.
    fn show(&self, preview: Preview) -> bool {
        let mut state = self.state_mut();
        let fits = preview.fits(&state);
        if fits {
            state.preview = preview;
        }
        fits
    }

    /// Replays entries. Whatever of many brings this build down is found by their notes at the start after the next.
    async fn replay_all(&self, entries: &[Pending], preview: &mut Preview) -> Result<(), DeviceError> {
        let singly = entries.len() < MANY || self.careful().get();
        if !singly {
            self.guard().before(Replaying::Many);
        }
        let replayed = async {
            for pending in entries {
                self.replay(pending, preview, singly).await?;
            }
            Ok(())
        };
        let replayed = replayed.await;
        if !singly {
            self.guard().after();
        }
        self.careful().set(false);
        replayed
    }

    async fn replay(&self, pending: &Pending, preview: &mut Preview, noted: bool) -> Result<(), DeviceError> {
        let entry = &pending.entry;
        let Some(action) = pending.action() else { return Ok(()) };
        let moment = Moment {
            // No rule refuses for want of a role here: what the person may do is the server's word.
            actor: Actor::Person { user: self.state().meta.identity.user.into(), roles: Role::ALL.into() },
            happened: entry.happened,
            arrived: None,
            arrived_on: None,
            business_date: entry.business_date,
            late: false,
        };
        let mut run = Run::new(&action, moment, entry.id, Side::Device);
        loop {
            // A rule that brings this build down is found by its note at the next start. Storage that fails
            // in between leaves no note.
            if noted {
                self.guard().before(Replaying::Entry(entry.id));
            }
            self.guard().meets(entry.id);
            let step = run.step(&preview.loaded);
            if noted {
                self.guard().after();
            }
            match step {
                Step::Load(needs) => self.load(&needs, preview).await?,
                Step::Ended(ended) => {
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

/// Returns the entries whose effects are shown, in order.
fn replayed(state: &State) -> Vec<(Uuid, String)> {
    let mut entries: Vec<_> =
        state.outbox.values().filter(|pending| pending.replayed()).map(|pending| &pending.entry).collect();
    entries.sort_unstable_by_key(|entry| (entry.n, entry.id));
    entries.into_iter().map(|entry| (entry.id, entry.name.clone())).collect()
}
