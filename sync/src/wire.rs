//! The feed on the wire: one JSON value a line, bodies untouched.
//!
//! `["u",kind,id,group,rev,body]` upsert · `["f",kind,id]` forget · `["g",group]` forget a group ·
//! `["o",outcome]` · `["e",page end]` · `["n",why]` no page.

use domain::kind::{Group, Kind, RecordKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::protocol::{Item, NoPage, Outcome, PageEnd};

/// The media type of a feed.
pub const FEED_TYPE: &str = "application/x-ndjson";

/// One line of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    Item(Item<'a>),
    End(PageEnd),
    NoPage(NoPage),
    /// Of a later build; passed over.
    Unknown,
}

/// A line that is no line of a feed: a captive portal, a cut stream.
#[derive(Debug, thiserror::Error)]
#[error("not a feed line: {0}")]
pub struct NotAFeed(#[from] serde_json::Error);

fn line<T: Serialize>(out: &mut Vec<u8>, value: &T) {
    // Writing plain values into memory cannot fail.
    if serde_json::to_writer(&mut *out, value).is_ok() {
        out.push(b'\n');
    }
}

/// Writes an upsert.
pub fn write_upsert(out: &mut Vec<u8>, key: RecordKey, group: Group, rev: u64, body: &str) {
    line(out, &("u", key.kind.name(), key.id, group, rev));
    // The body goes in as it is: the closing bracket and line end make room for it.
    out.truncate(out.len() - 2);
    out.push(b',');
    out.extend_from_slice(body.as_bytes());
    out.extend_from_slice(b"]\n");
}

/// Writes any other item.
pub fn write_item(out: &mut Vec<u8>, item: &Item<'_>) {
    match item {
        Item::Upsert { key, group, rev, body } => write_upsert(out, *key, *group, *rev, body),
        Item::Forget { key } => line(out, &("f", key.kind.name(), key.id)),
        Item::ForgetGroup { group } => line(out, &("g", group)),
        Item::Outcome(outcome) => line(out, &("o", outcome)),
    }
}

/// Writes the end of a page.
pub fn write_end(out: &mut Vec<u8>, end: &PageEnd) {
    line(out, &("e", end));
}

/// Writes why there is no page.
pub fn write_no_page(out: &mut Vec<u8>, why: &NoPage) {
    line(out, &("n", why));
}

/// Reads one line.
///
/// # Errors
/// It is not a line of a feed.
pub fn read_line(text: &str) -> Result<Line<'_>, NotAFeed> {
    let tag = text.as_bytes().get(2).copied();
    Ok(match tag {
        Some(b'u') => {
            let (_, kind, id, group, rev, body): (&str, &str, Uuid, Group, u64, &RawValue) =
                serde_json::from_str(text)?;
            match Kind::parse(kind) {
                Some(kind) => Line::Item(Item::Upsert { key: RecordKey { kind, id }, group, rev, body: body.get() }),
                None => Line::Unknown,
            }
        }
        Some(b'f') => {
            let (_, kind, id): (&str, &str, Uuid) = serde_json::from_str(text)?;
            Kind::parse(kind).map_or(Line::Unknown, |kind| Line::Item(Item::Forget { key: RecordKey { kind, id } }))
        }
        Some(b'g') => Line::Item(Item::ForgetGroup { group: second(text)? }),
        Some(b'o') => Line::Item(Item::Outcome(second::<Outcome>(text)?)),
        Some(b'e') => Line::End(second(text)?),
        Some(b'n') => Line::NoPage(second(text)?),
        _ => {
            serde_json::from_str::<Vec<&RawValue>>(text)?;
            Line::Unknown
        }
    })
}

fn second<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, NotAFeed> {
    let (_, value): (&str, T) = serde_json::from_str(text)?;
    Ok(value)
}

impl NotAFeed {
    /// A page that ends before its end.
    pub(crate) fn cut() -> Self {
        Self(serde::de::Error::custom("cut before its end"))
    }
}
