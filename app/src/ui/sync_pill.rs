//! The sync indicator of every page; one tap opens the outbox.

use leptos::prelude::*;

use super::{language::use_locale, picture::Picture};
use crate::{
    i18n::t,
    layout::status::{SyncState, use_sync_status},
};

/// Synced, waiting, sending or in need of attention, in colour, sign and words.
#[component]
pub fn SyncPill() -> impl IntoView {
    let status = use_sync_status();
    let locale = use_locale();
    let label = move || status.with(|status| status.label(locale.get()));
    view! {
        <a
            href="/outbox"
            class=move || status.with(|status| status.tone_class())
            data-testid="sync-pill"
            data-state=move || status.with(|status| status.state.name())
            aria-label=move || t::sync::indicator(locale.get(), &label())
        >
            {move || {
                let icon = status.with(|status| status.icon());
                let turning = status.with(|status| matches!(status.state, SyncState::Receiving | SyncState::Sending(_)));
                view! { <Picture icon class=if turning { "turning" } else { "" }/> }
            }}
            <span role="status">{label}</span>
        </a>
    }
}
