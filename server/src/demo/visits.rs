//! The visits of a demo company: where its customers are, who went there, and what is planned.

use domain::{
    access::Role,
    contact_record::{Channel, CheckIn},
    customer::{Customer, CustomerId},
    day_report::{DayReportWrite, Part},
    id::derived_uuid,
    mutation::Action,
    user::UserId,
    value::Position,
    visit::{State, Visit, VisitAdd, VisitCheckOut},
};
use uuid::Uuid;

use super::story::{DAY_MS, Step, Story, day_of, workday};

/// So far back visits were planned and checked in to; ms.
const VISITS_MS: i64 = 40 * DAY_MS;
const HOUR_MS: i64 = 3_600_000;
/// One customer of so many stands in a plan of the coming days.
const PLANNED_EACH: usize = 8;

impl Story<'_> {
    /// Says where most customers are and how often some are to be visited, always the same.
    pub(super) fn locate(&self, customer: &mut Customer, number: usize, branch: usize) {
        let Some((latitude, longitude)) = self.words.centres.get(branch % 3) else { return };
        // Within some kilometres around the middle, each in another direction.
        let off = |step: usize| ((number * step % 201) as f64 - 100.0) * 0.0006;
        if !number.is_multiple_of(4) {
            customer.position = Position::of_degrees(latitude + off(37), longitude + off(53));
        }
        customer.visit_every = match customer.level.as_str() {
            "A" => Some(14),
            "B" if number.is_multiple_of(2) => Some(30),
            _ => None,
        };
    }

    /// Makes a check-in of a visit of the last weeks, two of three by a plan.
    pub(super) fn with_visit(&self, mut talk: Step, door: Option<Position>) -> Vec<Step> {
        let (at, by, about) = (talk.at, talk.by, talk.about.clone());
        let step = |at: i64, action: Action| Step { at, by, action, about: about.clone() };
        let Action::ContactRecordAdd(add) = &mut talk.action else { return vec![talk] };
        if add.record.channel != Channel::Visit || at < self.to - VISITS_MS {
            return vec![talk];
        }
        let id = add.record.id.uuid();
        let planned = (id.as_u128() % 3 > 0).then(|| self.visit(id, add.record.customer, by, at));
        let came = add.record.happened_at;
        add.record.check_in = Some(CheckIn {
            at: came,
            position: door,
            accuracy: door.map(|_| 10 + u32::from(id.as_bytes()[15]) / 4),
            visit: planned.as_ref().map(|visit| visit.id),
        });
        let out = VisitCheckOut { record: add.record.id, left_at: at, finishes: Vec::new(), next: None };
        let plan = planned.map(|visit| step(at - HOUR_MS, VisitAdd { visit }.into()));
        let out = step(at + 1_000, out.into());
        plan.into_iter().chain([talk, out]).collect()
    }

    /// Puts some customers into the plans of today and the next day of work.
    pub(super) fn upcoming(&self, number: usize, customer: CustomerId, rep: UserId, about: &str) -> Option<Step> {
        if number % PLANNED_EACH != 3 {
            return None;
        }
        let later = if number % (2 * PLANNED_EACH) == 3 { 0 } else { DAY_MS };
        let visit = self.visit(customer.uuid(), customer, rep, self.to + later);
        let visit = Visit { order: u32::try_from(number).unwrap_or_default(), ..visit };
        Some(Step { at: self.to - 2 * HOUR_MS, by: rep, action: VisitAdd { visit }.into(), about: about.to_owned() })
    }

    fn visit(&self, seed: Uuid, customer: CustomerId, rep: UserId, at: i64) -> Visit {
        // East Asia is eight hours ahead.
        let ahead = if self.words.region.is_some() { 8 * HOUR_MS } else { 0 };
        let day = day_of(at + ahead);
        Visit {
            id: derived_uuid(seed, "visit").into(),
            customer,
            // What lies behind took place when it did.
            day: if at > self.to { workday(day) } else { day },
            order: u32::try_from(day_minutes(at + ahead)).unwrap_or_default(),
            rep,
            purpose: String::new(),
            state: State::Planned,
            unknown: Default::default(),
        }
    }

    /// Tells what reps remarked on the last day of work, and what the heads of their branches said to it.
    pub(super) fn said(&self, steps: &mut Vec<Step>) {
        let day = (1..=3).map(|days| day_of(self.to - days * DAY_MS)).find(|day| workday(*day) == *day);
        let Some(day) = day else { return };
        let write = |by: UserId, rep: UserId, part: Part, to: &str, at: i64| {
            let action = DayReportWrite { rep, day, part, from: String::new(), to: to.to_owned() }.into();
            Step { at, by, action, about: String::new() }
        };
        for (person, user) in self.words.people.iter().zip(self.users) {
            if !user.roles.contains(&Role::SalesRep) {
                continue;
            }
            steps.push(write(user.id, user.id, Part::Remark, self.words.day_remark, self.to - 5 * HOUR_MS));
            let head = self.words.departments.get(person.department).and_then(|place| place.head);
            let head = head.and_then(|at| self.users.get(at)).filter(|head| head.id != user.id);
            steps.extend(
                head.map(|head| write(head.id, user.id, Part::Comment, self.words.day_comment, self.to - 4 * HOUR_MS)),
            );
        }
    }
}

/// Returns the minute of the day.
fn day_minutes(at: i64) -> i64 {
    at.rem_euclid(DAY_MS) / 60_000
}
