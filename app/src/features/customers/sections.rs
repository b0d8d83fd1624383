//! The parts of a customer's page.

use domain::{
    contact::Contact,
    contact_record::ContactRecord,
    kind::{Kind, RecordKey},
};
use leptos::prelude::*;

use super::{
    page::{ShownSignal, read},
    view::use_customer_view,
};
use crate::{
    data::{own::use_own, use_data},
    features::{
        attachments::{Held, strip::AttachmentStrip},
        history,
        next_actions::ActionRow,
        own_fields::filled,
        reach::{Ways, Whom, ways_to_contact},
        visits::CheckedIn,
    },
    i18n::{
        fields::{self, decision_role_name},
        t,
    },
    platform::intl,
    ui::{
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
        unsent::UnsentMark,
    },
};

/// A section's heading with what can be added to it.
#[component]
fn SectionHead(
    title: crate::i18n::Key,
    add: crate::i18n::Key,
    testid: &'static str,
    href: Signal<String>,
) -> impl IntoView {
    let (title, add) = (text(title), text(add));
    view! {
        <div class="section-head">
            <h2>{title}</h2>
            {move || view! { <ButtonLink href=href.get() label=add testid tone=Tone::Quiet icon=Icon::Plus/> }}
        </div>
    }
}

fn href(shown: ShownSignal, rest: &'static str) -> Signal<String> {
    Signal::derive(move || format!("/customers/{}/{rest}", read(shown, |shown| shown.customer.id.to_string())))
}

/// The people to talk to.
#[component]
pub fn Contacts(shown: ShownSignal) -> impl IntoView {
    let contacts = Memo::new(move |_| read(shown, |shown| shown.contacts.clone()));
    let customer = Memo::new(move |_| read(shown, |shown| shown.customer.id.to_string()));
    let (empty, title, outside) = (text(t::contacts::empty_text), text(t::contacts::title), use_customer_view());
    view! {
        <section class="card" data-testid="contacts">
            {move || if outside.get() {
                view! { <h2 class="section-title">{title}</h2> }.into_any()
            } else {
                view! { <SectionHead title=t::contacts::title add=t::contacts::new testid="contact-new" href=href(shown, "contacts/new")/> }.into_any()
            }}
            {move || {
                let contacts = contacts.get();
                if contacts.is_empty() {
                    view! { <p class="muted small section-empty">{empty}</p> }.into_any()
                } else {
                    contacts.into_iter().map(|contact| view! { <ContactRow contact customer=customer.get_untracked()/> }).collect_view().into_any()
                }
            }}
        </section>
    }
}

#[component]
fn ContactRow(contact: Contact, customer: String) -> impl IntoView {
    let (data, locale, outside) = (use_data(), use_locale(), use_customer_view());
    let unsent = data.unsent(Kind::Contact, contact.id);
    let whom = Whom { customer: contact.customer, contact: Some(contact.id), name: contact.name.clone() };
    let ways = ways_to_contact(&contact);
    let (name, title, id) = (contact.name.clone(), contact.title.clone(), contact.id);
    let role = contact.role.map(|role| text(decision_role_name(role)));
    let role = move || {
        role.filter(|_| !outside.get())
            .map(|role| view! { <span class="pill small" data-testid="contact-role">{role}</span> })
    };
    let accounts = [("WeChat", &contact.wechat), ("LINE", &contact.line), ("QQ", &contact.qq)];
    let accounts = accounts.into_iter().filter(|(_, account)| !account.is_empty());
    let accounts: Vec<String> = contact
        .phones
        .iter()
        .map(ToString::to_string)
        .chain(contact.email.iter().map(ToString::to_string))
        .chain(accounts.map(|(name, account)| format!("{name} {account}")))
        .collect();
    let (birthday, own, contact_own) = (contact.birthday, use_own(), contact.own.clone());
    let sub = move || {
        let locale = locale.get();
        let birthday = birthday.filter(|_| !outside.get()).map(|birthday| {
            let (month, day) = birthday.month_and_day();
            let day = t::contacts::birthday_of(locale, &day.to_string(), &month.to_string());
            format!("{} {day}", t::contacts::birthday(locale))
        });
        let own = if outside.get() { Vec::new() } else { filled(locale, &own.listed(Kind::Contact), &contact_own) };
        let own = own.into_iter().map(|(label, words)| format!("{label} {words}"));
        accounts.iter().cloned().chain(birthday).chain(own).collect::<Vec<_>>().join(" · ")
    };
    // The form behind the name says what stays in the house.
    let href = move || (!outside.get()).then(|| format!("/customers/{customer}/contacts/{id}"));
    view! {
        <div class="row contact-row" class:unsent=move || unsent.get() data-testid="contact">
            <a class="row-main plain" href=href data-testid="contact-open">
                <div class="row-title">
                    <span>{name}</span>
                    <span class="muted small">{title}</span>
                    {role}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub">{sub}</div>
            </a>
            <Ways whom ways/>
        </div>
    }
}

