//! Who works here: the gate before the pages, signing in, and the first start.

pub mod account;
pub mod first_start;
pub mod join;
pub mod sign_in;

pub use first_start::FirstStartPage;
pub use join::JoinPage;
pub use sign_in::SignInPage;

use ::sync::device::{DeviceError, KvError};
use leptos::{ev::SubmitEvent, prelude::*};
use web_sys::window;

use crate::{
    data::{
        gate::{Gate, GateSignal},
        person::Person,
    },
    features::{form::Errors, online_form::OnlineForm},
    i18n::t,
    layout::{frame::Frame, notices::update, page::Seal},
    online::{NoAnswer, session::Who},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        language::text,
    },
};

/// The pages, once somebody is known here.
#[component]
pub fn Gated() -> impl IntoView {
    let gate = expect_context::<GateSignal>();
    move || match gate.get() {
        Gate::Opening => ().into_any(),
        Gate::SignIn => view! { <SignInPage/> }.into_any(),
        Gate::SetUp => view! { <FirstStartPage/> }.into_any(),
        Gate::Ready(_) => view! { <Frame/> }.into_any(),
        Gate::Blocked => view! { <Blocked/> }.into_any(),
        Gate::Broken(error) => view! { <Broken error/> }.into_any(),
    }
}

/// Another tab with an older version keeps the database from being upgraded; once it is closed, this page goes on.
#[component]
fn Blocked() -> impl IntoView {
    let (title, explanation) = (text(t::storage::blocked_upgrade), text(t::storage::blocked_upgrade_text));
    view! {
        <main class="session">
            <div class="session-panel" data-testid="storage-blocked">
                <Brand/>
                <Banner tone=BannerTone::Due title explanation testid="blocked-banner"/>
            </div>
        </main>
    }
}

/// The storage cannot be opened.
#[component]
fn Broken(error: DeviceError) -> impl IntoView {
    let (title, explanation) = match error {
        DeviceError::Storage(KvError::LaterBuild) => {
            (text(t::storage::later_build), text(t::storage::later_build_start))
        }
        DeviceError::Storage(KvError::Quota) => (text(t::storage::quota_full), text(t::storage::quota_full_start)),
        _ => (text(t::storage::unreadable), text(t::storage::unreadable_text)),
    };
    view! {
        <main class="session">
            <div class="session-panel" data-testid="storage-broken">
                <Brand/>
                <Banner tone=BannerTone::Late title explanation testid="broken-banner"/>
                <p class="muted small">{error.to_string()}</p>
                <div class="button-row">
                    <Button label=text(t::common::reload) testid="broken-reload" tone=Tone::Primary on_press=Callback::new(|()| update())/>
                    <a class="button" href="/export.html" rel="external" data-testid="broken-export">{text(t::outbox::export)}</a>
                </div>
            </div>
        </main>
    }
}

/// The product's name with its seal.
#[component]
fn Brand() -> impl IntoView {
    view! {
        <header class="session-brand">
            <Seal/>
            <div>
                <h1>{text(t::common::app_name)}</h1>
                <p class="muted">{text(t::common::tagline)}</p>
            </div>
        </header>
    }
}

/// Somebody has signed in: their data opens in a page of its own, so that nothing of another person stays.
fn enter(who: Who) {
    begin(&Person::from(who));
}

/// Opens a person's page from its beginning.
pub fn begin(person: &Person) {
    person.remember();
    if let Some(window) = window() {
        let location = window.location();
        let path = location.pathname().unwrap_or_default();
        let asked = location.search().unwrap_or_default();
        let to = if matches!(path.as_str(), "/sign-in" | "/join") { "/".to_owned() } else { path + &asked };
        drop(location.replace(&to));
    }
}

/// Sends a form that ends in a session, and lets in whom the server knows.
fn submit<A>(form: OnlineForm, event: &SubmitEvent, check: impl FnOnce(Errors), ask: impl FnOnce() -> A)
where
    A: Future<Output = Result<Who, NoAnswer>> + 'static,
{
    form.submit(event, check, ask, move |who| {
        form.busy.set(true); // until the page is another
        enter(who);
    });
}
