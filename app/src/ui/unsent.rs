//! The mark of what the server has not confirmed yet.

use leptos::prelude::*;

use super::language::text;
use crate::i18n::t;

/// The word beside the dotted edge: never colour alone.
#[component]
pub fn UnsentMark(#[prop(into)] unsent: Signal<bool>) -> impl IntoView {
    let word = text(t::common::unsent);
    move || unsent.get().then(|| view! { <span class="pill wait small" data-testid="unsent">{word}</span> })
}
