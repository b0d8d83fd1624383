//! The whole company as files, for its administrators: the server writes them, the browser saves them.

use leptos::prelude::*;

use crate::{
    features::online_form::{NotDone, OnlineForm},
    i18n::t,
    online,
    platform::download,
    ui::{button::Button, icon::Icon, language::text},
};

/// Where the server writes it.
const ADDRESS: &str = "/api/v1/archive";

/// The part of the settings that hands everything over.
#[component]
pub fn CompanyArchive() -> impl IntoView {
    let form = OnlineForm::default();
    // Asked first, since a download that fails says so only in the browser's own list.
    let run = Callback::new(move |()| form.ask(online::session::who, |_| download::follow(ADDRESS)));
    view! {
        <div class="settings-part">
            <h3>{text(t::archive::title)}</h3>
            <p class="muted">{text(t::archive::intro)}</p>
            <p class="muted small">{text(t::archive::noted)}</p>
            <NotDone form/>
            <div class="button-row">
                <Button label=text(t::archive::run) testid="archive-run" icon=Icon::Download disabled=form.busy on_press=run/>
            </div>
        </div>
    }
}
