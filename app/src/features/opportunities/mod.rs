//! Opportunities 商機: as a board, a list and charts; one of them; and a customer's.

pub mod asked;
pub mod board;
pub mod charts;
pub mod form;
pub mod history;
pub mod list;
pub mod moving;
pub mod page;
pub mod picker;
pub mod record;
pub mod section;
pub mod tools;
pub mod words;

pub use form::{OpportunityEditPage, OpportunityNewPage};
pub use page::OpportunitiesPage;
pub use record::OpportunityPage;
pub use section::CustomerOpportunities;
