//! Several lines of text.

use leptos::{prelude::*, text_prop::TextProp};

use super::field::{Field, Need, Wiring};

/// A field of several lines; it grows with its text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional)] need: Need,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let control = move |wiring: Wiring| {
        view! {
            <textarea
                class="control"
                id=wiring.id
                rows="3"
                data-testid=wiring.testid
                aria-describedby=wiring.described_by
                aria-invalid=move || wiring.invalid.get().then_some("true")
                aria-required=wiring.required.then_some("true")
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        }
        .into_any()
    };
    view! { <Field name label hint error need control/> }
}
