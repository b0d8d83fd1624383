//! What lies in a pool, to search and to claim with one thumb.

use domain::{
    customer::CustomerId,
    pool::{CustomerClaim, Pool},
};
use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    data::{
        live,
        people::live_people,
        pools::{Card, Cards as Found},
        use_data,
    },
    i18n::t,
    layout::page::PageHeader,
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, ButtonLink, Tone},
        empty_state::EmptyState,
        field::Need,
        icon::Icon,
        input::Input,
        language::{text, use_locale},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// So many cards are drawn; a search finds the others.
const SHOWN_MOST: usize = 60;

/// The page.
#[component]
pub fn PoolsPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let loaded = live(move || data.pools());
    let people = live_people(data, locale);
    let administers = Memo::new(move |_| people.with(|people| people.administers(data.user())));
    let all = Memo::new(move |_| loaded.get());
    let (chosen, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let mine = Memo::new(move |_| {
        let me = data.user();
        let open = |pool: &&Pool| !pool.off && (pool.admits(me) || administers.get());
        all.with(|all| all.iter().flatten().filter(open).cloned().collect::<Vec<_>>())
    });
    let pool = Memo::new(move |_| {
        let chosen = chosen.get();
        mine.with(|mine| mine.iter().find(|pool| pool.id.to_string() == chosen).or(mine.first()).cloned())
    });
    let choices = Signal::derive(move || {
        mine.with(|mine| mine.iter().map(|pool| Choice::new(pool.id.to_string(), &pool.name)).collect::<Vec<_>>())
    });
    Effect::new(move || {
        if let Some(pool) = pool.get() {
            chosen.set(pool.id.to_string());
        }
    });
    let several = Memo::new(move |_| mine.with(|mine| mine.len() > 1));
    let title = text(t::pools::title);
    let new = text(t::pools::new);
    let choose = text(t::pools::choose);
    let body = move || match (all.with(Option::is_none), pool.with(Option::is_some)) {
        (true, _) => ().into_any(),
        (false, true) => view! {
            <Show when=move || several.get()>
                <Select name="pool" label=choose value=chosen choices need=Need::Required/>
            </Show>
            <Cards pool words/>
        }
        .into_any(),
        (false, false) => {
            let none = all.with(|all| all.as_ref().is_none_or(Vec::is_empty));
            let (title, explanation) = match none || administers.get() {
                true => (text(t::pools::no_pools_title), TextProp::from(text(t::pools::no_pools_text))),
                false => (text(t::pools::not_member_title), TextProp::from(text(t::pools::not_member_text))),
            };
            view! { <EmptyState icon=Icon::Inbox title explanation testid="pools-none"/> }.into_any()
        }
    };
    let settings = move || {
        let all = all.get().unwrap_or_default();
        administers.get().then(|| {
            let rows = all.into_iter().map(|pool| {
                let (href, off) = (format!("/pools/{}", pool.id), pool.off);
                view! {
                    <a class="row" href=href data-testid="pool-settings">
                        <div class="row-main"><div class="row-title">
                            <span class="one-line">{pool.name}</span>
                            {off.then(|| view! { <span class="pill small">{text(t::pools::off)}</span> })}
                        </div></div>
                    </a>
                }
            });
            view! {
                <section class="card pool-list">
                    <div class="section-head">
                        <h2>{text(t::pools::settings)}</h2>
                        <ButtonLink href="/pools/new" label=new testid="pool-new" tone=Tone::Quiet icon=Icon::Plus/>
                    </div>
                    {rows.collect_view()}
                </section>
            }
        })
    };
    view! {
        <div class="page" data-testid="pools">
            <PageHeader title back="/"/>
            <div class="page-body"><div class="column stack">{body} {settings}</div></div>
        </div>
    }
}

