//! Files of other systems as customers and contacts, and lists as files. Pure: cells in, records out.

mod columns;
mod note;
mod piles;
mod row;
mod separated;
mod table;
mod talk;
mod undo;
mod update;

pub use columns::{Target, guess, guess_own};
pub use note::{Access, AccessNote, ExportNote};
pub use piles::{Fate, Known, Pile, Sorter, Suspicion, bare};
pub use row::{Ids, RowRecords, read_row, same_name};
pub use separated::{neutral, plain, write_more, write_separated};
pub use table::{Heading, SEPARATORS, Table, Unreadable, column_name, separator_of};
pub use talk::{
    Answer, Ask, Choice, Column, Form, Format, Left, Reading, Ready, Reason, Sample, Seen, Shape, Sorted, Trouble, Way,
    each_known, put_known,
};
pub use undo::{Deed, Undoing, print, stretches, undo_contact, undo_contact_edit, undo_customer, undo_customer_edit};
pub use update::{update, update_customer};

#[cfg(test)]
mod tests;
