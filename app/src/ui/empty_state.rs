//! What stands where nothing is yet: why, and what to do.

use leptos::{prelude::*, text_prop::TextProp};

use super::{icon::Icon, picture::Picture};

/// An empty list or page; `children` are the buttons that help.
#[component]
pub fn EmptyState(
    icon: Icon,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] explanation: Option<TextProp>,
    testid: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid=testid>
            <Picture icon/>
            <p class="empty-title">{move || title.get()}</p>
            {explanation.map(|words| view! { <p class="empty-text">{move || words.get()}</p> })}
            {children.map(|children| view! { <div class="button-row">{children()}</div> })}
        </div>
    }
}
