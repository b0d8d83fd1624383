//! The parts of a customer's page.

use domain::{contact::Contact, contact_record::ContactRecord, kind::Kind};
use leptos::prelude::*;

use super::page::{Shown, ShownSignal, read};
use crate::{
    data::use_data,
    features::next_actions::ActionRow,
    i18n::{fields, t},
    platform::intl,
    ui::{
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
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

/// Address and numbers.
#[component]
pub fn Facts(shown: ShownSignal) -> impl IntoView {
    let locale = use_locale();
    let facts = move || {
        let Shown { customer, .. } = shown.get()?;
        let locale = locale.get();
        let line = |label: &'static str, testid: &'static str, value: String| {
            (!value.is_empty()).then(|| view! { <dt>{label}</dt> <dd data-testid=testid>{value}</dd> })
        };
        let phones = customer
            .phones
            .iter()
            .map(|phone| {
                let href = format!("tel:{}", phone.digits());
                view! { <a class="figures" href=href rel="external" data-testid="customer-phone">{phone.to_string()}</a> }
            })
            .collect_view();
        let phones = (!customer.phones.is_empty())
            .then(|| view! { <dt>{t::customers::phones(locale)}</dt> <dd class="stack">{phones}</dd> });
        let email = customer.email.as_ref().map(|email| {
            let href = format!("mailto:{email}");
            view! { <dt>{t::customers::email(locale)}</dt> <dd><a href=href rel="external" data-testid="customer-email">{email.to_string()}</a></dd> }
        });
        Some(view! {
            <dl class="facts">
                {line(t::customers::short_name(locale), "customer-short-name", customer.short_name.clone())}
                {phones}
                {email}
                {line(t::customers::address(locale), "customer-address", customer.address.clone())}
                {line(t::customers::source(locale), "customer-source", customer.source.clone())}
                {line(t::customers::remark(locale), "customer-remark", customer.remark.clone())}
            </dl>
        })
    };
    view! {
        <section class="card padded" data-testid="customer-facts">
            <h2>{text(t::customers::details)}</h2>
            {facts}
        </section>
    }
}

/// The people to talk to.
#[component]
pub fn Contacts(shown: ShownSignal) -> impl IntoView {
    let contacts = Memo::new(move |_| read(shown, |shown| shown.contacts.clone()));
    let customer = Memo::new(move |_| read(shown, |shown| shown.customer.id.to_string()));
    let empty = text(t::contacts::empty_text);
    view! {
        <section class="card" data-testid="contacts">
            <SectionHead title=t::contacts::title add=t::contacts::new testid="contact-new" href=href(shown, "contacts/new")/>
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
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::Contact, contact.id);
    let phone = contact.phones.first().cloned();
    let (name, title) = (contact.name.clone(), contact.title.clone());
    let call = phone.as_ref().map(|phone| {
        let (href, name) = (format!("tel:{}", phone.digits()), name.clone());
        view! {
            <a class="button only-icon" href=href rel="external" data-testid="contact-call" aria-label=move || t::common::call(locale.get(), &name)>
                <Picture icon=Icon::Phone/>
            </a>
        }
    });
    let accounts = [("WeChat", &contact.wechat), ("LINE", &contact.line), ("QQ", &contact.qq)];
    let accounts = accounts
        .into_iter()
        .filter(|(_, account)| !account.is_empty())
        .map(|(name, account)| format!("{name} {account}"));
    let sub: Vec<String> = phone
        .iter()
        .map(ToString::to_string)
        .chain(contact.email.iter().map(ToString::to_string))
        .chain(accounts)
        .collect();
    view! {
        <div class="row" class:unsent=move || unsent.get() data-testid="contact">
            <a class="row-main plain" href=format!("/customers/{customer}/contacts/{}", contact.id) data-testid="contact-open">
                <div class="row-title">
                    <span>{name}</span>
                    <span class="muted small">{title}</span>
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub one-line">{sub.join(" · ")}</div>
            </a>
            {call}
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
                    records.into_iter().map(|record| view! { <Entry record contacts/> }).collect_view().into_any()
                }
            }}
            <Show when=move || { older.get() > 0 }>
                <Button label=more testid="timeline-more" on_press=on_more/>
            </Show>
        </section>
    }
}

#[component]
fn Entry(record: ContactRecord, contacts: Memo<Vec<Contact>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::ContactRecord, record.id);
    let (channel, happened) = (fields::channel_name(record.channel), record.happened_at);
    let met = move || {
        let names: Vec<String> = contacts.with(|contacts| {
            let known = contacts.iter().filter(|contact| record.met.contains(&contact.id));
            known.map(|contact| contact.name.clone()).collect()
        });
        (!names.is_empty()).then(|| intl::list(locale.get(), &names))
    };
    let author = data.user_name(record.author);
    view! {
        <article class="timeline-entry" class:unsent=move || unsent.get() data-testid="contact-record">
            <span class="timeline-when">{move || intl::moment(locale.get(), happened, data.now())}</span>
            <div>
                <p>
                    <strong>{move || channel(locale.get())}</strong>
                    " " {record.result.clone()} " "
                    <span class="muted small">{met}</span> " "
                    <UnsentMark unsent/>
                </p>
                <p class="timeline-text">{record.text.clone()}</p>
                <p class="muted small">{move || t::contact_records::recorded_by(locale.get(), &author)}</p>
            </div>
        </article>
    }
}
