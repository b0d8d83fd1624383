//! Letting one more colleague work with a customer.

use domain::{
    access::{Right, Role},
    customer::{Customer, CustomerShare},
    kind::Kind,
    refusal::Problem,
    user::{User, UserId},
};
use leptos::{ev::SubmitEvent, prelude::*};
use uuid::Uuid;

use super::right_name;
use crate::{
    data::{people::live_people, use_data},
    features::form::Errors,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        segmented::{Segment, Segmented},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// The dialog; `customer` is the one that is shown.
#[component]
pub fn AddDialog(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    view! { <Dialog open title=text(t::collaborators::add) testid="collaborator-dialog"><AddForm open customer/></Dialog> }
}

/// Whether sharing with somebody changes anything: those whose role sees no customer see none shared either.
fn works(user: &User, customer: &Customer) -> bool {
    let known = customer.owner == Some(user.id) || customer.collaborators.iter().any(|of| of.user == user.id);
    let sees = |role: &Role| role.right(Kind::Customer).is_some();
    user.active && !known && user.roles.iter().any(sees)
}

#[component]
fn AddForm(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (person, until, busy) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let right = RwSignal::new(Right::Read);
    let (errors, saved) = (Errors::new(), text(t::common::saved_on_device));
    let people = live_people(data, locale);
    let choices = Signal::derive(move || {
        let Some(customer) = customer.get() else { return Vec::new() };
        let choice = |user: &User| Choice::new(user.id.to_string(), user.name.clone());
        people.with(|people| people.users.iter().filter(|user| works(user, &customer)).map(choice).collect())
    });
    let segment = |value: Right, testid| Segment { value, label: text(right_name(value)).into(), testid };
    let rights = vec![segment(Right::Read, "collaborator-read"), segment(Right::Write, "collaborator-write")];
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        errors.require("person", &person.get_untracked());
        let today = data.today();
        let until = errors.parsed_if_any("until", until, |text| {
            text.parse().ok().filter(|day| *day >= today).ok_or(Problem::NotADate)
        });
        let user = person.with_untracked(|person| Uuid::try_parse(person).ok()).map(UserId::new);
        if errors.any() {
            return errors.show_first();
        }
        let (Some(user), Some(customer), false) = (user, customer.get_untracked(), busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn(async move {
            let share = CustomerShare { id: customer.id, user, right: Some(right.get_untracked()), until };
            if data.enter(share, &customer.name).await.is_ok() {
                toasts.show(saved);
                open.try_set(false);
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form stack" novalidate on:submit=submit>
            <Select name="person" label=text(t::collaborators::person) value=person choices need=Need::Required error=errors.of("person")/>
            <Segmented label=text(t::collaborators::right) value=right on_choose=move |chosen| right.set(chosen) segments=rights/>
            <Input name="until" label=text(t::collaborators::until) value=until kind=InputKind::Date
                hint=text(t::collaborators::until_hint) error=errors.of("until")/>
            <div class="button-row end">
                <Button label=text(t::common::save) testid="collaborator-yes" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}
