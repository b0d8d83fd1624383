//! Readings that depend on the word: surnames, places, trade words (`tables/names.txt`).

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::fold::fold;

static NAMES: LazyLock<Names> = LazyLock::new(|| Names::read(include_str!("tables/names.txt")));

/// Where in a run of Han an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Only where the run begins: a surname.
    Start,
    /// Only where the run ends.
    End,
    Anywhere,
}

/// A word and its syllables, one a character.
pub(super) struct Entry {
    pub(super) word: Vec<char>,
    pub(super) place: Place,
    pub(super) syllables: Vec<&'static str>,
}

pub(super) struct Names {
    /// Ordered by first character, then the longest first, then the strictest place.
    entries: Vec<Entry>,
    /// A bit for each character of the main block that an entry begins with: most begin none.
    begins: Vec<u64>,
}

const FIRST: usize = 0x4E00;
const COUNT: usize = 0x5200;

impl Names {
    pub(super) fn get() -> &'static Self {
        &NAMES
    }

    /// Returns the entries that begin with a folded character, the best first.
    pub(super) fn beginning_with(&self, c: char) -> &[Entry] {
        let at = (c as usize).wrapping_sub(FIRST);
        if self.begins.get(at / 64).is_none_or(|bits| bits >> (at % 64) & 1 == 0) {
            return &[];
        }
        let start = self.entries.partition_point(|entry| entry.word[0] < c);
        let length = self.entries[start..].partition_point(|entry| entry.word[0] == c);
        &self.entries[start..start + length]
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[Entry] {
        &self.entries
    }

    fn read(text: &'static str) -> Self {
        let mut entries: Vec<Entry> = text.lines().filter(|line| !line.starts_with('#')).filter_map(entry).collect();
        entries.sort_by_key(|entry| (entry.word[0], Reverse(entry.word.len()), entry.place));
        let mut begins = vec![0; COUNT / 64];
        for entry in &entries {
            let at = (entry.word[0] as usize).wrapping_sub(FIRST);
            if let Some(bits) = begins.get_mut(at / 64) {
                *bits |= 1 << (at % 64);
            }
        }
        Self { entries, begins }
    }
}

fn entry(line: &'static str) -> Option<Entry> {
    let (place, line) = match line.split_once(' ')? {
        ("^", rest) => (Place::Start, rest),
        ("$", rest) => (Place::End, rest),
        _ => (Place::Anywhere, line),
    };
    let (word, syllables) = line.split_once(' ')?;
    Some(Entry { word: fold(word).chars().collect(), place, syllables: syllables.split(' ').collect() })
}
