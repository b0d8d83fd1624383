//! Buttons.

use leptos::{prelude::*, text_prop::TextProp};
use web_sys::MouseEvent;

use super::{icon::Icon, picture::Picture};

/// What a button means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    /// The one thing to do on this page.
    Primary,
    /// Takes something away.
    Danger,
    /// Beside a text, without an edge.
    Quiet,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Plain => "button",
            Tone::Primary => "button primary",
            Tone::Danger => "button danger",
            Tone::Quiet => "button quiet",
        }
    }
}

/// A button with words, and an icon before them if wanted. Without `on_press` it submits its form.
#[component]
pub fn Button(
    #[prop(into)] label: TextProp,
    testid: &'static str,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <button
            type=if on_press.is_some() { "button" } else { "submit" }
            class=tone.class()
            data-testid=testid
            disabled=disabled
            on:click=move |_| if let Some(press) = on_press { press.run(()) }
        >
            {icon.map(|icon| view! { <Picture icon/> })}
            <span>{move || label.get()}</span>
        </button>
    }
}

/// A round button with an icon; its words are read aloud and shown as a hint.
#[component]
pub fn IconButton(
    icon: Icon,
    #[prop(into)] label: TextProp,
    testid: &'static str,
    #[prop(into)] on_press: Callback<MouseEvent>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            type="button"
            class="button only-icon"
            data-testid=testid
            aria-label=move || label.get()
            title=move || title.get()
            on:click=move |event| on_press.run(event)
        >
            <Picture icon/>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(into)] label: TextProp,
    testid: &'static str,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <a href=href class=tone.class() data-testid=testid>
            {icon.map(|icon| view! { <Picture icon/> })}
            <span>{move || label.get()}</span>
        </a>
    }
}
