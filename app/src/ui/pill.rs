//! A short fact in a rounded box.

use leptos::{prelude::*, text_prop::TextProp};

/// What a colour means; the words say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PillTone {
    #[default]
    Plain,
    /// Acted upon, in order.
    Ok,
    /// Due.
    Due,
    /// Late.
    Late,
    /// Not sent yet.
    Wait,
}

impl PillTone {
    /// Its class in `pill.css`.
    pub fn class(self) -> &'static str {
        match self {
            PillTone::Plain => "pill",
            PillTone::Ok => "pill ok",
            PillTone::Due => "pill due",
            PillTone::Late => "pill late",
            PillTone::Wait => "pill wait",
        }
    }
}

/// A pill with words.
#[component]
pub fn Pill(#[prop(into)] label: TextProp, #[prop(optional)] tone: PillTone) -> impl IntoView {
    view! { <span class=tone.class()>{move || label.get()}</span> }
}
