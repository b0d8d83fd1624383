//! A group of fields that opens.

use leptos::{html, prelude::*, text_prop::TextProp};

/// A group under its heading. It opens by itself where a field inside is wrong: the error must be seen.
#[component]
pub fn Group(
    #[prop(into)] title: TextProp,
    testid: &'static str,
    /// Whether it begins open.
    open: bool,
    #[prop(into)] wrong: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    Effect::new(move || {
        if let Some(details) = details.get()
            && wrong.get()
        {
            details.set_open(true);
        }
    });
    view! {
        <details node_ref=details class="group" data-testid=testid open=open>
            <summary class="group-title">{move || title.get()}</summary>
            <div class="group-fields">{children()}</div>
        </details>
    }
}
