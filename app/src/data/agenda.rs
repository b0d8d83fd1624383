//! The day of whoever works here, from the device's index alone.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use domain::{
    agenda::{Agenda, Collecting, OpenAction},
    id::Id,
    kind::{Kind, RecordKey},
    organisation::Organisation,
    summary::{conflict_field, contact_field, contact_record_field, customer_field, next_action_field},
    value::{Birthday, TimeOfDay},
};
use sync::device::Line;
use uuid::Uuid;

use super::{Data, Store};
use crate::platform::zone;

/// Calls `see` with every open next action and its line.
pub(super) fn each_open_action(store: &Store, mut see: impl FnMut(OpenAction, Line<'_>)) {
    store.each_line(Kind::NextAction, |line| {
        let due: Option<NaiveDate> = line.field(next_action_field::DUE).parse().ok();
        let assignee = Uuid::try_parse(line.field(next_action_field::ASSIGNEE)).ok();
        let open = !line.hidden() && line.field(next_action_field::DONE).is_empty();
        if let (true, Some(customer), Some(due), Some(assignee)) = (open, line.parent(), due, assignee) {
            see(OpenAction { id: line.key.id, customer: customer.id, due, assignee }, line);
        }
    });
}

/// A next action that rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// ms UTC.
    pub at: i64,
    pub action: Uuid,
    pub customer: Uuid,
    pub time: String,
    pub what: String,
}

/// What the day presses for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pressing {
    /// Next actions that are due today or late.
    pub count: u64,
    /// Those of today and tomorrow that have a time.
    pub rings: Vec<Ring>,
}

/// An own customer with conflicts to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsettled {
    pub customer: Uuid,
    pub conflicts: u64,
}

impl Data {
    /// Returns what presses this person: how much, and what rings.
    pub fn pressing(self) -> Pressing {
        let (person, today) = (self.user().uuid(), self.today());
        let tomorrow = super::moment::after(today, 1);
        let mut pressing = Pressing::default();
        self.with(|store| {
            each_open_action(store, |action, line| {
                pressing.count += u64::from(action.presses(person, today));
                let time = line.field(next_action_field::TIME);
                let near = action.assignee == person && (action.due == today || action.due == tomorrow);
                if let (true, Ok(at)) = (near, TimeOfDay::parse(time)) {
                    pressing.rings.push(Ring {
                        at: zone::instant_of(action.due.and_time(at.on_the_clock())),
                        action: action.id,
                        customer: action.customer,
                        time: time.to_owned(),
                        what: line.field(next_action_field::WHAT).to_owned(),
                    });
                }
            });
        });
        pressing
    }

    /// Returns the own customers in which a conflict waits to be settled.
    pub fn unsettled(self) -> Vec<Unsettled> {
        let me = self.user().to_string();
        let mut found: BTreeMap<Uuid, u64> = BTreeMap::new();
        self.with(|store| {
            store.each_line(Kind::Conflict, |line| {
                if let (true, Some(customer)) = (line.field(conflict_field::RESOLVED).is_empty(), line.parent()) {
                    *found.entry(customer.id).or_default() += 1;
                }
            });
            found.retain(|customer, _| {
                let shown = store.shown(RecordKey::new(Kind::Customer, *customer));
                shown.is_some_and(|shown| !shown.summary.hidden && shown.summary.field(customer_field::OWNER) == me)
            });
        });
        found.into_iter().map(|(customer, conflicts)| Unsettled { customer, conflicts }).collect()
    }

    /// Returns what today asks of this person.
    pub async fn agenda(self) -> Agenda {
        let organisation = Id::<Organisation>::new(self.with(|store| store.meta().identity.organisation));
        let organisation = self.get(organisation).await;
        let silent_after = organisation.and_then(|organisation| organisation.silent_after).unwrap_or_default();
        let person = self.user().uuid();
        let mut collecting = Collecting::new(person, self.today());
        let mut own: Vec<(Uuid, String)> = Vec::new();
        let me = person.to_string();
        self.with(|store| {
            each_open_action(store, |action, _| collecting.action(action));
            store.each_line(Kind::ContactRecord, |line| {
                let at = line.field(contact_record_field::HAPPENED_AT).parse().ok();
                if let (false, Some(customer), Some(at)) = (line.hidden(), line.parent(), at) {
                    collecting.contact(customer.id, at);
                }
            });
            store.each_line(Kind::Contact, |line| {
                let birthday = line.field(contact_field::BIRTHDAY);
                if line.hidden() || birthday.is_empty() {
                    return;
                }
                if let (Some(customer), Ok(birthday)) = (line.parent(), Birthday::parse(birthday)) {
                    collecting.birthday(line.key.id, customer.id, birthday);
                }
            });
            store.each_line(Kind::Customer, |line| {
                if !line.hidden() && line.field(customer_field::OWNER) == me {
                    own.push((line.key.id, line.field(customer_field::LEVEL).to_owned()));
                }
            });
        });
        let own = own.iter().map(|(id, level)| (*id, level.as_str()));
        collecting.agenda(own, &silent_after, |day| zone::instant_of(day.and_time(NaiveTime::MIN)))
    }
}
