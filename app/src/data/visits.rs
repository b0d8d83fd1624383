//! The plan of a day, and whom one might put into it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    contact_record::{Channel, ContactRecord},
    customer::CustomerId,
    kind::{Kind, RecordKey},
    record::{BodyError, Record},
    stamp::created_at,
    summary::{contact_record_field, customer_field, visit_field},
    value::Position,
    visit::{State, Visit, VisitId, days_over},
};
use uuid::Uuid;

use super::Data;
use crate::platform::zone;

/// A customer that may be put into a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub customer: Uuid,
    /// For how many days a visit has been due, where it is.
    pub over: Option<i64>,
    /// Whether anybody was ever there.
    pub visited: bool,
    pub metres: Option<u32>,
}

/// How far the day has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub all: u64,
    pub made: u64,
}

impl Data {
    /// Reads records by their keys; what this build cannot read is left out.
    pub(super) async fn read<R: Record>(self, keys: &[RecordKey]) -> Vec<R> {
        let inner = self.inner();
        match inner.store.rows(keys).await {
            Ok(rows) => rows.iter().filter_map(|row| BodyError::parse(&row.body).ok()).collect(),
            Err(error) => {
                self.tell(&error, false);
                Vec::new()
            }
        }
    }

    /// Calls `see` with everybody's planned visits of one day: the key, the customer, the rep and the state.
    fn each_visit_on(self, day: NaiveDate, mut see: impl FnMut(RecordKey, Uuid, &str, &str)) {
        let day = day.to_string();
        self.with(|store| {
            store.each_line(Kind::Visit, |line| {
                let customer = line.parent().filter(|_| line.field(visit_field::DAY) == day);
                // Nobody goes to a customer in the recycle bin.
                let customer = customer.filter(|key| store.shown(*key).is_some_and(|shown| !shown.summary.hidden));
                if let Some(customer) = customer {
                    see(line.key, customer.id, line.field(visit_field::REP), line.field(visit_field::STATE));
                }
            });
        });
    }

    /// Returns the own plan of a day in its order, what was cancelled included.
    pub async fn plan(self, day: NaiveDate) -> Vec<Visit> {
        let (me, mut keys) = (self.user().to_string(), Vec::new());
        self.each_visit_on(day, |key, _, rep, _| {
            if rep == me {
                keys.push(key);
            }
        });
        let mut visits: Vec<Visit> = self.read(&keys).await;
        visits.sort_by_key(|visit| (visit.order, visit.id));
        visits
    }

    /// Returns the place behind everything in the own plan of a day.
    pub async fn place_behind(self, day: NaiveDate) -> u32 {
        self.plan(day).await.iter().map(|visit| visit.order).max().unwrap_or_default() + 1
    }

    /// Finds a customer in the own plan of a day, where nobody has been there yet.
    pub fn planned_visit(self, customer: CustomerId, day: NaiveDate) -> Option<VisitId> {
        let (me, mut found) = (self.user().to_string(), None);
        self.each_visit_on(day, |key, of, rep, state| {
            if of == customer.uuid() && rep == me && state == State::Planned.name() {
                found.get_or_insert(VisitId::new(key.id));
            }
        });
        found
    }

    /// Returns how many own visits a day has, and how many of them were made.
    pub fn progress(self, day: NaiveDate) -> Progress {
        let (me, mut progress) = (self.user().to_string(), Progress::default());
        self.each_visit_on(day, |_, _, rep, state| {
            if rep == me && state != "cancelled" {
                progress.all += 1;
                progress.made += u64::from(state == "made");
            }
        });
        progress
    }

    /// Reads the own visits that are not ended yet.
    pub async fn under_way(self) -> Vec<ContactRecord> {
        let (me, mut keys) = (self.user().to_string(), Vec::new());
        self.with(|store| {
            store.each_line(Kind::ContactRecord, |line| {
                let under_way = !line.field(contact_record_field::UNDER_WAY).is_empty();
                if under_way && !line.hidden() && line.field(contact_record_field::AUTHOR) == me {
                    keys.push(line.key);
                }
            });
        });
        let mut records: Vec<ContactRecord> = self.read(&keys).await;
        records.sort_by_key(|record| record.happened_at);
        records
    }

    /// Returns the own customers that are due for a visit on a day and not in the own plan from then on, the longest first.
    pub fn due_for_a_visit(self, day: NaiveDate) -> Vec<Candidate> {
        let planned = self.planned_from(day);
        let me = self.user().to_string();
        let mut last: HashMap<Uuid, i64> = HashMap::new();
        let mut due = Vec::new();
        self.with(|store| {
            store.each_line(Kind::ContactRecord, |line| {
                let visit = !line.hidden() && line.field(contact_record_field::CHANNEL) == Channel::Visit.name();
                let at = line.field(contact_record_field::HAPPENED_AT).parse().ok();
                if let (true, Some(customer), Some(at)) = (visit, line.parent(), at) {
                    let known = last.entry(customer.id).or_insert(at);
                    *known = at.max(*known);
                }
            });
            store.each_line(Kind::Customer, |line| {
                let id = line.key.id;
                if line.hidden() || line.field(customer_field::OWNER) != me || planned.contains(&id) {
                    return;
                }
                let Ok(every) = line.field(customer_field::VISIT_EVERY).parse() else { return };
                let last = last.get(&id).map(|at| zone::day(*at));
                let entered = created_at(id).map_or(day, zone::day);
                let over = days_over(every, last, entered, day);
                if over >= 0 {
                    due.push(Candidate { customer: id, over: Some(over), visited: last.is_some(), metres: None });
                }
            });
        });
        due.sort_by_key(|candidate| (candidate.over.map(|days| -days), candidate.customer));
        due
    }

    /// Returns the customers with a stored position, the nearest first; those already in the day's plan are left out.
    pub fn near(self, here: Position, day: NaiveDate, most: usize) -> Vec<Candidate> {
        let planned = self.planned_on(day);
        let mut near = Vec::new();
        self.with(|store| {
            store.each_line(Kind::Customer, |line| {
                let there = Position::parse(line.field(customer_field::POSITION));
                if let (false, Ok(there)) = (line.hidden() || planned.contains(&line.key.id), there) {
                    near.push((here.metres_to(there), line.key.id));
                }
            });
        });
        near.sort_unstable();
        let near = near.into_iter().take(most);
        near.map(|(metres, customer)| Candidate { customer, over: None, visited: true, metres: Some(metres) }).collect()
    }

    /// Returns the customers in the own plan of a day.
    pub fn planned_on(self, day: NaiveDate) -> HashSet<Uuid> {
        let (me, mut planned) = (self.user().to_string(), HashSet::new());
        self.each_visit_on(day, |_, customer, rep, state| {
            if rep == me && state != "cancelled" {
                planned.insert(customer);
            }
        });
        planned
    }

    /// Returns the customers that the person plans to visit on a day or after it. What a former owner planned is nobody's
    /// way there.
    fn planned_from(self, day: NaiveDate) -> HashSet<Uuid> {
        let (first, me, mut planned) = (day.to_string(), self.user().to_string(), HashSet::new());
        self.with(|store| {
            store.each_line(Kind::Visit, |line| {
                let open =
                    line.field(visit_field::STATE) == State::Planned.name() && line.field(visit_field::REP) == me;
                if let (true, true, Some(customer)) = (open, line.field(visit_field::DAY) >= &*first, line.parent()) {
                    planned.insert(customer.id);
                }
            });
        });
        planned
    }
}
