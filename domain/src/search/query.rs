//! What somebody types, and its result while they type on.

use memchr::memmem::{Finder, find};

use super::SEPARATOR;
use super::buffer::SearchBuffer;
use super::fold::{fold, fold_into};

/// One search box over one buffer. It keeps its last result: a query that goes on from the last one
/// looks only through that.
#[derive(Debug, Default)]
pub struct Search {
    query: Query,
    version: u64,
    rows: Vec<u32>,
    /// False before the first query.
    used: bool,
}

impl Search {
    /// Returns the rows that hold every word of the query, in the order of rows; all for an empty query.
    pub fn find(&mut self, buffer: &SearchBuffer, query: &str) -> &[u32] {
        let query = Query::new(query);
        if self.used && self.version == buffer.version() && query.narrows(&self.query) {
            query.filter(buffer, &self.query.words, &mut self.rows);
        } else {
            self.rows.clear();
            query.scan(buffer, &mut self.rows);
        }
        (self.query, self.version, self.used) = (query, buffer.version(), true);
        &self.rows
    }

    /// Returns the best rows of the last result: first those whose name begins with the query, then
    /// those where another field, a reading for one, begins with it, then the others.
    pub fn best(&self, buffer: &SearchBuffer, limit: usize) -> Vec<u32> {
        let Some(word) = self.query.words.first() else {
            return self.rows.iter().copied().take(limit).collect();
        };
        let needle = &word.needles[0];
        let field_start = [&[SEPARATOR], needle.as_slice()].concat();
        let field_start = Finder::new(&field_start);
        let names = self.rows.iter().filter(|row| buffer.text(**row).starts_with(needle));
        let mut best: Vec<u32> = names.copied().take(limit).collect();
        let (mut starts, mut others) = (Vec::new(), Vec::new());
        for &row in &self.rows {
            if best.len() + starts.len() >= limit {
                break;
            }
            let text = buffer.text(row);
            if text.starts_with(needle) {
                continue;
            }
            if field_start.find(text).is_some() {
                starts.push(row);
            } else if others.len() < limit {
                others.push(row);
            }
        }
        best.extend(starts);
        best.extend(others);
        best.truncate(limit);
        best
    }
}

/// Folded words; a row must hold all of them.
#[derive(Debug, Default)]
pub(super) struct Query {
    words: Vec<Word>,
}

/// One word as typed, then other forms of it; a row must hold one of them.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    needles: Vec<Vec<u8>>,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        Self { words: fold(text).split(' ').filter(|word| !word.is_empty()).map(Word::new).collect() }
    }

    /// Says whether every match of this query must be a match of the last one.
    fn narrows(&self, last: &Self) -> bool {
        !last.words.is_empty() && last.words.iter().all(|old| self.words.iter().any(|new| new.narrows(old)))
    }

    /// Appends the rows that match: one pass for the longest word, then the others in what it left.
    pub(super) fn scan(&self, buffer: &SearchBuffer, out: &mut Vec<u32>) {
        let Some(longest) = self.words.iter().max_by_key(|word| word.needles[0].len()) else {
            return buffer.every_row(out);
        };
        for needle in &longest.needles {
            buffer.scan(&Finder::new(needle), out);
        }
        if longest.needles.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
        if self.words.len() > 1 {
            self.filter(buffer, std::slice::from_ref(longest), out);
        }
    }

    /// Keeps the rows that match, all of which hold the `known` words.
    fn filter(&self, buffer: &SearchBuffer, known: &[Word], rows: &mut Vec<u32>) {
        let new = self.words.iter().filter(|word| !known.contains(word));
        let finders: Vec<Vec<Finder<'_>>> = new.map(|word| word.needles.iter().map(Finder::new).collect()).collect();
        if finders.is_empty() {
            return;
        }
        rows.retain(|&row| {
            let text = buffer.text(row);
            finders.iter().all(|word| word.iter().any(|finder| finder.find(text).is_some()))
        });
    }
}

impl Word {
    /// A word that looks like a piece of a phone number is also looked for by its digits alone.
    fn new(folded: &str) -> Self {
        let mut needle = Vec::with_capacity(folded.len());
        fold_into(folded, &mut needle);
        let mut needles = vec![needle];
        if folded.bytes().all(|byte| byte.is_ascii_digit() || b"+-().".contains(&byte)) {
            let digits: Vec<u8> = folded.bytes().filter(u8::is_ascii_digit).collect();
            // The number may be written as at home, without the country.
            let home = ["+886", "+86"].iter().find_map(|code| digits_behind(folded, code));
            needles.extend(home.filter(|home| home.len() >= HOME_DIGITS_LEAST));
            needles.push(digits);
            needles.dedup();
            needles.retain(|needle| !needle.is_empty());
        }
        Self { needles }
    }

    fn narrows(&self, old: &Self) -> bool {
        self.needles.iter().all(|new| old.needles.iter().any(|old| find(new, old).is_some()))
    }
}

/// Fewer digits would be found in every other number.
const HOME_DIGITS_LEAST: usize = 4;

fn digits_behind(text: &str, code: &str) -> Option<Vec<u8>> {
    let rest = text.strip_prefix(code)?.trim_start_matches(|c: char| c == '0' || !c.is_ascii_digit());
    Some(rest.bytes().filter(u8::is_ascii_digit).collect())
}
