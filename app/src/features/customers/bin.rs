//! The recycle bin: customers that were deleted, to be brought back.

use domain::{
    customer::{Customer, CustomerBin},
    kind::Kind,
};
use leptos::prelude::*;

use crate::{
    data::{Data, live, use_data},
    i18n::t,
    layout::page::PageHeader,
    platform::{intl, time::spawn},
    ui::{
        button::{Button, ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// So many are shown; the newest are those that are looked for.
const SHOWN_MOST: usize = 200;

/// Reads what was deleted, the newest first. Those merged into another are not here.
pub async fn binned(data: Data) -> Vec<Customer> {
    let mut ids = Vec::new();
    data.with(|store| {
        store.each_line(Kind::Customer, |line| {
            if line.hidden() {
                ids.push(line.key.id);
            }
        });
    });
    let mut found = Vec::new();
    for id in ids {
        let customer: Option<Customer> = data.get(id.into()).await;
        found.extend(customer.filter(|customer| customer.deleted_at.is_some() && customer.merged_into.is_none()));
    }
    found.sort_by_key(|customer| std::cmp::Reverse(customer.deleted_at));
    found
}

async fn load(data: Data) -> Vec<Customer> {
    let mut found = binned(data).await;
    found.truncate(SHOWN_MOST);
    found
}

/// The page.
#[component]
pub fn CustomerBinPage() -> impl IntoView {
    let data = use_data();
    let loaded = live(move || load(data));
    let export = text(t::export::title);
    let (title, none, explanation) =
        (text(t::customers::bin), text(t::customers::bin_empty), text(t::customers::bin_text));
    view! {
        <div class="page" data-testid="customer-bin">
            <PageHeader title back="/customers">
                <ButtonLink href="/export?list=bin" label=export testid="bin-export" tone=Tone::Quiet icon=Icon::Download/>
            </PageHeader>
            <div class="page-body">
                {move || match loaded.get() {
                    None => ().into_any(),
                    Some(found) if found.is_empty() => view! {
                        <EmptyState icon=Icon::Trash title=none explanation=TextProp::from(explanation) testid="bin-empty"/>
                    }
                    .into_any(),
                    Some(found) => view! {
                        <div class="column">
                            <p class="muted small">{explanation}</p>
                            <div class="card">
                                {found.into_iter().map(|customer| view! { <Deleted customer/> }).collect_view()}
                            </div>
                        </div>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn Deleted(customer: Customer) -> impl IntoView {
    let (data, toasts, locale) = (use_data(), use_toasts(), use_locale());
    let (restored, restore) = (text(t::common::undone), text(t::customers::restore));
    let (id, name, at) = (customer.id, customer.name.clone(), customer.deleted_at.unwrap_or_default());
    let about = name.clone();
    let bring_back = Callback::new(move |()| {
        // Said beforehand: the line is gone when it is done.
        let (about, words) = (about.clone(), restored());
        spawn(async move {
            if data.enter(CustomerBin { id, binned: false }, &about).await.is_ok() {
                toasts.show(move || words);
            }
        });
    });
    view! {
        <div class="row" data-testid="binned">
            <a class="row-main plain" href=format!("/customers/{id}")>
                <div class="row-title"><span class="one-line">{name}</span></div>
                <div class="row-sub one-line">{move || t::customers::binned(locale.get(), &intl::moment(locale.get(), at, data.now()))}</div>
            </a>
            <Button label=restore testid="bin-restore" icon=Icon::Undo on_press=bring_back/>
        </div>
    }
}
