//! The pages before the first session in a browser. They need neither engine nor data, so they are a program of
//! their own, a seventh of the application's size; the rest arrives while somebody types their password.

use leptos::prelude::*;

use crate::{
    data::gate::{Stranger, stranger},
    features::session::{FirstStartPage, JoinPage, SignInPage, begin},
    platform::{panic, time::spawn},
    ui::{language::provide_language, theme::provide_theme},
};

/// Mounts the entrance to the page's body. Called once by its wasm entry point.
pub fn start_entrance() {
    panic::set_hook();
    mount_to_body(Entrance);
}

/// The page at this address, or else the one that the server's state asks for.
#[component]
fn Entrance() -> impl IntoView {
    provide_language();
    provide_theme();
    match window().location().pathname().as_deref() {
        Ok("/join") => view! { <JoinPage/> }.into_any(),
        Ok("/sign-in") => view! { <SignInPage/> }.into_any(),
        _ => view! { <Asked/> }.into_any(),
    }
}

/// Lets in whom the server still knows, and asks everybody else.
#[component]
fn Asked() -> impl IntoView {
    let found: RwSignal<Option<Stranger>> = RwSignal::new(None);
    spawn(async move { found.set(Some(stranger().await)) });
    move || match found.get() {
        None => ().into_any(),
        Some(Stranger::Known(person)) => {
            begin(&person);
            ().into_any()
        }
        Some(Stranger::Unknown) => view! { <SignInPage/> }.into_any(),
        Some(Stranger::First) => view! { <FirstStartPage/> }.into_any(),
    }
}
