//! Keeping a customer out of every pool's reach up to a day.

use domain::{customer::Customer, pool::CustomerLock, refusal::Problem};
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    data::use_data,
    features::form::Errors,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        input::{Input, InputKind},
        language::text,
        toast::use_toasts,
    },
};

/// The dialog; `customer` is the one that is shown.
#[component]
pub fn LockDialog(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    view! { <Dialog open title=text(t::pools::lock) testid="lock-dialog"><LockForm open customer/></Dialog> }
}

#[component]
fn LockForm(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let standing = customer.with_untracked(|customer| customer.as_ref().and_then(|customer| customer.locked_until));
    let until = RwSignal::new(standing.map(|day| day.to_string()).unwrap_or_default());
    let (errors, saved, busy) = (Errors::new(), text(t::common::saved_on_device), RwSignal::new(false));
    let enter = move |until| {
        let Some(customer) = customer.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn(async move {
            if data.enter(CustomerLock { customer: customer.id, until }, &customer.name).await.is_ok() {
                toasts.show(saved);
                open.try_set(false);
            }
            busy.try_set(false);
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        errors.require("until", &until.get_untracked());
        let today = data.today();
        let day = errors.parsed_if_any("until", until, |text| {
            text.parse().ok().filter(|day| *day >= today).ok_or(Problem::NotADate)
        });
        match day {
            Some(day) => enter(Some(day)),
            None => errors.show_first(),
        }
    };
    let unlock = standing.map(|_| {
        let run = Callback::new(move |()| enter(None));
        view! { <Button label=text(t::pools::unlock) testid="unlock" disabled=busy on_press=run/> }
    });
    view! {
        <form class="form stack" novalidate on:submit=submit>
            <Input name="until" label=text(t::pools::lock_until) value=until kind=InputKind::Date need=Need::Required error=errors.of("until")/>
            <div class="button-row end">
                {unlock}
                <Button label=text(t::common::save) testid="lock-yes" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}
