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
    /// The first entry of each character of the main block, or `NONE`: most begin none.
    begins: Vec<u16>,
}

const FIRST: usize = 0x4E00;
const COUNT: usize = 0x5200;
const NONE: u16 = u16::MAX;

impl Names {
    pub(super) fn get() -> &'static Self {
        &NAMES
    }

    /// Returns the entries that begin with a folded character, the best first.
    pub(super) fn beginning_with(&self, c: char) -> &[Entry] {
        let at = (c as usize).wrapping_sub(FIRST);
        let Some(start) = self.begins.get(at).filter(|start| **start != NONE) else { return &[] };
        let entries = self.entries.get(usize::from(*start)..).unwrap_or_default();
        let length = entries.iter().take_while(|entry| entry.word.first() == Some(&c)).count();
        &entries[..length]
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[Entry] {
        &self.entries
    }

    fn read(text: &'static str) -> Self {
        let mut entries: Vec<Entry> = text.lines().filter(|line| !line.starts_with('#')).filter_map(entry).collect();
        entries.sort_by_key(|entry| (entry.word[0], Reverse(entry.word.len()), entry.place));
        let mut begins = vec![NONE; COUNT];
        for (number, entry) in (0..).zip(&entries) {
            let at = (entry.word[0] as usize).wrapping_sub(FIRST);
            if let Some(begin) = begins.get_mut(at).filter(|begin| **begin == NONE) {
                *begin = number;
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
