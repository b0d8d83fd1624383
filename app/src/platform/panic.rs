//! The guard of last resort: after a panic wasm does not run again, so a message is left for the
//! static start page, which shows it with the export of what is not yet sent.

use std::panic;

use super::preferences;

/// Where the message lies for the static start page, as JSON text.
pub const PANIC_KEY: &str = "changke.panic";

/// Logs every panic to the console and leaves its message in the browser's local storage.
pub fn set_hook() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        preferences::set(PANIC_KEY, &info.to_string());
    }));
}
