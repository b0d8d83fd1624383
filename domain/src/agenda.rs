//! What a day asks of a sales rep: whom to contact, what is late, whom nobody has planned for or spoken to for long.
//!
//! A plain count over lines of the index. Days are the organisation's; whoever calls knows its zone and hands over
//! where days begin.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    refusal::{FieldError, Problem},
    value::Birthday,
};

/// After how many days without contact a customer counts as silent, by level (客戶等級).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilentAfter {
    pub by_level: BTreeMap<String, u16>,
    pub otherwise: u16,
}

impl Default for SilentAfter {
    fn default() -> Self {
        let by_level = [("A", 14), ("B", 30), ("C", 60)].map(|(level, days)| (level.to_owned(), days));
        Self { by_level: by_level.into(), otherwise: 30 }
    }
}

impl SilentAfter {
    /// The most days that can be asked for.
    pub const DAYS_MOST: u16 = 3650;

    /// Checks the days.
    ///
    /// # Errors
    /// One is 0 or too many.
    pub fn validate(&self) -> Result<(), FieldError> {
        let holds = |days: &u16| (1..=Self::DAYS_MOST).contains(days);
        if self.by_level.values().chain([&self.otherwise]).all(holds) {
            return Ok(());
        }
        Err(FieldError::new("silent_after", Problem::NotANumber { least: 1, most: Self::DAYS_MOST.into() }))
    }

    /// Returns the days for a level, whatever its case.
    pub fn days(&self, level: &str) -> u16 {
        let found = self.by_level.iter().find(|(known, _)| known.eq_ignore_ascii_case(level.trim()));
        found.map_or(self.otherwise, |(_, days)| *days)
    }
}

/// `A 14, B 30, 60`: the days of the levels, then those of all others.
impl fmt::Display for SilentAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by_level.iter().try_for_each(|(level, days)| write!(f, "{level} {days}, "))?;
        write!(f, "{}", self.otherwise)
    }
}

/// An open next action, as its line in the index tells it.
#[derive(Clone, Copy, Debug)]
pub struct OpenAction {
    pub id: Uuid,
    pub customer: Uuid,
    pub due: NaiveDate,
    pub assignee: Uuid,
}

impl OpenAction {
    /// Says whether it waits for a person on a day: due then, or late.
    pub fn presses(&self, person: Uuid, today: NaiveDate) -> bool {
        self.assignee == person && self.due <= today
    }
}

/// A customer with its last contact; ms UTC. One that was never contacted has none: creation is no contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub customer: Uuid,
    pub last: Option<i64>,
}

/// A contact's birthday that is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Congratulate {
    pub day: NaiveDate,
    pub contact: Uuid,
    pub customer: Uuid,
}

/// So many days are looked ahead for birthdays, today among them.
const BIRTHDAY_DAYS: u64 = 7;

/// One person's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// Next actions, those that are due first in front.
    pub overdue: Vec<Uuid>,
    pub today: Vec<Uuid>,
    pub tomorrow: Vec<Uuid>,
    /// Own customers without contact for too long, the longest silence first; never contacted ones lead.
    pub silent: Vec<Waiting>,
    /// Other own customers for which nothing is planned by anybody.
    pub unplanned: Vec<Waiting>,
    /// Birthdays of contacts of own customers, the nearest first.
    pub birthdays: Vec<Congratulate>,
}

/// Collects what the lines of the index say.
#[derive(Debug)]
pub struct Collecting {
    person: Uuid,
    today: NaiveDate,
    actions: Vec<(NaiveDate, Uuid)>,
    planned: HashSet<Uuid>,
    contacts: HashMap<Uuid, i64>,
    birthdays: HashMap<Uuid, Vec<Congratulate>>,
}

impl Collecting {
    /// Begins a person's day.
    pub fn new(person: Uuid, today: NaiveDate) -> Self {
        Self {
            person,
            today,
            actions: Vec::new(),
            planned: HashSet::new(),
            contacts: HashMap::new(),
            birthdays: HashMap::new(),
        }
    }

