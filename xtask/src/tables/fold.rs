//! `fold.bin`: what every character of the basic plane folds to, where it is not itself.

use anyhow::{Result, ensure};

use super::sources::Sources;

/// Letters and signs that Unicode does not decompose, but people type as these.
const ALIKE: &[(&str, &str)] = &[
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ø", "o"),
    ("đ", "d"),
    ("ð", "d"),
    ("þ", "th"),
    ("ł", "l"),
    ("ħ", "h"),
    ("ı", "i"),
    ("ŧ", "t"),
    ("ƀ", "b"),
    ("ɨ", "i"),
    ("ς", "σ"),
    ("‐‒–—―−", "-"),
    ("‘’‚‛′", "'"),
    ("“”„‟″", "\""),
    ("⁄", "/"),
    ("・‧•", "·"),
    ("、", ","),
    ("。", "."),
    // Tones of 注音: an input method may add them.
    ("ˇˊˋ˙", ""),
];

/// Returns the table: the count, the codes as gaps, the lengths, then the bytes of all results.
pub(super) fn table(sources: &Sources) -> Result<Vec<u8>> {
    let (mut gaps, mut lengths, mut results) = (Vec::new(), Vec::new(), Vec::new());
    let (mut count, mut last) = (0_u16, 0_u32);
    for code in 0x80..=0xFFFF_u32 {
        let Some(c) = char::from_u32(code).filter(|_| !is_left_alone(code)) else { continue };
        let folded = fold(sources, c)?;
        if folded != c.to_string() {
            gap(&mut gaps, code - last);
            lengths.push(u8::try_from(folded.len())?);
            results.extend_from_slice(folded.as_bytes());
            (count, last) = (count + 1, code);
        }
    }
    ensure!(u16::try_from(results.len()).is_ok(), "a position does not fit sixteen bits");
    Ok([&count.to_le_bytes()[..], &gaps, &lengths, &results].concat())
}

/// Writes a number in groups of seven bits, the lowest first, with a bit that says "more".
fn gap(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Hangul stays in syllables, Arabic's shapes and private characters are nobody's names here.
fn is_left_alone(code: u32) -> bool {
    matches!(code, 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xE000..=0xF8FF
        | 0xFB50..=0xFDFF | 0xFE70..=0xFEFE | 0xFFA0..=0xFFDC)
}

/// Folds until nothing changes, so that the fold of a fold is itself.
fn fold(sources: &Sources, c: char) -> Result<String> {
    let mut text = c.to_string();
    for _ in 0..16 {
        let mut next = String::new();
        text.chars().for_each(|c| step(sources, c, &mut next));
        if next == text {
            // A spacing accent decomposes to a space and the accent: no word ends there.
            let blank = c.is_whitespace() || c.is_control();
            let text = if blank { " " } else { text.trim() };
            ensure!(blank || !text.contains(' '), "{c:?} folds to several words");
            return Ok(text.to_owned());
        }
        text = next;
    }
    anyhow::bail!("{c:?} folds in a circle")
}

fn step(sources: &Sources, c: char, out: &mut String) {
    if let Some((_, to)) = ALIKE.iter().find(|(from, _)| from.contains(c)) {
        out.push_str(to);
    } else if is_mark(c) || sources.formats.contains(&c) {
    } else if c.is_whitespace() || c.is_control() {
        out.push(' ');
    } else if c.is_uppercase() {
        out.extend(c.to_lowercase());
    } else if let Some(parts) = sources.decompositions.get(&c).filter(|_| !is_left_alone(c as u32)) {
        out.extend(parts);
    } else {
        out.push(sources.simplified.get(&c).copied().unwrap_or(c));
    }
}

/// Accents of Latin, Greek and Cyrillic, the voicing marks of kana, variation selectors.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{3099}' | '\u{309A}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}')
}
