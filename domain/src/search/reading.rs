//! Mandarin readings of names: pinyin, its initials, initials in 注音.

use super::fold::{fold_chars, push_packed};
use super::names::{Entry, Names, Place};
use super::tables::ReadingTable;

/// Appends the toneless pinyin of a text in one piece: 曾記豆花 becomes `zengjidouhua`.
///
/// Letters and digits of other scripts are kept, folded; spaces and punctuation are not. ü is v.
pub fn pinyin(text: &str, out: &mut String) {
    Reading::of(text, Surname::Read).spell(Form::Full, |c| out.push(c));
}

/// Appends the first letter of each syllable: 鼎盛五金 becomes `dswj`.
pub fn initials(text: &str, out: &mut String) {
    Reading::of(text, Surname::Read).spell(Form::Initials, |c| out.push(c));
}

/// Appends the first 注音 symbol of each syllable: 鼎盛五金 becomes ㄉㄕㄨㄐ.
pub fn zhuyin_initials(text: &str, out: &mut String) {
    Reading::of(text, Surname::Read).spell(Form::Zhuyin, |c| out.push(c));
}

/// Returns the toneless pinyin of every Han character of a text, in order.
pub fn syllables(text: &str) -> Vec<&'static str> {
    let sounds = Reading::of(text, Surname::Read).sounds.into_iter();
    sounds.filter_map(|sound| if let Sound::Syllable(syllable) = sound { Some(syllable) } else { None }).collect()
}

/// Whether a surname at the start of a run of Han reads as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surname {
    Read,
    /// The word is no person's name: 單 is dan, not shan.
    Ignored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Full,
    /// As `Full`, with u for ü: Taiwan has no habit of typing v.
    FullWithU,
    Initials,
    Zhuyin,
}

/// How a text reads.
#[derive(Debug, Default)]
pub(super) struct Reading {
    sounds: Vec<Sound>,
    /// A surname was read, so the text reads otherwise without.
    pub(super) has_surname: bool,
    pub(super) has_han: bool,
}

#[derive(Clone, Copy, Debug)]
enum Sound {
    Syllable(&'static str),
    /// A letter or digit of another script.
    Other(char),
}

impl Reading {
    pub(super) fn of(text: &str, surname: Surname) -> Self {
        let (units, names) = (units(text), Names::get());
        let mut reading = Self { sounds: Vec::with_capacity(units.len()), ..Self::default() };
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            let Some(syllable) = unit.reading else {
                if unit.folded != ' ' {
                    reading.sounds.push(Sound::Other(unit.folded));
                }
                at += 1;
                continue;
            };
            reading.has_han = true;
            let entries = names.beginning_with(unit.folded);
            if let Some(entry) = entries.iter().find(|entry| holds(entry, &units, at, surname)) {
                reading.sounds.extend(entry.syllables.iter().copied().map(Sound::Syllable));
                reading.has_surname |= entry.place == Place::Start;
                at += entry.word.len();
            } else {
                reading.sounds.push(Sound::Syllable(syllable));
                at += 1;
            }
        }
        reading
    }

    /// Says whether ü is read anywhere.
    pub(super) fn has_umlaut(&self) -> bool {
        self.sounds
            .iter()
            .any(|sound| matches!(sound, Sound::Syllable(syllable) if syllable.as_bytes().get(1) == Some(&b'v')))
    }

    /// Appends the reading in the form of the index.
    pub(super) fn spell_into(&self, form: Form, out: &mut Vec<u8>) {
        for &sound in &self.sounds {
            match (sound, form) {
                (Sound::Syllable(syllable), Form::Full) => out.extend_from_slice(syllable.as_bytes()),
                (Sound::Syllable(syllable), Form::Initials) => out.extend(syllable.bytes().next()),
                (sound, form) => spell(sound, form, |c| push_packed(c, out)),
            }
        }
    }

    /// Hands over the reading, character by character.
    pub(super) fn spell(&self, form: Form, mut push: impl FnMut(char)) {
        self.sounds.iter().for_each(|sound| spell(*sound, form, &mut push));
    }
}

