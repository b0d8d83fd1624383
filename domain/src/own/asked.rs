use std::{cmp::Ordering, collections::BTreeMap};

use uuid::Uuid;

use super::value_in;
use crate::value::Quantity;

/// What a list asks of one own field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnAsked {
    /// One of its texts is this one.
    Is(String),
    /// A number or a date from one to another; an empty end is open.
    Between(String, String),
}

/// What a list asks of own fields.
pub type OwnFilter = BTreeMap<Uuid, OwnAsked>;

impl OwnAsked {
    /// Says whether the values of a record, as [`super::lines`] writes them, hold it.
    pub fn holds(&self, field: Uuid, lines: &str) -> bool {
        let mut texts = value_in(lines, field);
        match self {
            OwnAsked::Is(wanted) => texts.any(|text| text == wanted),
            OwnAsked::Between(least, most) => texts.any(|text| {
                (least.is_empty() || order(text, least) != Ordering::Less)
                    && (most.is_empty() || order(text, most) != Ordering::Greater)
            }),
        }
    }
}

/// Orders numbers by size, and dates as they are written.
fn order(a: &str, b: &str) -> Ordering {
    match (Quantity::parse(a), Quantity::parse(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// Writes a filter for an address: `id=word` and `id:least..most`, one a line.
pub fn write_filter(filter: &OwnFilter) -> String {
    let lines = filter.iter().map(|(id, asked)| match asked {
        OwnAsked::Is(word) => format!("{id}={}", word.replace('\n', " ")),
        OwnAsked::Between(least, most) => format!("{id}:{least}..{most}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads what [`write_filter`] wrote; what is not understood asks for nothing.
pub fn read_filter(text: &str) -> OwnFilter {
    let asked = |line: &str| {
        let (id, rest) = line.split_at_checked(36)?;
        let asked = match rest.split_at_checked(1)? {
            ("=", word) if !word.is_empty() => OwnAsked::Is(word.to_owned()),
            (":", range) => {
                let (least, most) =
                    range.split_once("..").filter(|(least, most)| !(least.is_empty() && most.is_empty()))?;
                OwnAsked::Between(least.to_owned(), most.to_owned())
            }
            _ => return None,
        };
        Some((Uuid::try_parse(id).ok()?, asked))
    };
    text.lines().filter_map(asked).collect()
}
