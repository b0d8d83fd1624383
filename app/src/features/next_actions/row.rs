//! One next action in a list: done, called about, written down or postponed in place.

use chrono::NaiveDate;
use domain::{
    contact::ContactId,
    customer::CustomerId,
    kind::{Kind, RecordKey},
    next_action::{NextAction, NextActionFinish},
    summary::{contact_field, customer_field},
    value::Phone,
};
use leptos::prelude::*;

use super::postpone::Postpone;
use crate::{
    data::{Data, use_data},
    features::reach::{Way, Ways, Whom},
    i18n::{Locale, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
        toast::use_toasts,
        unsent::UnsentMark,
    },
};

/// How far a day is, in the fewest words, and whether that is late or due.
pub fn distance(locale: Locale, due: NaiveDate, today: NaiveDate) -> (String, &'static str) {
    match (due - today).num_days() {
        days if days < 0 => (t::next_actions::late_days(locale, days.unsigned_abs()), "pill late small"),
        0 => (t::next_actions::due_today(locale).to_owned(), "pill due small"),
        1 => (t::next_actions::due_tomorrow(locale).to_owned(), "pill small"),
        _ => (intl::plain_date(locale, &due.to_string(), Style::DayOfYear), "pill small"),
    }
}

/// Whom to call: the contact that was agreed on, or else the customer; none where neither has a telephone.
fn to_call(data: Data, customer: CustomerId, contact: Option<ContactId>) -> Option<(Whom, Way)> {
    let read = |key: RecordKey, name: usize, phone: usize| {
        let shown = data.with(|store| store.shown(key)).filter(|shown| !shown.summary.hidden)?;
        let phone = Phone::parse(shown.summary.field(phone)).ok()?;
        Some((shown.summary.field(name).to_owned(), Way::Call(phone.digits())))
    };
    let person = contact.and_then(|contact| {
        let key = RecordKey::new(Kind::Contact, contact.uuid());
        let (name, way) = read(key, contact_field::NAME, contact_field::PHONE)?;
        Some((Whom { customer, contact: Some(contact), name }, way))
    });
    person.or_else(|| {
        let key = RecordKey::new(Kind::Customer, customer.uuid());
        let (name, way) = read(key, customer_field::NAME, customer_field::PHONE)?;
        Some((Whom { customer, contact: None, name }, way))
    })
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
    let (id, due, customer, contact) = (action.id, action.due, action.customer, action.contact);
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
    let to_call = Memo::new(move |_| {
        data.version.track();
        to_call(data, customer, contact)
    });
    // The customer's own page has its telephones above.
    let call = move || {
        let (whom, way) = to_call.get().filter(|_| named)?;
        Some(view! { <Ways whom ways=vec![way]/> })
    };
    let time = action.time.map(|time| format!("{time} ")).unwrap_or_default();
    let what = format!("{time}{}", action.what);
    let edit = format!("/customers/{customer}/next-actions/{id}");
    let open = view! { <a class="plain" href=edit data-testid="action-open">{what}</a> };
    let by = assignee.map(|name| if named { format!(" · {name}") } else { name });
    let (title, sub) = if named {
        let customer = view! {
            <a class="plain one-line" href=format!("/customers/{customer}") data-testid="action-customer">{name}</a>
        };
        (customer.into_any(), view! { {open} {by} }.into_any())
    } else {
        (view! { <span class="one-line">{open}</span> }.into_any(), by.into_any())
    };
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
                    {title}
                    {pill}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub one-line">{sub}</div>
            </div>
            <div class="row-actions">
                {call}
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
        </div>
    }
}
