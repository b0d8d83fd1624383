//! Two customers that look like one company and are not: somebody has looked, and nobody is asked again.
//!
//! It lies in the group `org`, with nothing but two ids in it, so that whoever looks at the pair next knows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, fixed},
    customer::{Customer, CustomerId},
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Refusal},
    view::{Need, Stop, View},
};

/// The id of a pair.
pub type DistinctId = Id<Distinct>;

/// Two customers that are two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    pub id: DistinctId,
    /// The lesser id of the two.
    pub one: CustomerId,
    pub other: CustomerId,
    /// When it was taken back; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Distinct {
    /// Returns the id of a pair, whichever of the two comes first: a pair has one record, whoever makes it.
    pub fn id_of(one: CustomerId, other: CustomerId) -> DistinctId {
        derived_uuid(one.min(other).uuid(), &format!("distinct from {}", one.max(other))).into()
    }
}

impl Record for Distinct {
    const KIND: Kind = Kind::Distinct;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Distinct>] = &[
            fixed("one", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.one.to_string())),
            fixed("other", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.other.to_string())),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        Ok(())
    }
}

/// Says that two customers are two companies, or takes that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomersDistinct {
    pub one: CustomerId,
    pub other: CustomerId,
    pub distinct: bool,
}

impl CustomersDistinct {
    fn key(&self) -> RecordKey {
        RecordKey::new(Kind::Distinct, Distinct::id_of(self.one, self.other).uuid())
    }
}

impl Mutation for CustomersDistinct {
    const NAME: &'static str = "customers_distinct";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if self.one == self.other {
            return Err(Refusal::BadArguments.into());
        }
        for id in BTreeSet::from([self.one, self.other]) {
            view.require::<Customer>(id)?;
        }
        let id = Distinct::id_of(self.one, self.other);
        let deleted_at = (!self.distinct).then_some(at.happened);
        match view.get(id)?.here() {
            Some(known) if known.deleted_at.is_some() != self.distinct => Ok(()),
            Some(known) => view.put(&Distinct { deleted_at, ..known }),
            None => {
                let (one, other) = (self.one.min(self.other), self.one.max(self.other));
                view.put(&Distinct { id, one, other, deleted_at, unknown: Unknown::default() })
            }
        }
    }

    fn needs(&self) -> Vec<Need> {
        let customers = [self.one, self.other].map(|id| RecordKey::new(Kind::Customer, id.uuid()));
        customers.into_iter().chain([self.key()]).map(Need::Record).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![self.key()]
    }
}