/// What is to be done, and what was.
#[component]
pub fn Actions(shown: ShownSignal) -> impl IntoView {
    let actions = Memo::new(move |_| read(shown, |shown| shown.actions.clone()));
    let done = text(t::next_actions::completed);
    view! {
        <section class="card" data-testid="next-actions">
            <SectionHead title=t::next_actions::title add=t::next_actions::new testid="next-action-new" href=href(shown, "next-action")/>
            {move || {
                let (open, finished): (Vec<_>, Vec<_>) = actions.get().into_iter().partition(|action| action.done.is_none());
                let count = finished.len();
                view! {
                    {open.into_iter().map(|action| view! { <ActionRow action named=false/> }).collect_view()}
                    {(count > 0).then(|| view! {
                        <details class="more-rows" data-testid="actions-done">
                            <summary>{done} " " <span class="figures">{count}</span></summary>
                            {finished.into_iter().rev().map(|action| view! { <ActionRow action named=false/> }).collect_view()}
                        </details>
                    })}
                }
            }}
        </section>
    }
}

/// What has happened, the newest first.
#[component]
pub fn Timeline(shown: ShownSignal, on_more: Callback<()>) -> impl IntoView {
    let records = Memo::new(move |_| read(shown, |shown| shown.records.clone()));
    let contacts = Memo::new(move |_| read(shown, |shown| shown.contacts.clone()));
    let older = Memo::new(move |_| read(shown, |shown| shown.older));
    let (empty, more) = (text(t::customers::timeline_empty_text), text(t::common::show_more));
    view! {
        <section data-testid="timeline">
            <SectionHead title=t::customers::timeline add=t::contact_records::new testid="timeline-record" href=href(shown, "record")/>
            {move || {
                let records = records.get();
                if records.is_empty() {
                    view! { <p class="muted small">{empty}</p> }.into_any()
                } else {
                    records.into_iter().map(|record| view! { <Entry record contacts shown/> }).collect_view().into_any()
                }
            }}
            <Show when=move || { older.get() > 0 }>
                <Button label=more testid="timeline-more" on_press=on_more/>
            </Show>
        </section>
    }
}

#[component]
fn Entry(record: ContactRecord, contacts: Memo<Vec<Contact>>, shown: ShownSignal) -> impl IntoView {
    let key = RecordKey::new(Kind::ContactRecord, record.id.uuid());
    let attachments = Memo::new(move |_| {
        let own = |held: &&Held| held.attachment.on == key;
        // In the order in which they were added.
        read(shown, |shown| shown.attachments.iter().rev().filter(own).cloned().collect::<Vec<_>>())
    });
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::ContactRecord, record.id);
    let (channel, happened, minutes) = (fields::channel_name(record.channel), record.happened_at, record.minutes);
    let minutes = move || minutes.map(|minutes| t::contact_records::minutes_of(locale.get(), minutes.into()));
    let visited = record.check_in.is_some().then(|| {
        let there = shown.with_untracked(|shown| shown.as_ref().and_then(|shown| shown.customer.position));
        view! { <CheckedIn record=record.clone() there/> }
    });
    let met = move || {
        let names: Vec<String> = contacts.with(|contacts| {
            let known = contacts.iter().filter(|contact| record.met.contains(&contact.id));
            known.map(|contact| contact.name.clone()).collect()
        });
        (!names.is_empty()).then(|| intl::list(locale.get(), &names))
    };
    let href = history::address(record.customer, RecordKey::new(Kind::ContactRecord, record.id.uuid()));
    let (own, record_own) = (use_own(), record.own.clone());
    let own_words = move || {
        let words = filled(locale.get(), &own.of(Kind::ContactRecord), &record_own);
        let words = words.into_iter().map(|(label, words)| format!("{label} {words}"));
        words.collect::<Vec<_>>().join(" · ")
    };
    let author = data.user_name(record.author);
    let edit_href = format!("/customers/{}/records/{}", record.customer, record.id);
    let stamp = record.unknown.stamp.clone();
    let changed = move || history::changed_words(locale.get(), data, &stamp).map(|words| format!(" · {words}"));
    view! {
        <article class="timeline-entry" class:unsent=move || unsent.get() data-testid="contact-record">
            <span class="timeline-when">{move || intl::moment(locale.get(), happened, data.now())}</span>
            <div>
                <p>
                    <strong>{move || channel(locale.get())}</strong>
                    " " <span class="muted small figures">{minutes}</span>
                    " " {record.result.clone()} " "
                    <span class="muted small">{met}</span> " "
                    <UnsentMark unsent/>
                </p>
                {visited}
                <p class="timeline-text">{record.text.clone()}</p>
                <p class="small" data-testid="record-own">{own_words}</p>
                <AttachmentStrip attachments/>
                <p class="muted small">
                    {move || t::contact_records::recorded_by(locale.get(), &author)} {changed} " · "
                    <a href=edit_href data-testid="record-open">{text(t::common::edit)}</a> " · "
                    <a href=href data-testid="record-history">{text(t::history::title)}</a>
                </p>
            </div>
        </article>
    }
}
