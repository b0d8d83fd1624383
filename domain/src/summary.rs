//! One line per record: what lists show and searches read, taken from the body once and kept in the
//! device's index, so that a start reads no body.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    kind::{Kind, RecordKey},
    own::{self, OwnFields},
    record::BodyError,
    search::{Field, search_text},
    stamp::created_at,
};

/// A record's line in the device's index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The records of which it is a child.
    pub parents: Vec<RecordKey>,
    /// It lies in the recycle bin, or was merged into another.
    pub hidden: bool,
    /// The kind's shown fields, by the kind's own order; see [`customer_field`] and its neighbours.
    pub shown: Vec<String>,
}

/// Places of a customer's shown fields.
pub mod customer_field {
    pub const NAME: usize = 0;
    pub const SHORT_NAME: usize = 1;
    pub const PHONE: usize = 2;
    pub const LEVEL: usize = 3;
    pub const OWNER: usize = 4;
    pub const ADDRESS: usize = 5;
    /// One a line.
    pub const TAGS: usize = 6;
    pub const REGION: usize = 7;
    pub const SOURCE: usize = 8;
    pub const TAX_ID: usize = 9;
    /// As [`crate::own::lines`] writes them.
    pub const OWN: usize = 10;
    /// When it was changed last, or made; ms UTC.
    pub const CHANGED_AT: usize = 11;
    /// One a line.
    pub const ALIASES: usize = 12;
    /// Those behind the first, one a line.
    pub const MORE_PHONES: usize = 13;
    pub const EMAIL: usize = 14;
}

/// Places of a contact's shown fields.
pub mod contact_field {
    pub const NAME: usize = 0;
    pub const TITLE: usize = 1;
    pub const PHONE: usize = 2;
    /// Those behind the first, one a line.
    pub const MORE_PHONES: usize = 3;
    /// As [`crate::own::lines`] writes them.
    pub const OWN: usize = 4;
    /// As [`crate::value::Birthday`] writes it.
    pub const BIRTHDAY: usize = 5;
}

/// Places of an own field's shown fields.
pub mod own_field_field {
    pub const LABEL: usize = 0;
}

/// Places of a contact record's shown fields.
pub mod contact_record_field {
    /// Milliseconds UTC.
    pub const HAPPENED_AT: usize = 0;
    pub const AUTHOR: usize = 1;
}

/// Places of a next action's shown fields.
pub mod next_action_field {
    /// ISO 8601.
    pub const DUE: usize = 0;
    pub const ASSIGNEE: usize = 1;
    /// `1` when done.
    pub const DONE: usize = 2;
    pub const WHAT: usize = 3;
    /// As [`crate::value::TimeOfDay`] writes it.
    pub const TIME: usize = 4;
}

/// Places of an attachment's shown fields.
pub mod attachment_field {
    /// What it hangs on, as `kind:id`.
    pub const ON: usize = 0;
    /// Milliseconds UTC.
    pub const ADDED_AT: usize = 1;
}

/// Places of a conflict entry's shown fields.
pub mod conflict_field {
    /// `1` when settled.
    pub const RESOLVED: usize = 0;
}

#[derive(Deserialize)]
struct CustomerBody<'a> {
    id: Uuid,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    short_name: Cow<'a, str>,
    #[serde(borrow, default)]
    aliases: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    tax_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    region: Cow<'a, str>,
    #[serde(borrow, default)]
    phones: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    email: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    province: Cow<'a, str>,
    #[serde(borrow, default)]
    city: Cow<'a, str>,
    #[serde(borrow, default)]
    district: Cow<'a, str>,
    #[serde(borrow, default)]
    address: Cow<'a, str>,
    #[serde(borrow, default)]
    level: Cow<'a, str>,
    #[serde(borrow, default)]
    source: Cow<'a, str>,
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
    #[serde(default)]
    owner: Option<Uuid>,
    #[serde(default)]
    deleted_at: Option<i64>,
    #[serde(default)]
    merged_into: Option<Uuid>,
    #[serde(default)]
    own: OwnFields,
    #[serde(default)]
    changed_at: Option<i64>,
}

