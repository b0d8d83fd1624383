//! The navigation: one list of places, which the style sheet lays out for each width.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    page::Seal,
    status::{SyncState, use_sync_status},
    viewport::{Width, use_width},
};
use crate::{
    features::today::pressing::PressingCount,
    i18n::{Key, grouped, t},
    platform::intl,
    ui::{
        dialog::Dialog,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
        sync_pill::SyncPill,
    },
};

/// A place, or something to add.
#[derive(Clone, Copy)]
struct Place {
    href: &'static str,
    label: Key,
    icon: Icon,
    testid: &'static str,
}

const TODAY: Place = Place { href: "/", label: t::common::today, icon: Icon::Sun, testid: "nav-today" };
const CUSTOMERS: Place =
    Place { href: "/customers", label: t::common::customers, icon: Icon::Users, testid: "nav-customers" };
const OUTBOX: Place = Place { href: "/outbox", label: t::common::outbox, icon: Icon::Send, testid: "nav-outbox" };

/// What a phone reaches through "more".
const FURTHER: [Place; 9] = [
    Place { href: "/opportunities", label: t::opportunities::title, icon: Icon::Kanban, testid: "nav-opportunities" },
    Place { href: "/visits", label: t::visits::title, icon: Icon::MapPin, testid: "nav-visits" },
    Place { href: "/reports", label: t::day_reports::title, icon: Icon::FileText, testid: "nav-reports" },
    Place { href: "/pools", label: t::pools::title, icon: Icon::Inbox, testid: "nav-pools" },
    Place { href: "/duplicates", label: t::duplicates::title_short, icon: Icon::Search, testid: "nav-duplicates" },
    Place { href: "/import", label: t::common::import, icon: Icon::Upload, testid: "nav-import" },
    Place { href: "/export", label: t::common::export, icon: Icon::Download, testid: "nav-export" },
    Place { href: "/people", label: t::people::title, icon: Icon::User, testid: "nav-people" },
    Place { href: "/settings", label: t::common::settings, icon: Icon::Settings, testid: "nav-settings" },
];

/// What the plus offers.
const ADD: [Place; 3] = [
    Place { href: "/customers/new", label: t::customers::new, icon: Icon::UserPlus, testid: "add-customer" },
    Place { href: "/opportunities/new", label: t::opportunities::new, icon: Icon::Kanban, testid: "add-opportunity" },
    Place { href: "/import", label: t::import::title, icon: Icon::Upload, testid: "add-import" },
];

/// The navigation with its plus.
#[component]
pub fn Navigation() -> impl IntoView {
    let width = use_width();
    let (adding, more) = (RwSignal::new(false), RwSignal::new(false));
    let phone = Memo::new(move |_| width.get() == Width::Phone);
    view! {
        <nav class="nav" aria-label=text(t::common::main_navigation) data-testid="navigation">
            <Show when=move || !phone.get()>
                <div class="nav-brand">
                    <Seal/>
                    <span class="nav-brand-name">{text(t::common::app_name)}</span>
                </div>
            </Show>
            <NavLink place=TODAY count=TodayCount/>
            <NavLink place=CUSTOMERS/>
            <AddButton open=adding/>
            <NavLink place=OUTBOX count=OutboxCount/>
            {move || {
                if phone.get() {
                    view! { <MoreButton open=more/> }.into_any()
                } else {
                    view! {
                        {FURTHER.map(|place| view! { <NavLink place/> }).collect_view()}
                        <Foot/>
                    }
                    .into_any()
                }
            }}
        </nav>
        <Dialog open=adding title=text(t::common::add_what) testid="add-sheet">
            <Choices places=ADD.to_vec() open=adding/>
        </Dialog>
        <Dialog open=more title=text(t::common::more) testid="more-sheet">
            <Choices places=FURTHER.to_vec() open=more/>
        </Dialog>
    }
}

#[component]
fn NavLink(place: Place, #[prop(optional, into)] count: ViewFn) -> impl IntoView {
    let path = use_location().pathname;
    let here = move || path.with(|path| if place.href == "/" { path == "/" } else { path.starts_with(place.href) });
    view! {
        <a
            class="nav-link"
            href=place.href
            data-testid=place.testid
            aria-current=move || here().then_some("page")
        >
            <Picture icon=place.icon/>
            <span>{text(place.label)}</span>
            {count.run()}
        </a>
    }
}

/// How many next actions are due today or late.
#[component]
fn TodayCount() -> impl IntoView {
    let PressingCount(count) = expect_context();
    move || {
        let count = count.get();
        (count > 0).then(|| view! { <span class="nav-count" data-testid="nav-today-count">{grouped(count)}</span> })
    }
}

/// How many entries are not sent; in another colour where a person must see to some.
#[component]
fn OutboxCount() -> impl IntoView {
    let status = use_sync_status();
    move || {
        let status = status.get();
        let (attention, count) = match status.state {
            SyncState::NeedsAttention(n) => (true, n + status.unsent),
            _ => (false, status.unsent),
        };
        (count > 0).then(|| {
            view! {
                <span class=if attention { "nav-count late" } else { "nav-count" } data-testid="nav-outbox-count">
                    {grouped(count.into())}
                </span>
            }
        })
    }
}

#[component]
fn AddButton(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="nav-add"
            data-testid="nav-add"
            aria-label=text(t::common::add)
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            <Picture icon=Icon::Plus/>
            <span class="nav-add-label">{text(t::common::add)}</span>
        </button>
    }
}

#[component]
fn MoreButton(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="nav-link"
            data-testid="nav-more"
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            <Picture icon=Icon::Menu/>
            <span>{text(t::common::more)}</span>
        </button>
    }
}

/// The sync indicator with the time of the last exchange.
#[component]
fn Foot() -> impl IntoView {
    let status = use_sync_status();
    let locale = use_locale();
    let last = move || {
        let locale = locale.get();
        match status.with(|status| status.last_exchange_ms) {
            Some(ms) => t::sync::last_exchange(locale, &intl::moment(locale, ms, intl::now_ms())),
            None => t::sync::never_exchanged(locale).to_owned(),
        }
    };
    view! {
        <div class="nav-foot">
            <SyncPill/>
            <span class="nav-exchange" data-testid="last-exchange">{last}</span>
        </div>
    }
}

#[component]
fn Choices(places: Vec<Place>, open: RwSignal<bool>) -> impl IntoView {
    let choices = places
        .into_iter()
        .map(|place| {
            view! {
                <a class="sheet-choice" href=place.href data-testid=place.testid on:click=move |_| open.set(false)>
                    <Picture icon=place.icon/>
                    <span>{text(place.label)}</span>
                </a>
            }
        })
        .collect_view();
    view! { <div class="sheet-choices">{choices}</div> }
}
