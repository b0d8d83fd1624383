//! The customer view 客戶檢視: the page as one may turn it round to the customer. What is of the house only
//! (level, owner, credit, remark, what was noted and planned) is not drawn, nor are the other customers beside it.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use crate::{
    i18n::t,
    ui::{
        button::{ButtonLink, Tone},
        icon::Icon,
        language::text,
    },
};

/// Whether the page is shown to the customer; the address says so.
pub fn use_customer_view() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("view").is_some_and(|view| view == "customer")))
}

/// The way back into the house.
#[component]
pub fn LeaveCustomerView() -> impl IntoView {
    let path = use_location().pathname;
    let leave = text(t::customers::view_leave);
    move || view! { <ButtonLink href=path.get() label=leave testid="customer-view-leave" tone=Tone::Quiet icon=Icon::EyeOff/> }
}
