//! Ctrl K: one field that leads to any customer, page or entry.

use domain::{kind::Kind, search::fold, summary::customer_field};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use uuid::Uuid;
use web_sys::KeyboardEvent;

use crate::{
    data::{customer_key, customers::use_customers, use_data},
    features::history,
    i18n::{Key, Locale, t},
    platform::js,
    ui::{
        dialog::Dialog,
        field::fresh_id,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// So many customers are offered.
const CUSTOMERS_MOST: usize = 8;

/// Something to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Goal {
    label: String,
    /// What tells it from others.
    sub: String,
    href: String,
    icon: Icon,
}

/// Pages and entries by their names.
const PLACES: [(Key, &str, Icon); 18] = [
    (t::customers::new, "/customers/new", Icon::UserPlus),
    (t::common::today, "/", Icon::Sun),
    (t::common::customers, "/customers", Icon::Users),
    (t::common::outbox, "/outbox", Icon::Send),
    (t::import::title, "/import", Icon::Upload),
    (t::export::title, "/export", Icon::Download),
    (t::people::title, "/people", Icon::User),
    (t::customers::bin, "/customers/bin", Icon::Trash),
    (t::duplicates::title, "/duplicates", Icon::Search),
    (t::pools::title, "/pools", Icon::Inbox),
    (t::own_fields::title, "/own-fields", Icon::FileText),
    (t::calendar::title, "/calendar", Icon::Calendar),
    (t::visits::title, "/visits", Icon::MapPin),
    (t::day_reports::title, "/reports", Icon::FileText),
    (t::opportunities::title, "/opportunities", Icon::Kanban),
    (t::opportunities::new, "/opportunities/new", Icon::Kanban),
    (t::pipelines::title, "/pipelines", Icon::Kanban),
    (t::common::settings, "/settings", Icon::Settings),
];

/// What can be done with the customer that is open.
fn of_customer(locale: Locale, id: Uuid, name: &str) -> Vec<Goal> {
    let goal =
        |label: Key, href: String, icon| Goal { label: label(locale).to_owned(), sub: name.to_owned(), href, icon };
    vec![
        goal(t::contact_records::new, format!("/customers/{id}/record"), Icon::NotebookPen),
        goal(t::visits::check_in, format!("/customers/{id}/check-in"), Icon::MapPin),
        goal(t::next_actions::new, format!("/customers/{id}/next-action"), Icon::CalendarClock),
        goal(t::contacts::new, format!("/customers/{id}/contacts/new"), Icon::UserPlus),
        goal(t::customers::edit_title, format!("/customers/{id}/edit"), Icon::Pencil),
        goal(t::history::title, history::address(id, customer_key(id.into())), Icon::Clock),
    ]
}

/// Opens with Ctrl K or Cmd K, wherever the focus is; what an input method composes is left alone.
#[component]
pub fn Palette() -> impl IntoView {
    let open = RwSignal::new(false);
    let handle = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if !asked || !event.key().eq_ignore_ascii_case("k") || composes(&event) {
            return;
        }
        // The browser's own search field has the same key.
        event.prevent_default();
        let other = document().query_selector("dialog[open]").ok().flatten().is_some();
        if open.get_untracked() || !other {
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || handle.remove());
    view! {
        <Dialog open title=text(t::palette::title) testid="palette">
            <Search open/>
        </Dialog>
    }
}

/// An input method composes: browsers say so in two ways.
fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

#[component]
fn Search(open: RwSignal<bool>) -> impl IntoView {
    let (data, customers, locale, navigate) = (use_data(), use_customers(), use_locale(), use_navigate());
    let path = use_location().pathname;
    let (words, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let goals = Memo::new(move |_| {
        let (locale, wanted) = (locale.get(), words.with(|words| fold(words.trim())));
        let here = path.with(|path| path.split('/').nth(2).and_then(|id| Uuid::try_parse(id).ok()));
        let here = here.map(|id| of_customer(locale, id, &data.customer_name(id.into())));
        let places = PLACES.map(|(label, href, icon)| Goal {
            label: label(locale).to_owned(),
            sub: String::new(),
            href: href.to_owned(),
            icon,
        });
        let named = |goal: &Goal| fold(&goal.label).contains(&wanted);
        let mut goals: Vec<Goal> = Vec::new();
        if !wanted.is_empty() {
            customers.version.track();
            let rows = words.with(|words| customers.find(words)).into_iter().take(CUSTOMERS_MOST);
            goals.extend(rows.filter_map(|row| customers.shown(row)).map(|shown| Goal {
                label: shown.summary.field(customer_field::NAME).to_owned(),
                sub: shown.summary.field(customer_field::PHONE).to_owned(),
                href: format!("/{}s/{}", Kind::Customer, shown.key.id),
                icon: Icon::Building,
            }));
        }
        goals.extend(here.into_iter().flatten().chain(places).filter(named));
        goals
    });
    Effect::new(move || {
        words.track();
        at.set(0);
    });
    let go = Callback::new(move |chosen: usize| {
        if let Some(goal) = goals.with_untracked(|goals| goals.get(chosen).cloned()) {
            open.set(false);
            navigate(&goal.href, Default::default());
        }
    });
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            // The field stands in the page and can take the focus.
            drop(field.focus());
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let last = goals.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            _ if composes(&event) => return,
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = if *at == 0 { last } else { *at - 1 }),
            "Enter" => go.run(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let list = fresh_id("palette");
    let option_id = {
        let list = list.clone();
        move |place: usize| format!("{list}-{place}")
    };
    let active = {
        let option_id = option_id.clone();
        move || option_id(at.get())
    };
    Effect::new({
        let active = active.clone();
        move || {
            if let Some(element) = document().get_element_by_id(&active()) {
                let near = js::object(&[("block", "nearest".into())]);
                // An element of the page can always be scrolled to.
                drop(js::call(&element, "scrollIntoView", &[near]));
            }
        }
    });
    let (hint, none) = (text(t::palette::hint), text(t::palette::none));
    let options = move || {
        let options = goals.get().into_iter().enumerate().map(|(place, goal)| {
            view! {
                <div id=option_id(place) class="sheet-choice" role="option" data-testid="palette-goal"
                    aria-selected=move || (at.get() == place).to_string() on:click=move |_| go.run(place)>
                    <Picture icon=goal.icon/>
                    <span class="one-line">{goal.label}</span>
                    <span class="muted small one-line">{goal.sub}</span>
                </div>
            }
        });
        options.collect_view()
    };
    view! {
        <div class="stack palette">
            <div class="control-box leading">
                <Picture icon=Icon::Search/>
                <input node_ref=field class="control" type="search" role="combobox" autocomplete="off" spellcheck="false"
                    data-testid="palette-search" aria-label=hint placeholder=hint aria-expanded="true"
                    aria-controls=list.clone() aria-activedescendant=active
                    prop:value=words on:input:target=move |event| words.set(event.target().value()) on:keydown=on_key/>
            </div>
            <div id=list role="listbox" class="palette-goals" aria-label=text(t::palette::title)>{options}</div>
            <Show when=move || goals.with(Vec::is_empty)>
                <p class="muted small" data-testid="palette-none">{none}</p>
            </Show>
        </div>
    }
}
