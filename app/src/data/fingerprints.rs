//! What this device knows of customers whom its person does not see.

use std::sync::Arc;

use domain::{
    duplicate::Signs,
    fingerprints::{Fingerprint, Fingerprints, Keeping, Known, Likeness},
    kind::{Kind, RecordKey},
    record::BodyError,
    user::User,
};
use leptos::prelude::GetUntracked as _;
use uuid::Uuid;

use super::{Data, suspects::Slices};

/// So many records are read at once.
const AT_ONCE: usize = 200;

/// All customers of the company by their fingerprints, and those of this device.
#[derive(Clone, Debug, Default)]
pub struct Strangers {
    company: Known,
    seen: Known,
}

impl Strangers {
    /// Looks somebody up among the customers whom one does not see.
    pub fn look_up(&self, signs: &Signs) -> Likeness {
        self.company.look_up(&Fingerprint::of_signs(signs), &self.seen)
    }
}

/// How much the fingerprints take on a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FingerprintsHere {
    pub keeping: Keeping,
    pub bytes: usize,
    pub customers: usize,
}

impl Data {
    /// Returns what is known of strangers, read beside everything else that goes on, and once for as long as nothing
    /// changes. Nobody is a stranger to those who see every customer.
    pub async fn strangers(self) -> Arc<Strangers> {
        let inner = self.inner();
        let version = self.version.get_untracked();
        if let Some((_, known)) = inner.strangers.borrow().as_ref().filter(|(of, _)| *of == version) {
            return known.clone();
        }
        let known = Arc::new(self.read_strangers().await);
        *inner.strangers.borrow_mut() = Some((version, known.clone()));
        known
    }

    async fn read_strangers(self) -> Strangers {
        let person: Option<User> = self.get(self.user()).await;
        if person.is_some_and(|person| person.scope().all_groups) {
            return Strangers::default();
        }
        let mut company = Vec::new();
        self.each_fingerprints(|record, _| company.extend(record.of.prints().cloned())).await;
        let (mut seen, mut slices) = (Vec::new(), Slices::new());
        for id in self.confirmed_customers() {
            seen.extend(self.confirmed_signs(id).map(|signs| Fingerprint::of_signs(&signs)));
            slices.turn().await;
        }
        Strangers { company: Known::of(company), seen: Known::of(seen) }
    }

    /// Customers as the server knows them: what waits on this device has no fingerprint yet, and must not be taken off
    /// the count of those that have one.
    fn confirmed_customers(self) -> Vec<Uuid> {
        let mut ids = Vec::new();
        self.with(|store| store.with_base(|base| base.scan(Kind::Customer, |id| ids.push(id))));
        ids
    }

    fn confirmed_signs(self, id: Uuid) -> Option<Signs> {
        let shown = self.with(|store| store.with_base(|base| base.shown(RecordKey::new(Kind::Customer, id))))?;
        (!shown.summary.hidden).then(|| Signs::of_line(|place| shown.summary.field(place)))
    }

    /// Measures the fingerprints of this device.
    pub async fn fingerprints_here(self) -> FingerprintsHere {
        let mut here = FingerprintsHere::default();
        self.each_fingerprints(|record, bytes| {
            match record.keeping {
                Some(keeping) => here.keeping = keeping,
                None => here.bytes += bytes,
            }
            here.customers += record.of.prints().count();
        })
        .await;
        here
    }

    fn ids_of(self, kind: Kind) -> Vec<Uuid> {
        let mut ids = Vec::new();
        self.with(|store| {
            store.each_line(kind, |line| {
                if !line.hidden() {
                    ids.push(line.key.id);
                }
            });
        });
        ids
    }

    /// Calls `see` with each record of fingerprints and its length.
    async fn each_fingerprints(self, mut see: impl FnMut(Fingerprints, usize)) {
        let keys: Vec<RecordKey> =
            self.ids_of(Kind::Fingerprints).into_iter().map(|id| RecordKey::new(Kind::Fingerprints, id)).collect();
        let mut slices = Slices::new();
        for some in keys.chunks(AT_ONCE) {
            // What cannot be read says nothing: this only ever warns.
            for row in self.inner().store.rows(some).await.unwrap_or_default() {
                if let Ok(record) = BodyError::parse::<Fingerprints>(&row.body) {
                    see(record, row.body.len());
                }
                slices.turn().await;
            }
        }
    }
}
