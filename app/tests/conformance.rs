//! IndexedDB passes every case that a device's storage must pass, in a real browser.
#![cfg(all(target_arch = "wasm32", feature = "csr"))]

use std::cell::Cell;

use app::store::{IdbKv, erase};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// An empty database with a name that no other case uses.
async fn fresh() -> IdbKv {
    NEXT.set(NEXT.get() + 1);
    let name = format!("changke-test/case-{}", NEXT.get());
    erase(&name).await.expect("an old database can be deleted");
    IdbKv::new(&name, || ())
}

sync::device_conformance!(wasm_bindgen_test, async, fresh);
