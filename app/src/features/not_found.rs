//! Where an address leads nowhere.

use leptos::prelude::*;

use crate::{
    i18n::t,
    layout::page::{Seal, name_window},
    ui::{
        button::{ButtonLink, Tone},
        language::text,
    },
};

/// Says that there is no such page, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    name_window(text(t::common::not_found_title));
    view! {
        <main class="session">
            <div class="session-panel" data-testid="not-found">
                <header class="session-brand">
                    <Seal/>
                    <h1>{text(t::common::not_found_title)}</h1>
                </header>
                <p class="muted">{text(t::common::not_found_text)}</p>
                <div class="button-row">
                    <ButtonLink href="/" label=text(t::common::go_today) testid="go-today" tone=Tone::Primary/>
                </div>
            </div>
        </main>
    }
}
