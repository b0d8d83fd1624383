//! How much two names look like one company's.

use serde::{Deserialize, Serialize};

use super::{
    name::{Core, NameKey, Script, is_han},
    sound::wade_giles,
    words::LOOK_ALIKES,
};

/// In what way two names are alike, and how far that speaks for one company; out of 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alike {
    /// They differ in width, case, script of the characters, or what the company is in law.
    Same,
    /// One says more of what the company does.
    Shorter,
    /// They sound the same, or differ by a slip of the pen.
    Misspelt,
    /// One is the other in Latin letters.
    Romanised,
    /// One company's name, in two towns.
    Elsewhere,
    /// They share the part that is their own, and do something else.
    OtherTrade,
}

impl Alike {
    /// Returns the weight.
    pub fn weight(self) -> u8 {
        match self {
            Alike::Same => 90,
            Alike::Shorter => 75,
            Alike::Misspelt => 70,
            Alike::Romanised => 65,
            Alike::Elsewhere => 50,
            Alike::OtherTrade => 30,
        }
    }
}

/// Compares two names: the strongest likeness of any of their cores.
pub fn alike(one: &NameKey, other: &NameKey) -> Option<Alike> {
    if one.full == other.full && !one.full.is_empty() {
        return Some(Alike::Same);
    }
    let pairs = one.cores.iter().flat_map(|a| other.cores.iter().map(move |b| (a, b)));
    let found = pairs.filter_map(|(a, b)| cores(a, b).or_else(|| beyond_place(one, a, other, b))).min()?;
    // Two shops of one name in two towns: 台南大同五金行, 基隆大同五金行.
    let apart = !one.places.is_empty()
        && !other.places.is_empty()
        && !one.places.iter().any(|place| other.places.contains(place))
        && !one.formed
        && !other.formed;
    Some(if apart { found.max(Alike::Elsewhere) } else { found })
}

/// A place that no table knows stands before one of the names: 宁波北仑启珩注塑机械, 启珩注塑机械(宁波).
fn beyond_place(one: &NameKey, a: &Core, other: &NameKey, b: &Core) -> Option<Alike> {
    let town = |key: &NameKey, long: &Core, short: &Core| {
        let town = long.stem.strip_suffix(short.stem.as_str())?;
        let says = !key.places.is_empty() && long.script == Script::Han && short.stem.chars().count() >= 2;
        (says && (2..=3).contains(&town.chars().count())).then_some(())
    };
    town(one, a, b).or_else(|| town(other, b, a))?;
    match trades(a, b) {
        Trades::Same => Some(Alike::Same),
        Trades::Within => Some(Alike::Shorter),
        Trades::Other => None,
    }
}

fn cores(a: &Core, b: &Core) -> Option<Alike> {
    if a.text == b.text || a.script == Script::Latin && b.script == Script::Latin && same_words(a, b) {
        return Some(Alike::Same);
    }
    if digits(&a.stem) != digits(&b.stem) {
        return None;
    }
    if (a.script == Script::Latin) != (b.script == Script::Latin) {
        let (han, latin) = if a.script == Script::Latin { (b, a) } else { (a, b) };
        return romanised(han, latin).then_some(Alike::Romanised);
    }
    let trades = trades(a, b);
    let own_part = match a.script {
        Script::Latin => a.words == b.words,
        Script::Han | Script::Mixed => a.stem == b.stem,
    };
    match (own_part, trades) {
        (true, Trades::Other) => Some(Alike::OtherTrade),
        (true, Trades::Same) => Some(Alike::Same),
        (true, Trades::Within) => Some(Alike::Shorter),
        // The slip may be in what the company does.
        (false, Trades::Other) if a.script != Script::Latin => None,
        (false, _) if misspelt(a, b) => Some(Alike::Misspelt),
        (false, _) => None,
    }
}

fn same_words(a: &Core, b: &Core) -> bool {
    a.words == b.words && a.trades == b.trades
}

/// How what two companies do goes together.
enum Trades {
    Same,
    /// One name says all that the other says.
    Within,
    Other,
}

fn trades(a: &Core, b: &Core) -> Trades {
    let within = |few: &Core, many: &Core| few.trades.iter().all(|trade| many.trades.contains(trade));
    match (within(a, b), within(b, a)) {
        (true, true) => Trades::Same,
        (false, false) => Trades::Other,
        _ => Trades::Within,
    }
}

fn digits(text: &str) -> impl PartialEq {
    const NUMERALS: &str = "一二三四五六七八九十";
    text.chars().filter(|c| c.is_ascii_digit() || NUMERALS.contains(*c)).collect::<String>()
}

/// A slip of the pen: characters that sound or look the same, a letter too many, too few, another, or two in each
/// other's place.
fn misspelt(a: &Core, b: &Core) -> bool {
    if a.script == Script::Latin {
        return slip_in_a_word(a, b);
    }
    let (one, other): (Vec<char>, Vec<char>) = (a.stem.chars().collect(), b.stem.chars().collect());
    if one.len() != other.len() || one.len() < 2 {
        return false;
    }
    let differing: Vec<(char, char)> = one.into_iter().zip(other).filter(|(one, other)| one != other).collect();
    let [(one, other)] = differing[..] else { return false };
    let alike = LOOK_ALIKES.iter().any(|group| group.contains(one) && group.contains(other));
    alike || a.sound == b.sound
}

/// Words that say where, or which of two: one letter makes another company of them.
const CONTRARY: &[&str] = &["east", "west", "north", "south", "eastern", "western", "northern", "southern"];

/// All words are the same but one, which is long enough for a slip.
fn slip_in_a_word(a: &Core, b: &Core) -> bool {
    let all = |core: &Core| core.words.iter().chain(&core.trades).cloned().collect::<Vec<_>>();
    let (mut one, mut other) = (all(a), all(b));
    let shared: Vec<String> = one.iter().filter(|word| other.contains(word)).cloned().collect();
    one.retain(|word| !shared.contains(word));
    other.retain(|word| !shared.contains(word));
    let ([one], [other]) = (&one[..], &other[..]) else { return a.stem == b.stem };
    if CONTRARY.iter().any(|contrary| one.starts_with(contrary) || other.starts_with(contrary)) {
        return false;
    }
    let (length, other_length) = (one.chars().count(), other.chars().count());
    let shorter = length.min(other_length);
    let most = match shorter {
        0..5 => 0,
        5..10 => 1,
        _ => 2,
    };
    length.abs_diff(other_length) <= most && distance(one, other, most) <= most
}

/// One name is the other as it sounds, in pinyin or in the older spelling of Taiwan.
fn romanised(han: &Core, latin: &Core) -> bool {
    if latin.stem.chars().count() < 4 || han.stem.chars().filter(|c| is_han(*c)).count() < 2 {
        return false;
    }
    let mut whole = String::new();
    crate::search::pinyin(&han.text, &mut whole);
    let older = wade_giles(&han.stem);
    let written = latin.words_as_written();
    [han.sound.as_str(), whole.as_str(), older.as_str()].into_iter().any(|sound| {
        let most = usize::from(sound.len() >= 8);
        sound.len().abs_diff(written.len()) <= most && distance(sound, written, most) <= most
    })
}

impl Core {
    /// The stem's letters in their order.
    fn words_as_written(&self) -> &str {
        &self.stem
    }
}

/// Edits between two words (insert, delete, replace, swap neighbours), counted up to one more than `most`.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return most + 1;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
