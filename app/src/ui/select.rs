//! A choice from a closed list.

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    field::{Field, Need, Wiring},
    language::text,
};
use crate::i18n::t;

/// One entry of a list of choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    /// Pairs a value with its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A list to choose one entry from. One that may stay empty begins with "not chosen", a question with "all".
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    /// The chosen value; empty means none.
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional)] need: Need,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let control = move |wiring: Wiring| {
        let none = text(match need {
            Need::Question => t::common::all,
            Need::Optional | Need::Required => t::common::not_chosen,
        });
        view! {
            <select
                class="control"
                id=wiring.id
                data-testid=wiring.testid
                aria-describedby=wiring.described_by
                aria-invalid=move || wiring.invalid.get().then_some("true")
                aria-required=wiring.required.then_some("true")
                on:change:target=move |event| value.set(event.target().value())
            >
                // One that must be chosen, and is not yet, says so.
                {(!wiring.required || value.with_untracked(String::is_empty))
                    .then(|| {
                        view! { <option value="" selected=move || value.with(String::is_empty)>{none}</option> }
                    })}
                <For each=move || choices.get() key=|choice| (choice.value.clone(), choice.label.clone()) let:choice>
                    {
                        let chosen = choice.value.clone();
                        view! {
                            <option value=choice.value selected=move || value.with(|value| *value == chosen)>
                                {choice.label}
                            </option>
                        }
                    }
                </For>
            </select>
        }
        .into_any()
    };
    view! { <Field name label hint error need control/> }
}
