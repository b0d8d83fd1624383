//! Text that leaves the page: as a file, or by the clipboard.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url, window};

use super::{
    js,
    time::{sleep, spawn},
};

/// Hands a file to the browser's downloads.
pub fn save(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        hand_over(name, &blob);
    }
}

/// Hands a file of bytes to the browser's downloads.
pub fn save_bytes(name: &str, kind: &str, bytes: &[u8]) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        hand_over(name, &blob);
    }
}

/// Has the browser download what the server serves at an address, under the server's name for it.
pub fn follow(address: &str) {
    click(address, "");
}

fn click(address: &str, name: &str) {
    let link = window().and_then(|window| window.document()).and_then(|document| document.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

fn hand_over(name: &str, blob: &Blob) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    click(&url, name);
    spawn(async move {
        // Some browsers read the file only after the click has returned.
        sleep(60_000).await;
        drop(Url::revoke_object_url(&url));
    });
}

/// Copies text; `false` where the browser forbids it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = js::get(&window.navigator(), "clipboard");
    js::call_async(&clipboard, "writeText", &[JsValue::from_str(text)]).await.is_ok()
}
