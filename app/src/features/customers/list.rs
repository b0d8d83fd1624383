//! The list of customers with its search.

use domain::{customer::CustomerId, kind::Kind, summary::customer_field};
use leptos::{html, prelude::*, text_prop::TextProp};
use leptos_router::hooks::{use_location, use_navigate};
use uuid::Uuid;

use crate::{
    data::{customers::use_customers, use_data},
    i18n::t,
    layout::page::PageHeader,
    ui::{
        button::{ButtonLink, IconButton, Tone},
        empty_state::EmptyState,
        icon::Icon,
        input::SearchInput,
        language::{text, use_locale},
        windowed_list::WindowedList,
    },
};

/// All customers of this device by name, or those that a search finds.
#[component]
pub fn CustomerList() -> impl IntoView {
    let locale = use_locale();
    let customers = use_customers();
    let search = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        customers.version.track();
        search.with(|words| customers.find(words))
    });
    let count = Signal::derive(move || rows.with(Vec::len));
    Effect::new(move || {
        if customers.ready.get() && count.get() > 0 {
            request_animation_frame(move || customers.note_drawn());
        }
    });
    let current = RwSignal::new(None);
    Effect::new(move |before: Option<String>| {
        let words = search.get();
        if before.is_some_and(|before| before != words) {
            current.set(Some(0));
        }
        words
    });
    let list = NodeRef::<html::Div>::new();
    let to_list = Callback::new(move |()| {
        if let Some(list) = list.get_untracked() {
            // The list stands in the page and can take the focus.
            drop(list.focus());
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
    let navigate = use_navigate();
    let open = Callback::new(move |at: usize| {
        if let Some(id) = id_at(at) {
            navigate(&format!("/customers/{id}"), Default::default());
        }
    });
    let new_href = use_navigate();
    let add = Callback::new(move |_| new_href("/customers/new", Default::default()));
    // Before the list has been read there is nothing to say about it.
    let empty = Memo::new(move |_| count.get() == 0 && customers.version.get() > 0);
    let counted = move || {
        if customers.version.get() == 0 {
            return String::new();
        }
        let (locale, count) = (locale.get(), count.get() as u64);
        if search.with(|words| words.trim().is_empty()) {
            t::customers::count(locale, count)
        } else {
            t::customers::found(locale, count)
        }
    };
    view! {
        <div class="page">
            <PageHeader title=text(t::customers::title)>
                <IconButton icon=Icon::Plus label=text(t::customers::new) testid="customers-new" on_press=add/>
            </PageHeader>
            <div class="list-tools">
                <SearchInput testid="customers-search" label=text(t::customers::search_hint) value=search on_down=to_list/>
                <p class="muted small figures" role="status" data-testid="customers-count">{counted}</p>
            </div>
            <div class="page-body fill">
                <Show when=move || empty.get()>
                    <NoCustomers search/>
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
                            row.map(|row| view! { <CustomerRow row/> })
                        }
                        on_open=open
                    />
                </div>
            </div>
        </div>
    }
}

#[component]
fn NoCustomers(search: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    let no_match_text = text(t::customers::no_match_text);
    let (empty_title, empty_text) = (text(t::customers::empty_title), text(t::customers::empty_text));
    let (new, import) = (text(t::customers::new), text(t::import::title));
    move || {
        let words = search.with(|words| words.trim().to_owned());
        if words.is_empty() {
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

/// One customer in the list: what colleagues call it, who owns it, and whether it is sent.
#[component]
fn CustomerRow(row: u32) -> impl IntoView {
    let (data, customers, locale) = (use_data(), use_customers(), use_locale());
    let shown = customers.shown(row);
    let unsent = shown.as_ref().is_some_and(|shown| data.is_unsent(Kind::Customer, CustomerId::new(shown.key.id)));
    let shown = shown.map(|shown| shown.summary).unwrap_or_default();
    let field = |place: usize| shown.field(place).to_owned();
    let (name, short) = (field(customer_field::NAME), field(customer_field::SHORT_NAME));
    let owner = Uuid::try_parse(&field(customer_field::OWNER)).ok();
    let owner = owner.filter(|owner| data.user().uuid() != *owner).map(|owner| data.user_name(owner.into()));
    let (phone, address, level) =
        (field(customer_field::PHONE), field(customer_field::ADDRESS), field(customer_field::LEVEL));
    let level = move || (!level.is_empty()).then(|| t::customers::level_of(locale.get(), &level));
    let sub = move || {
        let parts = [level(), owner.clone(), Some(phone.clone()), Some(address.clone())];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    view! {
        <div class="row-main" class:unsent-row=unsent data-testid="customer-row">
            <div class="row-title">
                <span class="one-line">{if short.is_empty() { name.clone() } else { short.clone() }}</span>
                {unsent.then(|| view! { <span class="pill wait small" data-testid="unsent">{text(t::common::unsent)}</span> })}
            </div>
            <div class="row-sub one-line">{sub}</div>
        </div>
    }
}
