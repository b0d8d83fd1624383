//! Opportunities one below the other, what is to be decided first at the top.

use domain::{
    customer::CustomerId,
    kind::Kind,
    opportunity::{Opportunity, Outcome, Seen, Step, Sums},
    pipeline::{Pipeline, Stage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{
    page::Here,
    words::{money, step_name, sums},
};
use crate::{
    data::{opportunities::Card, use_data},
    i18n::t,
    platform::intl::{self, Style},
    ui::{
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        unsent::UnsentMark,
        windowed_list::WindowedList,
    },
};

/// Where an opportunity stands.
pub fn step_of(seen: &Seen) -> Step {
    match seen.outcome {
        Outcome::Open => Step::Stage { stage: seen.stage },
        Outcome::Won { .. } => Step::Won,
        Outcome::Lost { reason, .. } => Step::Lost { reason },
    }
}

/// The list of what is asked for.
#[component]
pub fn OpportunityList(here: Here) -> impl IntoView {
    let (data, locale, navigate) = (here.data, use_locale(), use_navigate());
    let found = Memo::new(move |_| {
        let (filter, today) = (here.filter(), data.today());
        let mut found: Vec<Card> =
            here.all.with(|all| all.iter().filter(|card| filter.fits(&card.seen, today)).cloned().collect());
        let key = |card: &Card| (card.seen.outcome != Outcome::Open, card.seen.expected.is_none(), card.seen.expected);
        found.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name)));
        found
    });
    let count = Signal::derive(move || found.with(Vec::len));
    let total = move || {
        let (locale, mut total) = (locale.get(), Sums::default());
        found.with(|found| found.iter().filter_map(|card| card.seen.amount).for_each(|amount| total.add(amount)));
        let (count, total) = (t::opportunities::count(locale, count.get() as u64), sums(locale, &total));
        [count, total].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let open = Callback::new(move |at: usize| {
        if let Some(id) = found.with_untracked(|found| found.get(at).map(|card| card.seen.id)) {
            navigate(&format!("/opportunities/{id}"), Default::default());
        }
    });
    let current = RwSignal::new(None);
    view! {
        <p class="muted small figures list-total" role="status" data-testid="opportunities-count">{total}</p>
        <div class="page-body fill">
            <Show when=move || count.get() == 0>
                <EmptyState icon=Icon::Search title=text(t::opportunities::none_narrowed) testid="opportunities-none"/>
            </Show>
            <div class="fill-list" hidden=move || count.get() == 0>
                <WindowedList
                    label=text(t::opportunities::title)
                    testid="opportunity-list"
                    rows=count
                    key=move |at| found.with(|found| found.get(at).map(|card| (card.seen.id, data.version.get())))
                    current
                    row=move |at| {
                        let card = found.with_untracked(|found| found.get(at).cloned());
                        card.map(|card| view! { <Row card here/> })
                    }
                    on_open=open
                />
            </div>
        </div>
    }
}

#[component]
fn Row(card: Card, here: Here) -> impl IntoView {
    let (data, locale) = (here.data, use_locale());
    let Card { seen, name, unsent, .. } = card;
    let customer = data.customer_short(CustomerId::new(seen.customer));
    let owner = seen.owner.filter(|owner| *owner != data.user()).map(|owner| data.user_name(owner));
    let (amount, expected, over, step) = (seen.amount, seen.expected, seen.over, step_of(&seen));
    let class = match step {
        Step::Stage { .. } => "pill small",
        Step::Won => "pill ok small",
        Step::Lost { .. } => "pill late small",
    };
    let stage = move || here.pipelines.with(|pipelines| step_name(locale.get(), pipelines, step));
    let sub = move || [Some(customer.clone()), owner.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let day = move || expected.map(|day| intl::plain_date(locale.get(), &day.to_string(), Style::Date));
    view! {
        <div class="row-main" class:unsent-row=unsent data-testid="opportunity-row">
            <div class="row-title">
                <span class="one-line">{name}</span>
                <span class=class>{stage}</span>
                {over.map(|days| view! {
                    <span class="pill due small" data-testid="over">{move || t::opportunities::over(locale.get(), days.unsigned_abs())}</span>
                })}
                {unsent.then(|| view! { <span class="pill wait small">{text(t::common::unsent)}</span> })}
            </div>
            <div class="row-sub one-line">{sub}</div>
        </div>
        <div class="row-figures figures">
            <div>{move || amount.map(|amount| money(locale.get(), amount))}</div>
            <div class="row-sub">{day}</div>
        </div>
    }
}

/// An opportunity among a customer's.
#[component]
pub fn OpportunityRow(opportunity: Opportunity, pipelines: Memo<Vec<Pipeline>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::Opportunity, opportunity.id);
    let Opportunity { id, name, amount, expected_close, stage, stage_since, outcome, .. } = opportunity.clone();
    let step = opportunity.step();
    let words = move || pipelines.with(|pipelines| step_name(locale.get(), pipelines, step));
    let over = Memo::new(move |_| {
        let over = |stage: &Stage| stage.over(stage_since, data.today());
        let found = pipelines.with(|all| all.iter().find_map(|it| it.stage(stage)).and_then(over));
        found.filter(|_| outcome == Outcome::Open)
    });
    let sub = move || {
        let locale = locale.get();
        let day = expected_close.map(|day| intl::plain_date(locale, &day.to_string(), Style::Date));
        [amount.map(|amount| money(locale, amount)), day].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <a class="row" class:unsent=move || unsent.get() href=format!("/opportunities/{id}") data-testid="customer-opportunity">
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    <span class="pill small">{words}</span>
                    {move || over.get().map(|days| view! {
                        <span class="pill due small">{move || t::opportunities::over(locale.get(), days.unsigned_abs())}</span>
                    })}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub one-line figures">{sub}</div>
            </div>
        </a>
    }
}
