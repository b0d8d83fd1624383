//! One day: what has no time on top, then hour by hour, below the days of its week.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};
use domain::{
    calendar::{Slot, hours},
    value::TimeOfDay,
};
use leptos::prelude::*;

use super::{
    asked::{Asked, Shape},
    entry::Entries,
    page::Here,
    week::PlanVisit,
};
use crate::{
    data::calendar::Entry,
    i18n::{grouped, t},
    platform::intl::{self, Style},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// The days of the week above the one that is shown; an entry is dropped on them.
#[component]
pub fn WeekStrip(here: Here) -> impl IntoView {
    let days = move || here.week.get().into_iter().map(|day| view! { <StripDay day here/> }).collect_view();
    view! {
        <nav class="calendar-strip" aria-label=text(t::calendar::view_week) data-testid="calendar-strip">{days}</nav>
    }
}

#[component]
fn StripDay(day: NaiveDate, here: Here) -> impl IntoView {
    let locale = use_locale();
    let count = Memo::new(move |_| {
        here.entries.with(|entries| entries.iter().filter(|entry| entry.day == day && !entry.is_done()).count() as u64)
    });
    let today = here.is_today(day);
    let weekday = move || intl::plain_date(locale.get(), &day.to_string(), Style::Weekday);
    let href = Asked { day, view: Shape::Day }.href();
    let shown = move || (here.asked.get().day == day).then_some("true");
    let open = move || {
        let count = count.get();
        // A blank keeps the height.
        let figure = if count > 0 { grouped(count) } else { "\u{a0}".to_owned() };
        view! {
            <span class="figures calendar-count" aria-hidden="true">{figure}</span>
            <span class="visually-hidden">{t::common::items(locale.get(), count)}</span>
        }
    };
    view! {
        <a class="chip calendar-chip" class:today=move || today.get() href=href data-target=Slot::Day(day).to_string()
            data-testid="calendar-chip" aria-current=shown>
            <span class="calendar-weekday">{weekday}</span>
            " "
            <span class="figures">{day.day()}</span>
            " "
            {open}
        </a>
    }
}

/// The day.
#[component]
pub fn DayView(day: NaiveDate, here: Here) -> impl IntoView {
    let shown: Memo<RangeInclusive<u8>> = Memo::new(move |_| {
        here.entries.with(|entries| hours(entries.iter().filter(|entry| entry.day == day).filter_map(Entry::time)))
    });
    let whole = Slot::WholeDay(day);
    let title = text(t::calendar::whole_day);
    view! {
        <section class="calendar-whole" data-target=whole.to_string() data-testid="calendar-whole-day">
            <h2 class="calendar-hour-label muted small">{title}</h2>
            <Entries here at=whole/>
            <PlanVisit day/>
        </section>
        <ol class="calendar-hours" data-testid="calendar-hours">
            <For each=move || shown.get() key=|hour| *hour let:hour><HourRow day hour here/></For>
        </ol>
    }
}

/// One hour. A tap where nothing stands leads to planning a visit, as the plus of the day does.
#[component]
fn HourRow(day: NaiveDate, hour: u8, here: Here) -> impl IntoView {
    let slot = Slot::Hour(day, hour);
    let label = TimeOfDay::at(hour, 0).map(|time| time.to_string());
    view! {
        <li class="calendar-hour" data-target=slot.to_string() data-testid="calendar-hour">
            <span class="calendar-hour-label muted small figures">{label}</span>
            <Entries here at=slot/>
            <a class="calendar-add" href=format!("/visits?day={day}") tabindex="-1" aria-hidden="true">
                <Picture icon=Icon::Plus/>
            </a>
        </li>
    }
}
