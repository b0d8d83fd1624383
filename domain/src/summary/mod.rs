//! One line per record: what lists show and searches read, taken from the body once and kept in the
//! device's index, so that a start reads no body.

use std::borrow::Cow;

use serde::Deserialize;

use self::bodies::{
    AttachmentBody, ContactBody, ContactRecordBody, CustomerBody, DistinctBody, ListViewBody, NamedBody,
    NextActionBody, OwnFieldBody, PoolCardBody,
};
pub use self::fields::*;
use crate::{
    kind::{Kind, RecordKey},
    own,
    record::BodyError,
    search::{Field, search_text},
    stamp::created_at,
};

mod bodies;
mod fields;

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

impl Summary {
    /// Takes a record's line from its body.
    ///
    /// # Errors
    /// The body is not a record of the kind.
    pub fn of(kind: Kind, body: &str) -> Result<Summary, BodyError> {
        match kind {
            Kind::Customer => read(kind, body).map(customer),
            Kind::Contact => read(kind, body).map(contact),
            Kind::ContactRecord => read(kind, body).map(|record: ContactRecordBody<'_>| Summary {
                parents: vec![RecordKey::new(Kind::Customer, record.customer)],
                hidden: record.deleted_at.is_some(),
                shown: vec![
                    record.happened_at.to_string(),
                    record.author.to_string(),
                    record.channel.into_owned(),
                    flag(record.check_in.is_some() && record.left_at.is_none()),
                ],
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
            // Read only where somebody is entered: nothing of them lies in memory before.
            Kind::Fingerprints => Ok(Summary::default()),
            Kind::ListView => read(kind, body).map(|view: ListViewBody<'_>| Summary {
                hidden: view.deleted_at.is_some(),
                shown: vec![view.name.into_owned()],
                ..Summary::default()
            }),
            Kind::Distinct => read(kind, body).map(|pair: DistinctBody| Summary {
                parents: [pair.one, pair.other].map(|id| RecordKey::new(Kind::Customer, id)).into(),
                hidden: pair.deleted_at.is_some(),
                ..Summary::default()
            }),
            Kind::Pool => read(kind, body)
                .map(|named: NamedBody<'_>| Summary { shown: vec![named.name.into_owned()], ..Summary::default() }),
            Kind::Claim => {
                let claim: crate::pool::Claim = BodyError::parse(body)?;
                let text = |user: Option<crate::user::UserId>| user.map(|user| user.to_string()).unwrap_or_default();
                let pool = claim.pool.map(|pool| pool.to_string()).unwrap_or_default();
                let what = claim.what.name().to_owned();
                let shown = vec![claim.day.to_string(), pool, text(claim.claimant()), what];
                Ok(Summary { parents: crate::record::Facts::of(&claim).references, hidden: false, shown })
            }
            Kind::Clash => {
                let clash: crate::clash::Clash = BodyError::parse(body)?;
                let by = clash.by.map(|user| user.to_string()).unwrap_or_default();
                let other = clash.other.map(|other| other.to_string()).unwrap_or_default();
                Ok(Summary {
                    parents: crate::record::Facts::of(&clash).references,
                    hidden: clash.settled.is_some() || clash.other == Some(clash.customer),
                    shown: vec![other, by, clash.found_at.to_string(), clash.words],
                })
            }
            Kind::PoolCard => read(kind, body).map(|card: PoolCardBody<'_>| {
                let shown: Vec<&str> = card.shown.values().map(AsRef::as_ref).collect();
                Summary {
                    parents: vec![RecordKey::new(Kind::Pool, card.pool)],
                    hidden: false,
                    shown: vec![
                        card.name.into_owned(),
                        shown.join("\n"),
                        card.since.map(Cow::into_owned).unwrap_or_default(),
                        card.claimed_by.map(|user| user.to_string()).unwrap_or_default(),
                    ],
                }
            }),
            Kind::Visit => {
                let visit: crate::visit::Visit = BodyError::parse(body)?;
                let shown = vec![visit.day.to_string(), visit.rep.to_string(), visit.state.name().to_owned()];
                Ok(Summary { parents: crate::record::Facts::of(&visit).references, hidden: false, shown })
            }
            Kind::DayReport => {
                let report: crate::day_report::DayReport = BodyError::parse(body)?;
                let shown = vec![report.day.to_string(), report.rep.to_string()];
                Ok(Summary { parents: crate::record::Facts::of(&report).references, hidden: false, shown })
            }
            Kind::Pipeline => {
                let it: crate::pipeline::Pipeline = BodyError::parse(body)?;
                let stages = it.stages.iter().map(|stage| format!("{} {}", stage.id, stage.name));
                let reasons = it.loss_reasons.iter().map(|reason| format!("{} {}", reason.id, reason.name));
                let parts = stages.chain(reasons).collect::<Vec<_>>().join("\n");
                Ok(Summary { shown: vec![it.name, parts], ..Summary::default() })
            }
            Kind::Opportunity => {
                let it: crate::opportunity::Opportunity = BodyError::parse(body)?;
                let text = |value: Option<String>| value.unwrap_or_default();
                let shown = vec![
                    it.name.clone(),
                    it.pipeline.to_string(),
                    it.stage.to_string(),
                    it.stage_since.to_string(),
                    text(it.amount.map(|amount| format!("{} {}", amount.minor, amount.currency.code()))),
                    text(it.expected_close.map(|day| day.to_string())),
                    it.outcome.name().to_owned(),
                    text(it.outcome.on().map(|day| day.to_string())),
                    text(it.outcome.reason().map(|reason| reason.to_string())),
                ];
                let facts = crate::record::Facts::of(&it);
                Ok(Summary { parents: facts.references, hidden: facts.deleted, shown })
            }
            Kind::StageMove => {
                let line: crate::opportunity::StageMove = BodyError::parse(body)?;
                let stage = |step: Option<crate::opportunity::Step>| {
                    step.and_then(|step| step.stage()).map(|stage| stage.to_string()).unwrap_or_default()
                };
                let shown = vec![line.opportunity.to_string(), stage(line.from), stage(Some(line.to)), flag(line.held)];
                Ok(Summary { parents: crate::record::Facts::of(&line).references, hidden: false, shown })
            }
            // Few, and read whole where they are shown.
            Kind::Handover => {
                let handover: crate::handover::Handover = BodyError::parse(body)?;
                Ok(Summary { parents: crate::record::Facts::of(&handover).references, ..Summary::default() })
            }
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
    let held = [customer.received_on, customer.locked_until, customer.recycle_since, customer.pool];
    let held = held.map(Option::unwrap_or_default);
    let held = held.join("/");
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
            if held.len() > 3 { held } else { String::new() },
            customer.position.map(Cow::into_owned).unwrap_or_default(),
            customer.visit_every.map(|days| days.to_string()).unwrap_or_default(),
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
