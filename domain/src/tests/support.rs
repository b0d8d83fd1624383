//! A tiny world: records in a map, and a driver that answers everything a rule asks for.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    access::{Membership, Right, Role},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Actor, Moment},
    record::{BodyError, Record},
    stamp::Stamp,
    user::UserId,
    view::{Loaded, Need, Row, Slot, Stop, View},
};

/// Returns the id with a number.
pub(super) fn id<T>(number: u128) -> Id<T> {
    Id::new(Uuid::from_u128(number))
}

/// Returns a customer with a number and a name.
pub(super) fn customer(number: u128, name: &str) -> Customer {
    Customer { owner: Some(id(1)), ..Customer::named(CustomerId::new(Uuid::from_u128(number)), name) }
}

/// Returns the moment at which somebody with a role acts.
pub(super) fn moment(role: Role) -> Moment {
    let user: UserId = id(1);
    Moment {
        actor: Actor::Person { user, roles: [role].into() },
        happened: 1_000,
        arrived: Some(2_000),
        arrived_on: None,
        business_date: NaiveDate::default(),
        late: false,
    }
}

/// Returns a record without the stamp of whoever wrote it.
pub(super) fn unstamped<R: Record>(mut record: R) -> R {
    record.unknown_mut().stamp = Stamp::default();
    record
}

#[derive(Default)]
pub(super) struct Records {
    loaded: Loaded,
}

impl Records {
    /// Puts a record there.
    pub(super) fn with<R: Record>(mut self, record: &R) -> Self {
        let empty =
            Loaded { records: [(RecordKey::new(R::KIND, record.id()), Slot::Absent)].into(), ..Loaded::default() };
        let mut view = View::new(&empty, Uuid::nil());
        view.put(record).unwrap();
        self.loaded.absorb(&view.into_changes());
        self
    }

    /// Puts a body of any kind there.
    pub(super) fn with_body(mut self, kind: Kind, body: &str) -> Self {
        let facts = kind.facts(body).unwrap();
        let fields: serde_json::Value = serde_json::from_str(body).unwrap();
        let key = RecordKey::new(kind, fields["id"].as_str().unwrap().parse().unwrap());
        let row = Row { key, group: facts.group, rev: 1, body: body.into() };
        self.loaded.records.insert(key, Slot::Here(row));
        self
    }

    /// Puts a body there that nobody can read, below a record whose children of the kind are loaded by then.
    pub(super) fn with_unreadable_child(mut self, key: RecordKey, parent: RecordKey, body: &str) -> Self {
        self.answer(Need::Children { kind: key.kind, parent });
        self.loaded.children.entry((key.kind, parent)).or_default().insert(key.id);
        let row = Row { key, group: Group::Of(parent), rev: 1, body: body.into() };
        self.loaded.records.insert(key, Slot::Here(row));
        self
    }

    /// Returns the fields of every record that is there.
    pub(super) fn bodies(&self) -> Vec<(RecordKey, serde_json::Value)> {
        let bodies = self.loaded.records.iter().filter_map(|(key, slot)| match slot {
            Slot::Here(row) => Some((*key, serde_json::from_str(&row.body).unwrap())),
            Slot::Absent | Slot::NotHere => None,
        });
        bodies.collect()
    }

    /// Lets the actor stand to a group as said; else they may write it.
    pub(super) fn standing(mut self, group: Group, right: Option<Right>) -> Self {
        self.loaded.standings.insert(group, Membership { now: right, at_seen: right });
        self
    }

    /// Carries an action out, and keeps what it wrote.
    pub(super) fn run(&mut self, action: impl Into<Action>, at: &Moment) -> Result<(), Stop> {
        self.run_as(Uuid::from_u128(999), action, at)
    }

    /// The same as an entry with an id, of which others derive.
    pub(super) fn run_as(&mut self, entry: Uuid, action: impl Into<Action>, at: &Moment) -> Result<(), Stop> {
        let action: Action = action.into();
        loop {
            let mut view = View::new(&self.loaded, entry);
            view.stamp_by(at);
            match action.apply(at, &mut view) {
                Err(Stop::NotLoaded(need)) => self.answer(need),
                Err(stop) => return Err(stop),
                Ok(()) => {
                    let changes = view.into_changes();
                    self.loaded.absorb(&changes);
                    return Ok(());
                }
            }
        }
    }

    fn answer(&mut self, need: Need) {
        match need {
            Need::Record(key) => drop(self.loaded.records.insert(key, Slot::Absent)),
            Need::Children { kind, parent } => {
                let ids = self
                    .rows(kind)
                    .filter(|(_, body)| kind.facts(body).is_ok_and(|facts| facts.references.contains(&parent)));
                let ids: BTreeSet<Uuid> = ids.map(|(id, _)| id).collect();
                self.loaded.children.insert((kind, parent), ids);
            }
            Need::Holder(key) => drop(self.loaded.holders.insert(key, None)),
            Need::Standing(group) => {
                let write = Membership { now: Some(Right::Write), at_seen: Some(Right::Write) };
                self.loaded.standings.insert(group, write);
            }
        }
    }

    fn rows(&self, kind: Kind) -> impl Iterator<Item = (Uuid, String)> {
        self.loaded.records.iter().filter_map(move |(key, slot)| match slot {
            Slot::Here(row) if key.kind == kind => Some((key.id, row.body.to_string())),
            _ => None,
        })
    }

    /// Returns what is there.
    pub(super) fn into_loaded(self) -> Loaded {
        self.loaded
    }

    /// Returns a record as it is stored.
    pub(super) fn row(&self, key: RecordKey) -> Option<Row> {
        match self.loaded.records.get(&key) {
            Some(Slot::Here(row)) => Some(row.clone()),
            _ => None,
        }
    }

    /// Returns a record.
    pub(super) fn get<R: Record>(&self, id: Id<R>) -> Option<R> {
        match self.loaded.records.get(&RecordKey::new(R::KIND, id.uuid())) {
            Some(Slot::Here(row)) => Some(BodyError::parse(&row.body).unwrap()),
            _ => None,
        }
    }

    /// Returns every record of a kind.
    pub(super) fn all<R: Record>(&self) -> Vec<R> {
        self.rows(R::KIND).map(|(_, body)| BodyError::parse(&body).unwrap()).collect()
    }
}
