//! The day of whoever works here, from the device's index alone.

use chrono::{NaiveDate, NaiveTime};
use domain::{
    agenda::{Agenda, Collecting, OpenAction},
    id::Id,
    kind::Kind,
    organisation::Organisation,
    summary::{contact_field, contact_record_field, customer_field, next_action_field},
    value::Birthday,
};
use uuid::Uuid;

use super::Data;
use crate::platform::zone;

impl Data {
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
            store.each_line(Kind::NextAction, |line| {
                let due: Option<NaiveDate> = line.field(next_action_field::DUE).parse().ok();
                let assignee = Uuid::try_parse(line.field(next_action_field::ASSIGNEE)).ok();
                let open = !line.hidden() && line.field(next_action_field::DONE).is_empty();
                if let (true, Some(customer), Some(due), Some(assignee)) = (open, line.parent(), due, assignee) {
                    collecting.action(OpenAction { id: line.key.id, customer: customer.id, due, assignee });
                }
            });
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
