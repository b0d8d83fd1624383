//! Customers: the root of a group, from whose people everything below takes its visibility.

mod actions;
mod enter;
mod filter;
mod merge;
mod purge;
mod terms;

pub use actions::{CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerShare, CustomerSharesExpire};
pub use enter::CustomerEnter;
pub use filter::{CustomerFilter, CustomerSort, OwnedBy};
pub use merge::CustomerMerge;
pub use purge::CustomerPurge;
pub use terms::PaymentTerms;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Right,
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    department::heads_above,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::{OwnFields, Unknown},
    record::{Members, Record, admit},
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    user::UserId,
    value::{Email, Money, Phone, TaxId, Website, lengths, required},
    view::{Stop, View},
};

/// The id of a customer.
pub type CustomerId = Id<Customer>;

/// The most other names of one customer.
pub(crate) const ALIASES_MOST: usize = 20;

/// Somebody beside the owner who sees the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collaborator {
    pub user: UserId,
    pub right: Right,
    /// The last day of the share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub short_name: String,
    /// Other names: former ones, the English one, what people say.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<TaxId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub industry: String,
    /// The sales region, as the company divides its market.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Website>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wechat: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub qq: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// Province, municipality or, in Taiwan, county or city (省、直轄市、縣市).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub province: String,
    /// The prefecture-level city of a mainland province (地級市).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// District, county or township (區、鄉鎮市區).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// The rest of the address; all of it where the parts do not fit the country.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<PaymentTerms>,
    /// The most that may be open at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_limit: Option<Money>,
    /// The company's own grade, such as A, B, C.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// Where the customer comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<Collaborator>,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// The customer that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "OwnFields::is_empty")]
    pub own: OwnFields,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Customer {
    /// Returns a customer of which only the name is known.
    pub fn named(id: CustomerId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            short_name: String::new(),
            aliases: BTreeSet::new(),
            tax_id: None,
            industry: String::new(),
            region: String::new(),
            phones: Vec::new(),
            email: None,
            website: None,
            wechat: String::new(),
            line: String::new(),
            qq: String::new(),
            postal_code: String::new(),
            province: String::new(),
            city: String::new(),
            district: String::new(),
            address: String::new(),
            payment_terms: None,
            credit_limit: None,
            level: String::new(),
            source: String::new(),
            tags: BTreeSet::new(),
            remark: String::new(),
            owner: None,
            collaborators: Vec::new(),
            deleted_at: None,
            merged_into: None,
            own: OwnFields::new(),
            unknown: Unknown::new(),
        }
    }

    /// Returns the group of the customer and of everything below it.
    pub fn group_of(id: CustomerId) -> Group {
        Group::Of(RecordKey::new(Kind::Customer, id.uuid()))
    }

    /// Returns the address in one line, in the order of a Chinese letter: from the largest part to the house.
    pub fn full_address(&self) -> String {
        let parts = [&self.province, &self.city, &self.district, &self.address];
        let mut line = String::new();
        for part in parts {
            // A municipality is its own city, and a pasted address may begin with its region.
            if !line.ends_with(part.as_str()) {
                line.push_str(part);
            }
        }
        if self.postal_code.is_empty() { line } else { format!("{} {line}", self.postal_code).trim().to_owned() }
    }

    /// Returns the name by which colleagues call it.
    pub fn short(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }
}

impl Record for Customer {
    const KIND: Kind = Kind::Customer;
    const PARENTS: &'static [Kind] = &[Kind::User];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Self::group_of(self.id)
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// An owner's customers are his children, so that a move of the owner finds them.
    fn references(&self) -> Vec<RecordKey> {
        self.owner.map(|owner| RecordKey::new(Kind::User, owner.uuid())).into_iter().collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.owner == Some(Id::new(from)) {
            self.owner = Some(Id::new(to));
        }
    }

    fn redirect(&self) -> Option<Uuid> {
        self.merged_into.map(Id::uuid)
    }

