//! What one wants to know of a customer at first sight.

use domain::{customer::CustomerBin, kind::Kind, record::Record as _};
use leptos::prelude::*;

use super::{
    page::{ShownSignal, read},
    view::use_customer_view,
};
use crate::{
    data::use_data,
    features::{
        pools::FallingBadge,
        reach::{Ways, Whom, ways_to_customer},
    },
    i18n::t,
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        banner::{Banner, BannerTone},
        button::Button,
        language::{text, use_locale},
        toast::use_toasts,
        unsent::UnsentMark,
    },
};

/// What one wants to know at first sight.
#[component]
pub fn Head(shown: ShownSignal) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let toasts = use_toasts();
    let none = text(t::customers::no_owner);
    let unsent = Memo::new(move |_| {
        data.version.track();
        shown.with(|shown| shown.as_ref().is_some_and(|shown| data.is_unsent(Kind::Customer, shown.customer.id)))
    });
    let (gone, restore, undone) =
        (text(t::customers::deleted_notice), text(t::customers::restore), text(t::common::undone));
    let deleted = Memo::new(move |_| read(shown, |shown| shown.customer.deleted()));
    let bring_back = Callback::new(move |()| {
        let Some(customer) = shown.get_untracked().map(|shown| shown.customer) else { return };
        spawn(async move {
            if data.enter(CustomerBin { id: customer.id, binned: false }, &customer.name).await.is_ok() {
                toasts.show(undone);
            }
        });
    });
    let outside = use_customer_view();
    let ways = Memo::new(move |_| {
        read(shown, |shown| {
            let customer = &shown.customer;
            let whom = Whom { customer: customer.id, contact: None, name: customer.short().to_owned() };
            Some((whom, ways_to_customer(customer)))
        })
    });
    let ways = move || {
        ways.get()
            .filter(|(_, ways)| !ways.is_empty() && !outside.get())
            .map(|(whom, ways)| view! { <Ways whom ways named=true/> })
    };
    let pills = move || {
        let shown = shown.get().filter(|_| !outside.get())?;
        let (customer, locale) = (&shown.customer, locale.get());
        let owner = match customer.owner {
            Some(owner) => data.user_name(owner),
            None => match &shown.pool {
                Some(pool) => t::pools::in_pool(locale, pool),
                None => none().to_owned(),
            },
        };
        let last = match shown.records.first() {
            Some(record) => t::customers::last_contact(locale, &intl::moment(locale, record.happened_at, data.now())),
            None => t::customers::never_contacted(locale).to_owned(),
        };
        let level = (!customer.level.is_empty()).then(|| t::customers::level_of(locale, &customer.level));
        let tags = customer.tags.iter().cloned().map(|tag| view! { <span class="pill">{tag}</span> }).collect_view();
        Some(view! {
            {level.map(|level| view! { <span class="pill">{level}</span> })}
            <span class="pill" data-testid="customer-owner">{owner}</span>
            <span class="pill" data-testid="last-contact">{last}</span>
            {customer.locked_until.filter(|day| *day >= data.today()).map(|day| {
                let words = t::pools::locked_until(locale, &intl::plain_date(locale, &day.to_string(), Style::DayOfYear));
                view! { <span class="pill" data-testid="locked-until">{words}</span> }
            })}
            {shown.falling.map(|falling| view! { <FallingBadge falling/> })}
            {tags}
        })
    };
    view! {
        <div class="pills" data-testid="customer-pills">
            <UnsentMark unsent/>
            {pills}
        </div>
        {ways}
        <Show when=move || deleted.get()>
            <Banner tone=BannerTone::Due title=gone testid="customer-deleted">
                <Button label=restore testid="customer-restore" on_press=bring_back/>
            </Banner>
        </Show>
    }
}
