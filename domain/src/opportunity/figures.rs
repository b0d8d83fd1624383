use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::{Cycle, Filter, Month, Seen, Which};
use crate::{
    pipeline::Pipeline,
    value::{Currency, Money, Rounding},
};

/// So many months to come are shown one by one.
const MONTHS_SHOWN: u32 = 6;

/// Amounts by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Currency, Money>);

impl Sums {
    /// Adds an amount; one that would be out of range is left out.
    pub fn add(&mut self, amount: Money) {
        let sum = self.0.entry(amount.currency).or_insert(Money::zero(amount.currency));
        *sum = sum.checked_add(amount).unwrap_or(*sum);
    }

    /// Returns the sum of each currency.
    pub fn each(&self) -> impl Iterator<Item = Money> {
        self.0.values().copied()
    }
}

/// One bar of a chart: what it counts, and what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub filter: Filter,
    pub count: u64,
    /// The whole amount.
    pub amount: Sums,
    /// The amount by its probability.
    pub likely: Sums,
}

impl Bar {
    fn of(filter: Filter, all: &[Seen], today: NaiveDate) -> Self {
        let mut bar = Self { filter, count: 0, amount: Sums::default(), likely: Sums::default() };
        for seen in all.iter().filter(|seen| filter.fits(seen, today)) {
            bar.count += 1;
            if let Some(amount) = seen.amount {
                bar.amount.add(amount);
                if let Ok(likely) = amount.share(seen.probability.into(), 100, Rounding::HalfUp) {
                    bar.likely.add(likely);
                }
            }
        }
        bar
    }
}

/// Counts what stands open in each stage. `base` is what all bars have in common; its pipeline is the one shown.
pub fn funnel(pipeline: &Pipeline, base: Filter, all: &[Seen], today: NaiveDate) -> Vec<Bar> {
    let bar = |stage| Filter { which: Some(Which::Open), stage: Some(stage), ..base };
    // What stands in one that is off is counted as long as it stands there.
    let bars = pipeline.stages.iter().map(|stage| (Bar::of(bar(stage.id), all, today), stage.off));
    bars.filter(|(bar, off)| !off || bar.count > 0).map(|(bar, _)| bar).collect()
}

/// Counts what came to each stage or past it, and at last what was won.
pub fn conversion(pipeline: &Pipeline, base: Filter, all: &[Seen], today: NaiveDate) -> Vec<Bar> {
    let places = pipeline.open_stages().filter_map(|stage| pipeline.place(stage.id));
    let reached = places.map(|place| Filter { reached: Some(place), ..base });
    let won = Filter { which: Some(Which::Won), ..base };
    reached.chain([won]).map(|filter| Bar::of(filter, all, today)).collect()
}

/// Counts what was won, and what was lost for each reason.
pub fn outcomes(pipeline: &Pipeline, base: Filter, all: &[Seen], today: NaiveDate) -> Vec<Bar> {
    let lost = |reason| Filter { which: Some(Which::Lost), reason: Some(reason), ..base };
    let won = Filter { which: Some(Which::Won), ..base };
    let bars = pipeline.loss_reasons.iter().map(|reason| (Bar::of(lost(reason.id), all, today), reason.off));
    let kept = bars.filter(|(bar, off)| !off || bar.count > 0).map(|(bar, _)| bar);
    [Bar::of(won, all, today)].into_iter().chain(kept).collect()
}

/// Counts what was won by how long it took.
pub fn cycle_times(base: Filter, all: &[Seen], today: NaiveDate) -> Vec<Bar> {
    let bar = |cycle| Filter { which: Some(Which::Won), cycle: Some(cycle), ..base };
    Cycle::ALL.map(|cycle| Bar::of(bar(cycle), all, today)).into()
}

/// Returns in how many days the middle one of those that were won was won; the lesser of two.
pub fn median_cycle(base: Filter, all: &[Seen], today: NaiveDate) -> Option<i64> {
    let won = Filter { which: Some(Which::Won), ..base };
    let mut days: Vec<i64> = all.iter().filter(|seen| won.fits(seen, today)).filter_map(Seen::cycle_days).collect();
    days.sort_unstable();
    days.get(days.len().saturating_sub(1) / 2).copied()
}

/// Counts what is open by the month in which it is expected: what is over, so many months to come, what comes later, and
/// what has no day.
pub fn expected(base: Filter, all: &[Seen], today: NaiveDate) -> Vec<Bar> {
    let this = Month::first(today);
    let month = |ahead: u32| this.checked_add_months(Months::new(ahead));
    let shown = (0..MONTHS_SHOWN).filter_map(|ahead| month(ahead).map(Month::Of));
    let later = month(MONTHS_SHOWN).map(Month::From);
    let months = [Month::Before(this)].into_iter().chain(shown).chain(later).chain([Month::Unknown]);
    let bar = |month| Filter { which: Some(Which::Open), month: Some(month), ..base };
    months.map(|month| Bar::of(bar(month), all, today)).collect()
}
