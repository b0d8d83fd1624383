//! 撞單 as a task: on the first page of whoever settles it, and on the customer's page.

pub mod ask;

pub use ask::WhoseIsIt;

use domain::{clash::ClashSettle, customer::CustomerId, distinct::CustomersDistinct, mutation::Action};
use leptos::prelude::*;

use super::duplicates::{Side, merge::may_merge};
use crate::{
    data::{Data, clashes::OpenClash, people::live_people, use_data},
    i18n::{Locale, t},
    platform::{intl, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// So many more come with each press.
const SHOWN_MORE: usize = 20;

/// What is to be settled, on the first page.
#[component]
pub fn ClashGroup(
    clashes: Vec<OpenClash>,
    /// How many are shown; it outlives the list, which is drawn anew whenever something changes.
    most: RwSignal<usize>,
) -> impl IntoView {
    let locale = use_locale();
    let count = clashes.len() as u64;
    let title = text(t::clashes::title);
    let clashes = StoredValue::new(clashes);
    let cards = move || {
        let shown = clashes.with_value(|clashes| clashes.iter().take(most.get()).cloned().collect::<Vec<_>>());
        shown.into_iter().map(|clash| view! { <ClashCard clash/> }).collect_view()
    };
    let more = move || {
        let left = count.saturating_sub(most.get() as u64);
        (left > 0).then(|| {
            let label = move || t::today::more(locale.get(), left);
            let show = Callback::new(move |()| most.update(|most| *most += SHOWN_MORE));
            view! { <Button label testid="clashes-more" tone=Tone::Quiet icon=Icon::ChevronDown on_press=show/> }
        })
    };
    (count > 0).then(|| {
        view! {
            <section data-testid="today-clashes">
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::common::items(locale.get(), count)}</span>
                </div>
                {cards}
                {more}
            </section>
        }
    })
}

/// Who is in the other one's way, in one line.
fn words(locale: Locale, data: Data, clash: &OpenClash) -> String {
    let who = match clash.by.map(|by| data.user_name(by)).filter(|name| !name.is_empty()) {
        Some(name) => name,
        None => t::history::somebody(locale).to_owned(),
    };
    let when = intl::moment(locale, clash.found_at, data.now());
    match clash.other {
        Some(_) => t::clashes::entered(locale, &when, &who),
        None => t::clashes::asked(locale, &when, &who, &clash.words),
    }
}

#[component]
fn ClashCard(clash: OpenClash) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (id, customer, other) = (clash.id, clash.customer, clash.other);
    let both = other.filter(|_| clash.both_here);
    let people = live_people(data, locale);
    let merges =
        Memo::new(move |_| people.with(|people| people.user(data.user()).is_some_and(|me| may_merge(&me.roles))));
    let settled = text(t::clashes::settled);
    // What settles it, and what takes that back.
    let act = move |done: bool| -> Action {
        match both {
            Some(other) => CustomersDistinct { one: customer, other, distinct: done }.into(),
            None => ClashSettle { id, settled: done }.into(),
        }
    };
    let enter = move |done: bool| async move { data.enter(act(done), &data.customer_name(customer)).await.is_ok() };
    let on_settle = Callback::new(move |()| {
        // Said beforehand: the card is gone when it is done.
        let words = settled();
        spawn(async move {
            if enter(true).await {
                let undo = Callback::new(move |()| {
                    spawn(async move {
                        enter(false).await;
                    });
                });
                toasts.show_with_undo(move || words, undo);
            }
        });
    });
    let line = move || words(locale.get(), data, &clash);
    let foreign =
        (other.is_some() && both.is_none()).then(|| view! { <p class="muted small">{text(t::clashes::not_here)}</p> });
    view! {
        <article class="card padded suspect" data-testid="clash">
            <p class="small" data-testid="clash-words">{line}</p>
            <div class="suspect-pair">
                <Side id=customer/>
                {both.map(|other| view! { <Side id=other/> })}
            </div>
            {foreign}
            <div class="button-row">
                {move || both.filter(|_| merges.get()).map(|other| view! {
                    <ButtonLink href=format!("/customers/{customer}/merge/{other}") label=text(t::duplicates::merge) testid="clash-merge" tone=Tone::Primary icon=Icon::Check/>
                })}
                <Button
                    label=text(if both.is_some() { t::duplicates::distinct } else { t::clashes::settle })
                    testid="clash-settle"
                    on_press=on_settle
                />
            </div>
        </article>
    }
}

/// Says on a customer's page that somebody else wants it, or has it too.
#[component]
pub fn ClashNotice(#[prop(into)] customer: Signal<Option<CustomerId>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let open = Memo::new(move |_| {
        data.version.track();
        customer.get().map(|customer| data.open_clashes(Some(customer))).unwrap_or_default()
    });
    move || {
        let lines = open.get().into_iter().map(|clash| {
            let title = move || words(locale.get(), data, &clash);
            view! { <Banner tone=BannerTone::Late title testid="clash-notice"/> }
        });
        lines.collect_view()
    }
}