#[derive(Deserialize)]
struct ContactBody<'a> {
    customer: Uuid,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow, default)]
    phones: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    birthday: Option<Cow<'a, str>>,
    #[serde(default)]
    deleted_at: Option<i64>,
    #[serde(default)]
    own: OwnFields,
}

#[derive(Deserialize)]
struct ContactRecordBody {
    customer: Uuid,
    happened_at: i64,
    author: Uuid,
    #[serde(default)]
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct NextActionBody<'a> {
    customer: Uuid,
    #[serde(borrow)]
    due: Cow<'a, str>,
    #[serde(borrow, default)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    what: Cow<'a, str>,
    assignee: Uuid,
    #[serde(default)]
    done: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct OwnFieldBody<'a> {
    #[serde(borrow)]
    label: Cow<'a, str>,
}

#[derive(Deserialize)]
struct AttachmentBody {
    customer: Uuid,
    on: RecordKey,
    added_at: i64,
    #[serde(default)]
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct ListViewBody<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct DistinctBody {
    #[serde(default)]
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct NamedBody<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    parent: Option<Uuid>,
    #[serde(default)]
    department: Option<Uuid>,
}

impl Summary {
    /// Takes a record's line from its body.
    ///
    /// # Errors
    /// The body is not a record of the kind.
    pub fn of(kind: Kind, body: &str) -> Result<Summary, BodyError> {
        match kind {
            Kind::Customer => read(kind, body).map(customer),
            Kind::Contact => read(kind, body).map(contact),
            Kind::ContactRecord => read(kind, body).map(|record: ContactRecordBody| Summary {
                parents: vec![RecordKey::new(Kind::Customer, record.customer)],
                hidden: record.deleted_at.is_some(),
                shown: vec![record.happened_at.to_string(), record.author.to_string()],
            }),
            Kind::NextAction => read(kind, body).map(|action: NextActionBody<'_>| Summary {
                parents: vec![RecordKey::new(Kind::Customer, action.customer)],
                hidden: action.deleted_at.is_some(),
                shown: vec![
                    action.due.into_owned(),
                    action.assignee.to_string(),
                    flag(action.done.is_some()),
                    action.what.into_owned(),
                    action.time.map(Cow::into_owned).unwrap_or_default(),
                ],
            }),
            Kind::Organisation | Kind::Department | Kind::User => read(kind, body).map(|named: NamedBody<'_>| {
                let parents = named.parent.or(named.department).map(|id| RecordKey::new(Kind::Department, id));
                Summary { parents: parents.into_iter().collect(), hidden: false, shown: vec![named.name.into_owned()] }
            }),
            Kind::OwnField => read(kind, body)
                .map(|field: OwnFieldBody<'_>| Summary { shown: vec![field.label.into_owned()], ..Summary::default() }),
            Kind::Attachment => read(kind, body).map(|attachment: AttachmentBody| Summary {
                parents: vec![RecordKey::new(Kind::Customer, attachment.customer)],
                hidden: attachment.deleted_at.is_some(),
                shown: vec![attachment.on.to_string(), attachment.added_at.to_string()],
            }),
            Kind::ListView => read(kind, body).map(|view: ListViewBody<'_>| Summary {
                hidden: view.deleted_at.is_some(),
                shown: vec![view.name.into_owned()],
                ..Summary::default()
            }),
            Kind::Distinct => read(kind, body)
                .map(|pair: DistinctBody| Summary { hidden: pair.deleted_at.is_some(), ..Summary::default() }),
            Kind::Conflict => {
                let conflict: crate::conflict::Conflict = BodyError::parse(body)?;
                let facts = crate::record::Facts::of(&conflict);
                Ok(Summary { parents: facts.references, hidden: false, shown: vec![flag(conflict.resolved.is_some())] })
            }
        }
    }

    /// Builds what a search reads.
    pub fn found_by(&self, kind: Kind) -> Vec<u8> {
        found_by(kind, self.shown.iter().map(String::as_str))
    }

    /// Returns a shown field; empty if there is none.
    pub fn field(&self, place: usize) -> &str {
        self.shown.get(place).map_or("", String::as_str)
    }
}

