//! Two customers that look like one company and are not: somebody has looked, and nobody is asked again.
//!
//! It lies in the group `org`, with nothing but two ids in it, so that whoever looks at the pair next knows. It is a child of
//! both: where one of them goes over into another customer, the pair names that one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, fixed},
    contact::survivor,
    customer::CustomerId,
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Refusal},
    view::{Found, Need, Stop, View},
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

    /// Says whether these are its two customers.
    pub fn is_of(&self, one: CustomerId, other: CustomerId) -> bool {
        (self.one, self.other) == (one.min(other), one.max(other))
    }
}

impl Record for Distinct {
    const KIND: Kind = Kind::Distinct;
    const PARENTS: &'static [Kind] = &[Kind::Customer];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        [self.one, self.other].map(|id| RecordKey::new(Kind::Customer, id.uuid())).into()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        let [one, other] = [self.one, self.other].map(|id| if id == Id::new(from) { Id::new(to) } else { id });
        (self.one, self.other) = (one.min(other), one.max(other));
    }

    fn sets_apart(&self, one: Uuid, other: Uuid) -> bool {
        self.is_of(Id::new(one), Id::new(other))
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

fn customer(id: CustomerId) -> RecordKey {
    RecordKey::new(Kind::Customer, id.uuid())
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
        let (one, other) = (survivor(self.one, view)?, survivor(self.other, view)?);
        let (one, other) = (one.min(other), one.max(other));
        if one == other {
            return Err(Refusal::AlreadyMerged.into());
        }
        // Merges may have brought several together, each under the id of its first two.
        let mut ids = view.children(Kind::Distinct, customer(one))?;
        ids.extend([Distinct::id_of(one, other).uuid(), self.key().id]);
        let mut known: Vec<Distinct> = Vec::new();
        for id in ids {
            known.extend(view.get_exact::<Distinct>(Id::new(id))?.here().filter(|pair| pair.is_of(one, other)));
        }
        let deleted_at = (!self.distinct).then_some(at.happened);
        if known.is_empty() {
            // The id is that of the two who were written: what came by way of a merged one goes back under its own.
            let id = match view.get_exact::<Distinct>(Id::new(self.key().id))? {
                Found::Here(_) => view.derived_id("distinct"), // a merge has made that one speak of others
                Found::Absent | Found::NotHere => Id::new(self.key().id),
            };
            return view.put(&Distinct { id, one, other, deleted_at, unknown: Unknown::default() });
        }
        for pair in known.into_iter().filter(|pair| pair.deleted_at.is_some() == self.distinct) {
            view.put(&Distinct { deleted_at, ..pair })?;
        }
        Ok(())
    }

    fn needs(&self) -> Vec<Need> {
        let customers = [self.one, self.other].map(customer);
        let pairs = Need::Children { kind: Kind::Distinct, parent: customer(self.one.min(self.other)) };
        customers.into_iter().chain([self.key()]).map(Need::Record).chain([pairs]).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![self.key()]
    }
}
