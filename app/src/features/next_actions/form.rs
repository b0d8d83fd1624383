//! The form of a next action, for a new one and for one that is there.

use domain::{
    contact::Contact,
    customer::{Customer, CustomerId},
    kind::{Kind, RecordKey},
    mutation::Action,
    next_action::{NextAction, NextActionAdd, NextActionBin, NextActionEdit, NextActionId},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map};
use sync::device::Pending;
use uuid::Uuid;

use super::{
    assignee::{AssigneeField, shared},
    due::DueField,
    fields::{ActionFields, blank},
};
use crate::{
    data::{live, use_data},
    features::{
        customers::{NotOnDevice, use_customer_id},
        entry_form::{EntryForm, Said},
        form::{DraftHint, FormButtons, overlaid, use_correction},
        history::LastChange,
    },
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        field::Need,
        input::Input,
        language::text,
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// A new next action, or a refused one to correct.
#[component]
pub fn NextActionPage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let correction = use_correction(data);
    move || {
        id.get().map(|customer| {
            let refused = correction.as_ref().and_then(|pending| match pending.action() {
                Some(Action::NextActionAdd(add)) => Some(add.action),
                _ => None,
            });
            let new = refused.is_none();
            let shown = refused.unwrap_or_else(|| blank(data, customer));
            view! {
                <div class="page" data-testid="next-action-page">
                    <PageHeader title=text(t::next_actions::new) back=format!("/customers/{customer}")/>
                    <div class="page-body">
                        <ActionForm shown new before=None correction=correction.clone()/>
                    </div>
                </div>
            }
        })
    }
}

/// A next action's form.
#[component]
pub fn NextActionEditPage() -> impl IntoView {
    let (data, customer, params) = (use_data(), use_customer_id(), use_params_map());
    let correction = use_correction(data);
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("action"))?;
        Uuid::try_parse(&id).ok().map(NextActionId::new)
    });
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get::<NextAction>(id).await,
                None => None,
            }
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<NextAction>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = customer.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="next-action-edit-page">
            <PageHeader title=text(t::next_actions::edit_title) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some(before)) => {
                        let wanted = correction.as_ref().and_then(|pending| match pending.action() {
                            Some(Action::NextActionEdit(edit)) => overlaid(&edit.0, &before),
                            _ => None,
                        });
                        let shown = wanted.unwrap_or_else(|| before.clone());
                        view! {
                            <ActionForm shown new=false before=Some(before.clone()) correction=correction.clone()/>
                            <Foot action=before/>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// Who changed it last, and the way into the recycle bin.
#[component]
fn Foot(action: NextAction) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let (asking, deleted, delete) = (RwSignal::new(false), text(t::next_actions::deleted), text(t::common::delete));
    let (id, customer) = (action.id, action.customer);
    let stamp = Signal::stored(action.unknown.stamp.clone());
    let enter = move |binned| async move {
        data.enter(NextActionBin { id, binned }, &data.customer_name(customer)).await.is_ok()
    };
    let bin = Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn(async move {
            if !enter(true).await {
                return;
            }
            let undo = Callback::new(move |()| {
                spawn(async move {
                    // A failure shows as a banner; it stays in the recycle bin.
                    enter(false).await;
                });
            });
            toasts.show_with_undo(deleted, undo);
            navigate(&format!("/customers/{customer}"), Default::default());
        });
    });
    view! {
        <LastChange key=RecordKey::new(Kind::NextAction, id.uuid()) customer stamp/>
        <div class="form-foot">
            <Button label=delete testid="next-action-delete" tone=Tone::Danger on_press=Callback::new(move |()| asking.set(true))/>
        </div>
        <Confirm
            open=asking
            title=text(t::next_actions::delete_title)
            question=move || action.what.clone()
            yes=delete
            on_yes=bin
        />
    }
}

/// The customer's contacts, to choose one.
fn contacts(loaded: &[Contact]) -> Vec<Choice> {
    let here = loaded.iter().filter(|contact| contact.deleted_at.is_none());
    here.map(|contact| Choice::new(contact.id.to_string(), contact.name.clone())).collect()
}

#[component]
fn ActionForm(shown: NextAction, new: bool, before: Option<NextAction>, correction: Option<Pending>) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let fields = ActionFields::of(&shown, new);
    let customer: CustomerId = shown.customer;
    let back = format!("/customers/{customer}");
    let name = match &before {
        Some(before) => format!("next-action/{}", before.id),
        None => format!("next-action{back}"),
    };
    let form = EntryForm::follow(data, name, fields.named(), correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let of = RecordKey::new(Kind::Customer, customer.uuid());
    let loaded =
        live(move || async move { (data.get::<Customer>(customer).await, data.children::<Contact>(of).await) });
    let owned = Memo::new(move |_| loaded.get().and_then(|(customer, _)| customer));
    let whom = Signal::derive(move || loaded.get().map(|(_, loaded)| contacts(&loaded)).unwrap_or_default());
    let to = back.clone();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let action = fields.read(&shown, errors)?;
            let share = owned.get_untracked().and_then(|customer| shared(fields, &customer)).map(Action::from);
            let entered = match &before {
                None => Some(Action::from(NextActionAdd { action })),
                Some(before) => form.edit(before, &action).ok()?.map(|edit| NextActionEdit(edit).into()),
            };
            let actions = share.into_iter().chain(entered).collect();
            Some(Said { actions, about: data.customer_name(customer), attach_to: None })
        };
        let (navigate, to) = (navigate.clone(), to.clone());
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate(&to, Default::default());
        });
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <p class="muted">{data.customer_name(customer)}</p>
            <Input name="what" label=text(t::next_actions::what) value=fields.what need=Need::Required
                hint=text(t::next_actions::what_hint) error=errors.of("what")/>
            <DueField value=fields.due error=errors.of("due") time=fields.time time_error=errors.of("time")/>
            <Show when=move || whom.with(|whom| !whom.is_empty())>
                <Select name="contact" label=text(t::next_actions::contact) value=fields.contact choices=whom/>
            </Show>
            <AssigneeField fields customer=owned/>
            <FormButtons busy=form.busy cancel=back/>
        </form>
    }
}
