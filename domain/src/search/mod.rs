//! Text folding and find-as-you-type.
//!
//! A record becomes one byte string, its *search text*: every field folded, and for names also the
//! pinyin, its initials and the initials in 注音. A [`SearchBuffer`] holds the search texts of all rows
//! in one piece; a [`Search`] looks through it once a keystroke.
//!
//! ```text
//! 鼎盛五金 0912-345-678  →  鼎盛五金 ␟ dingshengwujin ␟ dswj ␟ ㄉㄕㄨㄐ ␟ 0912345678
//! ```

mod buffer;
mod fold;
mod names;
mod query;
mod reading;
mod tables;
mod text;

pub use buffer::SearchBuffer;
pub use fold::{fold, fold_into};
pub use query::Search;
pub use reading::{initials, pinyin, syllables, zhuyin_initials};
pub use text::{Field, search_text};

/// Parts the fields of a search text; a folded text cannot hold it.
pub const SEPARATOR: u8 = 0x1F;

#[cfg(test)]
mod tests;
