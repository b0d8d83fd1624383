//! Whom one might put into a day: who is due, who is near, whom one looks for.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::{
    customer::CustomerId,
    own::Unknown,
    summary::customer_field,
    value::clean,
    visit::{State, Visit, VisitAdd},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::checked_in::distance;
use crate::{
    data::{customer_key, customers::use_customers, use_data, visits::Candidate},
    features::form::Errors,
    i18n::{Key, Locale, t},
    platform::{
        position::{self, Located, Lost},
        time::spawn,
    },
    ui::{
        button::IconButton,
        field::Need,
        icon::Icon,
        input::Input,
        language::{text, use_locale},
        picture::Picture,
        toast::use_toasts,
    },
};

/// So many are offered.
const SHOWN_MOST: usize = 20;

/// Where the device is, as far as it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    NotAsked,
    Asking,
    Found(Located),
    Lost(Lost),
}

/// The search and the two offers.
#[component]
pub fn AddToDay(
    day: Memo<NaiveDate>,
    /// The place that the next one gets.
    next: Memo<u32>,
) -> impl IntoView {
    let (data, locale, customers) = (use_data(), use_locale(), use_customers());
    let (words, purpose, errors) = (RwSignal::new(String::new()), RwSignal::new(String::new()), Errors::new());
    let here = RwSignal::new(Here::NotAsked);
    let searched = Memo::new(move |_| words.with(|words| !words.trim().is_empty()));
    let found = Memo::new(move |_| {
        data.version.track();
        customers.version.track();
        let day = day.get();
        match (searched.get(), here.get()) {
            (true, _) => {
                customers.searchable.track();
                let planned: HashSet<Uuid> = data.planned_on(day);
                let rows = words.with(|words| customers.find(words)).into_iter();
                let ids = rows.filter_map(|row| customers.id(row)).filter(|id| !planned.contains(id));
                let of = |customer| Candidate { customer, over: None, visited: true, metres: None };
                ids.take(SHOWN_MOST).map(of).collect()
            }
            (false, Here::Found(located)) => data.near(located.position, day, SHOWN_MOST),
            (false, Here::NotAsked) => data.due_for_a_visit(day).into_iter().take(SHOWN_MOST).collect(),
            (false, Here::Asking | Here::Lost(_)) => Vec::new(),
        }
    });
    let ask = move |_| {
        words.set(String::new());
        here.set(Here::Asking);
        spawn(async move {
            let located = position::locate().await;
            // The person may have left the page.
            here.try_set(located.map_or_else(Here::Lost, Here::Found));
        });
    };
    let near = move || !searched.get() && here.get() != Here::NotAsked;
    let due = move || !searched.get() && here.get() == Here::NotAsked;
    let none = move || {
        let words: Key = match (searched.get(), here.get()) {
            (true, _) => t::visits::found_none,
            (false, Here::NotAsked) => t::visits::due_none,
            (false, Here::Asking) => t::visits::locating,
            (false, Here::Found(_)) => t::visits::near_none,
            (false, Here::Lost(Lost::Refused)) => t::visits::refused_text,
            (false, Here::Lost(Lost::Unknown)) => t::visits::unknown_text,
        };
        found.with(Vec::is_empty).then(|| words(locale.get()))
    };
    let (due_words, near_words) = (text(t::visits::due), text(t::visits::near));
    view! {
        <section data-testid="visits-add">
            <div class="section-head"><h2>{text(t::visits::add_title)}</h2></div>
            <div class="stack">
                <div class="form-pair">
                    <Input name="visit-search" label=text(t::visits::search) value=words need=Need::Question/>
                    <Input name="visit-purpose" label=text(t::visits::purpose) value=purpose error=errors.of("purpose")/>
                </div>
                <div class="chips">
                    <button type="button" class="chip" data-testid="visits-due" aria-pressed=move || due().to_string()
                        on:click=move |_| { words.set(String::new()); here.set(Here::NotAsked); }>{due_words}</button>
                    <button type="button" class="chip" data-testid="visits-near" aria-pressed=move || near().to_string()
                        on:click=ask><Picture icon=Icon::MapPin/> {near_words}</button>
                </div>
                <p class="muted small" role="status" data-testid="visits-add-none">{none}</p>
                {move || {
                    let found = found.get();
                    (!found.is_empty()).then(|| view! {
                        <div class="card">
                            {found.into_iter().map(|candidate| view! { <CandidateRow candidate day next purpose errors/> }).collect_view()}
                        </div>
                    })
                }}
            </div>
        </section>
    }
}

/// How long a visit has been due.
fn over_words(locale: Locale, candidate: &Candidate) -> Option<String> {
    Some(match candidate.over? {
        _ if !candidate.visited => t::visits::never(locale).to_owned(),
        0 => t::visits::over_today(locale).to_owned(),
        days => t::visits::over_days(locale, days.unsigned_abs()),
    })
}

#[component]
fn CandidateRow(
    candidate: Candidate,
    day: Memo<NaiveDate>,
    next: Memo<u32>,
    /// What for; it goes with the one that is added.
    purpose: RwSignal<String>,
    errors: Errors,
) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let customer = CustomerId::new(candidate.customer);
    let name = data.customer_short(customer);
    let address = data.with(|store| store.shown(customer_key(customer)));
    let address = address.map(|shown| shown.summary.field(customer_field::ADDRESS).to_owned()).unwrap_or_default();
    let metres = candidate.metres;
    let pill = move || {
        let locale = locale.get();
        let words = metres.map(|metres| distance(locale, metres)).or_else(|| over_words(locale, &candidate))?;
        let class = if metres.is_some() { "pill small" } else { "pill due small" };
        Some(view! { <span class=class data-testid="candidate-why">{words}</span> })
    };
    let busy = RwSignal::new(false);
    let add = Callback::new(move |_| {
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        let purpose_said = purpose.with_untracked(|text| clean(text));
        if let Err(error) = domain::value::length("purpose", &purpose_said, Visit::PURPOSE_MOST) {
            errors.field(error);
            return errors.show_first();
        }
        busy.set(true);
        let visit = Visit {
            id: data.fresh(),
            customer,
            day: day.get_untracked(),
            order: next.get_untracked(),
            rep: data.user(),
            purpose: purpose_said,
            state: State::Planned,
            unknown: Unknown::new(),
        };
        spawn(async move {
            if data.enter(VisitAdd { visit }, &data.customer_name(customer)).await.is_ok() {
                purpose.try_set(String::new());
                let short = data.customer_short(customer);
                toasts.show(move || t::visits::added(locale.get(), &short));
            }
            busy.try_set(false);
        });
    });
    view! {
        <div class="row" data-testid="candidate">
            <div class="row-main">
                <div class="row-title">
                    <a class="plain one-line" href=format!("/customers/{customer}")>{name}</a>
                    {pill}
                </div>
                <div class="row-sub one-line">{address}</div>
            </div>
            <IconButton icon=Icon::Plus label=text(t::visits::add) testid="candidate-add" on_press=add/>
        </div>
    }
}
