//! Which rows of a file are new, which change what is here, which look like it, and which are faulty.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RowRecords, same_name};
use crate::{
    customer::Customer,
    refusal::FieldError,
    search::{Field, SEPARATOR, search_text},
    value::TaxId,
};

/// The least digits by which a phone number tells one customer from another.
const PHONE_DIGITS_LEAST: usize = 7;

/// What companies call themselves besides their name, folded; the longer before what it ends with.
const FORMS: [&str; 26] = [
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "分公司",
    "公司",
    "企业社",
    "企业行",
    "商行",
    "工厂",
    "集团",
    "co., ltd.",
    "co.,ltd.",
    "co., ltd",
    "co.,ltd",
    "co ltd",
    "company limited",
    "incorporated",
    "inc.",
    "inc",
    "ltd.",
    "ltd",
    "corporation",
    "corp.",
    "gmbh",
];

/// The four piles, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pile {
    New,
    Update,
    Suspected,
    Faulty,
}

impl Pile {
    /// Every pile.
    pub const ALL: [Pile; 4] = [Pile::New, Pile::Update, Pile::Suspected, Pile::Faulty];
}

/// Why a row may be a customer that is known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// Several customers here have the name.
    SeveralOfTheName(Uuid),
    /// The tax number does not tell which customer it is: several here have it, or another has the row's name.
    SameTaxId(Uuid),
    /// A customer here has the phone number under another name.
    SamePhone(Uuid),
    /// A customer here has the name but for the form of the company, or bears it beside another.
    AlikeName(Uuid),
    /// The row stands further up in the file already: its place among the rows.
    Again(u32),
}

impl Suspicion {
    /// Returns the customer that is here.
    pub fn customer(self) -> Option<Uuid> {
        match self {
            Suspicion::SeveralOfTheName(id)
            | Suspicion::SameTaxId(id)
            | Suspicion::SamePhone(id)
            | Suspicion::AlikeName(id) => Some(id),
            Suspicion::Again(_) => None,
        }
    }
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    New,
    /// One more contact of the customer of an earlier row.
    Joins(u32),
    Update(Uuid),
    Suspected(Suspicion),
    Faulty(Vec<FieldError>),
}

impl Fate {
    /// Returns the pile of the row.
    pub fn pile(&self) -> Pile {
        match self {
            Fate::New | Fate::Joins(_) => Pile::New,
            Fate::Update(_) => Pile::Update,
            Fate::Suspected(_) => Pile::Suspected,
            Fate::Faulty(_) => Pile::Faulty,
        }
    }
}

/// The customers that are here, by what tells them apart.
#[derive(Debug, Default)]
pub struct Known {
    names: HashMap<String, Vec<Uuid>>,
    tax_ids: HashMap<String, Vec<Uuid>>,
    numbered: HashMap<Uuid, String>,
    bare: HashMap<String, Uuid>,
    phones: HashMap<u64, Uuid>,
}

impl Known {
    /// Adds a customer by its search text, its tax number, and the names that it has beside the first one; what is empty
    /// is none.
    pub fn add(&mut self, id: Uuid, search: &[u8], tax_id: &str, others: &[&str]) {
        let mut parts = search.split(|byte| *byte == SEPARATOR).filter_map(|part| std::str::from_utf8(part).ok());
        let Some(name) = parts.next() else { return };
        self.bare.entry(bare(name).to_owned()).or_insert(id);
        self.names.entry(name.to_owned()).or_default().push(id);
        for other in others.iter().map(|other| same_name(other)).filter(|other| other.chars().count() >= 2) {
            self.bare.entry(bare(&other).to_owned()).or_insert(id);
        }
        if !tax_id.is_empty() {
            self.tax_ids.entry(tax_id.to_owned()).or_default().push(id);
            self.numbered.insert(id, tax_id.to_owned());
        }
        // A search text holds the tax number too, and that is no telephone.
        for number in parts.filter(|part| *part != tax_id).filter_map(phone) {
            self.phones.entry(number).or_insert(id);
        }
    }
}

/// Reads a part of a search text as a phone number.
fn phone(part: &str) -> Option<u64> {
    let is = part.len() >= PHONE_DIGITS_LEAST && part.bytes().all(|byte| byte.is_ascii_digit());
    // A leading zero tells nothing apart.
    is.then(|| part.parse().ok()).flatten()
}

