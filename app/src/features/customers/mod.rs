//! Customers: list and record side by side.

pub mod assign;
pub mod bin;
pub mod conflicts;
pub mod edit;
pub mod facts;
pub mod head;
pub mod list;
pub mod menu;
pub mod page;
pub mod sections;
pub mod view;

pub use bin::{CustomerBinPage, binned};
pub use edit::{CustomerEditPage, CustomerNewPage};
pub use list::{
    asked::{Asked, list_query, pairs_of},
    columns::{ListColumn, column_names, columns_named},
};
pub use page::CustomerPage;

use domain::customer::CustomerId;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};
use uuid::Uuid;

use self::list::CustomerList;
use crate::{
    data::{pools::FallingHere, use_data},
    features::pools::SOON,
    i18n::t,
    layout::split::Split,
    ui::{button::Button, empty_state::EmptyState, icon::Icon, language::text},
};

/// The list, which stays while one record after another opens beside it.
#[component]
pub fn CustomersPage() -> impl IntoView {
    FallingHere::provide(use_data(), SOON);
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

/// What stands beside the list before a customer is chosen.
#[component]
pub fn ChooseCustomer() -> impl IntoView {
    view! { <EmptyState icon=Icon::Users title=text(t::customers::choose_one) testid="customer-choose"/> }
}

/// The customer that the address names; none where it names nothing.
pub fn use_customer_id() -> Memo<Option<CustomerId>> {
    let params = use_params_map();
    Memo::new(move |_| {
        params.with(|params| params.get("id")).and_then(|id| Uuid::try_parse(&id).ok()).map(CustomerId::new)
    })
}

/// A record that this device does not have.
#[component]
pub fn NotOnDevice() -> impl IntoView {
    let data = use_data();
    let look = Callback::new(move |()| {
        data.follow();
        if let Some(window) = web_sys::window()
            && let Ok(event) = web_sys::Event::new("focus")
        {
            // The loop looks whenever the page comes into focus.
            drop(window.dispatch_event(&event));
        }
    });
    view! {
        <EmptyState
            icon=Icon::CloudOff
            title=text(t::common::not_on_device_title)
            explanation=TextProp::from(text(t::common::not_on_device_text))
            testid="not-on-device"
        >
            <Button label=text(t::common::not_on_device_look) testid="not-on-device-look" icon=Icon::RefreshCw on_press=look/>
        </EmptyState>
    }
}
