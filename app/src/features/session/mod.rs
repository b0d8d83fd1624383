//! Who works here: the gate before the pages, signing in, and the first start.

pub mod first_start;
pub mod sign_in;

pub use first_start::FirstStartPage;
pub use sign_in::SignInPage;

use leptos::prelude::*;
use web_sys::window;

use crate::{
    data::{
        gate::{Gate, GateSignal},
        person::Person,
    },
    i18n::{Locale, refusals, t},
    layout::{frame::Frame, page::Seal},
    online::{Code, NoAnswer, session::Who},
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
        Gate::Broken(words) => view! { <Broken words/> }.into_any(),
    }
}

/// The storage cannot be opened.
#[component]
fn Broken(words: String) -> impl IntoView {
    let reload = Callback::new(|()| {
        if let Some(window) = window() {
            // It fails only where the page is going away already.
            drop(window.location().reload());
        }
    });
    view! {
        <main class="session">
            <div class="session-panel" data-testid="storage-broken">
                <Brand/>
                <Banner tone=BannerTone::Late title=text(t::common::crash_title) explanation=text(t::common::crash_text) testid="broken-banner"/>
                <p class="muted small">{words}</p>
                <div class="button-row">
                    <Button label=text(t::common::reload) testid="broken-reload" tone=Tone::Primary on_press=reload/>
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
    Person::from(who).remember();
    if let Some(window) = window() {
        let location = window.location();
        let path = location.pathname().unwrap_or_default();
        let to = if path == "/sign-in" { "/".to_owned() } else { path };
        drop(location.replace(&to));
    }
}

/// Why signing in did not work.
fn reason(locale: Locale, error: &NoAnswer) -> String {
    let NoAnswer::Refused(problem) = error else { return t::session::no_server(locale).to_owned() };
    match problem.code {
        Code::WrongPassword => t::session::wrong_password(locale).to_owned(),
        Code::TooManyAttempts => t::session::throttled(locale, u64::from(problem.retry_after.unwrap_or(1))),
        Code::AlreadySetUp => t::session::already_set_up(locale).to_owned(),
        Code::PasswordTooShort => t::session::password_short(locale).to_owned(),
        _ => match &problem.refusal {
            Some(refusal) => refusals::refusal(locale, domain::kind::Kind::User, refusal),
            None => t::errors::server_fault(locale).to_owned(),
        },
    }
}
