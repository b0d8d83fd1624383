//! Small choices of this browser. Never data: local storage is neither durable nor large.

use gloo_storage::{LocalStorage, Storage as _};
use web_sys::window;

/// The chosen language's tag.
pub const LOCALE_KEY: &str = "changke.locale";
/// `light` or `dark`; absent follows the system.
pub const THEME_KEY: &str = "changke.theme";

/// Reads a choice. Values are JSON text, as the start page reads them too.
pub fn get(key: &str) -> Option<String> {
    available().then(|| LocalStorage::get(key).ok()).flatten()
}

/// Keeps a choice. Where the browser forbids it, the choice lasts until the page is closed.
pub fn set(key: &str, value: &str) {
    if available() {
        // A full or forbidden storage only forgets a preference.
        drop(LocalStorage::set(key, value));
    }
}

/// Forgets a choice.
pub fn remove(key: &str) {
    if available() {
        LocalStorage::delete(key);
    }
}

/// Some private windows throw on the first touch, which `gloo_storage` would turn into a panic.
fn available() -> bool {
    window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}
