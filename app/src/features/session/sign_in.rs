//! The sign-in page.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{Brand, Entrance, Refused};
use crate::{
    data::person::{self, Person},
    features::{form::Errors, settings::LanguageChoice},
    i18n::t,
    layout::page::name_window,
    online::{session, status::status},
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
    },
};

/// Name and password; the accounts that this device knows are one tap.
#[component]
pub fn SignInPage() -> impl IntoView {
    name_window(text(t::session::sign_in));
    let locale = use_locale();
    let accounts = Person::accounts();
    // Known from before, or asked of the server: a person sees where the password goes.
    let organisation = RwSignal::new(accounts.first().map(|person| person.organisation_name.clone()));
    if organisation.with_untracked(Option::is_none) {
        spawn(async move {
            if let Ok(status) = status().await {
                organisation.try_set(status.organisation.map(|organisation| organisation.name));
            }
        });
    }
    let title = move || organisation.get().map(|name| t::session::sign_in_title(locale.get(), &name));
    let name = RwSignal::new(accounts.first().map(|person| person.sign_in.clone()).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let entrance = Entrance::new();
    let (errors, busy) = (entrance.errors, entrance.busy);
    let check = move |errors: Errors| {
        errors.require("sign_in", &name.get_untracked());
        errors.require("password", &password.get_untracked());
    };
    let ask = move || async move {
        let (sign_in, password) = (name.get_untracked().trim().to_owned(), password.get_untracked());
        session::sign_in(sign_in, password, Some(person::device())).await
    };
    let submit = move |event: SubmitEvent| entrance.submit(&event, check, ask);
    let label = move || match busy.get() {
        true => t::session::signing_in(locale.get()),
        false => t::session::sign_in(locale.get()),
    };
    view! {
        <main class="session">
            <div class="session-panel" data-testid="sign-in-page">
                <Brand/>
                <h2 data-testid="sign-in-title">{title}</h2>
                <form class="form" on:submit=submit novalidate>
                    <Accounts accounts name/>
                    <Input name="sign_in" label=text(t::session::sign_in_name) value=name kind=InputKind::Email need=Need::Required
                        autocomplete="username" error=errors.of("sign_in")/>
                    <Input name="password" label=text(t::session::password) value=password kind=InputKind::Password need=Need::Required
                        autocomplete="current-password" error=errors.of("password")/>
                    <Refused entrance testid="sign-in-failed"/>
                    <Button label=label testid="sign-in" tone=Tone::Primary disabled=busy/>
                </form>
                <p class="muted small" data-testid="sign-in-needs-network">{text(t::session::needs_network)}</p>
                <LanguageChoice/>
            </div>
        </main>
    }
}

/// Who has signed in on this device before.
#[component]
fn Accounts(accounts: Vec<Person>, name: RwSignal<String>) -> impl IntoView {
    let several = accounts.len() > 1;
    let title = text(t::session::accounts_here);
    several.then(|| {
        let choices = accounts
            .into_iter()
            .map(|person| {
                let (sign_in, chosen) = (person.sign_in.clone(), person.sign_in.clone());
                view! {
                    <button
                        type="button"
                        class="chip"
                        data-testid="account"
                        aria-pressed=move || (name.get() == chosen).to_string()
                        on:click=move |_| name.set(sign_in.clone())
                    >
                        {person.name}
                    </button>
                }
            })
            .collect_view();
        view! {
            <div class="field">
                <span class="field-label">{title}</span>
                <div class="chips">{choices}</div>
            </div>
        }
    })
}
