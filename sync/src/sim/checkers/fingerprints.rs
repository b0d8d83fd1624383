//! The company's fingerprints say exactly what its customers say.

use std::collections::BTreeMap;

use domain::{
    customer::Customer,
    fingerprints::{Bucket, Fingerprint, Fingerprints},
    kind::{Kind, RecordKey},
    record::BodyError,
};
use uuid::Uuid;

use super::law;
use crate::{memory::Tables, sim::device::Failed};

pub(super) fn check_fingerprints(tables: &Tables) -> Failed {
    let of_kind = |kind| {
        let range = RecordKey::new(kind, Uuid::nil())..=RecordKey::new(kind, Uuid::max());
        tables.records.range(range).map(|(key, (row, _))| (key.id, &*row.body))
    };
    let mut kept: BTreeMap<Uuid, Bucket> = BTreeMap::new();
    let mut follows = false;
    for (id, body) in of_kind(Kind::Fingerprints) {
        let record: Fingerprints = BodyError::parse(body).map_err(|error| error.to_string())?;
        match record.keeping {
            Some(keeping) => follows = keeping.follows(),
            None => drop(kept.insert(id, record.of)),
        }
    }
    let mut due: BTreeMap<Uuid, Bucket> = BTreeMap::new();
    for (id, body) in of_kind(Kind::Customer).filter(|_| follows) {
        let customer: Customer = BodyError::parse(body).map_err(|error| error.to_string())?;
        if let Some(print) = Fingerprint::of(&customer) {
            due.entry(Bucket::of_customer(id).uuid()).or_default().set(id, Some(&print));
        }
    }
    law(kept == due, || format!("the fingerprints are {kept:?}, but the customers make {due:?}"))
}