    /// Takes an open next action.
    pub fn action(&mut self, action: OpenAction) {
        self.planned.insert(action.customer);
        let last = self.today.checked_add_days(Days::new(1)).unwrap_or(self.today);
        if action.presses(self.person, last) {
            self.actions.push((action.due, action.id));
        }
    }

    /// Takes a contact record; ms UTC.
    pub fn contact(&mut self, customer: Uuid, happened_at: i64) {
        let last = self.contacts.entry(customer).or_insert(happened_at);
        *last = happened_at.max(*last);
    }

    /// Takes the birthday of somebody at a customer.
    pub fn birthday(&mut self, contact: Uuid, customer: Uuid, birthday: Birthday) {
        let day = birthday.next(self.today);
        if Some(day) < self.today.checked_add_days(Days::new(BIRTHDAY_DAYS)) {
            self.birthdays.entry(customer).or_default().push(Congratulate { day, contact, customer });
        }
    }

    /// Returns the day, once every action, contact and birthday is in. `customers` are the person's own with their levels;
    /// `begins` says when a day begins, in ms UTC.
    pub fn agenda<'a>(
        mut self,
        customers: impl IntoIterator<Item = (Uuid, &'a str)>,
        silent_after: &SilentAfter,
        begins: impl Fn(NaiveDate) -> i64,
    ) -> Agenda {
        let mut agenda = Agenda::default();
        self.actions.sort_unstable();
        for (due, id) in self.actions {
            let list = match due {
                day if day < self.today => &mut agenda.overdue,
                day if day == self.today => &mut agenda.today,
                _ => &mut agenda.tomorrow,
            };
            list.push(id);
        }
        // The first instant that is not too long ago, asked for once a level.
        let mut since: HashMap<u16, i64> = HashMap::new();
        for (customer, level) in customers {
            agenda.birthdays.extend(self.birthdays.remove(&customer).into_iter().flatten());
            let waiting = Waiting { customer, last: self.contacts.get(&customer).copied() };
            let days = silent_after.days(level);
            let since = *since.entry(days).or_insert_with(|| {
                let kept = u64::from(days).saturating_sub(1);
                begins(self.today.checked_sub_days(Days::new(kept)).unwrap_or(NaiveDate::MIN))
            });
            if waiting.last.is_none_or(|last| last < since) {
                agenda.silent.push(waiting);
            } else if !self.planned.contains(&customer) {
                agenda.unplanned.push(waiting);
            }
        }
        for list in [&mut agenda.silent, &mut agenda.unplanned] {
            list.sort_by_key(|waiting| (waiting.last, waiting.customer));
        }
        agenda.birthdays.sort_unstable();
        agenda
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Uuid = Uuid::from_u128(1);
    const SOMEBODY: Uuid = Uuid::from_u128(2);
    /// Taipei is eight hours ahead all year; ms.
    const OFFSET: i64 = 8 * 3600 * 1000;
    const DAY: i64 = 24 * 3600 * 1000;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn begins(day: NaiveDate) -> i64 {
        day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis() - OFFSET
    }

    fn customer(number: u128) -> Uuid {
        Uuid::from_u128(100 + number)
    }

    fn action(number: u128, due: &str, assignee: Uuid) -> OpenAction {
        OpenAction { id: Uuid::from_u128(number), customer: customer(number), due: day(due), assignee }
    }

    #[test]
    fn actions_fall_on_their_day_over_the_end_of_a_year() {
        let mut collecting = Collecting::new(ME, day("2026-12-31"));
        for (number, due) in
            [(1, "2027-01-01"), (2, "2026-12-31"), (3, "2026-12-30"), (4, "2026-11-01"), (5, "2027-01-02")]
        {
            collecting.action(action(number, due, ME));
        }
        collecting.action(action(6, "2026-12-31", SOMEBODY));
        let agenda = collecting.agenda([], &SilentAfter::default(), begins);
        let id = Uuid::from_u128;
        assert_eq!(agenda.overdue, [id(4), id(3)]);
        assert_eq!(agenda.today, [id(2)]);
        assert_eq!(agenda.tomorrow, [id(1)]);
    }

    #[test]
    fn silence_is_counted_in_days_of_the_organisation() {
        let today = day("2027-01-10");
        // Level A is silent after 14 days: 27 December is 14 days before, 28 December 13.
        let midnight = begins(day("2026-12-28"));
        for (last, silent) in [(midnight - 1, true), (midnight, false), (midnight + DAY, false)] {
            let mut collecting = Collecting::new(ME, today);
            collecting.contact(customer(1), last - 30 * DAY);
            collecting.contact(customer(1), last);
            let agenda = collecting.agenda([(customer(1), "a")], &SilentAfter::default(), begins);
            assert_eq!(agenda.silent.len(), usize::from(silent), "{last}");
            assert_eq!(agenda.unplanned.len(), usize::from(!silent), "{last}");
        }
    }

    #[test]
    fn who_was_never_contacted_is_in_the_list_and_leads_it() {
        let mut collecting = Collecting::new(ME, day("2027-01-10"));
        collecting.contact(customer(1), 1);
        collecting.action(action(2, "2027-03-01", SOMEBODY));
        let own = [(customer(1), ""), (customer(2), "")];
        let agenda = collecting.agenda(own, &SilentAfter::default(), begins);
        let silent: Vec<_> = agenda.silent.iter().map(|waiting| (waiting.customer, waiting.last)).collect();
        assert_eq!(silent, [(customer(2), None), (customer(1), Some(1))]);
    }

    #[test]
    fn what_a_colleague_has_planned_counts_as_planned() {
        let today = day("2027-01-10");
        let mut collecting = Collecting::new(ME, today);
        for number in [1, 2] {
            collecting.contact(customer(number), begins(today));
        }
        collecting.action(action(1, "2027-03-01", SOMEBODY));
        let own = [(customer(1), ""), (customer(2), "")];
        let agenda = collecting.agenda(own, &SilentAfter::default(), begins);
        assert_eq!(agenda.unplanned, [Waiting { customer: customer(2), last: Some(begins(today)) }]);
        assert!(agenda.silent.is_empty());
    }

    /// Returns on which days the birthdays are shown to somebody who owns customer 1 only.
    fn birthdays(today: &str, birthdays: &[&str]) -> Vec<(u128, String)> {
        let mut collecting = Collecting::new(ME, day(today));
        for (number, birthday) in (1..).zip(birthdays) {
            collecting.birthday(Uuid::from_u128(number), customer(1), Birthday::parse(birthday).unwrap());
            collecting.birthday(Uuid::from_u128(1000 + number), customer(2), Birthday::parse(birthday).unwrap());
        }
        let agenda = collecting.agenda([(customer(1), "")], &SilentAfter::default(), begins);
        agenda.birthdays.iter().map(|found| (found.contact.as_u128(), found.day.to_string())).collect()
    }

    fn on(number: u128, day: &str) -> (u128, String) {
        (number, day.to_owned())
    }

    #[test]
    fn birthdays_are_told_for_seven_days_over_the_end_of_a_year() {
        let found = birthdays("2026-12-28", &["1/3", "1980-12-28", "1/4", "12/27", "1975/1/1"]);
        assert_eq!(found, [on(2, "2026-12-28"), on(5, "2027-01-01"), on(1, "2027-01-03")]);
    }

    #[test]
    fn whoever_was_born_on_29_february_has_a_birthday_every_year() {
        for (today, kept) in [
            ("2027-02-22", Some("2027-02-28")),
            ("2027-02-28", Some("2027-02-28")),
            ("2027-03-01", None),
            ("2028-02-23", Some("2028-02-29")),
            ("2028-02-29", Some("2028-02-29")),
        ] {
            let expected: Vec<_> = kept.into_iter().flat_map(|day| [on(1, day), on(2, day)]).collect();
            assert_eq!(birthdays(today, &["2/29", "1992-02-29"]), expected, "{today}");
        }
    }
}
