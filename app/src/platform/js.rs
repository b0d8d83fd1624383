//! Calls to what the bindings offer only behind an unstable switch.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Calls a method by its name.
///
/// # Errors
/// There is no such method, or it threw.
pub fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(target, method).dyn_into()?;
    method.apply(target, &arguments.iter().collect::<Array>())
}

/// Calls a method that returns a promise, and waits for it.
///
/// # Errors
/// There is no such method, it threw, or the promise was rejected.
pub async fn call_async(target: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let promise: Promise = call(target, method, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// Reads a property; undefined where there is none.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Makes a plain object.
pub fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a field of a fresh plain object does not fail.
        drop(Reflect::set(&object, &JsValue::from_str(name), value));
    }
    object.into()
}

/// Returns what an error says, for a person who reports it.
pub fn words(error: &JsValue) -> String {
    let name = get(error, "name").as_string().unwrap_or_default();
    let message = get(error, "message").as_string().unwrap_or_else(|| format!("{error:?}"));
    if name.is_empty() { message } else { format!("{name}: {message}") }
}
