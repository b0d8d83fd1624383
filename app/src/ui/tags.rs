//! Several short texts in one field.

use leptos::{ev::KeyboardEvent, prelude::*, text_prop::TextProp};

use super::{
    field::{Field, Need, Wiring, fresh_id},
    icon::Icon,
    language::{text, use_locale},
    picture::Picture,
};
use crate::i18n::t;

/// Tags: Enter or a comma adds one, Backspace in the empty field takes the last one away.
#[component]
pub fn TagsInput(
    name: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<Vec<String>>,
    /// What the browser offers while typing.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
    /// Instead of how to add one.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let hint = Some(hint.unwrap_or_else(|| text(t::common::tags_hint).into()));
    let control = move |wiring: Wiring| {
        let typed = RwSignal::new(String::new());
        let list = fresh_id("suggestions");
        let add = move || {
            let tag = typed.with(|typed| typed.trim().to_owned());
            typed.set(String::new());
            if !tag.is_empty() && value.with(|tags| !tags.contains(&tag)) {
                value.update(|tags| tags.push(tag));
            }
        };
        let on_key = move |event: KeyboardEvent| {
            if event.is_composing() {
                return;
            }
            match event.key().as_str() {
                "Enter" | "," | "，" | "、" if typed.with(|typed| !typed.trim().is_empty()) => {
                    event.prevent_default();
                    add();
                }
                "Backspace" if typed.with(String::is_empty) => value.update(|tags| drop(tags.pop())),
                _ => {}
            }
        };
        view! {
            <div class="control tags">
                <For each=move || value.get() key=String::clone let:tag>
                    <Tag tag value/>
                </For>
                <input
                    class="tags-input"
                    id=wiring.id
                    list=list.clone()
                    autocomplete="off"
                    data-testid=wiring.testid
                    aria-describedby=wiring.described_by
                    aria-invalid=move || wiring.invalid.get().then_some("true")
                    prop:value=typed
                    on:input:target=move |event| typed.set(event.target().value())
                    on:keydown=on_key
                    on:blur=move |_| add()
                />
                <datalist id=list>
                    <For each=move || suggestions.get() key=String::clone let:suggestion>
                        <option value=suggestion></option>
                    </For>
                </datalist>
            </div>
        }
        .into_any()
    };
    view! { <Field name label hint error need=Need::Optional control/> }
}

#[component]
fn Tag(tag: String, value: RwSignal<Vec<String>>) -> impl IntoView {
    let locale = use_locale();
    let named = tag.clone();
    let shown = tag.clone();
    view! {
        <span class="tag">
            {shown}
            <button
                type="button"
                class="tag-remove"
                data-testid="tag-remove"
                aria-label=move || t::common::remove_item(locale.get(), &named)
                on:click=move |_| value.update(|tags| tags.retain(|other| *other != tag))
            >
                <Picture icon=Icon::X/>
            </button>
        </span>
    }
}
