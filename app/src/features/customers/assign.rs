//! Giving customers to another owner.

use domain::{
    access::Right,
    customer::{Customer, CustomerAssign},
    kind::Kind,
    user::User,
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::{people::live_people, use_data},
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        language::{text, use_locale},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// The question for the new owner: one of those who work with customers.
#[component]
pub fn AssignForm(on_choose: Callback<Uuid>) -> impl IntoView {
    let (owner, people) = (RwSignal::new(String::new()), live_people(use_data(), use_locale()));
    let works =
        |user: &&User| user.active && user.roles.iter().any(|role| role.right(Kind::Customer) == Some(Right::Write));
    let choice = |user: &User| Choice::new(user.id.to_string(), user.name.clone());
    let choices =
        Signal::derive(move || people.with(|people| people.users.iter().filter(works).map(choice).collect::<Vec<_>>()));
    let press = Callback::new(move |()| {
        if let Ok(owner) = Uuid::try_parse(&owner.get_untracked()) {
            on_choose.run(owner);
        }
    });
    view! {
        <Select name="assign-owner" label=text(t::customers::owner) value=owner choices/>
        <div class="button-row end">
            <Button label=text(t::customers::assign) testid="assign-yes" tone=Tone::Primary disabled=Signal::derive(move || owner.with(String::is_empty)) on_press=press/>
        </div>
    }
}

/// The same for one customer; it can be taken back.
#[component]
pub fn AssignDialog(open: RwSignal<bool>, customer: Signal<Option<Customer>>) -> impl IntoView {
    let (data, toasts, locale) = (use_data(), use_toasts(), use_locale());
    let assign = Callback::new(move |owner: Uuid| {
        open.set(false);
        let Some(customer) = customer.get_untracked().filter(|customer| customer.owner != Some(owner.into())) else {
            return;
        };
        let (id, name) = (customer.id, customer.name.clone());
        let (before, pool) = (customer.owner, customer.pool.filter(|_| customer.owner.is_none()));
        spawn(async move {
            let forth = CustomerAssign { id, owner: Some(owner.into()), pool: None };
            if data.enter(forth, &name).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                let name = name.clone();
                spawn(async move {
                    // A failure shows as a banner.
                    drop(data.enter(CustomerAssign { id, owner: before, pool }, &name).await);
                });
            });
            let to = data.user_name(owner.into());
            toasts.show_with_undo(move || t::collaborators::assigned(locale.get(), &to), undo);
        });
    });
    view! {
        <Dialog open title=text(t::collaborators::assign) testid="assign-dialog">
            <AssignForm on_choose=assign/>
        </Dialog>
    }
}
