//! Writing a contact down, with what comes next in the same step, and mending what was written.

pub mod fields;
pub mod form;

use domain::{
    contact::Contact,
    contact_record::{ContactRecord, ContactRecordBin, ContactRecordId},
    customer::Customer,
    kind::{Kind, RecordKey},
    mutation::Action,
    next_action::NextAction,
    record::Record as _,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use uuid::Uuid;

use self::form::{Begin, RecordForm};
use super::{
    attachments::{self, strip::AttachmentStrip},
    customers::{NotOnDevice, use_customer_id},
    form::{overlaid, use_correction},
    history::LastChange,
};
use crate::{
    data::{Data, customer_key, live, use_data},
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        language::text,
        toast::use_toasts,
    },
};

/// The customer, the people there, and what is still to be done.
pub(super) type Surroundings = (Customer, Vec<Contact>, Vec<NextAction>);

pub(super) async fn surroundings(data: Data, id: domain::customer::CustomerId) -> Option<Surroundings> {
    let customer = match data.get(id).await {
        Some(customer) => customer,
        // What was claimed offline is not here yet, and there may be something to write down all the same.
        None => Customer::named(id, &data.claimed_name(id.uuid())?),
    };
    let key = customer_key(customer.id);
    let mut contacts: Vec<Contact> = data.children(key).await;
    contacts.retain(|contact| !contact.deleted());
    let mut actions: Vec<NextAction> = data.children(key).await;
    actions.retain(|action| !action.deleted() && action.done.is_none());
    Some((customer, contacts, actions))
}

/// A new contact record, or a refused one to correct.
#[component]
pub fn ContactRecordPage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let correction = use_correction(data);
    let instead = correction.as_ref().map(|pending| pending.entry.id);
    let begin = match correction.as_ref().and_then(|pending| pending.action()) {
        Some(Action::ContactRecordAdd(add)) => Begin::Refused(Box::new(add)),
        _ => Begin::New,
    };
    let loaded = live(move || {
        let id = id.get();
        async move { surroundings(data, id?).await }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Surroundings>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.0.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = id.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="record-page">
            <PageHeader title=text(t::contact_records::new) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some((customer, contacts, actions))) => {
                        view! { <RecordForm customer contacts actions begin=begin.clone() instead/> }.into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// A contact record that is there.
#[component]
pub fn ContactRecordEditPage() -> impl IntoView {
    let (data, customer, params) = (use_data(), use_customer_id(), use_params_map());
    let correction = use_correction(data);
    let instead = correction.as_ref().map(|pending| pending.entry.id);
    let wanted = match correction.as_ref().and_then(|pending| pending.action()) {
        Some(Action::ContactRecordEdit(edit)) => Some(edit.0),
        _ => None,
    };
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("record"))?;
        Uuid::try_parse(&id).ok().map(ContactRecordId::new)
    });
    let loaded = live(move || {
        let id = id.get();
        async move {
            let record: ContactRecord = data.get(id?).await?;
            let (customer, contacts, _) = surroundings(data, record.customer).await?;
            Some((customer, contacts, record))
        }
    });
    type Here = Option<Option<(Customer, Vec<Contact>, ContactRecord)>>;
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Here>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.2.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = customer.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="record-edit-page">
            <PageHeader title=text(t::contact_records::edit_title) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some((customer, contacts, before))) => {
                        let shown = wanted.as_ref().and_then(|edit| overlaid(edit, &before));
                        let shown = Box::new(shown.unwrap_or_else(|| before.clone()));
                        let begin = Begin::Standing { before: Box::new(before.clone()), shown };
                        view! {
                            <RecordForm customer contacts actions=Vec::new() begin instead/>
                            <RecordFoot record=before/>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// What hangs on a record, what has become of it, and the way into the recycle bin.
#[component]
fn RecordFoot(record: ContactRecord) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let (id, customer) = (record.id, record.customer);
    let key = RecordKey::new(Kind::ContactRecord, id.uuid());
    let held = live(move || async move { attachments::load(data, customer_key(customer), |on| on == key).await });
    let attachments = Signal::derive(move || held.get().unwrap_or_default());
    let stamp = Signal::stored(record.unknown.stamp.clone());
    let asking = RwSignal::new(false);
    let (deleted, delete) = (text(t::common::deleted), text(t::common::delete));
    let bin = Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn(async move {
            let about = data.customer_name(customer);
            if data.enter(ContactRecordBin { id, binned: true }, &about).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                spawn(async move {
                    // A failure shows as a banner; the record stays in the recycle bin.
                    drop(data.enter(ContactRecordBin { id, binned: false }, &data.customer_name(customer)).await);
                });
            });
            toasts.show_with_undo(deleted, undo);
            navigate(&format!("/customers/{customer}"), Default::default());
        });
    });
    view! {
        <AttachmentStrip attachments/>
        <LastChange key customer stamp/>
        <div class="form-foot">
            <Button label=delete testid="record-delete" tone=Tone::Danger on_press=Callback::new(move |()| asking.set(true))/>
        </div>
        <Confirm
            open=asking
            title=text(t::contact_records::delete_title)
            question=text(t::contact_records::delete_text)
            yes=delete
            on_yes=bin
        />
    }
}
