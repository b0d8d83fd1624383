//! Which days are shown: by day or by week, the ones beside it, today, and any other by the date field.

use domain::calendar::{day_of, week};
use leptos::prelude::*;

use super::{
    asked::{Asked, Shape},
    page::Here,
};
use crate::{
    i18n::{Key, t},
    platform::intl::{self, Style},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// The tools above the days.
#[component]
pub fn Tools(here: Here) -> impl IntoView {
    let (data, locale) = (here.data, use_locale());
    let chip = move |view: Shape, label: Key, testid: &'static str| {
        let href = move || Asked { view, ..here.asked.get() }.href();
        let shown = move || (here.asked.get().view == view).then_some("true");
        let label = text(label);
        view! { <a class="chip" href=href data-testid=testid aria-current=shown>{label}</a> }
    };
    let today = move || {
        data.version.track();
        Asked { day: data.today(), ..here.asked.get() }.href()
    };
    let beside = move |later: bool, icon: Icon, day: Key, week: Key, testid: &'static str| {
        let href = move || here.asked.get().beside(later).href();
        let label = move || match here.asked.get().view {
            Shape::Day => day(locale.get()),
            Shape::Week => week(locale.get()),
        };
        view! {
            <a class="button only-icon" href=href data-testid=testid aria-label=label title=label>
                <Picture icon/>
            </a>
        }
    };
    let words = move || {
        let (asked, locale) = (here.asked.get(), locale.get());
        match asked.view {
            Shape::Day => intl::plain_date(locale, &asked.day.to_string(), Style::Full),
            Shape::Week => {
                let [first, .., last] =
                    week(asked.day).map(|day| intl::plain_date(locale, &day.to_string(), Style::DayOfYear));
                t::day_reports::from_to(locale, &first, &last)
            }
        }
    };
    view! {
        <div class="calendar-tools">
            <div class="chips" role="group" aria-label=text(t::calendar::view)>
                {chip(Shape::Day, t::calendar::view_day, "calendar-by-day")}
                {chip(Shape::Week, t::calendar::view_week, "calendar-by-week")}
                <a class="chip" href=today data-testid="calendar-today">{text(t::next_actions::due_today)}</a>
            </div>
            <div class="day-switch">
                {beside(false, Icon::ChevronLeft, t::visits::day_before, t::calendar::week_before, "calendar-before")}
                <label class="day-chosen">
                    <span data-testid="calendar-shown">{words}</span>
                    <input type="date" data-testid="calendar-choose" aria-label=text(t::visits::day)
                        prop:value=move || here.asked.get().day.to_string() on:change:target=move |event| {
                            if let Some(day) = day_of(&event.target().value()) {
                                here.go(Asked { day, ..here.asked.get_untracked() });
                            }
                        }/>
                </label>
                {beside(true, Icon::ChevronRight, t::visits::day_after, t::calendar::week_after, "calendar-after")}
            </div>
        </div>
    }
}
