//! A customer's form, for a new one and for one that is there.

pub mod duplicates;
pub mod fields;
pub mod form;
pub mod quick;
pub mod region;
pub mod terms;

use domain::{
    customer::{Customer, CustomerEnter},
    mutation::Action,
    organisation::Organisation,
    value::Currency,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sync::device::Pending;

use self::form::CustomerForm;
use super::{NotOnDevice, use_customer_id};
use crate::{
    data::{Data, live, use_data},
    features::form::{overlaid, use_correction},
    i18n::t,
    layout::page::PageHeader,
    ui::language::text,
};

/// A new customer, or a refused new one to correct.
#[component]
pub fn CustomerNewPage() -> impl IntoView {
    let data = use_data();
    let correction = use_correction(data);
    let refused = correction.as_ref().and_then(|pending| match pending.action() {
        Some(Action::CustomerCreate(create)) => {
            Some(CustomerEnter { customer: create.customer, contact: None, next: None })
        }
        Some(Action::CustomerEnter(enter)) => Some(enter),
        _ => None,
    });
    let asked = use_query_map().with_untracked(|query| query.get("name")).unwrap_or_default();
    let fresh = || Customer { owner: Some(data.user()), ..Customer::named(data.fresh(), &asked) };
    let customer = refused.as_ref().map_or_else(fresh, |enter| enter.customer.clone());
    let loaded = live(move || currency(data));
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Currency>>>| {
        before.copied().flatten().map_or_else(|| loaded.get(), Some)
    });
    view! {
        <div class="page" data-testid="customer-new">
            <PageHeader title=text(t::customers::new) back="/customers"/>
            <div class="page-body">
                {move || first.get().map(|currency| view! {
                    <CustomerForm shown=customer.clone() before=None refused=refused.clone() correction=correction.clone() currency/>
                })}
            </div>
        </div>
    }
}

/// What an edit begins with: the customer, and in which currency credit is given.
type Base = (Customer, Option<Currency>);

/// A customer's form.
#[component]
pub fn CustomerEditPage() -> impl IntoView {
    let data = use_data();
    let id = use_customer_id();
    let correction = use_correction(data);
    let loaded = live(move || {
        let id = id.get();
        async move { Some((data.get::<Customer>(id?).await?, currency(data).await)) }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Base>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.0.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = Signal::derive(move || id.get().map(|id| format!("/customers/{id}")).unwrap_or_default());
    view! {
        <div class="page" data-testid="customer-edit">
            <PageHeader title=text(t::customers::edit_title) back=back.get_untracked()/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some((before, currency))) => {
                        let shown = correction
                            .as_ref()
                            .and_then(|pending| corrected(pending, &before))
                            .unwrap_or_else(|| before.clone());
                        view! { <CustomerForm shown before=Some(before) refused=None correction=correction.clone() currency/> }.into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// The organisation's currency; none before it has come to this device.
async fn currency(data: Data) -> Option<Currency> {
    let id = data.with(|store| store.meta().identity.organisation);
    data.get::<Organisation>(id.into()).await.map(|organisation| organisation.currency)
}

/// The customer as a refused edit wanted it.
fn corrected(pending: &Pending, before: &Customer) -> Option<Customer> {
    let Some(Action::CustomerEdit(edit)) = pending.action() else { return None };
    overlaid(&edit.0, before)
}
