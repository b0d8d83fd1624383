//! Day reports 日報: figures that follow from the records, what reps remark, what managers say to it.

pub mod asked;
pub mod bars;
pub mod behind;
pub mod page;
pub mod said;

pub use page::ReportsPage;
