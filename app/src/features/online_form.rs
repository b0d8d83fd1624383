//! Forms whose answer comes from the server: what is wrong stands at its field, and nothing typed is lost.

use domain::{kind::Kind, refusal::Refusal};
use leptos::{ev::SubmitEvent, prelude::*};

use super::form::{Errors, Fault};
use crate::{
    i18n::{Locale, refusals, t},
    online::{Code, NoAnswer, Problem},
    platform::time::spawn,
    ui::{
        banner::{Banner, BannerTone},
        language::use_locale,
    },
};

/// A form on its way. Copy it into handlers.
#[derive(Clone, Copy, Default)]
pub struct OnlineForm {
    pub errors: Errors,
    pub busy: RwSignal<bool>,
    failed: RwSignal<Option<NoAnswer>>,
    /// Whoever fills it is not signed in yet.
    outside: bool,
}

impl OnlineForm {
    /// A form that ends in a session.
    pub fn entrance() -> Self {
        Self { outside: true, ..Self::default() }
    }

    /// Checks the fields, asks the server, and goes on with its answer.
    pub fn submit<T, A>(
        self,
        event: &SubmitEvent,
        check: impl FnOnce(Errors),
        ask: impl FnOnce() -> A,
        done: impl FnOnce(T) + 'static,
    ) where
        A: Future<Output = Result<T, NoAnswer>> + 'static,
    {
        event.prevent_default();
        self.errors.clear();
        check(self.errors);
        if self.errors.any() {
            return self.errors.show_first();
        }
        self.ask(ask, done);
    }

    /// Asks the server without a form, such as after a question.
    pub fn ask<T, A>(self, ask: impl FnOnce() -> A, done: impl FnOnce(T) + 'static)
    where
        A: Future<Output = Result<T, NoAnswer>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failed.set(None);
        let asked = ask();
        spawn(async move {
            let answer = asked.await;
            // The person may have left the page.
            self.busy.try_set(false);
            match answer {
                Ok(answer) => done(answer),
                Err(error) => self.fail(error),
            }
        });
    }

    /// Puts a refused value at its field, and anything else above the buttons.
    fn fail(self, error: NoAnswer) {
        match error {
            NoAnswer::Refused(Problem { refusal: Some(Refusal::Field { field, problem }), .. }) => {
                self.errors.set(&field, Fault::Problem(problem));
                self.errors.show_first();
            }
            error => drop(self.failed.try_set(Some(error))),
        }
    }
}

/// Says why it was not done.
#[component]
pub fn NotDone(form: OnlineForm) -> impl IntoView {
    let locale = use_locale();
    move || {
        form.failed.get().map(|error| {
            let title = move || match (&error, form.outside) {
                (NoAnswer::Refused(Problem { code: Code::WrongPassword, .. }), true) => {
                    t::session::wrong_password(locale.get()).to_owned()
                }
                (NoAnswer::Refused(_), _) | (_, false) => reason(locale.get(), &error),
                (_, true) => t::session::no_server(locale.get()).to_owned(),
            };
            view! { <Banner tone=BannerTone::Late title testid="not-done"/> }
        })
    }
}

/// Why a form was not done, in words.
pub fn reason(locale: Locale, error: &NoAnswer) -> String {
    let NoAnswer::Refused(problem) = error else { return t::errors::needs_network(locale).to_owned() };
    let words = match problem.code {
        Code::WrongPassword => t::session::old_password_wrong,
        Code::TooManyAttempts => return t::session::throttled(locale, u64::from(problem.retry_after.unwrap_or(1))),
        Code::PasswordTooShort => t::session::password_short,
        Code::Disabled => t::session::disabled,
        Code::LinkEnded => t::session::link_ended,
        Code::AlreadySetUp => t::session::already_set_up,
        Code::NotAllowed => t::errors::not_permitted,
        Code::SignedOut => t::sync::signed_out,
        _ => match &problem.refusal {
            Some(refusal) => return refusals::refusal(locale, Kind::User, refusal),
            None => t::errors::server_fault,
        },
    };
    words(locale).to_owned()
}
