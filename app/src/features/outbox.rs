//! What is not sent yet.

use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    i18n::t,
    layout::page::PageHeader,
    ui::{empty_state::EmptyState, icon::Icon, language::text},
};

/// The outbox.
#[component]
pub fn OutboxPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::outbox::title)/>
            <div class="page-body fill">
                <EmptyState
                    icon=Icon::CircleCheck
                    title=text(t::outbox::empty_title)
                    explanation=TextProp::from(text(t::outbox::empty_text))
                    testid="outbox-empty"
                />
            </div>
        </div>
    }
}
