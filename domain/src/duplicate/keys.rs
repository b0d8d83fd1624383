//! Keys by which two customers that may be one are found without comparing everybody with everybody.
//!
//! Whatever [`compare`](super::compare) calls likely has a key in common, but for slips that touch both ends of a long
//! word; `cargo xtask bench duplicates` says how often. A key is a number of 32 bits: that two different signs have the
//! same one costs a comparison.

use std::collections::BTreeSet;

use super::{
    Signs,
    name::{Core, NameKey, Script},
    sound::wade_giles,
    words::LOOK_ALIKES,
};
use crate::search::pinyin;

/// A word that is shorter allows no slip.
const SLIP_LEAST: usize = 5;
/// A name in Latin letters that is shorter is not read as Chinese with a slip.
const SPELLED_LEAST: usize = 8;
/// So much of it is the same before or behind a slip.
const END: usize = 5;

impl Signs {
    /// Returns the keys.
    pub fn keys(&self) -> BTreeSet<Key> {
        let mut keys = Keys::default();
        for name in &self.names {
            keys.name(name);
        }
        keys.all("tax id", &self.tax_id);
        keys.all("phone", &self.phones);
        keys.all("mail", &self.email);
        keys.all("domain", &self.domains);
        keys.all("account", &self.accounts);
        keys.all("address", Some(&self.address).filter(|address| !address.is_empty()));
        keys.0
    }
}

/// A sign as a number. Two numbers of one sign are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    number: u32,
    /// It stands for a name or a number itself, not only for what may be a slip of it.
    tells: bool,
}

impl Key {
    /// Customers that can have it before it says nothing any more.
    fn shared_most(self) -> usize {
        if self.tells { 60 } else { 20 }
    }
}

/// Signs that stand for what may be a slip.
const HINTS: [&str; 4] = ["looks", "word", "begins", "ends"];

#[derive(Default)]
struct Keys(BTreeSet<Key>);

impl Keys {
    fn one(&mut self, sign: &str, text: &str) {
        self.0.insert(Key { number: hash(sign, text), tells: !HINTS.contains(&sign) });
    }

    fn all<'a>(&mut self, sign: &str, texts: impl IntoIterator<Item = &'a String>) {
        texts.into_iter().for_each(|text| self.one(sign, text));
    }

    fn name(&mut self, name: &NameKey) {
        if !name.full.is_empty() {
            self.one("full", &name.full);
        }
        for core in &name.cores {
            self.one("stem", &core.stem);
            match core.script {
                Script::Latin => self.latin(core),
                Script::Han | Script::Mixed => self.han(name, core),
            }
        }
    }

    fn han(&mut self, name: &NameKey, core: &Core) {
        self.one("sound", &core.sound);
        let plain: String = core.stem.chars().map(plain).collect();
        self.one("looks", &plain);
        // A place that no table knows may stand before the stem.
        if !name.places.is_empty() {
            for (start, _) in core.stem.char_indices().skip(2).take(2) {
                self.one("stem", core.stem.get(start..).unwrap_or_default());
            }
        }
        let mut whole = String::new();
        pinyin(&core.text, &mut whole);
        self.one("spelled", &whole);
        for spelled in [&core.sound, &wade_giles(&core.stem)] {
            self.spelled(spelled);
        }
    }

    fn latin(&mut self, core: &Core) {
        self.one("words", &core.words.concat());
        self.spelled(&core.stem);
        for word in &core.words {
            self.one("word", word);
            let letters = word.char_indices().filter(|_| word.chars().count() >= SLIP_LEAST);
            for (at, letter) in letters {
                let (before, behind) = (word.get(..at), word.get(at + letter.len_utf8()..));
                self.one("word", &[before.unwrap_or_default(), behind.unwrap_or_default()].concat());
            }
        }
    }

    /// A name that may be the other script's as it sounds.
    fn spelled(&mut self, text: &str) {
        self.one("spelled", text);
        if text.is_ascii() && text.len() >= SPELLED_LEAST {
            self.one("begins", text.get(..END).unwrap_or_default());
            self.one("ends", text.get(text.len() - END..).unwrap_or_default());
        }
    }
}

/// Of characters that look alike the first one.
fn plain(c: char) -> char {
    LOOK_ALIKES.iter().find(|group| group.contains(c)).and_then(|group| group.chars().next()).unwrap_or(c)
}

/// FNV-1a; the sign parts what different signs say with the same letters.
pub(crate) fn hash(sign: &str, text: &str) -> u32 {
    let bytes = sign.bytes().chain([0]).chain(text.bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Customers by their keys, each under the number by which the caller knows it.
#[derive(Clone, Debug, Default)]
pub struct KeyIndex {
    /// Key and customer, in order.
    entries: Vec<(Key, u32)>,
}

/// Who has a key in common with a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    pub customers: BTreeSet<u32>,
    /// The name itself, or a number, belongs to too many for looking at them: it says nothing.
    pub too_many: bool,
}

impl KeyIndex {
    /// Adds a customer. It is not there twice.
    pub fn add(&mut self, customer: u32, signs: &Signs) {
        self.entries.extend(signs.keys().into_iter().map(|key| (key, customer)));
    }

    /// Puts what was added in order; before that nothing of it is found.
    pub fn order(&mut self) {
        self.entries.sort_unstable();
    }

    /// Takes over all of another one, in order.
    pub(super) fn absorb(&mut self, other: &mut KeyIndex) {
        self.entries.append(&mut other.entries);
        // Nearly in order already: the merging sort takes it run by run.
        self.entries.sort();
    }

    /// Keeps the customers that `keep` says.
    pub(super) fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        self.entries.retain(|(_, customer)| keep(*customer));
    }

    /// Returns who shares a key with somebody.
    pub fn sharing(&self, signs: &Signs) -> Sharing {
        let mut sharing = Sharing::default();
        for key in signs.keys() {
            let from = self.entries.partition_point(|entry| entry.0 < key);
            let of_key = self.entries.get(from..).unwrap_or_default().iter();
            let some = of_key.take(key.shared_most() + 1).take_while(|entry| entry.0 == key);
            if some.clone().count() <= key.shared_most() {
                sharing.customers.extend(some.map(|entry| entry.1));
            } else {
                sharing.too_many |= key.tells;
            }
        }
        sharing
    }

    /// Calls `see` with those who share a key, for each key that more than one has and not too many.
    pub fn each_group(&self, mut see: impl FnMut(&[(Key, u32)])) {
        for group in self.entries.chunk_by(|one, other| one.0 == other.0) {
            if group.first().is_some_and(|(key, _)| (2..=key.shared_most()).contains(&group.len())) {
                see(group);
            }
        }
    }
}
