//! What a figure counts.

use domain::{customer::CustomerId, day_report::Counted, kind::RecordKey, user::UserId};
use leptos::prelude::*;

use super::page::counted_name;
use crate::{
    data::{Data, day_reports::Behind, live, use_data},
    i18n::{Locale, archive::state_name, fields::channel_name, t},
    platform::intl::{self, Style},
    ui::{
        button::{ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The records behind a figure, each a way to its customer.
#[component]
pub fn BehindFigure(
    who: UserId,
    counted: Counted,
    keys: Vec<RecordKey>,
    /// Where the list is put away.
    close: String,
) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let count = keys.len() as u64;
    let loaded = live(move || data.behind(keys.clone()));
    let rows = move || {
        let rows = loaded.get()?.into_iter().map(|behind| {
            let (customer, sub) = words(locale.get(), data, &behind);
            let name = data.customer_short(customer);
            view! {
                <a class="row plain" href=format!("/customers/{customer}") data-testid="behind-row">
                    <div class="row-main">
                        <div class="row-title"><span class="one-line">{name}</span></div>
                        <div class="row-sub one-line">{sub}</div>
                    </div>
                </a>
            }
        });
        Some(rows.collect_view())
    };
    let title = move || format!("{} · {}", data.user_name(who), counted_name(locale.get(), counted));
    view! {
        <section class="card" data-testid="behind" id="behind">
            <div class="section-head padded-head">
                <h2>{title}</h2>
                <span class="count">{move || t::common::items(locale.get(), count)}</span>
                <ButtonLink href=close label=text(t::day_reports::close) testid="behind-close" tone=Tone::Quiet icon=Icon::X/>
            </div>
            {rows}
        </section>
    }
}

fn words(locale: Locale, data: Data, behind: &Behind) -> (CustomerId, String) {
    let joined = |parts: [String; 3]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    match behind {
        Behind::Visit(visit) => {
            let day = intl::plain_date(locale, &visit.day.to_string(), Style::DayOfYear);
            let state = state_name(visit.state.name()).map(|name| name(locale).to_owned()).unwrap_or_default();
            (visit.customer, joined([day, state, visit.purpose.clone()]))
        }
        Behind::Contact(record) => {
            let when = intl::moment(locale, record.happened_at, data.now());
            let said = if record.result.is_empty() { record.text.clone() } else { record.result.clone() };
            (record.customer, joined([when, channel_name(record.channel)(locale).to_owned(), said]))
        }
        Behind::Customer(customer) => {
            (customer.id, joined([customer.level.clone(), customer.full_address(), String::new()]))
        }
    }
}
