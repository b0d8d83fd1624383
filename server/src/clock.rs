//! The server's time and the organisation's day.

use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use sync::server::Clock;

use crate::random;

/// Reads the system's clock, or another one.
#[derive(Debug)]
pub(crate) struct ServerClock {
    time: fn() -> i64,
    zone: RwLock<Tz>,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self::new(random::now)
    }
}

impl ServerClock {
    /// Makes a clock in UTC.
    pub(crate) fn new(time: fn() -> i64) -> Self {
        Self { time, zone: RwLock::new(Tz::UTC) }
    }

    /// Takes the organisation's zone; an unknown name changes nothing.
    pub(crate) fn set_zone(&self, name: &str) {
        if let Ok(zone) = name.parse() {
            *self.zone.write().unwrap_or_else(PoisonError::into_inner) = zone;
        }
    }

    fn day(&self, now: i64) -> NaiveDate {
        let zone = *self.zone.read().unwrap_or_else(PoisonError::into_inner);
        DateTime::from_timestamp_millis(now).unwrap_or_default().with_timezone(&zone).date_naive()
    }
}

impl Clock for ServerClock {
    fn now(&self) -> i64 {
        (self.time)()
    }

    fn today(&self) -> NaiveDate {
        self.day(self.now())
    }

    fn day_of(&self, at: i64) -> NaiveDate {
        self.day(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_the_organisation() {
        let clock = ServerClock::default();
        let evening = 1_780_000_000_000; // 2026-05-28 20:26 UTC
        assert_eq!(clock.day(evening).to_string(), "2026-05-28");
        clock.set_zone("Asia/Taipei");
        assert_eq!(clock.day(evening).to_string(), "2026-05-29");
        clock.set_zone("Mars/Olympus");
        assert_eq!(clock.day(evening).to_string(), "2026-05-29");
    }
}