fn read<'a, T: Deserialize<'a>>(kind: Kind, body: &'a str) -> Result<T, BodyError> {
    serde_json::from_str(body).map_err(|source| BodyError::Shape { kind, source })
}

fn flag(set: bool) -> String {
    if set { "1".to_owned() } else { String::new() }
}

fn customer(customer: CustomerBody<'_>) -> Summary {
    let address = [customer.province, customer.city, customer.district, customer.address];
    let (phone, more_phones) = phones(customer.phones);
    Summary {
        parents: customer.owner.map(|owner| RecordKey::new(Kind::User, owner)).into_iter().collect(),
        hidden: customer.deleted_at.is_some() || customer.merged_into.is_some(),
        shown: vec![
            customer.name.into_owned(),
            customer.short_name.into_owned(),
            phone,
            customer.level.into_owned(),
            customer.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            address.concat(),
            customer.tags.join("\n"),
            customer.region.into_owned(),
            customer.source.into_owned(),
            customer.tax_id.map(Cow::into_owned).unwrap_or_default(),
            own::lines(&customer.own),
            customer.changed_at.or_else(|| created_at(customer.id)).map(|at| at.to_string()).unwrap_or_default(),
            customer.aliases.join("\n"),
            more_phones,
            customer.email.map(Cow::into_owned).unwrap_or_default(),
        ],
    }
}

fn contact(contact: ContactBody<'_>) -> Summary {
    let (phone, more_phones) = phones(contact.phones);
    Summary {
        parents: vec![RecordKey::new(Kind::Customer, contact.customer)],
        hidden: contact.deleted_at.is_some(),
        shown: vec![
            contact.name.into_owned(),
            contact.title.into_owned(),
            phone,
            more_phones,
            own::lines(&contact.own),
            contact.birthday.map(Cow::into_owned).unwrap_or_default(),
        ],
    }
}

/// Parts the first telephone from the others.
fn phones(phones: Vec<Cow<'_, str>>) -> (String, String) {
    let mut phones = phones.into_iter();
    let first = phones.next().map(Cow::into_owned).unwrap_or_default();
    (first, phones.collect::<Vec<_>>().join("\n"))
}

/// Builds what a search reads of a line from its shown fields in their order; empty for kinds that no list searches.
///
/// It is not kept beside them: it is longer than all of them together, and a start draws the first list without it.
pub fn found_by<'a>(kind: Kind, shown: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut at = [""; SEARCHED_MOST];
    at.iter_mut().zip(shown).for_each(|(field, text)| *field = text);
    let field = |place: usize| at.get(place).copied().unwrap_or_default();
    let lines = |place: usize| field(place).split('\n').filter(|line| !line.is_empty());
    let mut fields = Vec::with_capacity(16);
    match kind {
        Kind::Customer => {
            fields.push(Field::Name(field(customer_field::NAME)));
            let names = lines(customer_field::SHORT_NAME).chain(lines(customer_field::ALIASES));
            fields.extend(names.map(Field::Name));
            let phones = lines(customer_field::PHONE).chain(lines(customer_field::MORE_PHONES));
            fields.extend(phones.map(Field::Phone));
            let texts = [customer_field::EMAIL, customer_field::TAGS, customer_field::TAX_ID, customer_field::ADDRESS];
            fields.extend(texts.into_iter().flat_map(lines).map(Field::Text));
            fields.extend(own_texts(field(customer_field::OWN)).map(Field::Text));
        }
        Kind::Contact => {
            fields.push(Field::Name(field(contact_field::NAME)));
            let phones = lines(contact_field::PHONE).chain(lines(contact_field::MORE_PHONES));
            fields.extend(phones.map(Field::Phone));
            fields.extend(own_texts(field(contact_field::OWN)).map(Field::Text));
        }
        _ => {}
    }
    search_text(&fields)
}

/// As many fields as a line has of which a search reads some.
const SEARCHED_MOST: usize = 15;

/// The texts of own fields. Nobody looks for a yes or a no, which is a single digit here.
fn own_texts(lines: &str) -> impl Iterator<Item = &str> {
    own::texts_in(lines).filter(|text| !matches!(*text, "0" | "1"))
}
