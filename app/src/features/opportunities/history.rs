//! The history of an opportunity's stages: who moved it, when, and whither.

use domain::{opportunity::StageMove, pipeline::Pipeline};
use leptos::prelude::*;

use super::words::step_name;
use crate::{
    data::use_data,
    i18n::t,
    platform::intl,
    ui::language::{text, use_locale},
};

/// The lines, the newest first.
#[component]
pub fn StageHistory(#[prop(into)] moves: Signal<Vec<StageMove>>, pipelines: Memo<Vec<Pipeline>>) -> impl IntoView {
    let (data, locale, held) = (use_data(), use_locale(), text(t::opportunities::held));
    let lines = move || {
        let (locale, mut moves) = (locale.get(), moves.get());
        moves.sort_by_key(|line| std::cmp::Reverse((line.at, line.id)));
        let line = |line: StageMove| {
            let name = |step| pipelines.with(|pipelines| step_name(locale, pipelines, step));
            let words = match line.from {
                Some(from) => t::opportunities::went(locale, &name(from), &name(line.to)),
                None => t::opportunities::began(locale, &name(line.to)),
            };
            let who = line.by.map(|by| data.user_name(by)).unwrap_or_default();
            view! {
                <article class="timeline-entry" data-testid="stage-move">
                    <span class="timeline-when">{intl::moment(locale, line.at, data.now())}</span>
                    <div>
                        <p>{words} " " <span class="muted small">{who}</span></p>
                        {line.held.then(|| view! { <p class="muted small" data-testid="stage-held">{held}</p> })}
                    </div>
                </article>
            }
        };
        moves.into_iter().map(line).collect_view()
    };
    view! {
        <section class="card padded" data-testid="stage-history">
            <h2>{text(t::opportunities::history)}</h2>
            {lines}
        </section>
    }
}
