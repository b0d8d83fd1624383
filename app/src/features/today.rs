//! What is due today.

use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    i18n::t,
    layout::page::PageHeader,
    ui::{button::ButtonLink, empty_state::EmptyState, icon::Icon, language::text},
};

/// The first page.
#[component]
pub fn TodayPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::common::today)/>
            <div class="page-body fill">
                <EmptyState
                    icon=Icon::Sun
                    title=text(t::next_actions::none_title)
                    explanation=TextProp::from(text(t::next_actions::none_text))
                    testid="today-empty"
                >
                    <ButtonLink href="/customers" label=text(t::common::customers) testid="today-customers" icon=Icon::Users/>
                </EmptyState>
            </div>
        </div>
    }
}