fn spell(sound: Sound, form: Form, mut push: impl FnMut(char)) {
    match (sound, form) {
        (Sound::Other(c), _) => push(c),
        (Sound::Syllable(syllable), Form::Full) => syllable.chars().for_each(push),
        (Sound::Syllable(syllable), Form::FullWithU) => {
            syllable.chars().map(|c| if c == 'v' { 'u' } else { c }).for_each(push);
        }
        (Sound::Syllable(syllable), Form::Initials) => syllable.chars().take(1).for_each(push),
        (Sound::Syllable(syllable), Form::Zhuyin) => push(zhuyin_initial(syllable)),
    }
}

/// A folded character, and its reading if it is Han.
struct Unit {
    folded: char,
    reading: Option<&'static str>,
}

/// Takes a text apart. Everything but letters, digits and Han becomes a space, which ends a run.
fn units(text: &str) -> Vec<Unit> {
    let table = ReadingTable::get();
    let mut units = Vec::with_capacity(text.len() / 3 + 1);
    for c in text.chars() {
        // A traditional character may read otherwise than the simplified one it folds to (乾).
        let own = table.syllable(c);
        let before = units.len();
        fold_chars(c.encode_utf8(&mut [0; 4]), |folded| {
            let reading = own.or_else(|| table.syllable(folded));
            let kept = reading.is_some() || folded.is_alphanumeric();
            units.push(Unit { folded: if kept { folded } else { ' ' }, reading });
        });
        if units.len() == before {
            units.push(Unit { folded: ' ', reading: None });
        }
    }
    units
}

fn holds(entry: &Entry, units: &[Unit], at: usize, surname: Surname) -> bool {
    let end = at + entry.word.len();
    let Some(here) = units.get(at..end) else { return false };
    let is_han = |at: usize| units.get(at).is_some_and(|unit| unit.reading.is_some());
    here.iter().zip(&entry.word).all(|(unit, c)| unit.folded == *c)
        && match entry.place {
            Place::Start => surname == Surname::Read && !at.checked_sub(1).is_some_and(is_han),
            Place::End => !is_han(end),
            Place::Anywhere => true,
        }
}

/// Returns the symbol that a syllable begins with in 注音: `yuan` is ㄩㄢ, so ㄩ.
fn zhuyin_initial(syllable: &str) -> char {
    match syllable.as_bytes() {
        [b'z', b'h', ..] => 'ㄓ',
        [b'c', b'h', ..] => 'ㄔ',
        [b's', b'h', ..] => 'ㄕ',
        b"yong" | [b'y', b'u', ..] => 'ㄩ',
        [b'a'] => 'ㄚ',
        b"ai" => 'ㄞ',
        b"ao" => 'ㄠ',
        b"an" => 'ㄢ',
        b"ang" => 'ㄤ',
        b"o" => 'ㄛ',
        b"ou" => 'ㄡ',
        b"ei" => 'ㄟ',
        b"en" => 'ㄣ',
        b"eng" => 'ㄥ',
        b"er" => 'ㄦ',
        [first, ..] => match first {
            b'b' => 'ㄅ',
            b'p' => 'ㄆ',
            b'm' => 'ㄇ',
            b'f' => 'ㄈ',
            b'd' => 'ㄉ',
            b't' => 'ㄊ',
            b'n' => 'ㄋ',
            b'l' => 'ㄌ',
            b'g' => 'ㄍ',
            b'k' => 'ㄎ',
            b'h' => 'ㄏ',
            b'j' => 'ㄐ',
            b'q' => 'ㄑ',
            b'x' => 'ㄒ',
            b'r' => 'ㄖ',
            b'z' => 'ㄗ',
            b'c' => 'ㄘ',
            b's' => 'ㄙ',
            b'y' => 'ㄧ',
            b'w' => 'ㄨ',
            _ => 'ㄜ',
        },
        [] => 'ㄜ',
    }
}
