//! Marks in the browser's performance timeline, so that a benchmark, or a person with the developer
//! tools open, sees what took how long. They cost next to nothing and never fail.

use wasm_bindgen::JsValue;

use super::js;

/// Returns the milliseconds since the page began to load.
pub fn since_start() -> f64 {
    js::call(&performance(), "now", &[]).ok().and_then(|now| now.as_f64()).unwrap_or_default()
}

/// Marks this moment.
pub fn mark(name: &str) {
    // A browser without a timeline goes without marks.
    drop(js::call(&performance(), "mark", &[name.into()]));
}

/// Notes what took from a moment of [`since_start`] until now.
pub fn measure_since(name: &str, start_ms: f64) {
    let options = js::object(&[("start", start_ms.into()), ("end", since_start().into())]);
    drop(js::call(&performance(), "measure", &[name.into(), options]));
}

fn performance() -> JsValue {
    js::get(&js_sys::global(), "performance")
}
