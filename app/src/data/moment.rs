//! Days of business, and the fields in which people write when something happened.

use chrono::{Days, NaiveDate, NaiveDateTime, Timelike as _};

use crate::platform::zone;

/// Returns a day so many days later.
pub fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// Returns an instant as a field for date and time shows it, in the organisation's zone; `ms` is UTC.
pub fn local_field(ms: i64) -> String {
    let shown = zone::clock(ms);
    format!("{}T{:02}:{:02}", shown.date(), shown.hour(), shown.minute())
}

/// Reads a field for date and time, in the organisation's zone; ms UTC. Browsers leave out seconds that are none.
pub fn from_local_field(text: &str) -> Option<i64> {
    let shown: NaiveDateTime = text.parse().or_else(|_| format!("{text}:00").parse()).ok()?;
    Some(zone::instant_of(shown))
}
