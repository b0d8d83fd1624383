//! The list of customers: searched, narrowed down, ordered, and several of them at once.

pub mod asked;
pub mod bulk;
pub mod columns;
pub mod filters;
pub mod keys;
pub mod own;
pub mod row;

use leptos::{html, prelude::*, text_prop::TextProp};
use leptos_router::hooks::{use_location, use_navigate};
use uuid::Uuid;
use wasm_bindgen::JsCast as _;

use self::{
    asked::Asked,
    bulk::{BulkBar, Chosen},
    columns::{ColumnChoice, ColumnHeads, wanted_columns},
    filters::{FilterChips, Filters},
    keys::{Keys, ListKeys},
    row::CustomerRow,
};
use crate::{
    data::customers::use_customers,
    features::list_views::ViewBar,
    i18n::t,
    layout::{
        page::PageHeader,
        viewport::{Width, use_width},
    },
    ui::{
        button::{Button, ButtonLink, IconButton, Tone},
        empty_state::EmptyState,
        icon::Icon,
        input::SearchInput,
        language::{text, use_locale},
        windowed_list::WindowedList,
    },
};

/// All customers of this device by name, or those that are asked for.
#[component]
pub fn CustomerList() -> impl IntoView {
    let locale = use_locale();
    let customers = use_customers();
    let asked = Asked::follow();
    let (search, chosen, columns) = (asked.words, Chosen::default(), wanted_columns());
    let rows = Memo::new(move |_| {
        customers.version.track();
        let found = search.with(|words| customers.find(words));
        asked.filter.with(|filter| customers.filter(found, filter))
    });
    let count = Signal::derive(move || rows.with(Vec::len));
    Effect::new(move || {
        if customers.ready.get() && count.get() > 0 {
            request_animation_frame(move || customers.note_drawn());
        }
    });
    let current = RwSignal::new(None);
    Effect::new(move |before: Option<_>| {
        let now = (search.get(), asked.filter.get());
        if before.is_some_and(|before| before != now) {
            current.set(Some(0));
        }
        now
    });
    let list = NodeRef::<html::Div>::new();
    let to_list = Callback::new(move |()| {
        if let Some(list) = list.get_untracked() {
            // The list stands in the page and can take the focus.
            drop(list.focus());
        }
        if current.get_untracked().is_none() {
            current.set(Some(0));
        }
    });
    let id_at = move |at: usize| rows.with_untracked(|rows| rows.get(at).and_then(|row| customers.id(*row)));
    let path = use_location().pathname;
    let opened = Memo::new(move |_| path.with(|path| path.split('/').nth(2).and_then(|id| Uuid::try_parse(id).ok())));
    let selected = Memo::new(move |_| {
        let opened = opened.get()?;
        // Followed first: the customer may be on its way into the list.
        rows.with(|rows| {
            let opened = customers.row(opened)?;
            rows.iter().position(|row| *row == opened)
        })
    });
    let width = use_width();
    let wide = Memo::new(move |_| {
        width.get() == Width::Desktop && path.with(|path| path.trim_end_matches('/') == "/customers")
    });
    let navigate = use_navigate();
    let open = Callback::new(move |at: usize| match id_at(at) {
        Some(id) if chosen.on.get_untracked() => chosen.toggle(id),
        Some(id) => navigate(&format!("/customers/{id}"), Default::default()),
        None => {}
    });
    let to = use_navigate();
    let add = Callback::new(move |()| to("/customers/new", Default::default()));
    // Before the list has been read there is nothing to say about it.
    let searched = Memo::new(move |_| search.with(|words| !words.trim().is_empty()));
    let known = move || customers.version.get() > 0 && (!searched.get() || customers.searchable.get());
    let empty = Memo::new(move |_| count.get() == 0 && known());
    let narrowed = Memo::new(move |_| asked.filter.with(|filter| filter.count() > 0));
    let counted = move || {
        if customers.version.get() == 0 {
            return String::new();
        }
        let (locale, count) = (locale.get(), count.get() as u64);
        if narrowed.get() || searched.get() {
            t::customers::found(locale, count)
        } else {
            t::customers::count(locale, count)
        }
    };
    let keys = ListKeys {
        search: Callback::new(|()| focus("[data-testid=customers-search]")),
        list: to_list,
        new: add,
        choose: Callback::new(move |()| {
            if let Some(id) = current.get_untracked().and_then(id_at) {
                chosen.toggle(id);
            }
        }),
        leave: Callback::new(move |()| chosen.end()),
    };
    let all = Callback::new(move |()| {
        rows.with_untracked(|rows| rows.iter().filter_map(|row| customers.id(*row)).collect::<Vec<_>>())
    });
    let choose = Callback::new(move |()| chosen.on.set(true));
    let (choose_label, bin, export) =
        (text(t::customers::choose), text(t::customers::bin_short), text(t::export::title));
    view! {
        <div class="page customer-list" class:choosing=move || chosen.on.get()>
            <PageHeader title=text(t::customers::title)>
                <IconButton icon=Icon::Plus label=text(t::customers::new) testid="customers-new" on_press=Callback::new(move |_| add.run(()))/>
            </PageHeader>
            <div class="list-tools">
                <SearchInput testid="customers-search" label=text(t::customers::search_hint) value=search on_down=to_list/>
                <div class="list-buttons">
                    <p class="muted small figures" role="status" data-testid="customers-count">{counted}</p>
                    <Filters asked/>
                    <Show when=move || wide.get()>
                        <ColumnChoice columns/>
                    </Show>
                    <Button label=choose_label testid="customers-choose" tone=Tone::Quiet on_press=choose/>
                    {move || {
                        let query = asked.query();
                        let href = if query.is_empty() { "/export".to_owned() } else { format!("/export?{query}") };
                        view! { <ButtonLink href label=export testid="customers-export" tone=Tone::Quiet/> }
                    }}
                    <ButtonLink href="/customers/bin" label=bin testid="customers-bin" tone=Tone::Quiet/>
                </div>
                <ViewBar asked columns/>
                <FilterChips asked/>
            </div>
            <div class="page-body fill">
                <Show when=move || empty.get()>
                    <NoCustomers asked narrowed/>
                </Show>
                <Show when=move || wide.get() && !empty.get()>
                    <ColumnHeads asked columns/>
                </Show>
                <div class="fill-list" hidden=move || count.get() == 0>
                    <WindowedList
                        label=text(t::customers::title)
                        testid="customers"
                        rows=count
                        key=move |at| {
                            // Followed, so that another search draws other rows in the same places.
                            let row = rows.with(|rows| rows.get(at).copied());
                            (row, customers.version.get())
                        }
                        current
                        selected
                        list
                        row=move |at| {
                            let row = rows.with_untracked(|rows| rows.get(at).copied());
                            row.map(|row| view! { <CustomerRow row chosen columns wide/> })
                        }
                        on_open=open
                    />
                </div>
                <Show when=move || chosen.on.get()>
                    <BulkBar chosen all/>
                </Show>
            </div>
            <Keys keys/>
        </div>
    }
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element of the page can always be asked to take the focus.
        drop(element.focus());
    }
}

