//! The entry point in the browser: one desk for as long as the worker lives.

use std::cell::RefCell;

use domain::exchange::{Answer, Ask};
use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::desk::Desk;

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Answers a question in JSON; `tell` is called with every answer and its bytes, the last one ends the work.
///
/// # Errors
/// The question is of another build.
#[wasm_bindgen]
pub fn answer(ask: &str, bytes: Option<Vec<u8>>, tell: &Function) -> Result<(), JsValue> {
    let ask: Ask = serde_json::from_str(ask).map_err(|error| JsValue::from_str(&error.to_string()))?;
    let say = |answer: &Answer, bytes: Option<Vec<u8>>| {
        let text = serde_json::to_string(answer).unwrap_or_default();
        let bytes = bytes.map_or(JsValue::UNDEFINED, |bytes| js_sys::Uint8Array::from(bytes.as_slice()).into());
        // The page has gone where nobody listens.
        drop(tell.call2(&JsValue::UNDEFINED, &JsValue::from_str(&text), &bytes));
    };
    let (answer, bytes) = DESK.with_borrow_mut(|desk| desk.answer(ask, bytes, &mut |working| say(&working, None)));
    say(&answer, bytes);
    Ok(())
}
