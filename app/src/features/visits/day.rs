//! Which day is shown.

use chrono::NaiveDate;
use domain::calendar::{day_of, days_off};
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
pub fn DaySwitch(day: Memo<NaiveDate>, on_choose: Callback<NaiveDate>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let to = move |later: bool| Callback::new(move |_| on_choose.run(days_off(day.get_untracked(), 1, later)));
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
                        if let Some(chosen) = day_of(&event.target().value()) {
                            on_choose.run(chosen);
                        }
                    }/>
            </label>
            <IconButton icon=Icon::ChevronRight label=text(t::visits::day_after) testid="day-after" on_press=to(true)/>
        </div>
    }
}
