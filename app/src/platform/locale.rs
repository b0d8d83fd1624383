//! The language that a person starts with.

use js_sys::Intl;
use wasm_bindgen::JsCast as _;
use web_sys::window;

use super::preferences::{self, LOCALE_KEY};
use crate::i18n::Locale;

/// The stored choice first, then what the browser asks for.
pub fn first() -> Locale {
    preferences::get(LOCALE_KEY).and_then(|tag| Locale::from_tag(&tag)).unwrap_or_else(asked)
}

/// `zh-TW`, `zh-HK` and `zh-MO` maximise to traditional script, `zh-CN` and `zh-SG` to simplified.
fn asked() -> Locale {
    let tags = window().map(|window| window.navigator().languages()).unwrap_or_default();
    let asked: Vec<(String, String)> = tags
        .iter()
        .filter_map(|tag| {
            let locale = Intl::Locale::new(&tag.as_string()?).ok()?.maximize();
            let script = locale.script().map(String::from).unwrap_or_default();
            Some((String::from(locale.language()), script))
        })
        .collect();
    Locale::choose(asked.iter().map(|(language, script)| (language.as_str(), script.as_str())))
}

/// Tells the page its language: fonts, line breaking and screen readers depend on it.
pub fn tell_document(locale: Locale) {
    let root = window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        root.set_lang(locale.tag());
    }
}