/// Takes the form of the company off a folded name.
pub fn bare(name: &str) -> &str {
    let stripped = FORMS.iter().find_map(|form| name.strip_suffix(form));
    let stripped = stripped.map(|name| name.trim_end_matches([' ', ',', '.'])).filter(|name| !name.is_empty());
    stripped.unwrap_or(name)
}

/// Puts row after row on its pile.
#[derive(Debug)]
pub struct Sorter<'a> {
    known: &'a Known,
    /// The rows that brought a name, and whether they are new.
    names: HashMap<String, (u32, bool)>,
    /// The rows that brought a tax number.
    tax_ids: HashMap<String, u32>,
    contacts: HashSet<(u32, String)>,
}

impl<'a> Sorter<'a> {
    /// Starts with the customers that are here.
    pub fn new(known: &'a Known) -> Self {
        Self { known, names: HashMap::new(), tax_ids: HashMap::new(), contacts: HashSet::new() }
    }

    /// Says what becomes of the next row, by its place among the rows.
    pub fn sort(&mut self, at: u32, row: Result<&RowRecords, Vec<FieldError>>) -> Fate {
        let row = match row {
            Ok(row) => row,
            Err(errors) => return Fate::Faulty(errors),
        };
        let name = same_name(&row.customer.name);
        let tax_id = row.customer.tax_id.as_ref().map(TaxId::as_str);
        if let Some(fate) = self.known_as(&name, tax_id) {
            if let Some(tax_id) = tax_id {
                self.tax_ids.entry(tax_id.to_owned()).or_insert(at);
            }
            return fate;
        }
        let contact = row.contact.as_ref().map(|contact| same_name(&contact.name));
        if let Some((first, new)) = self.names.get(&name) {
            let joins = contact.is_some_and(|contact| *new && self.contacts.insert((*first, contact)));
            return if joins { Fate::Joins(*first) } else { Fate::Suspected(Suspicion::Again(*first)) };
        }
        let again = tax_id.and_then(|tax_id| self.tax_ids.get(tax_id)).copied().map(Suspicion::Again);
        let suspicion = again.or_else(|| self.suspicion(&name, &row.customer));
        if let (Some(tax_id), None) = (tax_id, again) {
            self.tax_ids.insert(tax_id.to_owned(), at);
        }
        self.names.insert(name, (at, suspicion.is_none()));
        self.contacts.extend(contact.map(|contact| (at, contact)));
        suspicion.map_or(Fate::New, Fate::Suspected)
    }

    /// Finds the customer here that a row is: by its tax number, which outlives a name, or by its name.
    fn known_as(&self, name: &str, tax_id: Option<&str>) -> Option<Fate> {
        let of_name = self.known.names.get(name).map_or(&[][..], Vec::as_slice);
        let of_tax_id = tax_id.and_then(|tax_id| self.known.tax_ids.get(tax_id)).map_or(&[][..], Vec::as_slice);
        Some(match (of_tax_id, of_name) {
            ([], []) => return None,
            // Another number is another company, whatever it is called.
            ([], [id]) if tax_id.is_some_and(|new| self.known.numbered.get(id).is_some_and(|old| old != new)) => {
                Fate::Suspected(Suspicion::AlikeName(*id))
            }
            ([], [id]) => Fate::Update(*id),
            ([], [id, ..]) => Fate::Suspected(Suspicion::SeveralOfTheName(*id)),
            ([id], []) => Fate::Update(*id),
            ([id], named) if named.contains(id) => Fate::Update(*id),
            (several, [id]) if several.contains(id) => Fate::Update(*id),
            ([id, ..], _) => Fate::Suspected(Suspicion::SameTaxId(*id)),
        })
    }

    fn suspicion(&self, name: &str, customer: &Customer) -> Option<Suspicion> {
        let fields: Vec<Field<'_>> = customer.phones.iter().map(|phone| Field::Phone(phone.as_str())).collect();
        let digits = search_text(&fields);
        let mut phones =
            digits.split(|byte| *byte == SEPARATOR).filter_map(|part| phone(std::str::from_utf8(part).ok()?));
        let by_phone = phones.find_map(|number| self.known.phones.get(&number)).copied().map(Suspicion::SamePhone);
        by_phone.or_else(|| self.known.bare.get(bare(name)).copied().map(Suspicion::AlikeName))
    }
}
