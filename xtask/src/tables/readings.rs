//! `readings.bin`: the toneless Mandarin reading of every Han character in common use.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use super::sources::Sources;

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// Traditional characters that keep their own reading, though their simplified form reads otherwise.
const OWN_READING: &str = "乾蔘";

/// Returns the table: the syllables, then one number a character of the main block as a plane of low
/// bytes and a plane of ninth bits, then the characters outside that block.
pub(super) fn table(sources: &Sources) -> Result<Vec<u8>> {
    let block: Vec<Option<String>> = (FIRST..=LAST).map(|code| reading(sources, char::from_u32(code)?)).collect();
    let mut outside: Vec<(char, String)> = sources
        .readings
        .iter()
        .filter(|(c, fields)| fields.contains_key("kTGHZ2013") && !(FIRST..=LAST).contains(&(**c as u32)))
        .filter_map(|(&c, _)| Some((c, reading(sources, c)?)))
        .collect();
    outside.push(('〇', "ling".to_owned()));
    outside.sort();

    let syllables: BTreeSet<&str> =
        block.iter().flatten().chain(outside.iter().map(|(_, syllable)| syllable)).map(String::as_str).collect();
    let syllables: Vec<&str> = syllables.into_iter().collect();
    ensure!(syllables.len() < 511, "a syllable's number does not fit nine bits");
    // Zero is "no reading".
    let number = |syllable: &str| -> Result<u16> {
        let at = syllables.binary_search(&syllable).ok().context("every syllable is listed")?;
        Ok(u16::try_from(at + 1)?)
    };

    let list = syllables.join(" ");
    let mut bytes = u16::try_from(list.len())?.to_le_bytes().to_vec();
    bytes.extend_from_slice(list.as_bytes());
    let numbers: Vec<u16> =
        block.iter().map(|syllable| syllable.as_deref().map_or(Ok(0), number)).collect::<Result<_>>()?;
    bytes.extend(numbers.iter().map(|number| number.to_le_bytes()[0]));
    for eight in numbers.chunks(8) {
        bytes.push(eight.iter().enumerate().fold(0, |bits, (at, number)| bits | (number.to_le_bytes()[1] << at)));
    }
    for (c, syllable) in &outside {
        bytes.extend_from_slice(&(*c as u32).to_le_bytes()[..3]);
        bytes.extend_from_slice(&number(syllable)?.to_le_bytes());
    }
    Ok(bytes)
}

/// A traditional character reads as its simplified form: the readings of rare forms are those of old words.
fn reading(sources: &Sources, c: char) -> Option<String> {
    let simplified = sources.simplified.get(&c).filter(|to| is_simplification(c, **to));
    simplified.and_then(|&to| own_reading(sources, to)).or_else(|| own_reading(sources, c))
}

/// Variants that were joined for searching (著 and 着) keep apart here.
fn is_simplification(from: char, to: char) -> bool {
    !OWN_READING.contains(from) && !matches!((from, to), ('著', '着') | ('么', '幺'))
}

fn own_reading(sources: &Sources, c: char) -> Option<String> {
    let fields = sources.readings.get(&c)?;
    let marked = ["kMandarin", "kTGHZ2013", "kHanyuPinyin"].iter().find_map(|field| fields.get(*field)?.first())?;
    let mut plain = String::new();
    marked.chars().for_each(|c| bare(sources, c, &mut plain));
    Some(plain)
}

/// Drops the tone and writes ü as v, as every input method does.
fn bare(sources: &Sources, c: char, out: &mut String) {
    match (c, sources.decompositions.get(&c)) {
        ('ü', _) => out.push('v'),
        (_, Some(parts)) => parts.iter().for_each(|&part| bare(sources, part, out)),
        ('\u{300}'..='\u{36F}', _) => {}
        _ => out.push(c),
    }
}
