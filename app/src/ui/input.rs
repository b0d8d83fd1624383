//! One line of text in its kinds.

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    field::{Field, Need, Wiring, fresh_id},
    icon::Icon,
    language::text,
    picture::Picture,
};
use crate::i18n::t;

/// What is typed: it chooses the keyboard, the picker and the browser's help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Phone,
    Email,
    /// An address of a website.
    Web,
    /// A whole number.
    Number,
    /// A number with decimals.
    Amount,
    /// A plain date, `2026-11-30`.
    Date,
    /// `14:30`.
    Time,
    /// `2026-11-30T14:30`, in the organisation's zone.
    DateTime,
    Password,
    /// Digits, hidden like a password.
    Pin,
}

impl InputKind {
    fn html_type(self) -> &'static str {
        match self {
            InputKind::Text | InputKind::Web | InputKind::Number | InputKind::Amount => "text",
            InputKind::Phone => "tel",
            // `email` would refuse in the browser's words, and not as our rule does.
            InputKind::Email => "text",
            InputKind::Date => "date",
            InputKind::Time => "time",
            InputKind::DateTime => "datetime-local",
            InputKind::Password | InputKind::Pin => "password",
        }
    }

    fn keyboard(self) -> Option<&'static str> {
        match self {
            InputKind::Phone => Some("tel"),
            InputKind::Email => Some("email"),
            InputKind::Pin => Some("numeric"),
            InputKind::Web => Some("url"),
            InputKind::Number => Some("numeric"),
            InputKind::Amount => Some("decimal"),
            _ => None,
        }
    }
}

/// A field of one line.
#[component]
pub fn Input(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional)] kind: InputKind,
    #[prop(optional)] need: Need,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// For the browser's own memory: `username`, `current-password`. Customers' data is none of it.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What the browser offers while typing: the words that are in use.
    #[prop(optional)]
    suggestions: Vec<String>,
) -> impl IntoView {
    let control = move |wiring: Wiring| {
        let shown = RwSignal::new(false);
        let list = (!suggestions.is_empty()).then(|| fresh_id("suggestions"));
        let offered = list.clone().map(|id| {
            let options = suggestions.into_iter().map(|word| view! { <option value=word></option> });
            view! { <datalist id=id>{options.collect_view()}</datalist> }
        });
        let input = view! {
            <input
                class="control"
                id=wiring.id
                type=move || if shown.get() { "text" } else { kind.html_type() }
                inputmode=kind.keyboard()
                list=list
                autocomplete=autocomplete
                autocapitalize=matches!(kind, InputKind::Email | InputKind::Web | InputKind::Password).then_some("none")
                spellcheck=matches!(kind, InputKind::Email | InputKind::Phone | InputKind::Web).then_some("false")
                data-testid=wiring.testid
                aria-describedby=wiring.described_by
                aria-invalid=move || wiring.invalid.get().then_some("true")
                aria-required=wiring.required.then_some("true")
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        };
        if kind == InputKind::Password {
            view! { <div class="control-box trailing">{input} <Reveal shown/></div> }.into_any()
        } else {
            view! { {input} {offered} }.into_any()
        }
    };
    view! { <Field name label hint error need control/> }
}

/// Shows and hides a password.
#[component]
fn Reveal(shown: RwSignal<bool>) -> impl IntoView {
    let (show, hide) = (text(t::common::password_show), text(t::common::password_hide));
    view! {
        <button
            type="button"
            class="button quiet"
            data-testid="password-reveal"
            aria-label=move || if shown.get() { hide() } else { show() }
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || {
                let icon = if shown.get() { Icon::EyeOff } else { Icon::Eye };
                view! { <Picture icon/> }
            }}
        </button>
    }
}

/// A search box with a magnifier and a button that clears it.
#[component]
pub fn SearchInput(
    testid: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    /// Moves into the results, for the arrow key down.
    #[prop(optional, into)]
    on_down: Option<Callback<()>>,
) -> impl IntoView {
    let hint = label.clone();
    let clear = text(t::common::clear_search);
    view! {
        <div class="control-box leading trailing" role="search">
            <Picture icon=Icon::Search/>
            <input
                class="control"
                type="search"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                data-testid=testid
                aria-label=move || label.get()
                placeholder=move || hint.get()
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "ArrowDown" && !event.is_composing() && let Some(down) = on_down {
                        event.prevent_default();
                        down.run(());
                    }
                }
            />
            <Show when=move || value.with(|value| !value.is_empty())>
                <button
                    type="button"
                    class="button quiet"
                    data-testid="search-clear"
                    aria-label=clear
                    on:click=move |_| value.set(String::new())
                >
                    <Picture icon=Icon::X/>
                </button>
            </Show>
        </div>
    }
}
