//! Stages, steps, amounts and filters in words.

use chrono::Datelike as _;
use domain::{
    opportunity::{Cycle, Filter, Month, Outcome, Step, Sums, Which},
    pipeline::{Pipeline, StageId},
    value::Money,
};

use crate::{
    data::Data,
    i18n::{Key, Locale, t},
    platform::intl::{self, Style},
};

/// An amount with its currency.
pub fn money(locale: Locale, amount: Money) -> String {
    let decimals = u8::try_from(amount.currency.decimals()).unwrap_or_default();
    format!("{} {}", amount.currency.code(), intl::number(locale, &amount.to_string(), decimals))
}

/// Sums, one for each currency.
pub fn sums(locale: Locale, sums: &Sums) -> String {
    sums.each().map(|amount| money(locale, amount)).collect::<Vec<_>>().join(" + ")
}

/// What a stage is called, whichever pipeline it belongs to.
pub fn stage_name(locale: Locale, pipelines: &[Pipeline], id: StageId) -> String {
    let found = pipelines.iter().find_map(|pipeline| pipeline.stage(id));
    found.map_or_else(|| t::opportunities::unknown_stage(locale).to_owned(), |stage| stage.name.clone())
}

/// Where a step leads.
pub fn step_name(locale: Locale, pipelines: &[Pipeline], step: Step) -> String {
    match step {
        Step::Stage { stage } => stage_name(locale, pipelines, stage),
        Step::Won => t::opportunities::won(locale).to_owned(),
        Step::Lost { reason } => {
            let reason = pipelines.iter().find_map(|pipeline| pipeline.loss_reason(reason));
            let lost = t::opportunities::lost(locale);
            reason.map_or_else(|| lost.to_owned(), |reason| format!("{lost} · {}", reason.name))
        }
    }
}

/// How an opportunity ended, if it did.
pub fn ended(locale: Locale, pipelines: &[Pipeline], outcome: Outcome) -> Option<String> {
    let day = |on: chrono::NaiveDate| intl::plain_date(locale, &on.to_string(), Style::Date);
    match outcome {
        Outcome::Open => None,
        Outcome::Won { on } => Some(t::opportunities::won_on(locale, &day(on))),
        Outcome::Lost { on, reason } => {
            let reason = pipelines.iter().find_map(|pipeline| pipeline.loss_reason(reason));
            Some(match reason {
                Some(reason) => t::opportunities::lost_on(locale, &day(on), &reason.name),
                None => format!("{} · {}", t::opportunities::lost(locale), day(on)),
            })
        }
    }
}

/// Open, won or lost.
pub fn which_name(which: Which) -> Key {
    match which {
        Which::Open => t::opportunities::open,
        Which::Won => t::opportunities::won,
        Which::Lost => t::opportunities::lost,
    }
}

/// A span of days.
pub fn cycle_name(cycle: Cycle) -> Key {
    match cycle {
        Cycle::Week => t::opportunities::cycle_week,
        Cycle::Month => t::opportunities::cycle_month,
        Cycle::Quarter => t::opportunities::cycle_quarter,
        Cycle::Longer => t::opportunities::cycle_longer,
    }
}

/// A month, or what lies before and after those that are shown.
pub fn month_name(locale: Locale, month: Month) -> String {
    let parts = |first: chrono::NaiveDate| (first.year().to_string(), format!("{:02}", first.month()));
    match month {
        Month::Of(first) => {
            let (year, month) = parts(first);
            t::opportunities::month_of(locale, &month, &year)
        }
        Month::From(first) => {
            let (year, month) = parts(first);
            t::opportunities::month_from(locale, &month, &year)
        }
        Month::Before(_) => t::opportunities::month_before(locale).to_owned(),
        Month::Unknown => t::opportunities::month_none(locale).to_owned(),
    }
}

/// What a filter asks for beside the pipeline, each part with the filter that is left without it.
pub fn parts(locale: Locale, data: Data, pipelines: &[Pipeline], filter: Filter) -> Vec<(String, Filter)> {
    let reached = |place: usize| {
        let pipeline = pipelines.iter().find(|pipeline| Some(pipeline.id) == filter.pipeline).or(pipelines.first());
        let name = pipeline.and_then(|pipeline| pipeline.stages.get(place)).map(|stage| stage.name.clone());
        t::opportunities::reached(locale, &name.unwrap_or_default())
    };
    let parts = [
        filter.owner.map(|owner| (data.user_name(owner), Filter { owner: None, ..filter })),
        filter.days.map(|days| (t::opportunities::within(locale, days.into()), Filter { days: None, ..filter })),
        filter.which.map(|which| (which_name(which)(locale).to_owned(), Filter { which: None, ..filter })),
        filter.stage.map(|stage| (stage_name(locale, pipelines, stage), Filter { stage: None, ..filter })),
        filter.reached.map(|place| (reached(place), Filter { reached: None, ..filter })),
        filter
            .reason
            .map(|reason| (step_name(locale, pipelines, Step::Lost { reason }), Filter { reason: None, ..filter })),
        filter.cycle.map(|cycle| (cycle_name(cycle)(locale).to_owned(), Filter { cycle: None, ..filter })),
        filter.month.map(|month| (month_name(locale, month), Filter { month: None, ..filter })),
        filter.rotting.then(|| (t::opportunities::rotting(locale).to_owned(), Filter { rotting: false, ..filter })),
    ];
    parts.into_iter().flatten().collect()
}
