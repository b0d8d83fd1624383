//! Signing in.

use leptos::prelude::*;

use super::settings::LanguageChoice;
use crate::{
    i18n::t,
    layout::page::{Seal, name_window},
    ui::{
        banner::{Banner, BannerTone},
        language::text,
    },
};

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    name_window(text(t::session::sign_in));
    view! {
        <main class="session">
            <div class="session-panel">
                <header class="session-brand">
                    <Seal/>
                    <div>
                        <h1>{text(t::common::app_name)}</h1>
                        <p class="muted">{text(t::common::tagline)}</p>
                    </div>
                </header>
                <Banner tone=BannerTone::Info title=text(t::session::needs_network) testid="sign-in-needs-network"/>
                <LanguageChoice/>
            </div>
        </main>
    }
}
