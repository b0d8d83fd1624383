use super::{Target, plain};
use crate::{
    contact::{Contact, ContactId},
    customer::{Customer, CustomerId},
    kind::Kind,
    own::{OwnField, OwnFields, OwnShape, name_of},
    record::Record,
    refusal::{FieldError, Problem},
    search::fold,
    user::UserId,
    value::{Email, Phone, TaxId, Website, clean},
};

/// The ids of what a row becomes, and its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    pub customer: CustomerId,
    pub contact: ContactId,
    pub owner: UserId,
}

/// What a row becomes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowRecords {
    pub customer: Customer,
    pub contact: Option<Contact>,
}

/// What parts several values in one cell.
const SEVERAL: [char; 6] = [';', '；', '、', '\n', '|', '，'];

/// Returns what two spellings of one name have in common.
pub fn same_name(name: &str) -> String {
    fold(name.trim())
}

/// Returns a cell's text; the word NULL stands for none.
fn cell(text: &str) -> Option<String> {
    let text = clean(plain(text.trim()));
    (!text.is_empty() && !text.eq_ignore_ascii_case("null") && text != "\\N").then_some(text)
}

/// Turns a row into a customer and its contact.
///
/// # Errors
/// Every value that breaks a rule, with its field.
pub fn read_row(
    header: &[String],
    targets: &[Target],
    cells: &[String],
    own: &[OwnField],
    ids: Ids,
) -> Result<RowRecords, Vec<FieldError>> {
    let mut errors = Vec::new();
    let of = |wanted: Target| {
        let pairs = targets.iter().zip(cells).filter(move |(target, _)| **target == wanted);
        pairs.filter_map(|(_, text)| cell(text))
    };
    let one = |target: Target| of(target).next().unwrap_or_default();
    let phones = |errors: &mut Vec<FieldError>, wanted: &[Target]| {
        let mut found: Vec<Phone> = Vec::new();
        for text in wanted.iter().flat_map(|target| of(*target)) {
            for phone in phones_in(&text) {
                match phone {
                    Ok(phone) if !found.contains(&phone) => found.push(phone),
                    Ok(_) => {}
                    Err(problem) => errors.push(FieldError::new("phones", problem)),
                }
            }
        }
        found
    };
    let address = Address::of(of);
    let named = header.iter().zip(targets).zip(cells).filter(|((_, target), _)| **target == Target::ToRemark);
    let remarks = of(Target::Remark)
        .chain(named.filter_map(|((name, _), text)| cell(text).map(|text| format!("{}: {text}", name.trim()))));
    let tags = of(Target::Tags).flat_map(|text| {
        let parts: Vec<String> = text.split(SEVERAL).flat_map(|part| part.split(',')).map(clean).collect();
        parts
    });
    let aliases = of(Target::Aliases).flat_map(|text| text.split(SEVERAL).map(clean).collect::<Vec<_>>());
    let mut customer = Customer {
        short_name: one(Target::ShortName),
        aliases: aliases.filter(|alias| !alias.is_empty()).collect(),
        tax_id: parsed(&mut errors, "tax_id", &one(Target::TaxId), TaxId::parse),
        industry: one(Target::Industry),
        region: one(Target::SalesRegion),
        phones: phones(&mut errors, &[Target::Phone, Target::Fax]),
        email: parsed(&mut errors, "email", &one(Target::Email), Email::parse),
        website: parsed(&mut errors, "website", &one(Target::Website), website),
        wechat: one(Target::Wechat),
        line: one(Target::Line),
        qq: one(Target::Qq),
        postal_code: address.postal_code,
        province: address.province,
        city: address.city,
        district: address.district,
        address: address.rest,
        level: one(Target::Level),
        source: one(Target::Source),
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
        remark: remarks.collect::<Vec<_>>().join("\n"),
        owner: Some(ids.owner),
        own: own_values(&mut errors, Kind::Customer, own, of),
        ..Customer::named(ids.customer, &one(Target::Name))
    };
    let contact = Contact {
        title: one(Target::ContactTitle),
        phones: phones(&mut errors, &[Target::ContactPhone]),
        email: parsed(&mut errors, "email", &one(Target::ContactEmail), Email::parse),
        wechat: one(Target::ContactWechat),
        line: one(Target::ContactLine),
        qq: one(Target::ContactQq),
        own: own_values(&mut errors, Kind::Contact, own, of),
        ..Contact::named(ids.contact, ids.customer, &one(Target::ContactName))
    };
    let contact = if contact.name.is_empty() {
        // Nobody is named: what is said of them stays with the customer.
        let rest = [
            Some(contact.title),
            contact.phones.first().map(ToString::to_string),
            contact.email.map(|e| e.to_string()),
            Some(contact.wechat),
            Some(contact.line),
            Some(contact.qq),
        ];
        let rest: Vec<String> = rest.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        if !rest.is_empty() {
            customer.remark =
                [customer.remark, rest.join(", ")].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
        }
        None
    } else {
        Some(contact)
    };
    errors.extend(customer.validate().err());
    errors.extend(contact.as_ref().and_then(|contact| contact.validate().err()));
    if errors.is_empty() { Ok(RowRecords { customer, contact }) } else { Err(errors) }
}

