//! A page: its header stays, its body scrolls.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;

use super::{
    split::PaneShown,
    viewport::{Width, use_width},
};
use crate::{
    i18n::t,
    ui::{button::IconButton, icon::Icon, language::text, sync_pill::SyncPill},
};

/// The head of a page. On a phone it carries the seal or the way back, and the sync indicator.
#[component]
pub fn PageHeader(
    #[prop(into)] title: TextProp,
    /// Where the way back leads, on a phone.
    #[prop(optional, into)]
    back: Option<String>,
    /// The page's buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let width = use_width();
    let pane_shown = use_context::<PaneShown>();
    let shown = move || pane_shown.is_none_or(|pane| pane.0.get());
    let phone = Memo::new(move |_| width.get() == Width::Phone && shown());
    name_window_while(title.clone(), shown);
    view! {
        <header class="page-header">
            {move || {
                phone
                    .get()
                    .then(|| match back.clone() {
                        Some(href) => view! { <BackButton href/> }.into_any(),
                        None => view! { <Seal/> }.into_any(),
                    })
            }}
            <h1>{move || title.get()}</h1>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
            <Show when=move || phone.get()>
                <SyncPill/>
            </Show>
        </header>
    }
}

/// The seal of the house.
#[component]
pub fn Seal() -> impl IntoView {
    view! { <span class="seal" lang="zh-Hant" aria-hidden="true">{text(t::common::seal)}</span> }
}

#[component]
fn BackButton(href: String) -> impl IntoView {
    let navigate = use_navigate();
    let press = Callback::new(move |_| navigate(&href, Default::default()));
    view! { <IconButton icon=Icon::ChevronLeft label=text(t::common::back) testid="back" on_press=press/> }
}

/// Names the browser's window after a page without a [`PageHeader`].
pub fn name_window(title: impl Into<TextProp>) {
    name_window_while(title.into(), || true);
}

/// Names the browser's window after the page in sight.
fn name_window_while(title: TextProp, shown: impl Fn() -> bool + Copy + Send + Sync + 'static) {
    let product = text(t::common::app_name);
    Effect::new(move || {
        if shown() {
            document().set_title(&format!("{} · {}", title.get(), product()));
        }
    });
}
