//! A company's name, taken apart: what tells it from others, and what does not.

use std::{collections::HashSet, sync::OnceLock};

use super::words::{ALSO, BRANCHES, FORMS, LATIN_FORMS, LATIN_SYNONYMS, LATIN_TRADES, PLACES, SHOPS, SYNONYMS, TRADES};
use crate::search::{fold, pinyin};

/// One name of a company without its form in law, in one script or a mix of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Core {
    /// Everything but form, place and branch, with no spaces: 鼎盛五金.
    pub text: String,
    /// The part that is nobody else's: 鼎盛.
    pub stem: String,
    /// What the company does: 五金. Words of a Latin name in alphabetical order.
    pub trades: Vec<String>,
    /// The words of the stem of a Latin name, in alphabetical order.
    pub words: Vec<String>,
    /// How the stem sounds, in pinyin; the stem itself where it is Latin.
    pub sound: String,
    pub script: Script,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Script {
    Han,
    #[default]
    Latin,
    Mixed,
}

/// A name with everything that it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameKey {
    /// Letters and digits only, folded.
    pub full: String,
    /// The name, and others that stand in it: in brackets, behind a stroke, in another script.
    pub cores: Vec<Core>,
    /// Where the company is, as far as the name says so; in pinyin.
    pub places: Vec<String>,
    /// The name says what the company is in law: such names are not given twice in one country.
    pub formed: bool,
}

impl NameKey {
    /// Takes a name apart.
    pub fn of(name: &str) -> Self {
        let folded = SYNONYMS.iter().fold(fold(name), |name, (written, meant)| name.replace(written, meant));
        let full = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut key = Self { full, ..Self::default() };
        for segment in segments(&folded) {
            key.read(&segment);
        }
        key
    }

    fn read(&mut self, segment: &str) {
        for part in by_script(segment) {
            let core = if part.chars().any(is_han) { self.han(&part) } else { self.latin(&part) };
            if let Some(core) = core.filter(|core| !self.cores.contains(core)) {
                self.cores.push(core);
            }
        }
    }

    /// Reads a part with Han in it.
    fn han(&mut self, part: &str) -> Option<Core> {
        let mut rest: String = part.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_place(&rest) {
            self.places.push(spelled(place(&rest)));
            return None;
        }
        // 泰沃铝业有限公司三水分厂: what follows the form is a part of the company.
        for form in FORMS.iter().filter(|form| form.ends_with("公司")) {
            if let Some(at) = rest.find(form).filter(|at| *at > 0 && at + form.len() < rest.len()) {
                rest.truncate(at + form.len());
            }
        }
        if let Some(stripped) = FORMS.iter().find_map(|form| rest.strip_prefix(form)).filter(|rest| !rest.is_empty()) {
            rest = stripped.to_owned(); // 株式会社 stands in front, too
        }
        loop {
            if let Some(stripped) = strip_end(&rest, BRANCHES, 0).or_else(|| numbered_works(&rest)) {
                rest = stripped.to_owned();
                // 深圳分公司: the place belongs to the branch.
                if let Some((before, place)) = place_at_end(&rest) {
                    self.places.push(spelled(place));
                    rest = before.to_owned();
                }
            } else if let Some(stripped) = strip_end(&rest, FORMS, 0) {
                self.formed = true;
                rest = stripped.to_owned();
            } else {
                break;
            }
        }
        while let Some((place, after)) = place_at_start(&rest) {
            // 大同食品 is no food from Datong that has no name.
            if after.chars().count() < 2 || is_trade(after) {
                break;
            }
            self.places.push(spelled(place));
            rest = after.to_owned();
        }
        if rest.is_empty() || is_trade(&rest) && !self.cores.is_empty() {
            return None;
        }
        let mut stem = rest.clone();
        let mut trades = Vec::new();
        while let Some(stripped) = strip_end(&stem, TRADES, 2).or_else(|| strip_end(&stem, SHOPS, 2)) {
            trades.push(stem[stripped.len()..].to_owned());
            stem.truncate(stripped.len());
        }
        trades.sort();
        let mut sound = String::new();
        pinyin(&stem, &mut sound);
        let script = if stem.chars().all(is_han) { Script::Han } else { Script::Mixed };
        Some(Core { text: rest, stem, trades, words: Vec::new(), sound, script })
    }

