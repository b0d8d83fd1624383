//! Customers: the root of a group, from whose people everything below takes its visibility.

mod actions;
mod enter;
mod filter;
mod joined;
mod merge;
mod purge;
mod terms;
mod unmerge;

pub use actions::{CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerShare, CustomerSharesExpire};
pub use enter::CustomerEnter;
pub use filter::{CustomerFilter, CustomerSort, OwnedBy};
pub use joined::{Changed, Joined, UNMERGE_DAYS};
pub use merge::CustomerMerge;
pub use purge::CustomerPurge;
pub use terms::PaymentTerms;
pub use unmerge::CustomerUnmerge;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Right,
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    department::heads_above,
    fingerprints,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::{OwnFields, Unknown},
    pool::{PoolCard, PoolId},
    record::{Members, Record, admit},
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    user::UserId,
    value::{Email, Money, Phone, Position, TaxId, Website, lengths, required},
    view::{Need, Stop, View},
    visit::EVERY_MOST,
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
    /// The pool in which it lies; never one while somebody owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    /// Since when it lies there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooled_on: Option<NaiveDate>,
    /// When the owner received it; none where they have had it from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Up to and including this day no pool takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<NaiveDate>,
    /// Since when it is due for a pool and waits for what the owner's devices may still hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recycle_since: Option<NaiveDate>,
    /// Where its door is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// After how many days it is to be visited again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_every: Option<u16>,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// The customer that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    /// The customers that have gone over into it, as long as that can be taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
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
            pool: None,
            pooled_on: None,
            received_on: None,
            locked_until: None,
            recycle_since: None,
            position: None,
            visit_every: None,
            deleted_at: None,
            merged_into: None,
            joined: Vec::new(),
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

    /// Returns the first day on which it may be purged out of the recycle bin. One that has gone over into another customer
    /// goes nowhere, and what others have gone over into waits until they can no longer come back.
    pub fn purge_day(&self) -> Option<NaiveDate> {
        let binned = self.deleted_at.filter(|_| self.merged_into.is_none()).and_then(purge_day)?;
        let over = self.joined.iter().filter_map(|note| note.last_day().succ_opt());
        over.chain([binned]).max()
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
        share.into_iter().chain(self.purge_day()).min()
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
            fixed("pool", ColumnType::Reference(Kind::Pool), |r| Cell::shown(r.pool)),
            fixed("pooled_on", ColumnType::Date, |r| r.pooled_on.map_or(Cell::Empty, Cell::Date)),
            fixed("received_on", ColumnType::Date, |r| r.received_on.map_or(Cell::Empty, Cell::Date)),
            fixed("locked_until", ColumnType::Date, |r| r.locked_until.map_or(Cell::Empty, Cell::Date)),
            fixed("recycle_since", ColumnType::Date, |r| r.recycle_since.map_or(Cell::Empty, Cell::Date)),
            column("position", ColumnType::Text, |r| Cell::shown(r.position)),
            column("visit_every", ColumnType::Integer, |r| {
                r.visit_every.map_or(Cell::Empty, |days| Cell::Integer(days.into()))
            }),
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
        if self.visit_every.is_some_and(|days| !(1..=EVERY_MOST).contains(&days)) {
            return Err(FieldError::new("visit_every", Problem::NotANumber { least: 1, most: EVERY_MOST.into() }));
        }
        self.aliases.iter().try_for_each(|alias| required("aliases", alias, 120))?;
        self.tags.iter().try_for_each(|tag| required("tags", tag, 40))
    }

    const DERIVES: bool = true;

    fn derive_needs(before: Option<&Self>, after: Option<&Self>) -> Vec<Need> {
        let mut needs = PoolCard::needs(before, after);
        needs.extend(fingerprints::needs(before, after));
        needs
    }

    fn derive(before: Option<&Self>, after: Option<&Self>, view: &mut View) -> Result<(), Stop> {
        PoolCard::follow(before, after, view)?;
        fingerprints::follow(before, after, view)
    }

    /// The owner, the collaborators, and the heads of the departments above the owner; in a pool its administrators.
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
        if let Some(pool) = self.pool.filter(|_| self.owner.is_none()) {
            let pool = view.get(pool)?.here();
            for administrator in pool.into_iter().flat_map(|pool| pool.administrators) {
                admit(&mut members, administrator, Right::Write);
            }
        }
        Ok(Some(members))
    }

    fn roots_affected(before: Option<&Self>, after: Option<&Self>, _view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        // The pool's people may have changed while it lay in the recycle bin, where no card leads to it.
        let pool = |c: &Self| c.pool.map(|pool| (pool, c.deleted_at.is_some()));
        let people = |c: Option<&Self>| c.map(|c| (c.owner, pool(c), c.collaborators.clone()));
        let root = before.or(after).map(|c| RecordKey::new(Kind::Customer, c.id.uuid()));
        Ok(if people(before) == people(after) { Vec::new() } else { root.into_iter().collect() })
    }
}
