//! The plan of a day: in its order, with what to do at each stop, and whom one might add.

use chrono::NaiveDate;
use domain::{
    calendar::day_of,
    contact_record::ContactRecord,
    visit::{State, Visit},
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{add::AddToDay, day::DaySwitch, row::VisitRow};
use crate::{
    data::{live, use_data},
    i18n::t,
    layout::page::PageHeader,
    platform::intl,
    ui::{
        button::{ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// A day as the page shows it.
type Shown = (NaiveDate, Vec<Visit>, Vec<ContactRecord>);

/// The page.
#[component]
pub fn VisitsPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let (query, navigate) = (use_query_map(), use_navigate());
    // The day stands in the address, so that the way back leads back to it.
    let day =
        Memo::new(move |_| query.with(|query| query.get("day")).and_then(|day| day_of(&day)).unwrap_or(data.today()));
    let on_choose = Callback::new(move |day: NaiveDate| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&format!("/visits?day={day}"), options);
    });
    let loaded = live(move || {
        let day = day.get();
        async move { (day, data.plan(day).await, data.under_way().await) }
    });
    let shown = Memo::new(move |_| loaded.get());
    let title = text(t::visits::title);
    let (none_title, none_text) = (text(t::visits::none_title), text(t::visits::none_text));
    let progress = move || {
        let progress = shown.with(|shown| shown.as_ref().map(|(_, visits, _)| counted(visits)));
        progress.filter(|(all, _)| *all > 0).map(|(all, made)| t::visits::progress(locale.get(), made, all))
    };
    // What was cancelled keeps its place, too.
    let next = Memo::new(move |_| {
        let last = shown.with(|shown| shown.as_ref()?.1.iter().map(|visit| visit.order).max());
        last.unwrap_or_default() + 1
    });
    let body = move || {
        let (_, visits, under_way): Shown = shown.get()?;
        let open: Vec<Visit> = visits.iter().filter(|visit| visit.state == State::Planned).cloned().collect();
        let none = visits.is_empty();
        let rows = visits.iter().enumerate().map(|(at, visit)| {
            view! { <VisitRow visit=visit.clone() number={at + 1} open=open.clone()/> }
        });
        let rows = rows.collect_view();
        Some(view! {
            {under_way.into_iter().map(|record| view! { <UnderWay record/> }).collect_view()}
            {if none {
                view! { <EmptyState icon=Icon::MapPin title=none_title explanation=TextProp::from(none_text) testid="visits-none"/> }.into_any()
            } else {
                view! { <div class="card" data-testid="visits-plan">{rows}</div> }.into_any()
            }}
        })
    };
    view! {
        <div class="page" data-testid="visits">
            <PageHeader title back="/"/>
            <div class="page-body">
                <div class="column stack">
                    <DaySwitch day on_choose/>
                    <div class="ends">
                        <p class="muted small" data-testid="visits-progress">{progress}</p>
                        <a class="button quiet" href=move || format!("/calendar?day={}", day.get()) data-testid="visits-calendar">
                            <Picture icon=Icon::Calendar/>
                            <span>{text(t::calendar::title)}</span>
                        </a>
                    </div>
                    {body}
                    <AddToDay day next/>
                </div>
            </div>
        </div>
    }
}

/// How many are in the plan, and how many of them were made.
fn counted(visits: &[Visit]) -> (u64, u64) {
    let of = |holds: fn(&State) -> bool| visits.iter().filter(|visit| holds(&visit.state)).count() as u64;
    (of(|state| !matches!(state, State::Cancelled { .. })), of(|state| matches!(state, State::Made { .. })))
}

/// A visit that has begun: the way to its end.
#[component]
pub fn UnderWay(record: ContactRecord) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let name = data.customer_short(record.customer);
    let href = format!("/customers/{}/visit/{}", record.customer, record.id);
    let since = record.happened_at;
    view! {
        <div class="card row under-way" data-testid="visit-under-way">
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    <span class="pill due small">{text(t::visits::under_way)}</span>
                </div>
                <div class="row-sub">
                    {move || t::visits::in_at(locale.get(), &intl::moment(locale.get(), since, data.now()))}
                </div>
            </div>
            <ButtonLink href label=text(t::visits::check_out) testid="visit-end" tone=Tone::Primary icon=Icon::LogOut/>
        </div>
    }
}
