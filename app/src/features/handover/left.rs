//! What somebody leaves: counted by the server, what must be decided by hand, and what they took along as files.

use domain::{pool::Pool, user::UserId};
use leptos::prelude::*;

use super::{
    noted::customer_of,
    words::{self, format_name},
};
use crate::{
    data::{Data, live, people::People, use_data},
    i18n::{Locale, archive::kind_name, t},
    online::handover::{Preview, Taken, Taking},
    platform::intl,
    ui::language::{text, use_locale},
};

/// What there is, by kind.
#[component]
pub fn Counted(preview: RwSignal<Option<Preview>>) -> impl IntoView {
    let locale = use_locale();
    let facts = move || {
        let counts = preview.with(|preview| preview.as_ref().map(|preview| preview.counts))?;
        let rows = words::counted(locale.get(), counts);
        if rows.is_empty() {
            return Some(
                view! { <p class="muted" data-testid="handover-nothing">{t::handovers::nothing(locale.get())}</p> }
                    .into_any(),
            );
        }
        let rows = rows.into_iter().map(|(what, number)| view! { <dt>{what}</dt> <dd>{number.to_string()}</dd> });
        Some(view! { <dl class="facts" data-testid="handover-counts">{rows.collect_view()}</dl> }.into_any())
    };
    view! {
        <section class="card padded stack">
            <h2>{text(t::handovers::left)}</h2>
            {facts}
        </section>
    }
}

/// What no handover moves: it is changed where it is kept.
#[component]
pub fn ByHand(from: UserId, people: Memo<People>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let pools = live(move || data.pools());
    let lines = Memo::new(move |_| {
        let locale = locale.get();
        let mut lines: Vec<String> = people.with(|people| {
            let heads = people.departments.iter().filter(|department| department.head == Some(from));
            let heads = heads.map(|department| t::people::head_of(locale, &department.name));
            let below = people.users.iter().filter(|user| user.superior == Some(from) && user.active);
            heads.chain(below.map(|user| t::handovers::reports(locale, &user.name))).collect()
        });
        let administered = |pool: &Pool| pool.administrators.contains(&from) || pool.members.contains(&from);
        let pools = pools.get().unwrap_or_default().into_iter().filter(administered);
        lines.extend(pools.map(|pool| t::handovers::of_pool(locale, &pool.name)));
        lines
    });
    let (title, hint) = (text(t::handovers::by_hand), text(t::handovers::by_hand_hint));
    move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            view! {
                <section class="card padded stack" data-testid="handover-by-hand">
                    <h2>{title}</h2>
                    <p class="muted small">{hint}</p>
                    <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// What something that was taken along is called, and what is said beside it.
fn told(locale: Locale, data: Data, how: &Taking) -> (String, Vec<String>) {
    match how {
        Taking::Exported { kind, rows, format, words } => {
            let title = t::handovers::exported_rows(locale, u64::from(*rows), kind_name(*kind)(locale));
            let searched = (!words.is_empty()).then(|| t::handovers::exported_words(locale, words));
            (title, [format_name(*format)(locale).to_owned()].into_iter().chain(searched).collect())
        }
        Taking::Printed { page } => {
            // The page of a customer is called by its name.
            let customer = customer_of(page).map(|customer| data.customer_name(customer.into()));
            let name = customer.filter(|name| !name.is_empty()).unwrap_or_else(|| page.clone());
            (t::handovers::printed(locale, &name), Vec::new())
        }
        Taking::Opened { customers } => (t::handovers::opened(locale, u64::from(*customers)), Vec::new()),
    }
}

/// What they took along in the last 30 days.
#[component]
pub fn TakenAlong(preview: RwSignal<Option<Preview>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let none = text(t::handovers::exported_none);
    let row = move |taken: Taken| {
        let Taken { happened, how, device } = taken;
        let of_title = how.clone();
        let title = move || told(locale.get(), data, &of_title).0;
        let sub = move || {
            let locale = locale.get();
            let mut parts = vec![intl::moment(locale, happened, data.now())];
            parts.extend(told(locale, data, &how).1);
            parts.extend([device.clone()].into_iter().filter(|device| !device.is_empty()));
            parts.join(" · ")
        };
        view! {
            <div class="row" data-testid="handover-taken">
                <div class="row-main">
                    <div class="row-title">{title}</div>
                    <div class="row-sub">{sub}</div>
                </div>
            </div>
        }
    };
    let rows = move || {
        let taken = preview.with(|preview| preview.as_ref().map(|preview| preview.taken.clone()))?;
        Some(match taken.is_empty() {
            true => view! { <p class="muted">{none}</p> }.into_any(),
            false => taken.into_iter().map(row).collect_view().into_any(),
        })
    };
    view! {
        <section class="card padded stack">
            <h2>{text(t::handovers::exported)}</h2>
            <p class="muted small">{text(t::handovers::exported_hint)}</p>
            {rows}
        </section>
    }
}
