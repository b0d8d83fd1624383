//! Which day is shown.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;

use crate::{
    data::use_data,
    i18n::t,
    platform::intl::{self, Style},
    ui::{
        button::IconButton,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The day with the ones beside it a tap away, and any other by the date field.
#[component]
pub fn DaySwitch(day: RwSignal<NaiveDate>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let to = move |later: bool| {
        Callback::new(move |_| {
            day.update(|day| {
                let beside =
                    if later { day.checked_add_days(Days::new(1)) } else { day.checked_sub_days(Days::new(1)) };
                *day = beside.unwrap_or(*day);
            });
        })
    };
    let words = move || {
        let shown = day.get();
        let full = intl::plain_date(locale.get(), &shown.to_string(), Style::Full);
        match (shown - data.today()).num_days() {
            0 => format!("{} · {full}", t::common::today(locale.get())),
            1 => format!("{} · {full}", t::next_actions::due_tomorrow(locale.get())),
            _ => full,
        }
    };
    view! {
        <div class="day-switch">
            <IconButton icon=Icon::ChevronLeft label=text(t::visits::day_before) testid="day-before" on_press=to(false)/>
            <label class="day-chosen">
                <span data-testid="visits-day">{words}</span>
                <input type="date" data-testid="day-choose" aria-label=text(t::visits::day)
                    prop:value=move || day.get().to_string() on:change:target=move |event| {
                        if let Ok(chosen) = event.target().value().parse() {
                            day.set(chosen);
                        }
                    }/>
            </label>
            <IconButton icon=Icon::ChevronRight label=text(t::visits::day_after) testid="day-after" on_press=to(true)/>
        </div>
    }
}
