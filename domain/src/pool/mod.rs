//! Pools (公海): customers without an owner lie in one, and its members may claim them.
//!
//! The customer and all below it stay with the pool's administrators; members see a [`PoolCard`], with exactly what
//! the pool shows. A rule says after how long without contact a member's customer falls back.

mod actions;
mod card;
mod claim;
mod claiming;
mod recycling;
mod rule;

pub use actions::{CustomerAskBack, CustomerLock, CustomerRelease, PoolCreate, PoolEdit};
pub use card::PoolCard;
pub use claim::{Claim, ClaimId, What};
pub use claiming::CustomerClaim;
pub use recycling::CustomerRecycle;
pub use rule::{Condition, DaysLeft, Held, Rule, Since, days_left, fits};

pub(crate) use claim::{Said, Whither, hand, passed_on};

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Right,
    columns::{Cell, Column, ColumnType, Place, column},
    customer::Customer,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::{Members, Record, admit},
    refusal::{FieldError, Problem},
    user::UserId,
    value::required,
    view::{Stop, View},
};

/// The id of a pool.
pub type PoolId = Id<Pool>;

/// The most rules of one pool, and the most conditions of one rule.
const RULES_MOST: usize = 20;
const CONDITIONS_MOST: usize = 5;
/// The most people of one pool.
const PEOPLE_MOST: usize = 1_000;
/// The most that a number of days or of customers may be.
const NUMBER_MOST: u32 = 10_000;

/// A pool of customers that nobody owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    pub id: PoolId,
    pub name: String,
    /// Who sees its cards and may claim.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub members: BTreeSet<UserId>,
    /// Who sees its customers with all below them, and gives them out. They may claim, too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub administrators: BTreeSet<UserId>,
    /// When a member's customer falls back; without a rule never.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// How many customers one person may claim a day; as many as they like if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota_per_day: Option<u32>,
    /// How many customers one person may own in order to claim another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// For how many days the former owner may not claim the customer; 0 is no time at all.
    #[serde(default)]
    pub cooling_off_days: u32,
    /// For how many days a customer waits whose owner's device may hold unsent entries.
    #[serde(default = "wait_days")]
    pub wait_days: u32,
    /// The customer's columns on a card, beside the name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shown: BTreeSet<String>,
    /// Nothing falls into it and nobody claims from it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

const fn wait_days() -> u32 {
    Pool::WAIT_DAYS
}

impl Pool {
    /// For how long a customer waits where nobody has said otherwise; days.
    pub const WAIT_DAYS: u32 = 7;

    /// The columns of a customer that a card may show.
    pub const SHOWABLE: [&'static str; 14] = [
        "short_name",
        "level",
        "region",
        "industry",
        "source",
        "tags",
        "province",
        "city",
        "district",
        "address",
        "phones",
        "email",
        "website",
        "remark",
    ];

    /// Returns a pool of which only the name is known; its cards show level and region.
    pub fn named(id: PoolId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            members: BTreeSet::new(),
            administrators: BTreeSet::new(),
            rules: Vec::new(),
            quota_per_day: None,
            capacity: None,
            cooling_off_days: 0,
            wait_days: Self::WAIT_DAYS,
            shown: ["level", "region"].map(str::to_owned).into(),
            off: false,
            unknown: Unknown::new(),
        }
    }

    /// Returns the group of its cards.
    pub fn group_of(id: PoolId) -> Group {
        Group::Of(RecordKey::new(Kind::Pool, id.uuid()))
    }

    /// Says whether somebody may claim from it.
    pub fn admits(&self, user: UserId) -> bool {
        self.members.contains(&user) || self.administrators.contains(&user)
    }
}

impl Record for Pool {
    const KIND: Kind = Kind::Pool;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    /// Everybody knows the rules; the cards lie in a group of their own.
    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// With rules every day: the server looks at its members' customers.
    fn due(&self) -> Option<NaiveDate> {
        (!self.off && !self.rules.is_empty()).then_some(NaiveDate::default())
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Pool>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("members", ColumnType::Set, |r| Cell::list(&r.members)),
            column("administrators", ColumnType::Set, |r| Cell::list(&r.administrators)),
            column("rules", ColumnType::Text, |r: &Pool| {
                Cell::text(&r.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })
            .in_body(Place::Json),
            column("quota_per_day", ColumnType::Integer, |r| number(r.quota_per_day)),
            column("capacity", ColumnType::Integer, |r| number(r.capacity)),
            column("cooling_off_days", ColumnType::Integer, |r| Cell::Integer(r.cooling_off_days.into())),
            column("wait_days", ColumnType::Integer, |r| Cell::Integer(r.wait_days.into())),
            column("shown", ColumnType::Set, |r| Cell::list(&r.shown)),
            column("off", ColumnType::Flag, |r| Cell::Flag(r.off)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 40)?;
        for (field, people) in [("members", &self.members), ("administrators", &self.administrators)] {
            if people.len() > PEOPLE_MOST {
                return Err(FieldError::new(field, Problem::TooMany { most: PEOPLE_MOST }));
            }
        }
        let within = |field, least, value: u32| match (least..=NUMBER_MOST).contains(&value) {
            true => Ok(()),
            false => Err(FieldError::new(field, Problem::NotANumber { least, most: NUMBER_MOST })),
        };
        within("quota_per_day", 1, self.quota_per_day.unwrap_or(1))?;
        within("capacity", 1, self.capacity.unwrap_or(1))?;
        within("cooling_off_days", 0, self.cooling_off_days)?;
        within("wait_days", 0, self.wait_days)?;
        if self.shown.iter().any(|column| !Self::SHOWABLE.contains(&column.as_str())) {
            return Err(FieldError::new("shown", Problem::NotAChoice));
        }
        if self.rules.len() > RULES_MOST || self.rules.iter().any(|rule| rule.when.len() > CONDITIONS_MOST) {
            return Err(FieldError::new("rules", Problem::TooMany { most: RULES_MOST }));
        }
        self.rules.iter().flat_map(|rule| &rule.when).try_for_each(|condition| within("rules", 1, condition.days))
    }

    const DERIVES: bool = true;

    fn derive(before: Option<&Self>, after: Option<&Self>, view: &mut View) -> Result<(), Stop> {
        PoolCard::follow_pool(before, after, view)
    }

    /// Members and administrators read its cards; nobody writes them.
    fn members(&self, _view: &mut View) -> Result<Option<Members>, Stop> {
        let mut members = Members::new();
        for user in self.members.iter().chain(&self.administrators) {
            admit(&mut members, *user, Right::Read);
        }
        Ok(Some(members))
    }

    /// The customers in it are seen by its administrators.
    fn roots_affected(before: Option<&Self>, after: Option<&Self>, view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        let Some(pool) = after.or(before) else { return Ok(Vec::new()) };
        let key = RecordKey::new(Kind::Pool, pool.id.uuid());
        let (old, new) = (before.map(|p| &p.administrators), after.map(|p| &p.administrators));
        let mut roots = Vec::new();
        if old != new || before.map(|p| &p.members) != after.map(|p| &p.members) {
            roots.push(key);
        }
        if before.is_some() && old != new {
            let cards = view.children(Kind::PoolCard, key)?;
            roots.extend(cards.into_iter().map(|id| RecordKey::new(Customer::KIND, id)));
        }
        Ok(roots)
    }
}

fn number(value: Option<u32>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Integer(value.into()))
}
