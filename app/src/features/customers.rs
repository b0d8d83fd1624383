//! Customers: list and record side by side.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    i18n::t,
    layout::{page::PageHeader, split::Split},
    ui::{
        button::{ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::text,
    },
};

/// The list, which stays while one record after another opens beside it.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let path = use_location().pathname;
    let detail_open = Signal::derive(move || path.with(|path| path.trim_end_matches('/') != "/customers"));
    view! {
        <Split
            detail_open
            list=Box::new(|| view! { <CustomerList/> }.into_any())
            detail=Box::new(|| view! { <Outlet/> }.into_any())
        />
    }
}

#[component]
fn CustomerList() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::customers::title)/>
            <div class="page-body fill">
                <EmptyState
                    icon=Icon::Users
                    title=text(t::customers::empty_title)
                    explanation=TextProp::from(text(t::customers::empty_text))
                    testid="customers-empty"
                >
                    <ButtonLink href="/customers/new" label=text(t::customers::new) testid="customers-new" tone=Tone::Primary icon=Icon::Plus/>
                    <ButtonLink href="/import" label=text(t::import::title) testid="customers-import" icon=Icon::Upload/>
                </EmptyState>
            </div>
        </div>
    }
}

/// What stands beside the list before a customer is chosen.
#[component]
pub fn ChooseCustomer() -> impl IntoView {
    view! { <EmptyState icon=Icon::Users title=text(t::customers::choose_one) testid="customer-choose"/> }
}

/// A new customer.
#[component]
pub fn CustomerNewPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::customers::new) back="/customers"/>
        </div>
    }
}

/// One customer.
#[component]
pub fn CustomerPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::customers::customer) back="/customers"/>
            <NotOnDevice/>
        </div>
    }
}

/// A customer's form.
#[component]
pub fn CustomerEditPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::customers::edit_title) back="/customers"/>
            <NotOnDevice/>
        </div>
    }
}

/// A record that this device does not have.
#[component]
fn NotOnDevice() -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::CloudOff
            title=text(t::common::not_on_device_title)
            explanation=TextProp::from(text(t::common::not_on_device_text))
            testid="not-on-device"
        />
    }
}
