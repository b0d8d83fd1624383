//! The wasm entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the application in the page; `boot.js` calls it once the browser has been found fit.
#[wasm_bindgen]
pub fn start() {
    app::start();
}
