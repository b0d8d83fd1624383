//! What people did, counted from the records of this device.

use chrono::{NaiveDate, NaiveTime};
use domain::{
    contact_record::ContactRecord,
    customer::Customer,
    day_report::{Counting, DayReport, Span},
    kind::{Kind, RecordKey},
    stamp::created_at,
    summary::{contact_record_field, day_report_field, visit_field},
    visit::Visit,
};

use super::Data;
use crate::platform::zone;

/// A span of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// What was asked for.
    pub of: (Span, NaiveDate),
    pub counting: Counting,
    /// What was said about these days, the newest first.
    pub said: Vec<DayReport>,
}

/// A record behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub enum Behind {
    Visit(Visit),
    Contact(ContactRecord),
    Customer(Box<Customer>),
}

impl Data {
    /// Counts the days of a span around a day. The index chooses, so that no body is read in vain.
    pub async fn reported(self, span: Span, around: NaiveDate) -> Reported {
        let (first, last) = span.around(around);
        let mut counting = Counting::new(first, last, |day| zone::instant_of(day.and_time(NaiveTime::MIN)));
        let [mut visits, mut contacts, mut customers, mut reports] = [const { Vec::<RecordKey>::new() }; 4];
        self.with(|store| {
            store.each_line(Kind::Visit, |line| {
                if line.field(visit_field::DAY).parse().is_ok_and(|day| counting.holds_day(day)) {
                    visits.push(line.key);
                }
            });
            store.each_line(Kind::ContactRecord, |line| {
                let at = line.field(contact_record_field::HAPPENED_AT).parse();
                if !line.hidden() && at.is_ok_and(|at| counting.holds(at)) {
                    contacts.push(line.key);
                }
            });
            store.each_line(Kind::Customer, |line| {
                if !line.hidden() && created_at(line.key.id).is_some_and(|at| counting.holds(at)) {
                    customers.push(line.key);
                }
            });
            store.each_line(Kind::DayReport, |line| {
                if line.field(day_report_field::DAY).parse().is_ok_and(|day| counting.holds_day(day)) {
                    reports.push(line.key);
                }
            });
        });
        self.read::<Visit>(&visits).await.iter().for_each(|visit| counting.visit(visit));
        self.read::<ContactRecord>(&contacts).await.iter().for_each(|record| counting.contact(record));
        self.read::<Customer>(&customers).await.iter().for_each(|customer| counting.customer(customer));
        let mut said: Vec<DayReport> = self.read(&reports).await;
        said.sort_by_key(|report| (std::cmp::Reverse(report.day), report.rep));
        Reported { of: (span, around), counting, said }
    }

    /// Reads what a figure counts, in the order in which it happened.
    pub async fn behind(self, keys: Vec<RecordKey>) -> Vec<Behind> {
        let of = |kind: Kind| keys.iter().filter(|key| key.kind == kind).copied().collect::<Vec<_>>();
        let mut visits: Vec<Visit> = self.read(&of(Kind::Visit)).await;
        visits.sort_by_key(|visit| (visit.day, visit.order, visit.id));
        let mut contacts: Vec<ContactRecord> = self.read(&of(Kind::ContactRecord)).await;
        contacts.sort_by_key(|record| (record.happened_at, record.id));
        let customers: Vec<Customer> = self.read(&of(Kind::Customer)).await;
        let visits = visits.into_iter().map(Behind::Visit);
        let contacts = contacts.into_iter().map(Behind::Contact);
        visits.chain(contacts).chain(customers.into_iter().map(|it| Behind::Customer(Box::new(it)))).collect()
    }
}
