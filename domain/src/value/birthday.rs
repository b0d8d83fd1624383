use std::fmt;

use chrono::{Datelike as _, NaiveDate};

use crate::refusal::Problem;

/// A leap year: every day of a year is in it.
const LEAP_YEAR: i32 = 2000;

/// A birthday; people tell the day more often than the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Birthday {
    /// The day, in [`LEAP_YEAR`] where the year is not known.
    day: NaiveDate,
    year_known: bool,
}

impl Birthday {
    /// Reads `1980-05-20`, `1980/5/20`, `5/20`, or the forms of ISO 8601 with no year (`--05-20`).
    ///
    /// # Errors
    /// [`Problem::NotABirthday`]: no day of the calendar, or a year before 1900.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text: String = text.trim().chars().map(super::text::half_width).collect();
        let text = text.strip_prefix("--").unwrap_or(&text);
        let parts: Option<Vec<u32>> = text.split(['-', '/', '.']).map(|part| part.parse().ok()).collect();
        let (year, month, day) = match parts.as_deref() {
            Some([month, day]) => (None, *month, *day),
            Some([year, month, day]) => (Some(i32::try_from(*year).unwrap_or_default()), *month, *day),
            _ => return Err(Problem::NotABirthday),
        };
        let date = NaiveDate::from_ymd_opt(year.unwrap_or(LEAP_YEAR), month, day);
        let date = date.filter(|date| (1900..=9999).contains(&date.year()));
        Ok(Self { day: date.ok_or(Problem::NotABirthday)?, year_known: year.is_some() })
    }

    /// Returns the month and the day of the month, both from 1.
    pub fn month_and_day(self) -> (u32, u32) {
        (self.day.month(), self.day.day())
    }

    /// Returns the day on which it is kept next, from a day on. In years without 29 February that one is kept on
    /// 28 February.
    pub fn next(self, from: NaiveDate) -> NaiveDate {
        let kept = |year: i32| {
            let day = self.day.with_year(year);
            day.or_else(|| NaiveDate::from_ymd_opt(year, self.day.month(), self.day.day() - 1))
                .unwrap_or(NaiveDate::MAX)
        };
        let this_year = kept(from.year());
        if this_year < from { kept(from.year() + 1) } else { this_year }
    }

    /// Returns the year, if it is known.
    pub fn year(self) -> Option<i32> {
        self.year_known.then(|| self.day.year())
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year() {
            Some(_) => write!(f, "{}", self.day),
            None => write!(f, "--{:02}-{:02}", self.day.month(), self.day.day()),
        }
    }
}

super::text_serde!(Birthday);
