//! Moving what stands in the calendar; everything can be taken back.

use chrono::NaiveDate;
use domain::{
    calendar::Slot,
    customer::CustomerId,
    edit::Edit,
    next_action::{NextAction, NextActionEdit, NextActionId},
    value::TimeOfDay,
    visit::{State, Visit, VisitId, VisitPlace},
};
use leptos::prelude::*;

use crate::{
    data::{Data, calendar::Entry},
    i18n::{Locale, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        language::use_locale,
        toast::{Toasts, use_toasts},
    },
};

/// Moves entries. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Mover {
    data: Data,
    locale: ReadSignal<Locale>,
    toasts: Toasts,
}

impl Mover {
    /// Prepares moving.
    pub fn new(data: Data) -> Self {
        Self { data, locale: use_locale(), toasts: use_toasts() }
    }

    /// Puts an entry into a slot; what has happened stays.
    pub fn put(self, entry: &Entry, to: Slot) {
        if entry.is_visit() {
            self.visit(VisitId::new(entry.id), to.day());
        } else {
            self.action(NextActionId::new(entry.id), to);
        }
    }

    fn action(self, id: NextActionId, to: Slot) {
        let data = self.data;
        spawn(async move {
            let Some(before) = data.get::<NextAction>(id).await.filter(|action| action.done.is_none()) else { return };
            let (due, time) = (to.day(), to.time(before.time));
            if (due, time) == (before.due, before.time) {
                return;
            }
            let after = NextAction { due, time, ..before.clone() };
            if !change(data, &before, &after).await {
                return;
            }
            let customer = before.customer;
            let undo = Callback::new(move |()| {
                let (before, after) = (before.clone(), after.clone());
                spawn(async move {
                    // Whatever was done or moved on since stays. A failure shows as a banner.
                    let now = data.get::<NextAction>(id).await.filter(|now| now.done.is_none());
                    if now.is_some_and(|now| (now.due, now.time) == (after.due, after.time)) {
                        change(data, &after, &before).await;
                    }
                });
            });
            self.tell(customer, due, time, undo);
        });
    }

    fn visit(self, id: VisitId, to: NaiveDate) {
        let data = self.data;
        spawn(async move {
            let Some(before) = data.get::<Visit>(id).await else { return };
            if before.state != State::Planned || before.day == to {
                return;
            }
            let (customer, day, order) = (before.customer, before.day, before.order);
            let place = move |day, order| async move {
                data.enter(VisitPlace { id, day, order }, &data.customer_name(customer)).await.is_ok()
            };
            let behind = data.place_behind(to).await;
            if !place(to, behind).await {
                return;
            }
            let undo = Callback::new(move |()| {
                spawn(async move {
                    let now = data.get::<Visit>(id).await.filter(|now| now.state == State::Planned);
                    if now.is_some_and(|now| (now.day, now.order) == (to, behind)) {
                        place(day, order).await;
                    }
                });
            });
            self.tell(customer, to, None, undo);
        });
    }

    fn tell(self, customer: CustomerId, day: NaiveDate, time: Option<TimeOfDay>, undo: Callback<()>) {
        let name = self.data.customer_short(customer);
        let words = move || {
            let locale = self.locale.get();
            let day = intl::plain_date(locale, &day.to_string(), Style::DayOfYear);
            let when = time.map_or_else(|| day.clone(), |time| format!("{day} {time}"));
            t::calendar::moved(locale, &name, &when)
        };
        self.toasts.show_with_undo(words, undo);
    }
}

/// Saves what turns one state of a next action into another.
async fn change(data: Data, before: &NextAction, after: &NextAction) -> bool {
    let Ok(edit) = Edit::between(before, after) else { return false };
    data.enter(NextActionEdit(edit), &data.customer_name(before.customer)).await.is_ok()
}
