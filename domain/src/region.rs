//! Provinces, cities and districts, to choose the parts of an address from. What is not among them can
//! always be written.

use crate::search::{Field, Search, SearchBuffer, search_text};

/// Whose places they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Territory {
    Taiwan,
    /// The mainland, Hong Kong and Macau.
    China,
}

/// A district, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub territory: Territory,
    /// Province, municipality or, in Taiwan, county or city.
    pub province: String,
    /// Empty where the province has no cities.
    pub city: String,
    pub district: String,
    /// Empty where it is not known.
    pub postal_code: String,
}

impl Region {
    /// Returns its names from the largest to the smallest.
    pub fn path(&self) -> Vec<&str> {
        [&self.province, &self.city, &self.district].into_iter().map(String::as_str).filter(|n| !n.is_empty()).collect()
    }
}

/// All districts, in the order of their source.
#[derive(Debug, Default)]
pub struct Regions {
    all: Vec<Region>,
    buffer: SearchBuffer,
}

impl Regions {
    /// Reads the table that `cargo xtask tables` writes. A line that is none of it is passed over.
    pub fn read(text: &str) -> Self {
        let mut regions = Self::default();
        let (mut territory, mut province, mut city) = (Territory::China, "", "");
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('=') {
                territory = if name == "tw" { Territory::Taiwan } else { Territory::China };
            } else if let Some(district) = line.strip_prefix("\t\t") {
                let numbered = district.split_once(' ').filter(|(code, _)| code.bytes().all(|b| b.is_ascii_digit()));
                let (postal_code, district) = numbered.unwrap_or(("", district));
                let whole = [province, city, district].concat();
                regions.buffer.push(&search_text(&[Field::Name(&whole), Field::Name(city), Field::Name(district)]));
                regions.all.push(Region {
                    territory,
                    province: province.to_owned(),
                    city: city.to_owned(),
                    district: district.to_owned(),
                    postal_code: postal_code.to_owned(),
                });
            } else if let Some(name) = line.strip_prefix('\t') {
                city = name;
            } else {
                (province, city) = (line, "");
            }
        }
        regions
    }

    /// Returns what can be chosen below a path of names, those of one territory first.
    pub fn below(&self, path: &[String], first: Territory) -> Vec<&str> {
        let mut found: Vec<(bool, &str)> = Vec::new();
        for region in &self.all {
            let names = region.path();
            if names.len() > path.len()
                && names.iter().zip(path).all(|(name, chosen)| name == chosen)
                && let Some(name) = names.get(path.len())
            {
                let next = (region.territory != first, *name);
                if found.last() != Some(&next) && !found.contains(&next) {
                    found.push(next);
                }
            }
        }
        found.sort_by_key(|(later, _)| *later);
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// Returns the district of a whole path.
    pub fn at(&self, path: &[String]) -> Option<&Region> {
        self.all.iter().find(|region| region.path() == path)
    }

    /// Returns at most `most` districts whose names hold the words, in characters or in readings.
    pub fn find(&self, words: &str, most: usize) -> Vec<&Region> {
        let mut search = Search::default();
        search.find(&self.buffer, words);
        let best = search.best(&self.buffer, most);
        best.into_iter().filter_map(|row| self.all.get(row as usize)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> Regions {
        Regions::read(include_str!("../../frontend/regions.txt"))
    }

    fn path(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn one_chooses_from_the_province_down_to_the_district() {
        let regions = regions();
        let first = regions.below(&[], Territory::Taiwan);
        assert_eq!((first.first(), first.get(22)), (Some(&"臺北市"), Some(&"北京市")));
        assert_eq!(regions.below(&[], Territory::China).first(), Some(&"北京市"));
        assert!(regions.below(&path(&["广东省"]), Territory::China).contains(&"深圳市"));
        assert!(regions.below(&path(&["广东省", "深圳市"]), Territory::China).contains(&"南山区"));
        assert!(regions.below(&path(&["上海市"]), Territory::China).contains(&"浦东新区"));
        let found = regions.at(&path(&["高雄市", "三民區"])).map(|region| region.postal_code.as_str());
        assert_eq!(found, Some("807"));
    }

    #[test]
    fn a_district_right_below_its_province_belongs_to_no_city_before_it() {
        let regions = regions();
        let found = regions.at(&path(&["河南省", "济源市"])).unwrap();
        assert_eq!((found.city.as_str(), found.district.as_str()), ("", "济源市"));
    }

    #[test]
    fn a_district_is_found_by_its_name_in_either_script_and_by_its_reading() {
        let regions = regions();
        for words in ["三民區", "高雄 三民", "三民区", "gaoxiongshisanmin"] {
            let found = regions.find(words, 40);
            assert!(found.iter().any(|region| region.postal_code == "807"), "{words}");
        }
        assert_eq!(regions.find("no such place", 40), Vec::<&Region>::new());
    }
}
