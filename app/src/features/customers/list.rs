//! The list of customers with its search.

use domain::{
    customer::CustomerId,
    kind::{Kind, RecordKey},
    summary::customer_field,
};
use leptos::{html, prelude::*, text_prop::TextProp};
use leptos_router::hooks::{use_location, use_navigate};
use uuid::Uuid;

use crate::{
    data::{customers::Customers, use_data},
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
    let (data, locale) = (use_data(), use_locale());
    let customers = Customers::follow(data, locale);
    let search = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        customers.version.track();
        search.with(|words| customers.find(words))
    });
    let count = Signal::derive(move || rows.with(Vec::len));
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
    let selected = Signal::derive(move || {
        let opened = opened.get()?;
        rows.with(|rows| rows.iter().position(|row| customers.id(*row) == Some(opened)))
    });
    let navigate = use_navigate();
    let open = Callback::new(move |at: usize| {
        if let Some(id) = id_at(at) {
            navigate(&format!("/customers/{id}"), Default::default());
        }
    });
    let new_href = use_navigate();
    let add = Callback::new(move |_| new_href("/customers/new", Default::default()));
    let counted = move || {
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
                <Show when=move || count.get() == 0>
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
                            (row.and_then(|row| customers.id(row)), data.version.get_untracked(), customers.version.get())
                        }
                        current
                        selected
                        list
                        row=move |at| id_at(at).map(|id| view! { <CustomerRow id/> })
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
fn CustomerRow(id: Uuid) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let key = RecordKey::new(Kind::Customer, id);
    let shown = data.with(|store| store.shown(key)).map(|shown| shown.summary).unwrap_or_default();
    let unsent = data.is_unsent(Kind::Customer, CustomerId::new(id));
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
