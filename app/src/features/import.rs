//! Bringing customers in from a file.

use leptos::prelude::*;

use crate::{
    i18n::t,
    layout::page::PageHeader,
    ui::{empty_state::EmptyState, icon::Icon, language::text},
};

/// The import page.
#[component]
pub fn ImportPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::import::title) back="/settings"/>
            <div class="page-body fill">
                <EmptyState icon=Icon::Upload title=text(t::import::intro) testid="import-intro"/>
            </div>
        </div>
    }
}
