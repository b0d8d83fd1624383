//! Files of other systems as customers and contacts. Pure: text in, records out.

mod columns;
mod row;
mod table;

pub use columns::{Target, guess};
pub use row::{Ids, RowRecords, read_row, same_name};
pub use table::{Table, Unreadable};

#[cfg(test)]
mod tests;
