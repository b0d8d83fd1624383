//! Draws icons.

use leptos::prelude::*;

use super::icon::Icon;

/// Draws an icon. It is hidden from screen readers: a word stands beside it or names its button.
#[component]
pub fn Picture(icon: Icon, #[prop(optional)] class: &'static str) -> impl IntoView {
    let href = format!("{}#{}", sprite_url(), icon.name());
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class aria-hidden="true"><use href=href/></svg> }
}

/// The build names the file by its content and writes the name into the start page.
fn sprite_url() -> String {
    document()
        .query_selector("meta[name=changke-icons]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_else(|| "/icons.svg".to_owned())
}
