//! The own password, and the PIN for several people on one device.

use leptos::{ev::SubmitEvent, prelude::*};

use super::join::new_password;
use crate::{
    data::{pin, use_data},
    features::{
        form::{Errors, Fault},
        online_form::{NotDone, OnlineForm},
    },
    i18n::t,
    online::password::change_password,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        input::{Input, InputKind},
        language::text,
        toast::use_toasts,
    },
};

/// Opens the form for the own password.
#[component]
pub fn PasswordButton() -> impl IntoView {
    let open = RwSignal::new(false);
    let press = Callback::new(move |()| open.set(true));
    view! {
        <Button label=text(t::session::password_change) testid="password-change" on_press=press/>
        <Dialog open title=text(t::session::password_change) testid="password-dialog">
            <PasswordForm open/>
        </Dialog>
    }
}

#[component]
fn PasswordForm(open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let field = || RwSignal::new(String::new());
    let (old, password, repeated) = (field(), field(), field());
    let form = OnlineForm::default();
    let errors = form.errors;
    let changed = text(t::session::password_changed);
    let submit = move |event: SubmitEvent| {
        let check = |errors: Errors| {
            errors.require("old", &old.get_untracked());
            new_password(errors, password, repeated);
        };
        form.submit(
            &event,
            check,
            move || change_password(old.get_untracked(), password.get_untracked()),
            move |()| {
                open.set(false);
                toasts.show(changed);
            },
        );
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Input name="old" label=text(t::session::old_password) value=old kind=InputKind::Password need=Need::Required
                autocomplete="current-password" error=errors.of("old")/>
            <Input name="password" label=text(t::session::new_password) value=password kind=InputKind::Password need=Need::Required
                autocomplete="new-password" hint=text(t::session::new_password_hint) error=errors.of("password")/>
            <Input name="repeated" label=text(t::session::repeat_password) value=repeated kind=InputKind::Password need=Need::Required
                autocomplete="new-password" error=errors.of("repeated")/>
            <NotDone form/>
            <div class="button-row end">
                <Button label=text(t::session::password_change) testid="password-save" tone=Tone::Primary disabled=form.busy/>
            </div>
        </form>
    }
}

/// Opens the form for the PIN of this device, and removes the PIN.
#[component]
pub fn PinButtons() -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let person = data.inner().person.clone();
    let set = RwSignal::new(pin::is_set(&person));
    let open = RwSignal::new(false);
    let (offer, change) = (text(t::session::pin_set), text(t::session::pin_change));
    let label = move || if set.get() { change() } else { offer() };
    let press = Callback::new(move |()| open.set(true));
    let removed = text(t::session::pin_removed);
    let remove = Callback::new(move |()| {
        pin::remove(&data.inner().person);
        set.set(false);
        toasts.show(removed);
    });
    view! {
        <Button label testid="pin-set" on_press=press/>
        <Show when=move || set.get()>
            <Button label=text(t::session::pin_remove) testid="pin-remove" on_press=remove/>
        </Show>
        <Dialog open title=label testid="pin-dialog">
            <PinForm open set/>
        </Dialog>
    }
}

#[component]
fn PinForm(open: RwSignal<bool>, set: RwSignal<bool>) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let typed = RwSignal::new(String::new());
    let errors = Errors::new();
    let saved = text(t::session::pin_saved);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = typed.get_untracked();
        if !pin::is_pin(&wanted) {
            errors.clear();
            errors.set("pin", Fault::Words(t::session::pin_wrong_form));
            return errors.show_first();
        }
        pin::set(&data.inner().person, &wanted);
        set.set(true);
        open.set(false);
        toasts.show(saved);
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <p class="muted">{text(t::session::pin_text)}</p>
            <Input name="pin" label=text(t::session::pin_new) value=typed kind=InputKind::Pin need=Need::Required
                hint=text(t::session::pin_hint) error=errors.of("pin")/>
            <div class="button-row end">
                <Button label=text(t::common::save) testid="pin-save" tone=Tone::Primary/>
            </div>
        </form>
    }
}