/// One pool's cards.
#[component]
fn Cards(pool: Memo<Option<Pool>>, words: RwSignal<String>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    // Searched with each key, read only when something changed.
    let cards_here = RwSignal::new(Found::default());
    Effect::new(move || {
        data.version.track();
        cards_here.set(pool.with(|pool| pool.as_ref().map(|pool| data.pool_cards(pool.id)).unwrap_or_default()));
    });
    let found = Memo::new(move |_| words.with(|words| cards_here.with(|cards| cards.find(words, SHOWN_MOST))));
    let left = move || {
        data.version.track();
        let pool = pool.get()?;
        let left = pool.quota_per_day?.saturating_sub(data.claimed_today(pool.id));
        Some(match left {
            0 => t::pools::quota_none(locale.get()).to_owned(),
            left => t::pools::quota_left(locale.get(), left.into()),
        })
    };
    let cards = move || {
        let Some(pool) = pool.get() else { return ().into_any() };
        let (cards, count) = found.get();
        if cards.is_empty() {
            let searched = words.with(|words| !words.trim().is_empty());
            let (title, explanation) = match searched {
                true => (text(t::pools::nothing_found), None),
                false => (text(t::pools::empty_title), Some(TextProp::from(text(t::pools::empty_text)))),
            };
            let explanation = explanation.unwrap_or_else(|| TextProp::from(""));
            return view! { <EmptyState icon=Icon::Inbox title explanation testid="pool-empty"/> }.into_any();
        }
        let rest = (count.saturating_sub(cards.len())) as u64;
        view! {
            <div class="card" data-testid="pool-cards">
                {cards.into_iter().map(|card| view! { <CardRow card pool=pool.clone()/> }).collect_view()}
            </div>
            {(rest > 0).then(|| view! { <p class="muted small">{move || t::pools::more(locale.get(), rest)}</p> })}
        }
        .into_any()
    };
    view! {
        <p class="muted small">
            <span data-testid="pool-count">{move || t::pools::count(locale.get(), found.with(|(_, count)| *count as u64))}</span>
            {move || left().map(|left| view! { " · " <span data-testid="quota-left">{left}</span> })}
        </p>
        <Input name="pool-search" label=text(t::pools::search) value=words need=Need::Question/>
        {cards}
    }
}

#[component]
fn CardRow(card: Card, pool: Pool) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let id = CustomerId::new(card.id);
    let Card { name, shown, since, claimed, asked_back, .. } = card;
    let sub = move || {
        let since = (!since.is_empty())
            .then(|| t::pools::since(locale.get(), &intl::plain_date(locale.get(), &since, Style::DayOfYear)));
        shown.lines().map(str::to_owned).chain(since).collect::<Vec<_>>().join(" · ")
    };
    let busy = RwSignal::new(false);
    let (about, may) = (name.clone(), pool.admits(data.user()));
    let claim = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let about = about.clone();
        let claim = CustomerClaim { id: data.fresh(), customer: id, pool: pool.id, note: String::new() };
        spawn(async move {
            if data.enter(claim, &about).await.is_ok() {
                toasts.show(move || t::pools::claimed_toast(locale.get(), &about));
            }
            busy.try_set(false);
        });
    });
    let here = data.with(|store| store.shown(domain::kind::RecordKey::new(domain::kind::Kind::Customer, id.uuid())));
    let open = here.map(|_| {
        view! { <ButtonLink href=format!("/customers/{id}") label=text(t::pools::open) testid="pool-open" tone=Tone::Quiet/> }
    });
    let action = match (claimed, may) {
        (true, _) => view! {
            <ButtonLink href=format!("/customers/{id}/record") label=text(t::pools::note) testid="pool-note" icon=Icon::NotebookPen/>
        }
        .into_any(),
        (false, true) => view! {
            <Button label=text(t::pools::claim) testid="pool-claim" tone=Tone::Primary disabled=busy on_press=claim/>
        }
        .into_any(),
        (false, false) => ().into_any(),
    };
    view! {
        <div class="row" class:unsent=claimed data-testid="pool-card">
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    {claimed.then(|| view! { <span class="pill wait small" data-testid="pool-claimed">{text(t::pools::claiming)}</span> })}
                    {asked_back.then(|| view! { <span class="pill late small" data-testid="pool-asked-back">{text(t::pools::asked_back)}</span> })}
                </div>
                <div class="row-sub one-line">{sub}</div>
            </div>
            {open}
            {action}
        </div>
    }
}
