//! Visits 拜訪: a day's plan, the check-in at the door, the way out.

pub mod add;
pub mod check_in;
pub mod checked_in;
pub mod day;
pub mod page;
pub mod row;
pub mod today;
pub mod visit;

pub use check_in::CheckInPage;
pub use checked_in::{CheckedIn, distance};
pub use page::VisitsPage;
pub use today::VisitsToday;
pub use visit::VisitPage;
