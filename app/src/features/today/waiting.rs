//! Customers that wait for a word: a row each, with what one does about it.

use domain::{
    agenda::Waiting,
    kind::{Kind, RecordKey},
    summary::customer_field,
    value::Phone,
};
use leptos::prelude::*;

use crate::{
    data::use_data,
    features::reach::{Way, Ways, Whom},
    i18n::{Key, t},
    platform::intl,
    ui::{
        button::{Button, Tone},
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// So many stand there at first: a list that nobody gets through is one that nobody begins.
pub const SHOWN_FIRST: usize = 5;
/// So many more come with each press.
const SHOWN_MORE: usize = 50;

/// A list of customers under its title.
#[component]
pub fn WaitingGroup(
    title: Key,
    explanation: Key,
    testid: &'static str,
    waiting: Vec<Waiting>,
    /// How many are shown; it outlives the list, which is drawn anew whenever something changes.
    most: RwSignal<usize>,
) -> impl IntoView {
    let locale = use_locale();
    let all = waiting.len();
    let (title, explanation) = (text(title), text(explanation));
    let waiting = StoredValue::new(waiting);
    let rows = move || {
        let shown = waiting.with_value(|waiting| waiting.iter().take(most.get()).copied().collect::<Vec<_>>());
        shown.into_iter().map(|waiting| view! { <WaitingRow waiting/> }).collect_view()
    };
    let more = move || {
        let left = all.saturating_sub(most.get()) as u64;
        (left > 0).then(|| {
            let label = move || t::today::more(locale.get(), left);
            let show = Callback::new(move |()| most.update(|most| *most += SHOWN_MORE));
            view! { <div class="row"><Button label testid="today-more" tone=Tone::Quiet icon=Icon::ChevronDown on_press=show/></div> }
        })
    };
    (all > 0).then(|| {
        view! {
            <section data-testid=testid>
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::common::items(locale.get(), all as u64)}</span>
                </div>
                <p class="muted small section-note">{explanation}</p>
                <div class="card">
                    {rows}
                    {more}
                </div>
            </section>
        }
    })
}

#[component]
fn WaitingRow(waiting: Waiting) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let id = waiting.customer;
    let facts = Memo::new(move |_| {
        data.version.track();
        let shown = data.with(|store| store.shown(RecordKey::new(Kind::Customer, id)));
        let field = |place| shown.as_ref().map(|shown| shown.summary.field(place).to_owned()).unwrap_or_default();
        let short = Some(field(customer_field::SHORT_NAME)).filter(|short| !short.is_empty());
        [
            short.unwrap_or_else(|| field(customer_field::NAME)),
            field(customer_field::LEVEL),
            field(customer_field::PHONE),
        ]
    });
    let name = move || facts.with(|[name, ..]| name.clone());
    let level = move || {
        let level = facts.with(|[_, level, _]| level.clone());
        (!level.is_empty()).then(|| view! { <span class="pill small">{level}</span> })
    };
    let call = move || {
        let digits = facts.with(|[.., phone]| Phone::parse(phone).ok().map(|phone| phone.digits()))?;
        let whom = Whom { customer: id.into(), contact: None, name: name() };
        Some(view! { <Ways whom ways=vec![Way::Call(digits)]/> })
    };
    let last = move || match waiting.last {
        Some(at) => t::customers::last_contact(locale.get(), &intl::moment(locale.get(), at, data.now())),
        None => t::customers::never_contacted(locale.get()).to_owned(),
    };
    let link = |to: &str, icon: Icon, label: Key, testid: &'static str| {
        let label = text(label);
        view! {
            <a class="button only-icon" href=format!("/customers/{id}/{to}") data-testid=testid aria-label=label title=label>
                <Picture icon/>
            </a>
        }
    };
    view! {
        <div class="row" data-testid="waiting-customer">
            <a class="row-main plain" href=format!("/customers/{id}")>
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    {level}
                </div>
                <div class="row-sub one-line">{last}</div>
            </a>
            {call}
            {link("record", Icon::NotebookPen, t::contact_records::new, "waiting-record")}
            {link("next-action", Icon::CalendarClock, t::next_actions::new, "waiting-plan")}
        </div>
    }
}
