//! The search text of one record.

use super::SEPARATOR;
use super::fold::{fold, fold_into};
use super::reading::{Form, Reading, Surname};

/// A field of a record, by how people look for it.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// A name: found by its characters and by its reading. The first field should be one; rows whose
    /// text begins with the query come first.
    Name(&'a str),
    /// Anything else: found by its characters.
    Text(&'a str),
    /// A phone number: found by its digits, whatever stands between them.
    Phone(&'a str),
}

/// About what a search text takes, for making room.
const TEXT_BYTES: usize = 256;

/// Builds the search text of a record, ready for [`SearchBuffer::push`](super::SearchBuffer::push).
pub fn search_text(fields: &[Field<'_>]) -> Vec<u8> {
    let mut parts = Parts { bytes: Vec::with_capacity(TEXT_BYTES), parts: Vec::with_capacity(16) };
    for field in fields {
        match *field {
            Field::Name(text) => add_name(&mut parts, text),
            Field::Text(text) => parts.add(|part| fold_into(text, part)),
            Field::Phone(text) => add_phone(&mut parts, text),
        }
    }
    parts.bytes
}

/// Adds a name and its readings. A surname that is also a common word is found by both readings.
fn add_name(parts: &mut Parts, text: &str) {
    parts.add(|part| fold_into(text, part));
    // No Han is as short as a letter.
    if text.is_ascii() {
        return;
    }
    let reading = Reading::of(text, Surname::Read);
    if !reading.has_han {
        return;
    }
    let plain = reading.has_surname.then(|| Reading::of(text, Surname::Ignored));
    for form in [Form::Full, Form::FullWithU, Form::Initials, Form::Zhuyin] {
        for reading in std::iter::once(&reading).chain(&plain) {
            if form != Form::FullWithU || reading.has_umlaut() {
                parts.add(|part| reading.spell_into(form, part));
            }
        }
    }
}

/// Countries whose numbers begin with 0 at home.
const TRUNK_ZERO: [&str; 2] = ["+886", "+86"];

fn add_phone(parts: &mut Parts, text: &str) {
    let folded = fold(text);
    let add_digits = |parts: &mut Parts, start: &str, text: &str| {
        parts.add(|part| part.extend(start.bytes().chain(text.bytes()).filter(u8::is_ascii_digit)));
    };
    add_digits(parts, "", &folded);
    if let Some(national) = TRUNK_ZERO.iter().find_map(|code| folded.strip_prefix(code)) {
        add_digits(parts, "0", national.trim_start_matches(|c: char| c == '0' || !c.is_ascii_digit()));
    }
}

/// Parts with separators between them, none twice.
struct Parts {
    bytes: Vec<u8>,
    /// Where each begins and ends.
    parts: Vec<(usize, usize)>,
}

impl Parts {
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        if before > 0 {
            self.bytes.push(SEPARATOR);
        }
        let start = self.bytes.len();
        write(&mut self.bytes);
        let (old, part) = self.bytes.split_at(start);
        if part.is_empty() || self.parts.iter().any(|(from, to)| old.get(*from..*to) == Some(part)) {
            self.bytes.truncate(before);
        } else {
            self.parts.push((start, self.bytes.len()));
        }
    }
}
