//! What a check-in says, in words.

use domain::{contact_record::ContactRecord, value::Position};
use leptos::prelude::*;

use crate::{
    data::use_data,
    i18n::{Locale, t},
    platform::intl::{self, Style},
    ui::language::{text, use_locale},
};

/// A distance as people say it.
pub fn distance(locale: Locale, metres: u32) -> String {
    if metres < 1_000 {
        return t::visits::metres(locale, metres.into());
    }
    let decimals = u8::from(metres < 10_000);
    let kilometres = f64::from(metres) / 1_000.0;
    t::visits::kilometres(locale, &intl::number(locale, &format!("{kilometres:.1}"), decimals))
}

/// When somebody came and left, whether it was planned, and how far from the customer's position.
#[component]
pub fn CheckedIn(
    record: ContactRecord,
    /// Where the customer is.
    there: Option<Position>,
) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let off_plan = record.is_off_plan();
    let (left, me) = (record.left_at, record.author == data.user());
    let href = format!("/customers/{}/visit/{}", record.customer, record.id);
    let open = (record.is_under_way() && me).then(|| {
        view! { <a href=href data-testid="record-check-out">{text(t::visits::check_out)}</a> }
    });
    let check_in = record.check_in;
    let words = move || {
        let (locale, check_in) = (locale.get(), check_in.as_ref()?);
        let time = |ms: i64| intl::instant(locale, ms, Style::Time);
        let place = match check_in.position {
            None => t::visits::no_position(locale).to_owned(),
            Some(here) => match there {
                Some(there) => t::visits::from_customer(locale, &distance(locale, here.metres_to(there))),
                None => here.to_string(),
            },
        };
        let accuracy = check_in.accuracy.map(|metres| t::visits::within(locale, &distance(locale, metres)));
        let parts = [
            Some(t::visits::in_at(locale, &time(check_in.at))),
            left.map(|ms| t::visits::out_at(locale, &time(ms))),
            Some(place),
            accuracy,
        ];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    view! {
        <p class="small muted checked-in" data-testid="checked-in">
            {if off_plan {
                view! { <span class="pill due small" data-testid="off-plan">{text(t::visits::off_plan)}</span> }.into_any()
            } else {
                view! { <span class="pill ok small">{text(t::visits::by_plan)}</span> }.into_any()
            }}
            " " {words} " " {open}
        </p>
    }
}
