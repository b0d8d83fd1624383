//! What can be done with the customer that is open.

use domain::{access::Role, customer::CustomerBin};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{
    assign::AssignDialog,
    page::{ShownSignal, read},
};
use crate::{
    data::{customer_key, people::live_people, use_data},
    features::{
        history,
        pools::{LockDialog, ReleaseDialog},
    },
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        toast::use_toasts,
    },
};

/// What can be done with a customer.
#[component]
pub fn HeadButtons(shown: ShownSignal) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let locale = use_locale();
    let id = Memo::new(move |_| read(shown, |shown| shown.customer.id.to_string()));
    let (record, edit) = (text(t::contact_records::new), text(t::common::edit));
    let asking = RwSignal::new(false);
    let deleted = text(t::common::deleted);
    let bin = Callback::new(move |()| {
        let Some(customer) = shown.get_untracked().map(|shown| shown.customer) else { return };
        let navigate = navigate.clone();
        let bin = move |binned: bool| {
            let name = customer.name.clone();
            async move { data.enter(CustomerBin { id: customer.id, binned }, &name).await.is_ok() }
        };
        spawn(async move {
            if bin.clone()(true).await {
                let undo = Callback::new(move |()| {
                    let bin = bin.clone();
                    spawn(async move {
                        bin(false).await;
                    });
                });
                toasts.show_with_undo(deleted, undo);
                navigate("/customers", Default::default());
            }
        });
    });
    let question_title =
        move || t::customers::delete_title(locale.get(), &read(shown, |shown| shown.customer.name.clone()));
    let show = use_navigate();
    let view_item = MenuItem {
        label: text(t::customers::view).into(),
        icon: Icon::Eye,
        testid: "customer-view",
        danger: false,
        run: Callback::new(move |()| {
            show(&format!("/customers/{}?view=customer", id.get_untracked()), Default::default())
        }),
    };
    let delete_item = MenuItem {
        label: text(t::common::delete).into(),
        icon: Icon::Trash,
        testid: "customer-delete",
        danger: true,
        run: Callback::new(move |()| asking.set(true)),
    };
    let visit = use_navigate();
    let visit_item = MenuItem {
        label: text(t::visits::check_in).into(),
        icon: Icon::MapPin,
        testid: "customer-check-in",
        danger: false,
        run: Callback::new(move |()| {
            visit(&format!("/customers/{}/check-in", id.get_untracked()), Default::default());
        }),
    };
    let told = use_navigate();
    let history_item = MenuItem {
        label: text(t::history::title).into(),
        icon: Icon::Clock,
        testid: "customer-history",
        danger: false,
        run: Callback::new(move |()| {
            let Some(customer) = shown.get_untracked().map(|shown| shown.customer.id) else { return };
            told(&history::address(customer, customer_key(customer)), Default::default());
        }),
    };
    let releasing = RwSignal::new(false);
    let release_item = MenuItem {
        label: text(t::pools::release).into(),
        icon: Icon::Inbox,
        testid: "customer-release",
        danger: false,
        run: Callback::new(move |()| releasing.set(true)),
    };
    let released = Signal::derive(move || shown.get().map(|shown| shown.customer));
    let locking = RwSignal::new(false);
    let lock_item = MenuItem {
        label: text(t::pools::lock).into(),
        icon: Icon::Calendar,
        testid: "customer-lock",
        danger: false,
        run: Callback::new(move |()| locking.set(true)),
    };
    let assigning = RwSignal::new(false);
    let assign_item = MenuItem {
        label: text(t::collaborators::assign).into(),
        icon: Icon::User,
        testid: "customer-assign",
        danger: false,
        run: Callback::new(move |()| assigning.set(true)),
    };
    let items = vec![visit_item, view_item, history_item, assign_item, release_item, delete_item];
    let people = live_people(data, locale);
    // Others would be refused.
    let manages = Memo::new(move |_| {
        let me = people.with(|people| people.user(data.user()).map(|user| user.roles.clone()));
        me.is_some_and(|roles| roles.contains(&Role::Administrator) || roles.contains(&Role::Manager))
    });
    let menu = move || {
        let mut items = items.clone();
        if manages.get() {
            items.insert(4, lock_item.clone());
        }
        view! { <Menu label=text(t::common::more_actions) testid="customer-menu" items/> }
    };
    view! {
        {move || {
            let id = id.get();
            view! {
                <ButtonLink href=format!("/customers/{id}/record") label=record testid="record-contact" tone=Tone::Primary icon=Icon::NotebookPen/>
                <ButtonLink href=format!("/customers/{id}/edit") label=edit testid="customer-edit-link" icon=Icon::Pencil/>
            }
        }}
        {menu}
        <ReleaseDialog open=releasing customer=released/>
        <LockDialog open=locking customer=released/>
        <AssignDialog open=assigning customer=released/>
        <Confirm
            open=asking
            title=question_title
            question=text(t::customers::delete_text)
            yes=text(t::customers::delete_yes)
            on_yes=bin
        />
    }
}
