//! Which days are shown stands in the address, so that the way back leads back.

use chrono::NaiveDate;
use domain::calendar::{day_of, days_off, week};
use leptos_router::params::ParamsMap;

/// How many days are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Day,
    Week,
}

impl Shape {
    /// Returns the word in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Shape::Day => "day",
            Shape::Week => "week",
        }
    }
}

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub day: NaiveDate,
    pub view: Shape,
}

impl Asked {
    /// Reads an address; what it does not say is today, and the view that is usual at this width.
    pub fn read(query: &ParamsMap, today: NaiveDate, usual: Shape) -> Self {
        let said = query.get("view");
        let view = [Shape::Day, Shape::Week].into_iter().find(|view| said.as_deref() == Some(view.name()));
        let day = query.get("day").and_then(|day| day_of(&day));
        Self { day: day.unwrap_or(today), view: view.unwrap_or(usual) }
    }

    /// Returns the address.
    pub fn href(self) -> String {
        format!("/calendar?day={}&view={}", self.day, self.view.name())
    }

    /// Returns the day or week before or behind.
    pub fn beside(self, later: bool) -> Self {
        let days = match self.view {
            Shape::Day => 1,
            Shape::Week => 7,
        };
        Self { day: days_off(self.day, days, later), ..self }
    }

    /// Says whether a day is shown.
    pub fn shows(self, day: NaiveDate) -> bool {
        match self.view {
            Shape::Day => day == self.day,
            Shape::Week => week(self.day).contains(&day),
        }
    }
}
