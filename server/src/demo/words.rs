//! What a demo company's names and texts are made of, in its language.

use domain::{access::Role, organisation::Region};

/// One person: name, sign-in name, roles, and the place of their department in [`Words::departments`].
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) sign_in: &'static str,
    pub(super) roles: &'static [Role],
    pub(super) department: usize,
}

/// One department: name, whether it is a branch, and the place of its head in [`Words::people`].
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) branch: bool,
    pub(super) head: Option<usize>,
}

/// What was talked about: how it went, what was written down, and what comes next.
pub(super) struct Talk {
    pub(super) result: &'static str,
    pub(super) text: &'static str,
    pub(super) next: &'static str,
}

/// The words of one language.
pub(super) struct Words {
    pub(super) company: &'static str,
    pub(super) region: Option<Region>,
    /// What the pool is called.
    pub(super) pool: &'static str,
    /// The first is the administrator.
    pub(super) people: [Person; 12],
    /// The first is the whole company; the others lie below it.
    pub(super) departments: [Place; 7],
    /// The cities around each branch.
    pub(super) cities: [&'static [&'static str]; 3],
    pub(super) first: &'static [&'static str],
    pub(super) second: &'static [&'static str],
    pub(super) trades: &'static [&'static str],
    pub(super) forms: &'static [&'static str],
    pub(super) roads: &'static [&'static str],
    pub(super) surnames: &'static [&'static str],
    pub(super) given: &'static [&'static str],
    pub(super) titles: &'static [&'static str],
    pub(super) sources: &'static [&'static str],
    pub(super) tags: &'static [&'static str],
    pub(super) remarks: &'static [&'static str],
    pub(super) talks: &'static [Talk],
    /// What a rep remarks on a day, and what the head says to it.
    pub(super) day_remark: &'static str,
    pub(super) day_comment: &'static str,
    /// Where the middle of each branch's city is; degrees of latitude and longitude.
    pub(super) centres: [(f64, f64); 3],
    /// What a customer may buy: what it is called, and in words.
    pub(super) deals: &'static [(&'static str, &'static str)],
    /// Joins the parts of a customer's short name, and of a contact's name.
    pub(super) between: &'static str,
    /// What follows a house number.
    pub(super) house: &'static str,
    /// What the telephone numbers around each branch begin with, all but the last three digits: blocks that are
    /// nobody's. Ofcom keeps such for fiction; elsewhere no line's number begins with the 0 that dials out.
    pub(super) lines: [&'static str; 3],
}

impl Words {
    /// Returns the words of a language, as BCP 47; none of one that the interface does not speak.
    pub(super) fn of(language: &str) -> Option<&'static Words> {
        match language {
            "zh-Hant" => Some(&super::zh_hant::WORDS),
            "zh-Hans" => Some(&super::zh_hans::WORDS),
            "en" => Some(&super::en::WORDS),
            _ => None,
        }
    }

    /// Writes a street address.
    pub(super) fn address(&self, city: &str, road: &str, number: usize) -> String {
        match self.region {
            Some(_) => format!("{city}市{road}{number}{}", self.house),
            None => format!("{number} {road}, {city}"),
        }
    }
}
