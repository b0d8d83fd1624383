//! A week: seven columns, or on a phone seven days one below another.

use chrono::{Datelike as _, NaiveDate};
use domain::calendar::Slot;
use leptos::prelude::*;

use super::{
    asked::{Asked, Shape},
    entry::Entries,
    page::Here,
};
use crate::{
    i18n::t,
    platform::intl::{self, Style},
    ui::{icon::Icon, language::use_locale, picture::Picture},
};

/// The week.
#[component]
pub fn WeekView(here: Here) -> impl IntoView {
    let days = move || here.week.get().into_iter().map(|day| view! { <DayColumn day here/> }).collect_view();
    view! { <div class="calendar-week" data-testid="calendar-week">{days}</div> }
}

/// One day of it; its head opens the day.
#[component]
fn DayColumn(day: NaiveDate, here: Here) -> impl IntoView {
    let locale = use_locale();
    let today = here.is_today(day);
    let named = move |style: Style| intl::plain_date(locale.get(), &day.to_string(), style);
    let href = Asked { day, view: Shape::Day }.href();
    let slot = Slot::Day(day);
    view! {
        <section class="calendar-day" data-target=slot.to_string() data-testid="calendar-day"
            aria-current=move || today.get().then_some("date") aria-label=move || named(Style::Full)>
            <h2>
                <a class="plain" href=href data-testid="calendar-to-day">
                    <span>{move || named(Style::Weekday)}</span>
                    " "
                    <span class="figures by-column">{day.day()}</span>
                    <span class="figures by-row">{move || named(Style::DayOfYear)}</span>
                </a>
            </h2>
            <Entries here at=slot/>
            <PlanVisit day/>
        </section>
    }
}

/// Leads to where a visit of a day is planned.
#[component]
pub fn PlanVisit(day: NaiveDate) -> impl IntoView {
    let locale = use_locale();
    let label = move || {
        let locale = locale.get();
        t::calendar::plan(locale, &intl::plain_date(locale, &day.to_string(), Style::DayOfYear))
    };
    view! {
        <a class="calendar-add" href=format!("/visits?day={day}") data-testid="calendar-add" aria-label=label title=label>
            <Picture icon=Icon::Plus/>
        </a>
    }
}
