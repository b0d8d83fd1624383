//! What the person's calendar holds, from the index; the records themselves are read for the visits of the days shown only.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::{
    calendar::Slot,
    contact_record::{ContactRecord, ContactRecordId},
    customer::CustomerId,
    kind::{Kind, RecordKey},
    summary::{next_action_field, visit_field},
    value::TimeOfDay,
    visit::{State, Visit},
};
use uuid::Uuid;

use super::Data;

/// How far a visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Planned,
    /// Somebody is there.
    CheckedIn(ContactRecordId),
    Made(ContactRecordId),
}

/// What stands in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Action {
        time: Option<TimeOfDay>,
        done: bool,
    },
    /// With its place in the day.
    Visit {
        order: u32,
        stage: Stage,
    },
}

/// An own next action or visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Uuid,
    pub customer: CustomerId,
    /// What colleagues call the customer.
    pub name: String,
    pub day: NaiveDate,
    pub what: What,
    /// What is to be done, or what the visit is for.
    pub words: String,
    pub unsent: bool,
}

impl Entry {
    /// Returns the time of day, where it has one.
    pub fn time(&self) -> Option<TimeOfDay> {
        match self.what {
            What::Action { time, .. } => time,
            What::Visit { .. } => None,
        }
    }

    pub fn is_visit(&self) -> bool {
        matches!(self.what, What::Visit { .. })
    }

    /// Says whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        matches!(self.what, What::Action { done: true, .. } | What::Visit { stage: Stage::Made(_), .. })
    }

    /// Says whether it can be put elsewhere: nobody moves what has happened.
    pub fn is_movable(&self) -> bool {
        matches!(self.what, What::Action { done: false, .. } | What::Visit { stage: Stage::Planned, .. })
    }

    /// Returns for how many days a next action has waited behind its day; 0 where none is late.
    pub fn late(&self, today: NaiveDate) -> u64 {
        match self.what {
            What::Action { done: false, .. } => (today - self.day).num_days().max(0).unsigned_abs(),
            What::Action { .. } | What::Visit { .. } => 0,
        }
    }

    /// Says whether it stands in a slot. A visit has no time, so that any hour of its day will do.
    pub fn stands(&self, slot: Slot) -> bool {
        if self.is_visit() { self.day == slot.day() } else { slot.holds(self.day, self.time()) }
    }

    /// What is due on the whole day leads, then the visits in their order, then the hours.
    fn rank(&self) -> (NaiveDate, Option<TimeOfDay>, bool, u32, Uuid) {
        let order = match self.what {
            What::Action { .. } => 0,
            What::Visit { order, .. } => order,
        };
        (self.day, self.time(), self.is_visit(), order, self.id)
    }
}

impl Data {
    /// Returns the own next actions and visits from a first to a last day, each day in its order. What was cancelled is
    /// left out, and so is what concerns a customer in the recycle bin.
    pub async fn calendar(self, first: NaiveDate, last: NaiveDate) -> Vec<Entry> {
        let (mut entries, visits) = self.calendar_lines(first, last);
        let visits: Vec<Visit> = self.read(&visits).await;
        let records = visits.iter().filter_map(|visit| match &visit.state {
            State::Made { record } => Some(RecordKey::new(Kind::ContactRecord, record.uuid())),
            State::Planned | State::Cancelled { .. } => None,
        });
        let records: Vec<RecordKey> = records.collect();
        let records: Vec<ContactRecord> = self.read(&records).await;
        let there = records.iter().filter(|record| record.is_under_way());
        let there: HashSet<Uuid> = there.map(|record| record.id.uuid()).collect();
        entries.extend(visits.into_iter().filter_map(|visit| {
            let stage = match visit.state {
                State::Planned => Stage::Planned,
                State::Made { record } if there.contains(&record.uuid()) => Stage::CheckedIn(record),
                State::Made { record } => Stage::Made(record),
                State::Cancelled { .. } => return None,
            };
            Some(Entry {
                id: visit.id.uuid(),
                customer: visit.customer,
                name: String::new(),
                day: visit.day,
                what: What::Visit { order: visit.order, stage },
                words: visit.purpose,
                unsent: self.is_unsent(Kind::Visit, visit.id),
            })
        }));
        for entry in &mut entries {
            entry.name = self.customer_short(entry.customer);
        }
        entries.sort_by_key(Entry::rank);
        entries
    }

    /// Goes through the lines: next actions are told by theirs, of visits the keys are returned.
    fn calendar_lines(self, first: NaiveDate, last: NaiveDate) -> (Vec<Entry>, Vec<RecordKey>) {
        let (first, last, me) = (first.to_string(), last.to_string(), self.user().to_string());
        // Days as ISO 8601 writes them are in the order of their texts.
        let within = |day: &str| (&*first..=&*last).contains(&day);
        let (mut entries, mut visits) = (Vec::new(), Vec::new());
        self.with(|store| {
            let lives = |customer: RecordKey| store.shown(customer).is_some_and(|shown| !shown.summary.hidden);
            store.each_line(Kind::NextAction, |line| {
                let due = line.field(next_action_field::DUE);
                if line.hidden() || line.field(next_action_field::ASSIGNEE) != me || !within(due) {
                    return;
                }
                let (Some(customer), Ok(day)) = (line.parent().filter(|key| lives(*key)), due.parse()) else { return };
                entries.push(Entry {
                    id: line.key.id,
                    customer: CustomerId::new(customer.id),
                    name: String::new(),
                    day,
                    what: What::Action {
                        time: TimeOfDay::parse(line.field(next_action_field::TIME)).ok(),
                        done: !line.field(next_action_field::DONE).is_empty(),
                    },
                    words: line.field(next_action_field::WHAT).to_owned(),
                    unsent: store.is_unsent(line.key),
                });
            });
            store.each_line(Kind::Visit, |line| {
                let planned = line.field(visit_field::STATE) != "cancelled" && line.field(visit_field::REP) == me;
                let mine = planned && within(line.field(visit_field::DAY));
                if mine && line.parent().is_some_and(lives) {
                    visits.push(line.key);
                }
            });
        });
        (entries, visits)
    }
}
