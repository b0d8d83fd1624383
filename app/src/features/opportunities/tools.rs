//! What stands above board, list and charts: how they are shown, and what they are narrowed down to.

use std::collections::BTreeSet;

use domain::{opportunity::Filter, user::UserId};
use leptos::prelude::*;

use super::{asked::Shape, page::Here, words};
use crate::{
    i18n::{Key, t},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
        segmented::{Segment, Segmented},
    },
};

/// A quiet list of choices; `chosen` is the value that is chosen now, empty for all.
#[component]
fn Narrow(
    label: Key,
    testid: &'static str,
    #[prop(into)] chosen: Signal<String>,
    #[prop(into)] choices: Signal<Vec<(String, String)>>,
    /// Whether all may be asked for.
    all: bool,
    on_choose: Callback<String>,
) -> impl IntoView {
    let locale = use_locale();
    let none = move || t::opportunities::all_of(locale.get(), label(locale.get()));
    let label = text(label);
    let options = move || {
        let now = chosen.get();
        let choices = choices.get().into_iter();
        let options = choices.map(|(value, words)| {
            let selected = value == now;
            view! { <option value=value selected=selected>{words}</option> }
        });
        options.collect_view()
    };
    view! {
        <label class="narrow">
            <span class="visually-hidden">{label}</span>
            <select class="control" data-testid=testid on:change:target=move |event| on_choose.run(event.target().value())>
                {all.then(|| view! { <option value="" selected=move || chosen.with(String::is_empty)>{none}</option> })}
                {options}
            </select>
        </label>
    }
}

/// The tools.
#[component]
pub fn Tools(here: Here) -> impl IntoView {
    let (data, asked, locale) = (here.data, here.asked, use_locale());
    let label = |shape: Shape| match shape {
        Shape::Board => t::opportunities::board,
        Shape::List => t::opportunities::list,
        Shape::Charts => t::opportunities::charts,
    };
    let testid = |shape: Shape| match shape {
        Shape::Board => "as-board",
        Shape::List => "as-list",
        Shape::Charts => "as-charts",
    };
    let segments =
        Shape::ALL.map(|shape| Segment { value: shape, label: text(label(shape)).into(), testid: testid(shape) });
    let pipelines = Signal::derive(move || {
        here.pipelines.with(|all| all.iter().map(|it| (it.id.to_string(), it.name.clone())).collect::<Vec<_>>())
    });
    let several = Memo::new(move |_| here.pipelines.with(|all| all.len() > 1));
    // The list shows those of all pipelines, the board and the charts those of one.
    let listed = Memo::new(move |_| asked.shape.get() == Shape::List);
    let pipeline = move || {
        let asked = asked.filter.with(|filter| filter.pipeline);
        let shown = here.pipeline.with(|it| it.as_ref().map(|it| it.id)).filter(|_| !listed.get());
        asked.or(shown).map(|id| id.to_string()).unwrap_or_default()
    };
    let owners = Memo::new(move |_| {
        let ids: BTreeSet<UserId> = here.all.with(|all| all.iter().filter_map(|card| card.seen.owner).collect());
        let mut owners: Vec<_> = ids.into_iter().map(|id| (id.to_string(), data.user_name(id))).collect();
        owners.sort_by(|a, b| a.1.cmp(&b.1));
        owners
    });
    let with_owners = Memo::new(move |_| owners.with(|owners| owners.len() > 1));
    let ages = Signal::derive(move || {
        let locale = locale.get();
        let age = |days: u32, words: Key| (days.to_string(), words(locale).to_owned());
        vec![age(90, t::opportunities::within_90), age(365, t::opportunities::within_365)]
    });
    let charts = Memo::new(move |_| asked.shape.get() == Shape::Charts);
    let said =
        move |part: fn(&Filter) -> Option<String>| Signal::derive(move || asked.filter.with(part).unwrap_or_default());
    let now = move || asked.filter.get_untracked();
    let to_pipeline = Callback::new(move |id: String| {
        // Stages and reasons are those of one pipeline.
        asked.ask(Filter { pipeline: id.parse().ok(), stage: None, reached: None, reason: None, ..now() });
    });
    let to_owner = Callback::new(move |id: String| asked.ask(Filter { owner: id.parse().ok(), ..now() }));
    let to_age = Callback::new(move |days: String| asked.ask(Filter { days: days.parse().ok(), ..now() }));
    let rotting = text(t::opportunities::rotting);
    view! {
        <div class="opportunity-tools">
            <Segmented label=text(t::opportunities::view_as) value=asked.shape on_choose=move |shape| asked.show(shape)
                segments=segments.into() quiet=true/>
            <Show when=move || several.get()>
                {move || {
                    let all = listed.get();
                    view! {
                        <Narrow label=t::opportunities::pipeline testid="narrow-pipeline" chosen=Signal::derive(pipeline) choices=pipelines
                            all on_choose=to_pipeline/>
                    }
                }}
            </Show>
            <Show when=move || with_owners.get()>
                <Narrow label=t::opportunities::owner testid="narrow-owner" chosen=said(|it| it.owner.map(|id| id.to_string()))
                    choices=owners all=true on_choose=to_owner/>
            </Show>
            <Show when=move || charts.get() fallback=move || view! {
                <button type="button" class="chip" data-testid="narrow-rotting"
                    aria-pressed=move || asked.filter.get().rotting.to_string()
                    on:click=move |_| asked.ask(Filter { rotting: !now().rotting, ..now() })>
                    {rotting}
                </button>
            }>
                <Narrow label=t::opportunities::created_within testid="narrow-age" chosen=said(|it| it.days.map(|days| days.to_string()))
                    choices=ages all=true on_choose=to_age/>
            </Show>
            <Parts here/>
        </div>
    }
}

/// What a list is narrowed down to; a press takes a part away.
#[component]
fn Parts(here: Here) -> impl IntoView {
    let (data, asked, locale) = (here.data, here.asked, use_locale());
    move || {
        let (locale, filter) = (locale.get(), asked.filter.get());
        let parts = here.pipelines.with(|pipelines| words::parts(locale, data, pipelines, filter));
        let shown = asked.shape.get() == Shape::List && !parts.is_empty();
        shown.then(|| {
            let chips = parts.into_iter().map(|(what, rest)| {
                let label = t::opportunities::remove_filter(locale, &what);
                view! {
                    <button type="button" class="chip part" data-testid="filter-part" aria-label=label
                        on:click=move |_| asked.ask(rest)>
                        {what} <Picture icon=Icon::X/>
                    </button>
                }
            });
            view! { <div class="chips">{chips.collect_view()}</div> }
        })
    }
}
