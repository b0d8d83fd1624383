//! Next actions: planning one, a row in a list, done and postponed.

use chrono::{Days, NaiveDate};
use domain::{
    contact::Contact,
    edit::{Edit, FieldEdit},
    kind::Kind,
    mutation::Action,
    next_action::{NextAction, NextActionAdd, NextActionEdit, NextActionFinish},
    own::Unknown,
    record::Record as _,
    refusal::Problem,
    value::clean,
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
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        picture::Picture,
        toast::use_toasts,
        unsent::UnsentMark,
    },
};

/// A date with the three choices that are made most.
#[component]
pub fn DueField(value: RwSignal<String>, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
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
            <Input name="due" label=text(t::next_actions::due) value kind=InputKind::Date error/>
            <div class="chips">
                {chip(t::next_actions::due_today, "due-today", 0)}
                {chip(t::next_actions::due_tomorrow, "due-tomorrow", 1)}
                {chip(t::next_actions::postpone_next_week, "due-next-week", 7)}
            </div>
        </div>
    }
}

/// How far a day is, in the fewest words, and whether that is late or due.
fn distance(locale: Locale, due: NaiveDate, today: NaiveDate) -> (String, &'static str) {
    match (due - today).num_days() {
        days if days < 0 => (t::next_actions::late_days(locale, days.unsigned_abs()), "pill late small"),
        0 => (t::next_actions::due_today(locale).to_owned(), "pill due small"),
        1 => (t::next_actions::due_tomorrow(locale).to_owned(), "pill small"),
        _ => (intl::plain_date(locale, &due.to_string(), Style::DayOfYear), "pill small"),
    }
}

/// One next action: done by one tap, postponed by two.
#[component]
pub fn ActionRow(
    action: NextAction,
    /// Whether the customer's name stands above, as in Today.
    named: bool,
) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let unsent = data.unsent(Kind::NextAction, action.id);
    let completed = text(t::next_actions::completed);
    let (done_word, reopen_word) = (text(t::next_actions::done), text(t::next_actions::reopen));
    let (id, due, customer) = (action.id, action.due, action.customer);
    let done = action.done.is_some();
    let assignee = (action.assignee != data.user()).then(|| data.user_name(action.assignee));
    let name = data.customer_short(customer);
    let finish = move |done: bool| async move {
        data.enter(NextActionFinish { id, done }, &data.customer_name(customer)).await.is_ok()
    };
    let toggle = move |_| {
        spawn(async move {
            if finish(!done).await && !done {
                let undo = Callback::new(move |()| {
                    spawn(async move {
                        finish(false).await;
                    });
                });
                toasts.show_with_undo(completed, undo);
            }
        });
    };
    let pill = move || {
        let (words, class) = distance(locale.get(), due, data.today());
        // Where rows stand under their day, only lateness is told.
        let told = !done && (!named || due < data.today());
        told.then(|| view! { <span class=class data-testid="action-due">{words}</span> })
    };
    let what = action.what.clone();
    let title = if named { name.clone() } else { what.clone() };
    let sub = [named.then_some(what), assignee].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <div class="row" class:unsent=move || unsent.get() data-testid="next-action">
            <button
                type="button"
                class="tick"
                class:ticked=done
                data-testid="action-done"
                aria-pressed=done.to_string()
                aria-label=move || if done { reopen_word() } else { done_word() }
                on:click=toggle
            >
                <Picture icon=Icon::Check/>
            </button>
            <div class="row-main">
                <div class="row-title">
                    {if named {
                        view! { <a class="plain one-line" href=format!("/customers/{customer}") data-testid="action-customer">{title}</a> }.into_any()
                    } else {
                        view! { <span class="one-line">{title}</span> }.into_any()
                    }}
                    {pill}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub one-line">{sub}</div>
            </div>
            {named.then(|| view! {
                <a
                    class="button only-icon"
                    href=format!("/customers/{customer}/record")
                    data-testid="action-record"
                    aria-label=move || t::contact_records::new(locale.get())
                >
                    <Picture icon=Icon::NotebookPen/>
                </a>
            })}
            {(!done).then(|| view! { <Postpone action/> })}
        </div>
    }
}

/// The menu that moves a next action to another day.
#[component]
fn Postpone(action: NextAction) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (id, customer, from) = (action.id, action.customer, action.due);
    let asking = RwSignal::new(false);
    let day = RwSignal::new(from.to_string());
    let to = move |due: NaiveDate| {
        spawn(async move {
            let edit = FieldEdit::new("due", from.to_string(), due.to_string());
            let edit = NextActionEdit(Edit::fields(id, vec![edit]));
            if data.enter(edit, &data.customer_name(customer)).await.is_ok() {
                toasts.show(move || {
                    let when = intl::plain_date(locale.get(), &due.to_string(), Style::DayOfYear);
                    t::next_actions::postponed(locale.get(), &when)
                });
            }
        });
    };
    let in_days =
        move |days: u64| Callback::new(move |()| to(data.today().checked_add_days(Days::new(days)).unwrap_or(from)));
    let item = |label: fn(Locale) -> &'static str, testid: &'static str, run: Callback<()>| MenuItem {
        label: text(label).into(),
        icon: Icon::CalendarClock,
        testid,
        danger: false,
        run,
    };
    let items = vec![
        item(t::next_actions::postpone_tomorrow, "postpone-tomorrow", in_days(1)),
        item(t::next_actions::postpone_next_week, "postpone-next-week", in_days(7)),
        item(t::next_actions::postpone_date, "postpone-date", Callback::new(move |()| asking.set(true))),
    ];
    let chosen = Callback::new(move |()| {
        if let Ok(due) = day.get_untracked().parse() {
            asking.set(false);
            to(due);
        }
    });
    let (due_label, postpone) = (text(t::next_actions::due), text(t::next_actions::postpone));
    view! {
        <Menu label=text(t::next_actions::postpone) testid="action-postpone" icon=Icon::CalendarClock items/>
        <Dialog open=asking title=text(t::next_actions::postpone) testid="postpone-dialog">
            <Input name="postpone_due" label=due_label value=day kind=InputKind::Date need=Need::Required/>
            <div class="button-row end">
                <Button label=postpone testid="postpone-to-date" tone=Tone::Primary on_press=chosen/>
            </div>
        </Dialog>
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
    let id = customer.get_untracked();
    let back = id.map(|id| format!("/customers/{id}")).unwrap_or_default();
    let named = vec![("what", what), ("due", due)];
    let form = EntryForm::follow(data, format!("next-action{back}"), named, correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let to = back.clone();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let action = read(data, id?, refused.as_ref(), what, due, errors)?;
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
                    <DueField value=due error=errors.of("due")/>
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
    what: RwSignal<String>,
    due: RwSignal<String>,
    errors: Errors,
) -> Option<NextAction> {
    errors.require("what", &what.get_untracked());
    let due = errors.parsed("due", due.get_untracked().parse().map_err(|_| Problem::Required))?;
    let action = NextAction {
        id: refused.map_or_else(|| data.fresh(), |action| action.id),
        customer,
        contact: None::<domain::id::Id<Contact>>,
        due,
        time: None,
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
