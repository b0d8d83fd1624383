//! The days and hours of a calendar, and what becomes of a next action that is put there.

use std::{fmt, ops::RangeInclusive};

use chrono::{Datelike as _, Days, NaiveDate};

use crate::value::TimeOfDay;

/// Days of business lie in these years: an address may name any.
const YEARS: RangeInclusive<i32> = 1900..=2199;
/// The hours that a day always shows.
const HOURS: RangeInclusive<u8> = 8..=18;

/// Reads a day of business, as `2026-11-30`.
pub fn day_of(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()))
}

/// Returns the seven days of the week in which a day lies, Monday first (ISO 8601).
pub fn week(day: NaiveDate) -> [NaiveDate; 7] {
    let back = Days::new(day.weekday().num_days_from_monday().into());
    let monday = day.checked_sub_days(back).unwrap_or(day);
    [0, 1, 2, 3, 4, 5, 6].map(|ahead| monday.checked_add_days(Days::new(ahead)).unwrap_or(monday))
}

/// Returns so many days later, or earlier.
pub fn days_off(day: NaiveDate, days: u64, later: bool) -> NaiveDate {
    let days = Days::new(days);
    let moved = if later { day.checked_add_days(days) } else { day.checked_sub_days(days) };
    moved.unwrap_or(day)
}

/// Returns the hours that a day shows: those of business, and as many more as its times need.
pub fn hours(times: impl IntoIterator<Item = TimeOfDay>) -> RangeInclusive<u8> {
    let (mut first, mut last) = HOURS.into_inner();
    for hour in times.into_iter().map(TimeOfDay::hour) {
        first = first.min(hour);
        last = last.max(hour);
    }
    first..=last
}

/// Where something may be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A day; the time stays.
    Day(NaiveDate),
    /// A day as a whole, without a time.
    WholeDay(NaiveDate),
    /// An hour of a day.
    Hour(NaiveDate, u8),
}

impl Slot {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('T') {
            None => day_of(text).map(Slot::Day),
            Some((day, "")) => day_of(day).map(Slot::WholeDay),
            Some((day, hour)) => {
                let hour = hour.parse().ok().filter(|hour| *hour < 24)?;
                day_of(day).map(|day| Slot::Hour(day, hour))
            }
        }
    }

    /// Returns the day.
    pub fn day(self) -> NaiveDate {
        match self {
            Slot::Day(day) | Slot::WholeDay(day) | Slot::Hour(day, _) => day,
        }
    }

    /// Returns the time that something has there which had another one, or none. The minute stays.
    pub fn time(self, before: Option<TimeOfDay>) -> Option<TimeOfDay> {
        match self {
            Slot::Day(_) => before,
            Slot::WholeDay(_) => None,
            Slot::Hour(_, hour) => TimeOfDay::at(hour, before.map_or(0, TimeOfDay::minute)),
        }
    }

    /// Says whether something of a day and a time stands there.
    pub fn holds(self, day: NaiveDate, time: Option<TimeOfDay>) -> bool {
        day == self.day() && time == self.time(time)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slot::Day(day) => write!(f, "{day}"),
            Slot::WholeDay(day) => write!(f, "{day}T"),
            Slot::Hour(day, hour) => write!(f, "{day}T{hour:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn a_week_begins_on_monday_and_crosses_the_end_of_a_year() {
        // 31 December 2026 is a Thursday.
        for inside in ["2026-12-28", "2026-12-31", "2027-01-03"] {
            let days = week(day(inside)).map(|day| day.to_string());
            assert_eq!((&*days[0], &*days[4], &*days[6]), ("2026-12-28", "2027-01-01", "2027-01-03"), "{inside}");
        }
        // The extra day of a leap year is one of a week, too.
        assert!(week(day("2028-03-01")).contains(&day("2028-02-29")));
    }

    #[test]
    fn an_address_names_days_of_business_only() {
        assert_eq!(day_of("2026-11-28"), Some(day("2026-11-28")));
        for text in ["", "2026-02-30", "+262142-12-31", "0001-01-01", "tomorrow"] {
            assert_eq!(day_of(text), None, "{text}");
        }
        assert_eq!(days_off(day("2026-12-31"), 1, true), day("2027-01-01"));
        assert_eq!(days_off(day("2027-01-03"), 7, false), day("2026-12-27"));
    }

    #[test]
    fn a_day_shows_the_hours_that_its_times_need() {
        assert_eq!(hours([]), 8..=18);
        assert_eq!(hours([time("09:30"), time("18:59")]), 8..=18);
        assert_eq!(hours([time("06:45"), time("20:00")]), 6..=20);
        assert_eq!(hours([time("00:00"), time("23:59")]), 0..=23);
    }

    #[test]
    fn what_a_slot_writes_it_reads() {
        let on = day("2026-11-28");
        for slot in [Slot::Day(on), Slot::WholeDay(on), Slot::Hour(on, 0), Slot::Hour(on, 9), Slot::Hour(on, 23)] {
            assert_eq!(Slot::parse(&slot.to_string()), Some(slot));
        }
        for text in ["", "won", "2026-11-28T24", "2026-11-28T9x", "2026-13-01", "T09"] {
            assert_eq!(Slot::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_keeps_the_time_an_hour_keeps_the_minute_and_the_whole_day_has_none() {
        let on = day("2026-11-28");
        let cases = [
            (Slot::Day(on), Some("09:30"), Some("09:30")),
            (Slot::Day(on), None, None),
            (Slot::WholeDay(on), Some("09:30"), None),
            (Slot::Hour(on, 14), Some("09:30"), Some("14:30")),
            (Slot::Hour(on, 14), None, Some("14:00")),
        ];
        for (slot, before, after) in cases {
            assert_eq!(slot.time(before.map(time)), after.map(time), "{slot}");
        }
        assert!(Slot::Hour(on, 9).holds(on, Some(time("09:30"))) && !Slot::Hour(on, 9).holds(on, None));
        assert!(Slot::WholeDay(on).holds(on, None) && !Slot::WholeDay(on).holds(on, Some(time("09:30"))));
        assert!(Slot::Day(on).holds(on, Some(time("09:30"))) && !Slot::Day(on).holds(day("2026-11-29"), None));
    }
}
