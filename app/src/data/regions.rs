//! The places of the address picker: fetched when it is first opened, from the build that is on the device.

use std::{cell::RefCell, rc::Rc};

use domain::region::Regions;
use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, window};

thread_local! {
    static READ: RefCell<Option<Rc<Regions>>> = const { RefCell::new(None) };
}

/// Returns all districts; `None` where the file cannot be read.
pub async fn regions() -> Option<Rc<Regions>> {
    if let Some(read) = READ.with_borrow(Clone::clone) {
        return Some(read);
    }
    let text = fetch().await?;
    let regions = Rc::new(Regions::read(&text));
    READ.set(Some(regions.clone()));
    Some(regions)
}

async fn fetch() -> Option<String> {
    let address = document().query_selector("meta[name=changke-regions]").ok()??.get_attribute("content")?;
    let response = JsFuture::from(window()?.fetch_with_str(&address)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
