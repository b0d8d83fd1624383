use std::fmt;

use chrono::NaiveTime;

use crate::refusal::Problem;

/// A time of day in the organisation's zone, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// Reads `HH:MM`.
    ///
    /// # Errors
    /// [`Problem::NotATime`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (hours, minutes) = text.trim().split_once(':').ok_or(Problem::NotATime)?;
        let part = |text: &str, below: u16| match text.parse::<u16>() {
            Ok(n) if n < below && text.len() <= 2 => Ok(n),
            _ => Err(Problem::NotATime),
        };
        Ok(Self { minutes: part(hours, 24)? * 60 + part(minutes, 60)? })
    }

    /// Returns the time at an hour and a minute; none that no clock shows.
    pub fn at(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then(|| Self { minutes: u16::from(hour) * 60 + u16::from(minute) })
    }

    /// Returns the hour.
    pub fn hour(self) -> u8 {
        // Below 24.
        (self.minutes / 60) as u8
    }

    /// Returns the minute of the hour.
    pub fn minute(self) -> u8 {
        // Below 60.
        (self.minutes % 60) as u8
    }

    /// Returns what a clock shows then.
    pub fn on_the_clock(self) -> NaiveTime {
        NaiveTime::from_num_seconds_from_midnight_opt(u32::from(self.minutes) * 60, 0).unwrap_or_default()
    }

    /// Returns the minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.minutes
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

super::text_serde!(TimeOfDay);
