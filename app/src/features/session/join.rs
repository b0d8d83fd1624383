//! The page that a link opens: a new colleague, or one who forgot the password, sets one.

use leptos::{ev::SubmitEvent, prelude::*};
use web_sys::window;

use super::{Brand, submit};
use crate::{
    data::person,
    features::{
        form::{Errors, Fault},
        online_form::{self, NotDone, OnlineForm},
        settings::LanguageChoice,
    },
    i18n::t,
    layout::page::name_window,
    online::{
        NoAnswer,
        password::{LENGTH_LEAST, LinkOwner, join, link_owner},
    },
    platform::time::spawn,
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
    },
};

/// The token behind the `#`, which the browser tells no server.
fn token() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Greets whoever the link is for, and asks for a password.
#[component]
pub fn JoinPage() -> impl IntoView {
    name_window(text(t::session::join));
    let locale = use_locale();
    let owner: RwSignal<Option<Result<LinkOwner, NoAnswer>>> = RwSignal::new(None);
    spawn(async move {
        owner.try_set(Some(link_owner(token()).await));
    });
    let sign_in = text(t::session::sign_in);
    let inside = move || match owner.get() {
        None => ().into_any(),
        Some(Ok(owner)) => view! { <JoinForm owner/> }.into_any(),
        Some(Err(error)) => {
            let title = move || online_form::reason(locale.get(), &error);
            view! {
                <Banner tone=BannerTone::Late title testid="join-failed">
                    <ButtonLink href="/sign-in" label=sign_in testid="join-sign-in"/>
                </Banner>
            }
            .into_any()
        }
    };
    view! {
        <main class="session">
            <div class="session-panel" data-testid="join-page">
                <Brand/>
                {inside}
                <LanguageChoice/>
            </div>
        </main>
    }
}

#[component]
fn JoinForm(owner: LinkOwner) -> impl IntoView {
    let locale = use_locale();
    let (password, repeated) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = OnlineForm::entrance();
    let (errors, busy) = (form.errors, form.busy);
    let check = move |errors: Errors| new_password(errors, password, repeated);
    let ask = move || join(token(), password.get_untracked(), Some(person::device()));
    let submit = move |event: SubmitEvent| submit(form, &event, check, ask);
    let LinkOwner { name, sign_in, organisation_name } = owner;
    let account = sign_in.clone();
    view! {
        <div>
            <h2 data-testid="join-title">{move || t::session::join_title(locale.get(), &name, &organisation_name)}</h2>
            <p class="muted">{move || t::session::join_text(locale.get(), &sign_in)}</p>
        </div>
        <form class="form" on:submit=submit novalidate>
            // For the browser's own memory of passwords.
            <input type="text" name="username" autocomplete="username" value=account hidden/>
            <Input name="password" label=text(t::session::new_password) value=password kind=InputKind::Password need=Need::Required
                autocomplete="new-password" hint=text(t::session::new_password_hint) error=errors.of("password")/>
            <Input name="repeated" label=text(t::session::repeat_password) value=repeated kind=InputKind::Password need=Need::Required
                autocomplete="new-password" error=errors.of("repeated")/>
            <NotDone form/>
            <Button label=text(t::session::join) testid="join" tone=Tone::Primary disabled=busy/>
        </form>
    }
}

/// Checks a new password that was typed twice.
pub(super) fn new_password(errors: Errors, password: RwSignal<String>, repeated: RwSignal<String>) {
    if password.with_untracked(|password| password.chars().count()) < LENGTH_LEAST {
        errors.set("password", Fault::Words(t::session::password_short));
    } else if password.get_untracked() != repeated.get_untracked() {
        errors.set("repeated", Fault::Words(t::session::passwords_differ));
    }
}
