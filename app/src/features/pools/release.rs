//! Giving a customer up, with a reason.

use domain::{
    customer::Customer,
    pool::{Claim, CustomerRelease, Pool},
    value::{clean, required},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use crate::{
    data::{live, use_data},
    features::form::Errors,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        input::Input,
        language::{text, use_locale},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// The dialog; `customer` is the one that is shown.
#[component]
pub fn ReleaseDialog(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    let locale = use_locale();
    let title = move || {
        let name = customer.with(|customer| customer.as_ref().map(|c| c.short().to_owned())).unwrap_or_default();
        t::pools::release_title(locale.get(), &name)
    };
    view! {
        <Dialog open title testid="release-dialog"><ReleaseForm open customer/></Dialog>
    }
}

#[component]
fn ReleaseForm(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let loaded = live(move || data.pools());
    let pools = Memo::new(move |_| {
        let on = |pool: &Pool| !pool.off;
        loaded.get().map(|pools| pools.into_iter().filter(on).collect::<Vec<_>>())
    });
    let (pool, reason, errors) = (RwSignal::new(String::new()), RwSignal::new(String::new()), Errors::new());
    // The pool of which one is a member stands first.
    Effect::new(move || {
        let me = data.user();
        let first = pools.with(|pools| {
            let pools = pools.as_ref()?;
            pools.iter().find(|pool| pool.admits(me)).or(pools.first()).map(|pool| pool.id.to_string())
        });
        if let Some(first) = first.filter(|_| pool.with_untracked(String::is_empty)) {
            pool.set(first);
        }
    });
    let choices = Signal::derive(move || {
        let pools = pools.get().unwrap_or_default();
        pools.into_iter().map(|pool| Choice::new(pool.id.to_string(), pool.name)).collect::<Vec<_>>()
    });
    let (released, busy) = (text(t::pools::released), RwSignal::new(false));
    let submit = StoredValue::new_local(move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let reason = reason.with_untracked(|reason| clean(reason));
        if let Err(error) = required("reason", &reason, Claim::REASON_MOST) {
            errors.field(error);
        }
        errors.require("pool", &pool.get_untracked());
        let chosen = uuid::Uuid::try_parse(&pool.get_untracked()).ok();
        let (Some(chosen), Some(customer)) = (chosen.filter(|_| !errors.any()), customer.get_untracked()) else {
            return errors.show_first();
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let release = CustomerRelease { id: data.fresh(), customer: customer.id, pool: chosen.into(), reason };
        let navigate = navigate.clone();
        spawn(async move {
            if data.enter(release, &customer.name).await.is_ok() {
                toasts.show(released);
                open.try_set(false);
                navigate("/customers", Default::default());
            }
            busy.try_set(false);
        });
    });
    let none = Memo::new(move |_| pools.with(|pools| pools.as_ref().is_some_and(Vec::is_empty)));
    let (none_text, release_text) = (text(t::pools::no_pools_text), text(t::pools::release_text));
    view! {
        {move || if none.get() {
            view! { <p class="muted" data-testid="release-no-pool">{none_text}</p> }.into_any()
        } else {
            view! {
                <form class="form stack" novalidate on:submit=move |event| submit.with_value(|submit| submit(event))>
                    <p class="muted">{release_text}</p>
                    <Select name="pool" label=text(t::pools::choose) value=pool choices need=Need::Required error=errors.of("pool")/>
                    <Input name="reason" label=text(t::pools::release_reason) hint=text(t::pools::release_reason_hint)
                        value=reason need=Need::Required error=errors.of("reason")/>
                    <div class="button-row end">
                        <Button label=text(t::common::cancel) testid="release-cancel" on_press=Callback::new(move |()| open.set(false))/>
                        <Button label=text(t::pools::release) testid="release-yes" tone=Tone::Danger disabled=busy/>
                    </div>
                </form>
            }
            .into_any()
        }}
    }
}
