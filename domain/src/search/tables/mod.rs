//! The committed tables, decoded once. `SOURCE.md` says where they come from.

mod fold;
mod readings;

pub(super) use fold::FoldTable;
pub(super) use readings::ReadingTable;
