//! Next actions: planning one, a row in a list, done and postponed.

pub mod postpone;
pub mod reminders;
pub mod row;

pub use reminders::Reminders;
pub use row::{ActionRow, distance};

use domain::{
    contact::Contact,
    mutation::Action,
    next_action::{NextAction, NextActionAdd},
    own::Unknown,
    record::Record as _,
    refusal::Problem,
    value::{TimeOfDay, clean},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    customers::use_customer_id,
    entry_form::{EntryForm, Said},
    form::{DraftHint, Errors, FormButtons, use_correction},
};
use crate::{
    data::{Data, moment, use_data},
    i18n::{Locale, t},
    layout::page::PageHeader,
    ui::{
        field::Need,
        input::{Input, InputKind},
        language::text,
        toast::use_toasts,
    },
};

/// A date with the three choices that are made most, and a time for those that are to ring.
#[component]
pub fn DueField(
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] time: Option<RwSignal<String>>,
    #[prop(optional, into)] time_error: Signal<Option<String>>,
) -> impl IntoView {
    let data = use_data();
    let chip = move |label: fn(Locale) -> &'static str, testid: &'static str, days: u64| {
        let words = text(label);
        let day = move || moment::after(data.today(), days).to_string();
        view! {
            <button
                type="button"
                class="chip"
                data-testid=testid
                aria-pressed=move || (value.get() == day()).to_string()
                on:click=move |_| value.set(day())
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="stack">
            <div class="form-pair">
                <Input name="due" label=text(t::next_actions::due) value kind=InputKind::Date error/>
                {time.map(|value| view! {
                    <Input name="time" label=text(t::next_actions::time) value kind=InputKind::Time error=time_error/>
                })}
            </div>
            <div class="chips">
                {chip(t::next_actions::due_today, "due-today", 0)}
                {chip(t::next_actions::due_tomorrow, "due-tomorrow", 1)}
                {chip(t::next_actions::postpone_next_week, "due-next-week", 7)}
            </div>
        </div>
    }
}

/// A new next action, or a refused one to correct.
#[component]
pub fn NextActionPage() -> impl IntoView {
    let (data, customer, toasts, navigate) = (use_data(), use_customer_id(), use_toasts(), use_navigate());
    let correction = use_correction(data);
    let refused = correction.as_ref().and_then(|pending| match pending.action() {
        Some(Action::NextActionAdd(add)) => Some(add.action),
        _ => None,
    });
    let what = RwSignal::new(refused.as_ref().map(|action| action.what.clone()).unwrap_or_default());
    let due = RwSignal::new(refused.as_ref().map(|action| action.due.to_string()).unwrap_or_default());
    let time = refused.as_ref().and_then(|action| action.time).map(|time| time.to_string());
    let time = RwSignal::new(time.unwrap_or_default());
    let id = customer.get_untracked();
    let back = id.map(|id| format!("/customers/{id}")).unwrap_or_default();
    let named = vec![("what", what), ("due", due), ("time", time)];
    let form = EntryForm::follow(data, format!("next-action{back}"), named, correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let to = back.clone();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let action = read(data, id?, refused.as_ref(), [what, due, time], errors)?;
            let about = data.customer_name(action.customer);
            Some(Said { actions: vec![NextActionAdd { action }.into()], about, attach_to: None })
        };
        let (navigate, to) = (navigate.clone(), to.clone());
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate(&to, Default::default());
        });
    };
    view! {
        <div class="page" data-testid="next-action-page">
            <PageHeader title=text(t::next_actions::new) back=back.clone()/>
            <div class="page-body">
                <form class="form column" on:submit=submit novalidate>
                    <DraftHint draft=form.draft/>
                    <p class="muted">{id.map(|id| data.customer_name(id))}</p>
                    <Input name="what" label=text(t::next_actions::what) value=what need=Need::Required
                        hint=text(t::next_actions::what_hint) error=errors.of("what")/>
                    <DueField value=due error=errors.of("due") time time_error=errors.of("time")/>
                    <FormButtons busy=form.busy cancel=back/>
                </form>
            </div>
        </div>
    }
}

fn read(
    data: Data,
    customer: domain::customer::CustomerId,
    refused: Option<&NextAction>,
    [what, due, time]: [RwSignal<String>; 3],
    errors: Errors,
) -> Option<NextAction> {
    errors.require("what", &what.get_untracked());
    let due = errors.parsed("due", due.get_untracked().parse().map_err(|_| Problem::Required))?;
    let time = errors.parsed_if_any("time", time, TimeOfDay::parse);
    let action = NextAction {
        id: refused.map_or_else(|| data.fresh(), |action| action.id),
        customer,
        contact: None::<domain::id::Id<Contact>>,
        due,
        time,
        what: what.with_untracked(|what| clean(what)),
        assignee: refused.map_or_else(|| data.user(), |action| action.assignee),
        done: None,
        deleted_at: None,
        unknown: Unknown::new(),
    };
    if let Err(error) = action.validate() {
        errors.field(error);
    }
    (!errors.any()).then_some(action)
}
