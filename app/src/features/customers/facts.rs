//! What is known of a customer.

use domain::{customer::Customer, kind::Kind};
use leptos::prelude::*;

use super::{
    page::{Shown, ShownSignal, read},
    view::use_customer_view,
};
use crate::{
    data::{customer_key, own::use_own},
    features::{
        history::LastChange,
        own_fields::filled,
        reach::{Way, WayLink, Whom},
    },
    i18n::{Locale, fields, t},
    platform::intl,
    ui::{
        button::ButtonLink,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// One line of the list, where there is something to say.
fn line(label: &'static str, testid: &'static str, value: impl Into<String>) -> Option<impl IntoView> {
    let value: String = value.into();
    (!value.is_empty()).then(|| view! { <dt>{label}</dt> <dd data-testid=testid>{value}</dd> })
}

/// The facts, those that a customer may see apart from those that stay in the house.
#[component]
pub fn Facts(shown: ShownSignal) -> impl IntoView {
    let (locale, outside, own) = (use_locale(), use_customer_view(), use_own());
    let facts = move || {
        let Shown { customer, .. } = shown.get()?;
        let (locale, inside) = (locale.get(), !outside.get());
        Some(view! {
            <dl class="facts">
                {line(t::customers::short_name(locale), "customer-short-name", customer.short_name.clone())}
                {line(t::customers::aliases(locale), "customer-aliases", intl::list(locale, &customer.aliases.iter().cloned().collect::<Vec<_>>()))}
                {line(t::customers::tax_id(locale), "customer-tax-id", customer.tax_id.as_ref().map(ToString::to_string).unwrap_or_default())}
                {line(t::customers::industry(locale), "customer-industry", customer.industry.clone())}
                {reach(locale, &customer)}
                {inside.then(|| house(locale, &customer))}
                {inside.then(|| filled(locale, &own.of(Kind::Customer), &customer.own).into_iter().map(|(label, words)| view! {
                    <dt>{label}</dt> <dd data-testid="customer-own">{words}</dd>
                }).collect_view())}
            </dl>
        })
    };
    let id = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.customer.id)));
    let none = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| is_bare(&shown.customer))));
    let stamp = Memo::new(move |_| read(shown, |shown| shown.customer.unknown.stamp.clone()));
    let (none_text, edit) = (text(t::customers::facts_none), text(t::customers::facts_add));
    view! {
        <section class="card padded" data-testid="customer-facts">
            <h2>{text(t::customers::details)}</h2>
            <Show when=move || none.get()>
                <p class="muted small">{none_text}</p>
                {move || shown.get().map(|shown| view! {
                    <ButtonLink href=format!("/customers/{}/edit", shown.customer.id) label=edit testid="customer-facts-add" icon=Icon::Pencil/>
                })}
            </Show>
            {facts}
            {move || id.get().filter(|_| !outside.get()).map(|id| view! { <LastChange key=customer_key(id) customer=id stamp/> })}
        </section>
    }
}

/// Whether there is nothing but a name.
fn is_bare(customer: &Customer) -> bool {
    let bare = Customer {
        owner: customer.owner,
        level: customer.level.clone(),
        tags: customer.tags.clone(),
        collaborators: customer.collaborators.clone(),
        deleted_at: customer.deleted_at,
        unknown: customer.unknown.clone(),
        ..Customer::named(customer.id, &customer.name)
    };
    *customer == bare
}

/// Numbers, accounts and the address: each a tap away.
fn reach(locale: Locale, customer: &Customer) -> impl IntoView + use<> {
    let whom = Whom { customer: customer.id, contact: None, name: customer.short().to_owned() };
    let link = |label: &'static str, testid: &'static str, shown: &str, way: Way| {
        let (whom, shown) = (whom.clone(), shown.to_owned());
        (!shown.is_empty()).then(|| view! { <dt>{label}</dt> <dd><WayLink whom way shown testid/></dd> })
    };
    let phones = (!customer.phones.is_empty()).then(|| {
        let all = customer.phones.iter().map(|phone| {
            let (whom, shown) = (whom.clone(), phone.to_string());
            view! { <WayLink whom way=Way::Call(phone.digits()) shown testid="customer-phone"/> }
        });
        view! { <dt>{t::customers::phones(locale)}</dt> <dd class="stack">{all.collect_view()}</dd> }
    });
    let email = customer.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let website = customer.website.as_ref().map(|website| {
        let (href, shown) = (website.href(), website.to_string());
        view! {
            <dt>{t::customers::website(locale)}</dt>
            <dd><a href=href target="_blank" rel="external noreferrer" data-testid="customer-website">{shown}</a></dd>
        }
    });
    let address = customer.full_address();
    view! {
        {phones}
        {link(t::customers::email(locale), "customer-email", &email, Way::Mail(email.clone()))}
        {website}
        {link(t::customers::wechat(locale), "customer-wechat", &customer.wechat, Way::Wechat(customer.wechat.clone()))}
        {link(t::customers::line(locale), "customer-line", &customer.line, Way::Line(customer.line.clone()))}
        {link(t::customers::qq(locale), "customer-qq", &customer.qq, Way::Qq(customer.qq.clone()))}
        {link(t::customers::address(locale), "customer-address", &address, Way::Map(address.clone()))}
    }
}

/// What stays in the house.
fn house(locale: Locale, customer: &Customer) -> impl IntoView + use<> {
    let terms = customer.payment_terms.map(|terms| fields::payment_terms(locale, terms)).unwrap_or_default();
    let limit = customer.credit_limit.map(|limit| {
        let amount =
            intl::number(locale, &limit.to_string(), u8::try_from(limit.currency.decimals()).unwrap_or_default());
        format!("{} {amount}", limit.currency.code())
    });
    let every = customer.visit_every.map(|days| t::visits::every_of(locale, days.into())).unwrap_or_default();
    view! {
        {line(t::customers::region(locale), "customer-region", customer.region.clone())}
        {line(t::customers::payment_terms(locale), "customer-terms", terms)}
        {line(t::customers::credit_limit(locale), "customer-credit", limit.unwrap_or_default())}
        {line(t::visits::every(locale), "customer-visit-every", every)}
        {line(t::visits::position(locale), "customer-position", customer.position.map(|it| it.to_string()).unwrap_or_default())}
        {line(t::customers::source(locale), "customer-source", customer.source.clone())}
        {line(t::customers::remark(locale), "customer-remark", customer.remark.clone())}
    }
}
