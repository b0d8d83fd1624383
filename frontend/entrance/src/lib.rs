//! The wasm that a browser loads in which nobody has worked yet.

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the pages before the first session; `boot.js` calls it where it finds nobody remembered.
#[wasm_bindgen]
pub fn start() {
    app::start_entrance();
}
