use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PoolId;
use crate::{
    columns::{Cell, Column, ColumnType, fixed},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::Moment,
    own::Unknown,
    record::Record,
    refusal::FieldError,
    user::UserId,
    value::length,
    view::{Stop, View},
};

/// The id of a line of the log.
pub type ClaimId = Id<Claim>;

/// How a customer came to another owner, or to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody took it out of a pool.
    Claimed,
    /// It was given to somebody.
    Assigned,
    /// It was given up.
    Released,
    /// A rule took it.
    Recycled,
    /// The former owner wants it back; the pool's administrators decide.
    AskedBack,
}

impl What {
    /// Every way.
    pub const ALL: [What; 5] = [What::Claimed, What::Assigned, What::Released, What::Recycled, What::AskedBack];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            What::Claimed => "claimed",
            What::Assigned => "assigned",
            What::Released => "released",
            What::Recycled => "recycled",
            What::AskedBack => "asked_back",
        }
    }
}

/// One line of the log of a customer's owners. It is never changed. Quotas are counted from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ClaimId,
    pub customer: CustomerId,
    /// The pool that it left or entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    pub what: What,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    /// Who did it; nobody where the server itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When the server heard of it; ms UTC.
    pub at: i64,
    /// The day of business.
    pub day: NaiveDate,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Claim {
    /// The most characters of a reason.
    pub const REASON_MOST: usize = 200;

    /// Returns who claimed it, if somebody did.
    pub fn claimant(&self) -> Option<UserId> {
        self.to.filter(|_| self.what == What::Claimed)
    }

    /// Says whether somebody lost or gave up the customer by it.
    pub fn left(&self, user: UserId) -> bool {
        self.from == Some(user) && matches!(self.what, What::Released | What::Recycled)
    }
}

impl Record for Claim {
    const KIND: Kind = Kind::Claim;
    const PARENTS: &'static [Kind] = &[Kind::Customer, Kind::User];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Customer::group_of(self.customer)
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// Whoever claimed finds it, for the quota.
    fn references(&self) -> Vec<RecordKey> {
        let claimant = self.claimant().map(|user| RecordKey::new(Kind::User, user.uuid()));
        [RecordKey::new(Kind::Customer, self.customer.uuid())].into_iter().chain(claimant).collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
        for user in [&mut self.from, &mut self.to] {
            if *user == Some(Id::new(from)) {
                *user = Some(Id::new(to));
            }
        }
    }

    /// It tells who owned the customer that stayed.
    const RETURNS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Claim>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            fixed("pool", ColumnType::Reference(Kind::Pool), |r| Cell::shown(r.pool)),
            fixed("what", ColumnType::Choice, |r| Cell::text(r.what.name())),
            fixed("from", ColumnType::Reference(Kind::User), |r| Cell::shown(r.from)),
            fixed("to", ColumnType::Reference(Kind::User), |r| Cell::shown(r.to)),
            fixed("by", ColumnType::Reference(Kind::User), |r| Cell::shown(r.by)),
            fixed("at", ColumnType::Instant, |r| Cell::Instant(r.at)),
            fixed("day", ColumnType::Date, |r| Cell::Date(r.day)),
            fixed("reason", ColumnType::Text, |r| Cell::text(&r.reason)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        length("reason", &self.reason, Self::REASON_MOST)
    }
}

/// Returns a customer's log, the newest line last.
///
/// # Errors
/// Not loaded.
pub(super) fn log_of(customer: CustomerId, view: &mut View) -> Result<Vec<Claim>, Stop> {
    let lines = view.children(Kind::Claim, RecordKey::new(Kind::Customer, customer.uuid()))?;
    let mut log = read(&lines, view)?;
    log.sort_by_key(|line| (line.at, line.id));
    Ok(log)
}

/// Reads lines of the log that are here.
///
/// # Errors
/// Not loaded.
pub(super) fn read(lines: &BTreeSet<Uuid>, view: &mut View) -> Result<Vec<Claim>, Stop> {
    let mut log = Vec::with_capacity(lines.len());
    for id in lines {
        log.extend(view.get_exact::<Claim>(Id::new(*id))?.here());
    }
    Ok(log)
}

/// What is said of a change of owner.
pub(crate) struct Said {
    pub(crate) id: ClaimId,
    pub(crate) what: What,
    pub(crate) reason: String,
}

/// Whither a customer goes.
pub(crate) enum Whither {
    Owner(UserId),
    Pool(PoolId),
    Nobody,
}

/// Gives a customer to its next owner, or lays it into a pool, and writes the line of the log.
///
/// # Errors
/// Refused, or not loaded.
pub(crate) fn hand(customer: Customer, whither: Whither, said: Said, at: &Moment, view: &mut View) -> Result<(), Stop> {
    let entered = if let Whither::Pool(pool) = whither { Some(pool) } else { None };
    let owner = if let Whither::Owner(owner) = whither { Some(owner) } else { None };
    let line = Claim {
        id: said.id,
        customer: customer.id,
        pool: entered.or(customer.pool),
        what: said.what,
        from: customer.owner,
        to: owner,
        by: at.actor.user(),
        at: at.arrived.unwrap_or(at.happened),
        day: at.business_date,
        reason: said.reason,
        unknown: Unknown::new(),
    };
    view.create(&line)?;
    view.put(&passed_on(customer, &whither, at))
}

/// Returns a customer with its next owner, or in a pool; without a line of the log, which only living ones have.
pub(crate) fn passed_on(customer: Customer, whither: &Whither, at: &Moment) -> Customer {
    let entered = if let Whither::Pool(pool) = whither { Some(*pool) } else { None };
    let owner = if let Whither::Owner(owner) = whither { Some(*owner) } else { None };
    // What a pool holds is its administrators' alone.
    let collaborators = if entered.is_some() { Vec::new() } else { customer.collaborators };
    Customer {
        owner,
        collaborators,
        pool: entered,
        pooled_on: entered.map(|_| at.business_date),
        // A claim may have waited on a device for a week: nobody's days run before they know that they have it.
        received_on: owner.map(|_| at.arrived_on.unwrap_or(at.business_date)),
        locked_until: None,
        recycle_since: None,
        ..customer
    }
}