#[component]
fn NoCustomers(asked: Asked, narrowed: Memo<bool>) -> impl IntoView {
    let locale = use_locale();
    let no_match_text = text(t::customers::no_match_text);
    let (empty_title, empty_text) = (text(t::customers::empty_title), text(t::customers::empty_text));
    let (none_narrowed, clear) = (text(t::customers::filter_none), text(t::customers::filter_clear));
    let (new, import) = (text(t::customers::new), text(t::import::title));
    move || {
        let words = asked.words.with(|words| words.trim().to_owned());
        if narrowed.get() {
            view! {
                <EmptyState icon=Icon::Search title=none_narrowed testid="customers-none-narrowed">
                    <Button label=clear testid="customers-none-clear" on_press=Callback::new(move |()| asked.clear())/>
                </EmptyState>
            }
            .into_any()
        } else if words.is_empty() {
            view! {
                <EmptyState icon=Icon::Users title=empty_title explanation=TextProp::from(empty_text) testid="customers-empty">
                    <ButtonLink href="/customers/new" label=new testid="customers-empty-new" tone=Tone::Primary icon=Icon::Plus/>
                    <ButtonLink href="/import" label=import testid="customers-import" icon=Icon::Upload/>
                </EmptyState>
            }
            .into_any()
        } else {
            let href = format!("/customers/new?name={}", String::from(js_sys::encode_uri_component(&words)));
            let (title, label) = (words.clone(), words);
            view! {
                <EmptyState
                    icon=Icon::Search
                    title=move || t::customers::no_match_title(locale.get(), &title)
                    explanation=TextProp::from(no_match_text)
                    testid="customers-no-match"
                >
                    <ButtonLink href label=move || t::customers::no_match_add(locale.get(), &label) testid="customers-add-match" icon=Icon::Plus/>
                </EmptyState>
            }
            .into_any()
        }
    }
}
