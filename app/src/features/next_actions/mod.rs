//! Next actions: planning and changing one, a row in a list, done and postponed.

pub mod assignee;
pub mod due;
pub mod fields;
pub mod form;
pub mod postpone;
pub mod reminders;
pub mod row;

pub use due::DueField;
pub use form::{NextActionEditPage, NextActionPage};
pub use reminders::Reminders;
pub use row::{ActionRow, distance};
