//! Light or dark: the system's choice unless a person made one.

use leptos::prelude::*;

use crate::platform::preferences::{self, THEME_KEY};

/// The look that a person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    /// The value of `data-theme`; none for the system's choice.
    fn name(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}

/// Puts the theme into the context and keeps the page's root element in step.
pub fn provide_theme() {
    let stored = match preferences::get(THEME_KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    let theme = RwSignal::new(stored);
    provide_context(theme);
    Effect::new(move || show(theme.get()));
}

/// The theme; setting it shows at once and is remembered.
pub fn use_theme() -> RwSignal<Theme> {
    expect_context::<RwSignal<Theme>>()
}

fn show(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    // Neither call fails for a fixed, valid attribute name.
    match theme.name() {
        Some(name) => {
            preferences::set(THEME_KEY, name);
            drop(root.set_attribute("data-theme", name));
        }
        None => {
            preferences::remove(THEME_KEY);
            drop(root.remove_attribute("data-theme"));
        }
    }
}
