//! Where the interface begins.

use leptos::prelude::*;

use crate::{
    data::gate::provide_gate,
    layout::{status::provide_sync_status, viewport::provide_viewport},
    platform::panic,
    routes::AppRoutes,
    ui::{
        language::provide_language,
        theme::provide_theme,
        toast::{ToastRegion, provide_toasts},
    },
};

/// Mounts the interface to the page's body. Called once by the wasm entry point.
pub fn start() {
    panic::set_hook();
    mount_to_body(App);
}

/// What every page shares, and the pages.
#[component]
fn App() -> impl IntoView {
    provide_language();
    provide_theme();
    provide_viewport();
    provide_toasts();
    provide_sync_status();
    provide_gate();
    view! {
        <AppRoutes/>
        <ToastRegion/>
    }
}
