//! How long somebody has a customer yet, where they see it.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::{
        pools::{Falling, Fallings},
        use_data,
    },
    i18n::{Locale, t},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// A list warns of so many days.
pub const SOON: i64 = 14;

fn words(locale: Locale, falling: Falling) -> String {
    match u64::try_from(falling.left.days) {
        _ if falling.waits => t::pools::recycling(locale).to_owned(),
        Ok(0) | Err(_) => t::pools::due_today(locale).to_owned(),
        Ok(days) => t::pools::days_left(locale, days),
    }
}

/// The badge 「N 天後回收」.
#[component]
pub fn FallingBadge(falling: Falling) -> impl IntoView {
    let locale = use_locale();
    let class = if falling.waits || falling.left.days <= 3 { "pill late small" } else { "pill wait small" };
    view! { <span class=class data-testid="days-left">{move || words(locale.get(), falling)}</span> }
}

/// Today's list of own customers that fall back soon, the next in front.
#[component]
pub fn FallingGroup(fallings: Fallings) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let mut rows: Vec<(Falling, Uuid)> = fallings.into_iter().map(|(id, falling)| (falling, id)).collect();
    rows.sort_by_key(|(falling, id)| (!falling.waits, falling.left.days, *id));
    let (count, title) = (rows.len() as u64, text(t::pools::warning));
    (count > 0).then(|| {
        let rows = rows.into_iter().map(|(falling, id)| {
            let name = move || {
                data.version.track();
                data.customer_short(id.into())
            };
            view! {
                <a class="row" href=format!("/customers/{id}") data-testid="falling-row">
                    <div class="row-main">
                        <div class="row-title"><span class="one-line">{name}</span> <FallingBadge falling/></div>
                    </div>
                    <Picture icon=Icon::ChevronRight/>
                </a>
            }
        });
        view! {
            <section data-testid="today-falling">
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::common::items(locale.get(), count)}</span>
                </div>
                <div class="card">{rows.collect_view()}</div>
            </section>
        }
    })
}
