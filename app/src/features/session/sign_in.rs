//! The sign-in page.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{Brand, begin, submit};
use crate::{
    data::{
        leaving::{self, Left},
        person::{self, Person},
        pin,
    },
    features::{
        form::Errors,
        online_form::{NotDone, OnlineForm},
        settings::LanguageChoice,
    },
    i18n::t,
    layout::page::name_window,
    online::{session, status::status},
    platform::time::spawn,
    ui::{
        banner::{Banner, BannerTone},
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
    let with_pin: Vec<Person> = accounts.iter().filter(|account| pin::is_set(account)).cloned().collect();
    let left = leaving::take_left().map(|Left { name, entries }| {
        let title = move || t::session::access_ended(locale.get(), &name);
        let explanation = move || match entries {
            0 => t::session::access_ended_clean(locale.get()).to_owned(),
            entries => t::session::access_ended_sent(locale.get(), entries),
        };
        view! { <Banner tone=BannerTone::Due title explanation testid="access-ended"/> }
    });
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
    let form = OnlineForm::entrance();
    let (errors, busy) = (form.errors, form.busy);
    let check = move |errors: Errors| {
        errors.require("sign_in", &name.get_untracked());
        errors.require("password", &password.get_untracked());
    };
    let ask = move || async move {
        let (sign_in, password) = (name.get_untracked().trim().to_owned(), password.get_untracked());
        session::sign_in(sign_in, password, Some(person::device())).await
    };
    let submit = move |event: SubmitEvent| submit(form, &event, check, ask);
    let label = move || match busy.get() {
        true => t::session::signing_in(locale.get()),
        false => t::session::sign_in(locale.get()),
    };
    view! {
        <main class="session">
            <div class="session-panel" data-testid="sign-in-page">
                <Brand/>
                {left}
                <h2 data-testid="sign-in-title">{title}</h2>
                <form class="form" on:submit=submit novalidate>
                    <Accounts accounts name/>
                    <Input name="sign_in" label=text(t::session::sign_in_name) value=name kind=InputKind::Email need=Need::Required
                        autocomplete="username" error=errors.of("sign_in")/>
                    <Input name="password" label=text(t::session::password) value=password kind=InputKind::Password need=Need::Required
                        autocomplete="current-password" error=errors.of("password")/>
                    <NotDone form/>
                    <Button label=label testid="sign-in" tone=Tone::Primary disabled=busy/>
                </form>
                <PinEntry accounts=with_pin name/>
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

/// A way in with no network, for those who set a PIN on this device.
#[component]
fn PinEntry(accounts: Vec<Person>, name: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    let typed = RwSignal::new(String::new());
    let said: RwSignal<Option<pin::Attempt>> = RwSignal::new(None);
    let accounts = StoredValue::new(accounts);
    let account = move || {
        let wanted = name.with(|name| name.trim().to_lowercase());
        accounts.with_value(|all| all.iter().find(|person| person.sign_in.to_lowercase() == wanted).cloned())
    };
    let offered = Memo::new(move |_| account().is_some());
    let error = Signal::derive(move || {
        Some(match said.get()? {
            pin::Attempt::Right => return None,
            pin::Attempt::Wrong { left } => t::session::pin_wrong(locale.get(), left.into()),
            pin::Attempt::Blocked => t::session::pin_blocked(locale.get()).to_owned(),
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(person) = untrack(account) else { return };
        let outcome = pin::attempt(&person, &typed.get_untracked());
        typed.set(String::new());
        said.set(Some(outcome));
        if outcome == pin::Attempt::Right {
            begin(&person);
        }
    };
    view! {
        <Show when=move || offered.get()>
            <form class="form" on:submit=submit novalidate data-testid="pin-form">
                <Input name="pin" label=text(t::session::pin) value=typed kind=InputKind::Pin error/>
                <Button label=text(t::session::pin_enter) testid="pin-enter"/>
            </form>
        </Show>
    }
}
