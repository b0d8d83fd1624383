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

/// Its signals belong to the whole page: what a closed form leaves behind, such as a toast, still reads them.
#[derive(Clone, Copy)]
struct Language {
    read: ReadSignal<Locale>,
    write: WriteSignal<Locale>,
}

/// Puts the language into the context and keeps `<html lang>` in step.
pub fn provide_language() {
    let (read, write) = signal(locale::first());
    provide_context(Language { read, write });
    Effect::new(move || locale::tell_document(read.get()));
}

/// The language; reading it in a view follows its changes.
pub fn use_locale() -> ReadSignal<Locale> {
    expect_context::<Language>().read
}

/// Returns what changes the language and remembers the choice.
pub fn use_set_locale() -> impl Fn(Locale) + Copy {
    let language = expect_context::<Language>().write;
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