    /// Reads a part in Latin letters.
    fn latin(&mut self, part: &str) -> Option<Core> {
        let mut words: Vec<String> = latin_words(part);
        let before = words.len();
        words.retain(|word| !LATIN_FORMS.contains(&word.as_str()));
        self.formed |= words.len() < before;
        let (places, mut words): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| is_latin_place(word));
        if words.is_empty() {
            self.places.extend(places);
            return None;
        }
        let (mut trades, mut own): (Vec<_>, Vec<_>) =
            words.iter().cloned().partition(|word| LATIN_TRADES.contains(&word.as_str()));
        if own.is_empty() {
            // A name of such words only: the place is all that tells it apart.
            own = places.iter().chain(&words).cloned().collect();
            words = own.clone();
            trades.clear();
        } else {
            self.places.extend(places);
        }
        let stem = own.concat();
        own.sort();
        trades.sort();
        trades.dedup();
        Some(Core { text: words.concat(), sound: stem.clone(), stem, trades, words: own, script: Script::Latin })
    }
}

/// Splits a folded name where another one may begin: brackets, strokes, 原名.
fn segments(folded: &str) -> Vec<String> {
    let folded = [" - ", ", formerly", ", previously", " 现"].iter().fold(folded.to_owned(), |text, parting| {
        text.replace(parting, &format!("/{}", parting.trim_start_matches([',', ' ', '-'])))
    });
    let mut segments = vec![String::new()];
    for c in folded.chars() {
        match c {
            '(' | ')' | '[' | ']' | '{' | '}' | '【' | '】' | '〔' | '〕' | '「' | '」' | '《' | '》' | '/' | '|'
            | ';' => {
                segments.push(String::new());
            }
            _ => {
                if let Some(last) = segments.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    // What brackets part in the middle is one name: 三和(厦门)电子, 大成(集团)公司.
    join_parted(&mut segments);
    segments.retain_mut(|segment| {
        let text = segment.trim().trim_start_matches([':', '.', ',', '-', ' ']);
        let bare = ALSO.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
        *segment = bare.trim().trim_start_matches([':', ' ']).to_owned();
        segment.chars().any(char::is_alphanumeric)
    });
    segments
}

/// Puts together what stands before and behind a place or a form in brackets.
fn join_parted(segments: &mut Vec<String>) {
    let mut at = 1;
    while at + 1 < segments.len() {
        let aside: String = segments[at].chars().filter(|c| c.is_alphanumeric()).collect();
        let says_nothing = is_place(&aside) || FORMS.contains(&aside.as_str()) || LATIN_FORMS.contains(&aside.as_str());
        if says_nothing && !segments[at + 1].trim().is_empty() {
            let behind = segments.remove(at + 1);
            segments[at - 1].push_str(&behind);
        }
        at += 1;
    }
}

/// Splits a name that is given in two scripts, one behind the other: 鼎盛五金 Dingsheng Hardware.
fn by_script(segment: &str) -> Vec<String> {
    let words: Vec<&str> = segment.split_whitespace().collect();
    let has_han = |word: &&str| word.chars().any(is_han);
    let turns = words.windows(2).filter(|pair| has_han(&pair[0]) != has_han(&pair[1])).count();
    let latin: usize = words.iter().filter(|word| !has_han(word)).map(|word| word.len()).sum();
    if turns != 1 || latin < 4 {
        return vec![segment.to_owned()];
    }
    let (han, latin): (Vec<&str>, Vec<&str>) = words.into_iter().partition(has_han);
    vec![han.concat(), latin.join(" ")]
}

/// The words of a Latin name; dots inside of one are no end of it: a.b.c. is abc.
fn latin_words(part: &str) -> Vec<String> {
    let part = part.replace("hong kong", "hongkong");
    let without: String = part.chars().filter(|c| !matches!(c, '.' | '\'' | '’')).collect();
    let words = without.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut joined: Vec<String> = Vec::new();
    let mut spelled = false;
    for word in words {
        // S A, H K: letters one by one are one word.
        let letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        match joined.last_mut() {
            Some(last) if letter && spelled => last.push_str(word),
            _ => joined.push(word.to_owned()),
        }
        spelled = letter;
    }
    for word in &mut joined {
        if let Some((_, meant)) = LATIN_SYNONYMS.iter().find(|(written, _)| *written == word.as_str()) {
            *word = (*meant).to_owned();
        }
    }
    joined
}

/// A place as both scripts can say it.
fn spelled(place: &str) -> String {
    let mut spelled = String::new();
    pinyin(place, &mut spelled);
    spelled
}

/// Whether a word is a place: one that is listed, or a Chinese one in pinyin.
fn is_latin_place(word: &str) -> bool {
    static SPELLED: OnceLock<HashSet<String>> = OnceLock::new();
    let spelled = SPELLED.get_or_init(|| PLACES.iter().map(|place| self::spelled(place)).collect());
    spelled.contains(word)
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// 昱昕塑胶二厂: the number of its works is no part of a name.
fn numbered_works(text: &str) -> Option<&str> {
    let rest = text.strip_suffix(['厂', '店', '馆'])?;
    let bare = rest.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    (bare.len() < rest.len() && !bare.ends_with('第') && bare.chars().count() >= 3).then_some(bare)
}

/// Takes the first of some endings off, if so many characters stay.
fn strip_end<'a>(text: &'a str, endings: &[&str], least: usize) -> Option<&'a str> {
    let stripped = endings.iter().find_map(|ending| text.strip_suffix(ending))?;
    (stripped.chars().count() >= least).then_some(stripped)
}

fn is_trade(text: &str) -> bool {
    let mut rest = text;
    while let Some(stripped) = strip_end(rest, TRADES, 0).or_else(|| strip_end(rest, SHOPS, 0)) {
        rest = stripped;
    }
    rest.is_empty()
}

/// Takes the rank off a place: 深圳市 is 深圳.
fn place(text: &str) -> &str {
    let ranked = ["特别行政区", "自治区", "省", "市", "县", "区", "镇"].iter().find_map(|rank| text.strip_suffix(rank));
    ranked.filter(|bare| bare.chars().count() >= 2).unwrap_or(text)
}

fn is_place(text: &str) -> bool {
    let bare = place(text);
    let ranked = bare.len() < text.len() && (2..=4).contains(&bare.chars().count());
    // 东莞长安: a town behind its city.
    let town = || {
        PLACES.iter().any(|city| {
            bare.strip_prefix(city).is_some_and(|town| (2..=3).contains(&town.chars().count()) && !is_trade(town))
        })
    };
    PLACES.contains(&bare) || ranked || bare.chars().count() <= 5 && town()
}

fn place_at_start(text: &str) -> Option<(&str, &str)> {
    if let Some(known) = PLACES.iter().find(|known| text.starts_with(**known)) {
        let after = &text[known.len()..];
        let after = after.strip_prefix(['省', '市', '县', '区']).unwrap_or(after);
        return Some((known, after));
    }
    // A place that is not known, with its rank: 乐清市, 宝安区.
    let rank = text.char_indices().skip(2).take(2).find(|(_, c)| matches!(c, '省' | '市' | '县' | '区' | '镇'))?;
    let after = &text[rank.0 + rank.1.len_utf8()..];
    Some((&text[..rank.0], after))
}

fn place_at_end(text: &str) -> Option<(&str, &str)> {
    let bare = place(text);
    let known = PLACES.iter().find(|known| bare.ends_with(**known))?;
    let before = &bare[..bare.len() - known.len()];
    (before.chars().count() >= 2).then_some((before, *known))
}
