use std::{collections::BTreeMap, fmt};

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::{Uuid, fmt::Hyphenated};

/// The values of own fields by field id; those of an unknown or retired field are kept.
pub type OwnFields = BTreeMap<Uuid, OwnValue>;

/// One value of an own field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OwnValue {
    Flag(bool),
    Integer(i64),
    Date(#[serde(deserialize_with = "exact_date")] NaiveDate),
    /// A text, a choice, or a number with decimals.
    Text(String),
    Several(Vec<String>),
    /// A shape of a later build.
    Other(serde_json::Value),
}

/// Takes only what is written again in the same way: `2026-1-1` is somebody's text.
fn exact_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    let date = text.parse::<NaiveDate>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| serde::de::Error::custom("no date"))
}

impl OwnValue {
    /// Returns the texts that it holds; a flag is `1` or `0`.
    pub fn texts(&self) -> Vec<String> {
        match self {
            OwnValue::Several(texts) => texts.clone(),
            one => vec![one.to_string()],
        }
    }
}

/// As a form keeps it: several texts stand one a line.
impl fmt::Display for OwnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OwnValue::Flag(set) => f.write_str(if *set { "1" } else { "0" }),
            OwnValue::Integer(number) => number.fmt(f),
            OwnValue::Date(date) => date.fmt(f),
            OwnValue::Text(text) => f.write_str(text),
            OwnValue::Several(texts) => f.write_str(&texts.join("\n")),
            OwnValue::Other(value) => value.fmt(f),
        }
    }
}

/// Writes the values of a record for its line in an index: id, blank, text; one text a line.
pub fn lines(own: &OwnFields) -> String {
    let mut lines = String::new();
    for (id, text) in own.iter().flat_map(|(id, value)| value.texts().into_iter().map(move |text| (id, text))) {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&id.to_string());
        lines.push(' ');
        lines.push_str(&text.replace('\n', " "));
    }
    lines
}

/// Reads the texts of all fields from what [`lines`] wrote.
pub fn texts_in(lines: &str) -> impl Iterator<Item = &str> {
    lines.split('\n').filter_map(|line| line.get(Hyphenated::LENGTH + 1..))
}

/// Reads the texts of one field from what [`lines`] wrote.
pub fn value_in(lines: &str, field: Uuid) -> impl Iterator<Item = &str> {
    let mut buffer = [0; Hyphenated::LENGTH];
    field.hyphenated().encode_lower(&mut buffer);
    lines.split('\n').filter_map(move |line| {
        let (id, text) = line.split_at_checked(buffer.len())?;
        text.strip_prefix(' ').filter(|_| id.as_bytes() == buffer)
    })
}
