//! The calendar 行事曆: own next actions and visits by day and week. An entry is dragged to another day or hour, or moved by
//! the arrow keys.

pub mod asked;
pub mod day;
pub mod entry;
pub mod keys;
pub mod moving;
pub mod page;
pub mod tools;
pub mod week;

pub use page::CalendarPage;
