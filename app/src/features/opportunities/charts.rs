//! The charts: rows of bars, each a link to exactly the opportunities that it counts, with the figures beside it.

use domain::{
    opportunity::{Bar, Filter, Seen, Step, Which, conversion, cycle_times, expected, funnel, median_cycle, outcomes},
    pipeline::Pipeline,
};
use leptos::{prelude::*, text_prop::TextProp};

use super::{
    asked::{Shape, address},
    page::Here,
    words::{cycle_name, month_name, step_name, sums},
};
use crate::{
    data::Data,
    i18n::{Key, Locale, grouped, t},
    ui::language::{text, use_locale},
};

/// What the charts are drawn from.
struct Drawn {
    pipeline: Pipeline,
    base: Filter,
    all: Vec<Seen>,
    today: chrono::NaiveDate,
}

/// A row in words.
#[derive(Clone, PartialEq)]
struct RowWords {
    label: String,
    /// Behind the count.
    more: String,
    href: String,
    count: u64,
}

fn drawn(here: Here, data: Data) -> Option<Drawn> {
    let filter = here.filter();
    let base = Filter { pipeline: filter.pipeline, owner: filter.owner, days: filter.days, ..Filter::default() };
    let pipeline = here.pipeline.get()?;
    let all = here.all.with(|all| all.iter().map(|card| card.seen.clone()).collect());
    Some(Drawn { pipeline, base, all, today: data.today() })
}

/// What a bar is called, from what it asks for.
fn label(locale: Locale, pipeline: &Pipeline, filter: &Filter) -> String {
    let pipelines = std::slice::from_ref(pipeline);
    let name = |step| step_name(locale, pipelines, step);
    match filter {
        Filter { month: Some(month), .. } => month_name(locale, *month),
        Filter { cycle: Some(cycle), .. } => cycle_name(*cycle)(locale).to_owned(),
        Filter { reason: Some(reason), .. } => {
            pipeline.loss_reason(*reason).map(|reason| reason.name.clone()).unwrap_or_default()
        }
        Filter { stage: Some(stage), .. } => name(Step::Stage { stage: *stage }),
        Filter { reached: Some(place), .. } => {
            pipeline.stages.get(*place).map(|stage| stage.name.clone()).unwrap_or_default()
        }
        Filter { which: Some(Which::Won), .. } => t::opportunities::won(locale).to_owned(),
        _ => String::new(),
    }
}

fn rows(locale: Locale, pipeline: &Pipeline, bars: &[Bar], more: impl Fn(usize, &Bar) -> String) -> Vec<RowWords> {
    let row = |(at, bar): (usize, &Bar)| RowWords {
        label: label(locale, pipeline, &bar.filter),
        more: more(at, bar),
        href: address(Shape::List, &bar.filter),
        count: bar.count,
    };
    bars.iter().enumerate().map(row).collect()
}

/// Returns the part of the bar before in percent, rounded down.
fn part(locale: Locale, bars: &[Bar], at: usize) -> String {
    let before = at.checked_sub(1).and_then(|before| bars.get(before)).map(|bar| bar.count);
    match (before, bars.get(at)) {
        (Some(before), Some(bar)) if before > 0 => {
            t::opportunities::percent(locale, &(bar.count * 100 / before).to_string())
        }
        _ => String::new(),
    }
}

/// All charts of one pipeline.
#[component]
pub fn Charts(here: Here) -> impl IntoView {
    let (data, locale) = (here.data, use_locale());
    let drawn = move || drawn(here, data);
    let amount = move |_: usize, bar: &Bar| sums(locale.get(), &bar.amount);
    let chart = move |make: fn(&Drawn) -> Vec<Bar>| {
        Memo::new(move |_| {
            let (locale, drawn) = (locale.get(), drawn()?);
            Some(rows(locale, &drawn.pipeline, &make(&drawn), amount))
        })
    };
    let of_funnel = chart(|it| funnel(&it.pipeline, it.base, &it.all, it.today));
    let of_outcomes = chart(|it| outcomes(&it.pipeline, it.base, &it.all, it.today));
    let of_cycle = chart(|it| cycle_times(it.base, &it.all, it.today));
    let of_conversion = Memo::new(move |_| {
        let (locale, drawn) = (locale.get(), drawn()?);
        let bars = conversion(&drawn.pipeline, drawn.base, &drawn.all, drawn.today);
        Some(rows(locale, &drawn.pipeline, &bars, |at, _| part(locale, &bars, at)))
    });
    let of_months = Memo::new(move |_| {
        let (locale, drawn) = (locale.get(), drawn()?);
        let bars = expected(drawn.base, &drawn.all, drawn.today);
        Some(rows(locale, &drawn.pipeline, &bars, |_, bar| sums(locale, &bar.likely)))
    });
    let median = move || {
        let days = drawn().and_then(|it| median_cycle(it.base, &it.all, it.today));
        match days {
            Some(days) => t::opportunities::chart_cycle_median(locale.get(), days.unsigned_abs()),
            None => t::opportunities::chart_cycle_hint(locale.get()).to_owned(),
        }
    };
    view! {
        <div class="page-body">
            <div class="charts" data-testid="charts">
                <Chart title=t::opportunities::chart_funnel hint=text(t::opportunities::chart_funnel_hint) rows=of_funnel testid="chart-funnel"/>
                <Chart title=t::opportunities::chart_conversion hint=text(t::opportunities::chart_conversion_hint) rows=of_conversion testid="chart-conversion"/>
                <Chart title=t::opportunities::chart_expected hint=text(t::opportunities::chart_expected_hint) rows=of_months testid="chart-expected"/>
                <Chart title=t::opportunities::chart_outcomes hint=text(t::opportunities::chart_outcomes_hint) rows=of_outcomes testid="chart-outcomes"/>
                <Chart title=t::opportunities::chart_cycle hint=median rows=of_cycle testid="chart-cycle"/>
            </div>
        </div>
    }
}

#[component]
fn Chart(
    title: Key,
    #[prop(into)] hint: TextProp,
    rows: Memo<Option<Vec<RowWords>>>,
    testid: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let bars = move || {
        let rows = rows.get().unwrap_or_default();
        let most = rows.iter().map(|row| row.count).max().unwrap_or_default().max(1);
        let bar = |row: RowWords| {
            let width = format!("{:.1}%", row.count as f64 * 100.0 / most as f64);
            let count = t::opportunities::count(locale.get(), row.count);
            let words = [row.label.as_str(), &count, &row.more].join(" ");
            view! {
                <li>
                    <a class="chart-row" href=row.href data-testid="chart-bar" data-count=row.count.to_string() aria-label=words>
                        <span class="chart-label one-line">{row.label}</span>
                        <span class="chart-bar"><span style:inline-size=width></span></span>
                        <span class="chart-count figures">{grouped(row.count)}</span>
                        <span class="chart-more muted small figures one-line">{row.more}</span>
                    </a>
                </li>
            }
        };
        rows.into_iter().map(bar).collect_view()
    };
    view! {
        <section class="card padded chart" data-testid=testid>
            <h2>{text(title)}</h2>
            <p class="muted small">{move || hint.get()}</p>
            <ul class="chart-rows">{bars}</ul>
        </section>
    }
}
