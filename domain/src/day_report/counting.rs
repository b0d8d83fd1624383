use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::{
    contact_record::{Channel, ContactRecord},
    customer::Customer,
    kind::{Kind, RecordKey},
    record::Record as _,
    stamp::created_at,
    user::UserId,
    visit::{State, Visit},
};

/// How long a report is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    #[default]
    Day,
    /// From Monday to Sunday (ISO 8601).
    Week,
    Month,
}

impl Span {
    /// Every span, the shortest first.
    pub const ALL: [Span; 3] = [Span::Day, Span::Week, Span::Month];

    /// Returns the word in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Span::Day => "day",
            Span::Week => "week",
            Span::Month => "month",
        }
    }

    /// Returns the first and the last day of the span in which a day lies.
    pub fn around(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first = match self {
            Span::Day => day,
            Span::Week => day - Days::new(day.weekday().num_days_from_monday().into()),
            Span::Month => day.with_day(1).unwrap_or(day),
        };
        let next = match self {
            Span::Day => first + Days::new(1),
            Span::Week => first + Days::new(7),
            Span::Month => first + Months::new(1),
        };
        (first, next - Days::new(1))
    }

    /// Returns a day of the span before or behind.
    pub fn beside(self, day: NaiveDate, later: bool) -> NaiveDate {
        let (first, last) = self.around(day);
        if later { last + Days::new(1) } else { self.around(first - Days::new(1)).0 }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Visits in the plan, those that were cancelled left out.
    Planned,
    /// Those of them that were made.
    Done,
    /// Visits that stood in no plan.
    OffPlan,
    Cancelled,
    /// Customers that were entered.
    NewCustomers,
    Contacts(Channel),
}

impl Counted {
    /// Everything, in the order of a report.
    pub const ALL: [Counted; 10] = [
        Counted::Planned,
        Counted::Done,
        Counted::OffPlan,
        Counted::Cancelled,
        Counted::NewCustomers,
        Counted::Contacts(Channel::Visit),
        Counted::Contacts(Channel::Phone),
        Counted::Contacts(Channel::Email),
        Counted::Contacts(Channel::Im),
        Counted::Contacts(Channel::Other),
    ];

    /// Returns the word in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Counted::Planned => "planned",
            Counted::Done => "done",
            Counted::OffPlan => "off_plan",
            Counted::Cancelled => "cancelled",
            Counted::NewCustomers => "new_customers",
            Counted::Contacts(channel) => channel.name(),
        }
    }
}

/// Counts what people did between two days. Each count is the list of what it counts, so that it can be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Counting {
    first: NaiveDate,
    last: NaiveDate,
    /// ms UTC, the end left out.
    instants: (i64, i64),
    found: BTreeMap<(UserId, Counted), Vec<RecordKey>>,
}

impl Counting {
    /// Begins with nothing, from a first to a last day; `begins` says when a day begins in the organisation's zone, in
    /// ms UTC.
    pub fn new(first: NaiveDate, last: NaiveDate, begins: impl Fn(NaiveDate) -> i64) -> Self {
        let end = last.checked_add_days(Days::new(1)).map_or(i64::MAX, &begins);
        Self { first, last, instants: (begins(first), end), found: BTreeMap::new() }
    }

    /// Says whether an instant (ms UTC) lies in these days.
    pub fn holds(&self, at: i64) -> bool {
        (self.instants.0..self.instants.1).contains(&at)
    }

    /// Says whether a day is one of these.
    pub fn holds_day(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    fn count(&mut self, who: UserId, what: Counted, record: RecordKey) {
        self.found.entry((who, what)).or_default().push(record);
    }

    /// Takes a planned visit.
    pub fn visit(&mut self, visit: &Visit) {
        if !self.holds_day(visit.day) {
            return;
        }
        let key = RecordKey::new(Kind::Visit, visit.id.uuid());
        match visit.state {
            State::Cancelled { .. } => self.count(visit.rep, Counted::Cancelled, key),
            State::Planned => self.count(visit.rep, Counted::Planned, key),
            State::Made { .. } => {
                self.count(visit.rep, Counted::Planned, key);
                self.count(visit.rep, Counted::Done, key);
            }
        }
    }

    /// Takes a contact record. It counts on the day on which it took place, whenever it was written.
    pub fn contact(&mut self, record: &ContactRecord) {
        if record.deleted() || !self.holds(record.happened_at) {
            return;
        }
        let key = RecordKey::new(Kind::ContactRecord, record.id.uuid());
        self.count(record.author, Counted::Contacts(record.channel), key);
        if record.is_off_plan() {
            self.count(record.author, Counted::OffPlan, key);
        }
    }

    /// Takes a customer; whoever entered it counts it.
    pub fn customer(&mut self, customer: &Customer) {
        let entered = created_at(customer.id.uuid()).is_some_and(|at| self.holds(at));
        if let (true, false, Some(by)) = (entered, customer.deleted(), customer.unknown.stamp.created_by) {
            self.count(by, Counted::NewCustomers, RecordKey::new(Kind::Customer, customer.id.uuid()));
        }
    }

    /// Returns what somebody's count counts.
    pub fn of(&self, who: UserId, what: Counted) -> &[RecordKey] {
        self.found.get(&(who, what)).map_or(&[], Vec::as_slice)
    }
}
