//! A visit that has begun: what it brought, photos, what comes next, and the way out.

use domain::{
    contact::Contact,
    contact_record::{ContactRecord, ContactRecordId},
    customer::{Customer, CustomerEdit},
    edit::{Edit, FieldEdit},
    next_action::NextAction,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde_json::Value;
use uuid::Uuid;

use super::checked_in::CheckedIn;
use crate::{
    data::{live, use_data},
    features::{
        contact_records::{
            form::{Begin, RecordForm},
            surroundings,
        },
        customers::{NotOnDevice, use_customer_id},
    },
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::text,
        toast::use_toasts,
    },
};

type Here = (ContactRecord, Customer, Vec<Contact>, Vec<NextAction>);

/// The page.
#[component]
pub fn VisitPage() -> impl IntoView {
    let (data, customer, params) = (use_data(), use_customer_id(), use_params_map());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("record"))?;
        Uuid::try_parse(&id).ok().map(ContactRecordId::new)
    });
    let loaded = live(move || {
        let id = id.get();
        async move {
            let record: ContactRecord = data.get(id?).await?;
            let (customer, contacts, actions) = surroundings(data, record.customer).await?;
            Some((record, customer, contacts, actions))
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Here>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.0.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let there = Memo::new(move |_| loaded.with(|loaded| loaded.as_ref()?.as_ref()?.1.position));
    let back = customer.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="visit-page">
            <PageHeader title=text(t::visits::check_out_title) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    // What is no visit of one's own, or has ended, has nothing to leave.
                    Some(Some((record, ..))) if !record.is_under_way() || record.author != data.user() => view! {
                        <div class="column stack">
                            <p class="muted" data-testid="visit-ended">{text(t::visits::ended)}</p>
                            <div>
                                <ButtonLink href=format!("/customers/{}/records/{}", record.customer, record.id)
                                    label=text(t::contact_records::edit_title) testid="visit-record"/>
                            </div>
                        </div>
                    }
                    .into_any(),
                    Some(Some((record, customer, contacts, actions))) => {
                        let shown = record.clone();
                        let (door, of) = (record.clone(), customer.clone());
                        let begin = Begin::Leaving(Box::new(record));
                        view! {
                            <div class="column stack">
                                {move || view! { <CheckedIn record=shown.clone() there=there.get()/> }}
                                <StoreDoor record=door customer=of there/>
                            </div>
                            <RecordForm customer contacts actions begin instead=None/>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// Offers to keep the position of the check-in as that of the customer.
#[component]
fn StoreDoor(record: ContactRecord, customer: Customer, there: Memo<Option<domain::value::Position>>) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let here = record.check_in.and_then(|check_in| check_in.position);
    let (id, name) = (customer.id, customer.name);
    let stored = text(t::visits::stored);
    let store = Callback::new(move |()| {
        let Some(here) = here else { return };
        let before = there.get_untracked().map_or(Value::Null, |there| there.to_string().into());
        let edit = FieldEdit::new("position", before, here.to_string());
        let name = name.clone();
        spawn(async move {
            if data.enter(CustomerEdit(Edit::fields(id, vec![edit])), &name).await.is_ok() {
                toasts.show(stored);
            }
        });
    });
    let label = text(t::visits::store);
    move || {
        let offered = here.is_some() && there.get() != here;
        offered.then(|| {
            view! {
                <div><Button label testid="store-position" tone=Tone::Quiet icon=Icon::MapPin on_press=store/></div>
            }
        })
    }
}
