//! List and detail side by side; on a phone one of them, the other kept in its place.

use leptos::{context::Provider, prelude::*};

use super::viewport::{Width, use_width};

/// Whether the pane around is in sight.
#[derive(Clone, Copy)]
pub struct PaneShown(pub Signal<bool>);

/// Two panes.
#[component]
pub fn Split(
    /// Whether a record is open; on a phone it then covers the list.
    #[prop(into)]
    detail_open: Signal<bool>,
    list: Children,
    detail: Children,
) -> impl IntoView {
    let width = use_width();
    let wide = move || width.get() != Width::Phone;
    let list_shown = PaneShown(Signal::derive(move || wide() || !detail_open.get()));
    let detail_shown = PaneShown(Signal::derive(move || wide() || detail_open.get()));
    view! {
        <div class="split" data-shows=move || if detail_open.get() { "detail" } else { "list" }>
            <section class="split-list">
                <Provider value=list_shown>{list()}</Provider>
            </section>
            <section class="split-detail">
                <Provider value=detail_shown>{detail()}</Provider>
            </section>
        </div>
    }
}