    fn own(&self) -> Option<&OwnFields> {
        Some(&self.own)
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        let share = self.collaborators.iter().filter_map(|c| c.until).min().and_then(|until| until.succ_opt());
        share.into_iter().chain(self.deleted_at.and_then(purge_day)).min()
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Customer>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("short_name", ColumnType::Text, |r| Cell::text(&r.short_name)),
            column("aliases", ColumnType::Set, |r| Cell::list(&r.aliases)),
            column("tax_id", ColumnType::Text, |r| Cell::shown(r.tax_id.as_ref())),
            column("industry", ColumnType::Choice, |r| Cell::text(&r.industry)),
            column("region", ColumnType::Choice, |r| Cell::text(&r.region)),
            column("phones", ColumnType::Set, |r| Cell::list(&r.phones)),
            column("email", ColumnType::Text, |r| Cell::shown(r.email.as_ref())),
            column("website", ColumnType::Text, |r| Cell::shown(r.website.as_ref())),
            column("wechat", ColumnType::Text, |r| Cell::text(&r.wechat)),
            column("line", ColumnType::Text, |r| Cell::text(&r.line)),
            column("qq", ColumnType::Text, |r| Cell::text(&r.qq)),
            column("postal_code", ColumnType::Text, |r| Cell::text(&r.postal_code)),
            column("province", ColumnType::Text, |r| Cell::text(&r.province)),
            column("city", ColumnType::Text, |r| Cell::text(&r.city)),
            column("district", ColumnType::Text, |r| Cell::text(&r.district)),
            column("address", ColumnType::Text, |r| Cell::text(&r.address)),
            column("payment_terms", ColumnType::Choice, |r| Cell::shown(r.payment_terms)),
            column("credit_limit", ColumnType::Text, |r: &Customer| {
                Cell::shown(r.credit_limit.map(|limit| format!("{limit} {}", limit.currency.code())))
            })
            .in_body(Place::Amount),
            column("level", ColumnType::Choice, |r| Cell::text(&r.level)),
            column("source", ColumnType::Choice, |r| Cell::text(&r.source)),
            column("tags", ColumnType::Set, |r| Cell::list(&r.tags)),
            column("remark", ColumnType::LongText, |r| Cell::text(&r.remark)),
            fixed("owner", ColumnType::Reference(Kind::User), |r| Cell::shown(r.owner)),
            fixed("collaborators", ColumnType::Set, |r: &Customer| Cell::list(r.collaborators.iter().map(|c| c.user)))
                .in_body(Place::Each("user")),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
            fixed("merged_into", ColumnType::Reference(Kind::Customer), |r| Cell::shown(r.merged_into)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 120)?;
        lengths(&[
            ("short_name", &self.short_name, 40),
            ("industry", &self.industry, 60),
            ("region", &self.region, 40),
            ("wechat", &self.wechat, 60),
            ("line", &self.line, 60),
            ("qq", &self.qq, 20),
            ("postal_code", &self.postal_code, 12),
            ("province", &self.province, 40),
            ("city", &self.city, 40),
            ("district", &self.district, 40),
            ("address", &self.address, 300),
            ("level", &self.level, 20),
            ("source", &self.source, 60),
            ("remark", &self.remark, 10_000),
        ])?;
        if self.phones.len() > 10 {
            return Err(FieldError::new("phones", Problem::TooMany { most: 10 }));
        }
        if self.tags.len() > 50 {
            return Err(FieldError::new("tags", Problem::TooMany { most: 50 }));
        }
        if self.aliases.len() > ALIASES_MOST {
            return Err(FieldError::new("aliases", Problem::TooMany { most: ALIASES_MOST }));
        }
        if self.credit_limit.is_some_and(|limit| limit.minor < 0) {
            return Err(FieldError::new("credit_limit", Problem::NotAnAmount));
        }
        self.aliases.iter().try_for_each(|alias| required("aliases", alias, 120))?;
        self.tags.iter().try_for_each(|tag| required("tags", tag, 40))
    }

    /// The owner, the collaborators, and the heads of the departments above the owner.
    fn members(&self, view: &mut View) -> Result<Option<Members>, Stop> {
        let mut members = Members::new();
        for collaborator in &self.collaborators {
            admit(&mut members, collaborator.user, collaborator.right);
        }
        if let Some(owner) = self.owner {
            admit(&mut members, owner, Right::Write);
            let department = view.get(owner)?.here().and_then(|user| user.department);
            if let Some(department) = department {
                for head in heads_above(department, view)? {
                    admit(&mut members, head, Right::Write);
                }
            }
        }
        Ok(Some(members))
    }

    fn roots_affected(before: Option<&Self>, after: Option<&Self>, _view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        let people = |c: Option<&Self>| c.map(|c| (c.owner, c.collaborators.clone()));
        let root = before.or(after).map(|c| RecordKey::new(Kind::Customer, c.id.uuid()));
        Ok(if people(before) == people(after) { Vec::new() } else { root.into_iter().collect() })
    }
}
