//! Who had a customer before, and why it changed hands.

use domain::pool::{Claim, What};
use leptos::prelude::*;

use crate::{
    data::use_data,
    i18n::{Locale, t},
    platform::intl,
    ui::language::{text, use_locale},
};

/// The lines of the log, the newest in front; nothing while there is none.
#[component]
pub fn OwnerLog(log: Signal<Vec<Claim>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let title = text(t::pools::log);
    move || {
        let mut log = log.get();
        log.sort_by_key(|line| std::cmp::Reverse((line.at, line.id)));
        (!log.is_empty()).then(|| {
            let rows = log.into_iter().map(|line| {
                let (at, reason) = (line.at, line.reason.clone());
                let words = move || {
                    data.version.track();
                    words(locale.get(), &line, |user| data.user_name(user))
                };
                view! {
                    <div class="row" data-testid="owner-log-line">
                        <div class="row-main">
                            <div class="row-title">{words}</div>
                            {(!reason.is_empty()).then(|| view! { <div class="row-sub" data-testid="owner-log-reason">{reason}</div> })}
                        </div>
                        <span class="muted small">{move || intl::moment(locale.get(), at, data.now())}</span>
                    </div>
                }
            });
            view! {
                <section class="card" data-testid="owner-log">
                    <h2 class="section-title">{title}</h2>
                    {rows.collect_view()}
                </section>
            }
        })
    }
}

fn words(locale: Locale, line: &Claim, name: impl Fn(domain::user::UserId) -> String) -> String {
    let of = |user: Option<_>| user.map_or_else(|| t::pools::system(locale).to_owned(), &name);
    match line.what {
        What::Claimed => t::pools::claimed_by(locale, &of(line.to)),
        What::Assigned => match line.to {
            Some(to) => t::pools::assigned_to(locale, &name(to), &of(line.by)),
            None => t::pools::assigned_nobody(locale, &of(line.by)),
        },
        What::Released => t::pools::released_by(locale, &of(line.by)),
        What::Recycled => t::pools::recycled_from(locale, &of(line.from)),
        What::AskedBack => t::pools::asked_back_by(locale, &of(line.from)),
    }
}
