use std::fmt;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use uuid::Uuid;

use super::Outcome;
use crate::{
    pipeline::{LossReasonId, PipelineId, StageId},
    user::UserId,
    value::Money,
};

/// An opportunity as lists and charts see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub id: Uuid,
    pub customer: Uuid,
    pub owner: Option<UserId>,
    pub pipeline: PipelineId,
    pub stage: StageId,
    /// How likely it is won where it stands; percent.
    pub probability: u8,
    /// The place of the furthest stage that it ever stood in.
    pub reached: usize,
    /// The day on which it was entered.
    pub created: NaiveDate,
    pub amount: Option<Money>,
    pub expected: Option<NaiveDate>,
    pub outcome: Outcome,
    /// So many days longer than allowed it has been in its stage.
    pub over: Option<i64>,
}

impl Seen {
    /// Returns how many days it took from its entry to its end.
    pub fn cycle_days(&self) -> Option<i64> {
        Some((self.outcome.on()? - self.created).num_days().max(0))
    }
}

/// Which opportunities by how they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    Won,
    Lost,
}

impl Which {
    /// Every one.
    pub const ALL: [Which; 3] = [Which::Open, Which::Won, Which::Lost];

    /// Returns the word in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Which::Open => "open",
            Which::Won => "won",
            Which::Lost => "lost",
        }
    }
}

/// How long opportunities took until they were won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    Week,
    Month,
    Quarter,
    Longer,
}

impl Cycle {
    /// Every span, the shortest first.
    pub const ALL: [Cycle; 4] = [Cycle::Week, Cycle::Month, Cycle::Quarter, Cycle::Longer];

    /// Returns the word in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Cycle::Week => "week",
            Cycle::Month => "month",
            Cycle::Quarter => "quarter",
            Cycle::Longer => "longer",
        }
    }

    /// Returns the span into which so many days fall.
    pub const fn of(days: i64) -> Self {
        match days {
            ..=7 => Cycle::Week,
            8..=30 => Cycle::Month,
            31..=90 => Cycle::Quarter,
            _ => Cycle::Longer,
        }
    }
}

/// When opportunities are expected to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Month {
    /// In the month that begins on this day.
    Of(NaiveDate),
    /// Before this month, and still open.
    Before(NaiveDate),
    /// After the months that are shown, which end before this day.
    From(NaiveDate),
    /// Nobody has said when.
    Unknown,
}

impl Month {
    /// Returns the first day of a day's month.
    pub fn first(day: NaiveDate) -> NaiveDate {
        day.with_day(1).unwrap_or(day)
    }

    /// Says whether a day is meant.
    pub fn holds(self, expected: Option<NaiveDate>) -> bool {
        match (self, expected) {
            (Month::Unknown, None) => true,
            (Month::Unknown, Some(_)) | (_, None) => false,
            (Month::Of(first), Some(day)) => {
                first.checked_add_months(Months::new(1)).is_some_and(|next| (first..next).contains(&day))
            }
            (Month::Before(first), Some(day)) => day < first,
            (Month::From(first), Some(day)) => day >= first,
        }
    }

    fn parse(text: &str) -> Option<Month> {
        if text == "none" {
            return Some(Month::Unknown);
        }
        let day = |text: &str| format!("{text}-01").parse().ok();
        match text.split_at_checked(1)? {
            ("<", month) => day(month).map(Month::Before),
            (">", month) => day(month).map(Month::From),
            _ => day(text).map(Month::Of),
        }
    }
}

/// `2026-11`, `<2026-11`, `>2027-05` or `none`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Month::Of(first) => write!(f, "{}", first.format("%Y-%m")),
            Month::Before(first) => write!(f, "<{}", first.format("%Y-%m")),
            Month::From(first) => write!(f, ">{}", first.format("%Y-%m")),
            Month::Unknown => f.write_str("none"),
        }
    }
}

/// What a list is narrowed down to. Every bar of a chart is one, so that it opens exactly what it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub pipeline: Option<PipelineId>,
    pub owner: Option<UserId>,
    /// Entered in the last so many days.
    pub days: Option<u32>,
    pub which: Option<Which>,
    /// Stands there, or stood there last.
    pub stage: Option<StageId>,
    /// The place of a stage that it has come to, or past it.
    pub reached: Option<usize>,
    pub reason: Option<LossReasonId>,
    pub cycle: Option<Cycle>,
    pub month: Option<Month>,
    /// Longer in its stage than allowed.
    pub rotting: bool,
}

impl Filter {
    /// The names in an address, in the order of [`Filter::pairs`].
    pub const NAMES: [&'static str; 10] =
        ["pipeline", "owner", "days", "which", "stage", "reached", "reason", "cycle", "month", "rotting"];

    /// Reads what an address says under its names; what it does not know it does not ask for.
    pub fn read<'a>(said: impl Fn(&str) -> Option<&'a str>) -> Self {
        let word = |name: &str| said(name).unwrap_or_default();
        Self {
            pipeline: word("pipeline").parse().ok(),
            owner: word("owner").parse().ok(),
            days: word("days").parse().ok(),
            which: Which::ALL.into_iter().find(|which| which.name() == word("which")),
            stage: word("stage").parse().ok(),
            reached: word("reached").parse().ok(),
            reason: word("reason").parse().ok(),
            cycle: Cycle::ALL.into_iter().find(|cycle| cycle.name() == word("cycle")),
            month: Month::parse(word("month")),
            rotting: word("rotting") == "1",
        }
    }

    /// Returns what an address says, by name.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let values = [
            self.pipeline.map(|id| id.to_string()),
            self.owner.map(|id| id.to_string()),
            self.days.map(|days| days.to_string()),
            self.which.map(|which| which.name().to_owned()),
            self.stage.map(|id| id.to_string()),
            self.reached.map(|place| place.to_string()),
            self.reason.map(|id| id.to_string()),
            self.cycle.map(|cycle| cycle.name().to_owned()),
            self.month.map(|month| month.to_string()),
            self.rotting.then(|| "1".to_owned()),
        ];
        Self::NAMES.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Says whether an opportunity is meant.
    pub fn fits(&self, seen: &Seen, today: NaiveDate) -> bool {
        let won = matches!(seen.outcome, Outcome::Won { .. });
        let young = |days: u32| today.checked_sub_days(Days::new(days.into())).is_none_or(|day| seen.created >= day);
        self.pipeline.is_none_or(|pipeline| seen.pipeline == pipeline)
            && self.owner.is_none_or(|owner| seen.owner == Some(owner))
            && self.days.is_none_or(young)
            && self.which.is_none_or(|which| which.name() == seen.outcome.name())
            && self.stage.is_none_or(|stage| seen.stage == stage)
            && self.reached.is_none_or(|place| won || seen.reached >= place)
            && self.reason.is_none_or(|reason| seen.outcome.reason() == Some(reason))
            && self.cycle.is_none_or(|cycle| seen.cycle_days().map(Cycle::of) == Some(cycle))
            && self.month.is_none_or(|month| month.holds(seen.expected))
            && (!self.rotting || seen.over.is_some())
    }
}
