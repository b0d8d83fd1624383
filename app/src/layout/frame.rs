//! Navigation and page.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{navigation::Navigation, notices::Notices};
use crate::{
    features::{handover::noted, palette::Palette, today::pressing},
    i18n::t,
    ui::language::text,
};

/// The frame around every page but sign-in.
#[component]
pub fn Frame() -> impl IntoView {
    pressing::watch();
    noted::watch();
    view! {
        <div class="frame">
            <a class="skip" href="#page" rel="external" data-testid="skip">{text(t::common::skip_to_content)}</a>
            <Navigation/>
            <Palette/>
            <main id="page" class="frame-page" tabindex="-1">
                <Notices/>
                <Outlet/>
            </main>
        </div>
    }
}