/// Reads the own fields of a kind, or notes what is wrong with them. A file need not have what a form requires.
fn own_values<I: Iterator<Item = String>>(
    errors: &mut Vec<FieldError>,
    kind: Kind,
    own: &[OwnField],
    cells: impl Fn(Target) -> I,
) -> OwnFields {
    let mut values = OwnFields::new();
    for field in own.iter().filter(|field| field.on == kind) {
        let Some(text) = cells(Target::Own(field.id)).next() else { continue };
        let text = match field.shape {
            OwnShape::Several => text.replace(SEVERAL, "\n").replace(',', "\n"),
            OwnShape::Flag => yes_or_no(&text).to_owned(),
            OwnShape::Date => text.replace(['/', '.'], "-"),
            _ => text,
        };
        match field.read(&text) {
            Ok(value) => values.extend(value.map(|value| (field.id.uuid(), value))),
            Err(problem) => errors.push(FieldError::new(&name_of(field.id.uuid()), problem)),
        }
    }
    values
}

/// Returns what a form keeps for a word that says yes or no.
fn yes_or_no(text: &str) -> &str {
    match fold(text).as_str() {
        "1" | "是" | "有" | "yes" | "y" | "true" | "v" | "✓" => "1",
        "0" | "否" | "无" | "没有" | "no" | "n" | "false" | "x" => "0",
        _ => text,
    }
}

/// Reads a value that may be absent, or notes what is wrong with it.
fn parsed<T>(
    errors: &mut Vec<FieldError>,
    field: &str,
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, Problem>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    parse(text).map_err(|problem| errors.push(FieldError::new(field, problem))).ok()
}

/// An address of a row: in parts where it is Chinese, otherwise in one line, in the order of its country.
#[derive(Default)]
struct Address {
    postal_code: String,
    province: String,
    city: String,
    district: String,
    rest: String,
}

impl Address {
    fn of<I: Iterator<Item = String>>(cells: impl Fn(Target) -> I) -> Self {
        let one = |target| cells(target).next().unwrap_or_default();
        let parts = [Target::Region, Target::City, Target::District].map(one);
        if parts.iter().any(|part| part.contains(is_han)) {
            let [province, city, district] = parts;
            let rest = [Target::Address, Target::Country].into_iter().flat_map(&cells).collect::<Vec<_>>().join(", ");
            return Self { postal_code: one(Target::PostalCode), province, city, district, rest };
        }
        let order =
            [Target::Address, Target::District, Target::City, Target::Region, Target::PostalCode, Target::Country];
        Self { rest: order.into_iter().flat_map(&cells).collect::<Vec<_>>().join(", "), ..Self::default() }
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Reads the address of a website. Access writes a hyperlink as the text shown, then the address between two `#`.
fn website(text: &str) -> Result<Website, Problem> {
    let address = text.split('#').nth(1).filter(|address| text.ends_with('#') && !address.trim().is_empty());
    Website::parse(address.unwrap_or(text))
}

/// Reads the phones of a cell: the whole as one, or else its parts.
fn phones_in(text: &str) -> Vec<Result<Phone, Problem>> {
    match Phone::parse(text) {
        Ok(phone) => vec![Ok(phone)],
        Err(problem) => {
            let parts: Vec<&str> = text.split(SEVERAL).map(str::trim).filter(|part| !part.is_empty()).collect();
            if parts.len() < 2 { vec![Err(problem)] } else { parts.into_iter().map(Phone::parse).collect() }
        }
    }
}
