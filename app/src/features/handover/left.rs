//! What somebody leaves: counted by the server, what must be decided by hand, and what they took along as files.

use domain::{pool::Pool, user::UserId};
use leptos::prelude::*;

use super::words::{self, format_name};
use crate::{
    data::{live, people::People, use_data},
    i18n::{archive::kind_name, t},
    online::handover::{Exported, Preview},
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

/// What they exported in the last 30 days.
#[component]
pub fn TakenAlong(preview: RwSignal<Option<Preview>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let none = text(t::handovers::exported_none);
    let row = move |exported: Exported| {
        let Exported { happened, kind, rows, format, words, device } = exported;
        let title = move || t::handovers::exported_rows(locale.get(), u64::from(rows), kind_name(kind)(locale.get()));
        let sub = move || {
            let locale = locale.get();
            let when = intl::moment(locale, happened, data.now());
            let searched = (!words.is_empty()).then(|| t::handovers::exported_words(locale, &words));
            let parts = [Some(when), Some(format_name(format)(locale).to_owned()), searched, Some(device.clone())];
            let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
            parts.join(" · ")
        };
        view! {
            <div class="row" data-testid="handover-exported">
                <div class="row-main">
                    <div class="row-title">{title}</div>
                    <div class="row-sub">{sub}</div>
                </div>
            </div>
        }
    };
    let rows = move || {
        let exported = preview.with(|preview| preview.as_ref().map(|preview| preview.exported.clone()))?;
        Some(match exported.is_empty() {
            true => view! { <p class="muted">{none}</p> }.into_any(),
            false => exported.into_iter().map(row).collect_view().into_any(),
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
