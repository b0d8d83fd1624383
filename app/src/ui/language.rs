//! The language as a signal: every text follows it at once, without a reload.
//!
//! The functions here look into the context, so call them while a view is built and move what they
//! return into handlers; a handler itself has no context.

use leptos::prelude::*;

use crate::{
    i18n::{Key, Locale},
    platform::{
        locale,
        preferences::{self, LOCALE_KEY},
    },
};

#[derive(Clone, Copy)]
struct Language(RwSignal<Locale>);

/// Puts the language into the context and keeps `<html lang>` in step.
pub fn provide_language() {
    let language = RwSignal::new(locale::first());
    provide_context(Language(language));
    Effect::new(move || locale::tell_document(language.get()));
}

/// The language; reading it in a view follows its changes.
pub fn use_locale() -> Signal<Locale> {
    expect_context::<Language>().0.into()
}

/// Returns what changes the language and remembers the choice.
pub fn use_set_locale() -> impl Fn(Locale) + Copy {
    let language = expect_context::<Language>().0;
    move |locale: Locale| {
        preferences::set(LOCALE_KEY, locale.tag());
        language.set(locale);
    }
}

/// A text that follows the language: `{text(t::common::save)}`.
pub fn text(key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let locale = use_locale();
    move || key(locale.get())
}

/// A text with arguments that follows the language: `{words(|locale| t::sync::waiting(locale, n))}`.
pub fn words<F>(write: F) -> impl Fn() -> String + Send + Sync + 'static
where
    F: Fn(Locale) -> String + Send + Sync + 'static,
{
    let locale = use_locale();
    move || write(locale.get())
}
