//! Asking for a customer back that one had last.

use domain::{
    pool::{Claim, CustomerAskBack, CustomerClaim},
    value::{clean, required},
};
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
        icon::Icon,
        input::Input,
        language::text,
        toast::use_toasts,
    },
};

/// The button beside a claim that came too early, with its dialog; `about` is the customer's name.
#[component]
pub fn AskBack(claim: CustomerClaim, about: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let press = Callback::new(move |()| open.set(true));
    let kept = StoredValue::new((claim, about));
    view! {
        <Button label=text(t::pools::ask_back) testid="ask-back" icon=Icon::Undo on_press=press/>
        <Dialog open title=text(t::pools::ask_back) testid="ask-back-dialog"><AskBackForm open kept/></Dialog>
    }
}

#[component]
fn AskBackForm(open: RwSignal<bool>, kept: StoredValue<(CustomerClaim, String)>) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let (reason, errors, busy) = (RwSignal::new(String::new()), Errors::new(), RwSignal::new(false));
    let saved = text(t::common::saved_on_device);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let reason = reason.with_untracked(|reason| clean(reason));
        if let Err(error) = required("reason", &reason, Claim::REASON_MOST) {
            errors.field(error);
            return errors.show_first();
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (claim, about) = kept.get_value();
        let ask = CustomerAskBack { id: data.fresh(), customer: claim.customer, pool: claim.pool, reason };
        spawn(async move {
            if data.enter(ask, &about).await.is_ok() {
                toasts.show(saved);
                open.try_set(false);
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form stack" novalidate on:submit=submit>
            <p class="muted">{text(t::pools::ask_back_text)}</p>
            <Input name="reason" label=text(t::pools::release_reason) value=reason need=Need::Required error=errors.of("reason")/>
            <div class="button-row end">
                <Button label=text(t::common::cancel) testid="ask-back-no" on_press=Callback::new(move |()| open.set(false))/>
                <Button label=text(t::pools::ask_back) testid="ask-back-yes" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}
