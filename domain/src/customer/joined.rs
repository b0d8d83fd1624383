//! What a merge changed in the customer that stayed: enough to take it back.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Customer, CustomerId};
use crate::{
    edit::{items, merged},
    mutation::Moment,
    pool::ClaimId,
    redirect::Aside,
    user::UserId,
    view::Stop,
};

/// For so long a merge can be taken back; days.
pub const UNMERGE_DAYS: u64 = 30;

/// Columns that go back together or not at all: half of an address is none.
const ADDRESS: &[&str] = &["postal_code", "province", "city", "district", "address", "position"];
/// Whose the customer is, or in which pool it lies.
const HELD: &[&str] = &["owner", "pool", "pooled_on", "received_on", "locked_until", "recycle_since"];

/// A merge, in the record of the customer that stayed. It holds nothing but what that customer itself said before and
/// says since, so that whoever sees it may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    pub dead: CustomerId,
    /// What that one was called.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// ms UTC.
    pub at: i64,
    /// The day on which the server heard of it, in the organisation's zone.
    pub on: NaiveDate,
    /// The columns that changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Changed>,
    /// The line of the log of owners that says so, where it came out of a pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<ClaimId>,
    /// What set the two apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<Aside>,
}

/// What a column said before and after; an absent value is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    #[serde(default)]
    pub was: Value,
    #[serde(default)]
    pub became: Value,
}

impl Joined {
    /// Returns the last day on which the merge can be taken back.
    pub fn last_day(&self) -> NaiveDate {
        self.on.checked_add_days(Days::new(UNMERGE_DAYS)).unwrap_or(NaiveDate::MAX)
    }

    /// Notes what a merge made of a customer.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub(super) fn of(
        before: &Customer,
        after: &Customer,
        dead: &Customer,
        line: Option<ClaimId>,
        aside: Vec<Aside>,
        at: &Moment,
    ) -> Result<Self, Stop> {
        // Neither earlier merges nor stamps are columns.
        let bare = |of: &Customer| Customer { joined: Vec::new(), unknown: before.unknown.clone(), ..of.clone() };
        let (was, became) = (fields_of(&bare(before))?, fields_of(&bare(after))?);
        let differs = |name: &str| said(&was, name) != said(&became, name);
        let together = [ADDRESS, HELD].into_iter().filter(|group| group.iter().any(|name| differs(name)));
        let names = was.keys().chain(became.keys()).map(String::as_str).filter(|name| differs(name));
        let fields = names.chain(together.flatten().copied()).map(|name| {
            let changed = Changed { was: said(&was, name), became: said(&became, name) };
            (name.to_owned(), changed)
        });
        Ok(Self {
            dead: dead.id,
            name: dead.name.clone(),
            by: at.actor.user(),
            at: at.happened,
            on: today(at),
            fields: fields.collect(),
            line,
            aside,
        })
    }

    /// Returns the customer with what the merge changed as it was before, except where somebody has changed it since; and
    /// whether it is again whose it was.
    ///
    /// # Errors
    /// The stored note is broken.
    pub(super) fn take_back(&self, customer: &Customer) -> Result<(Customer, bool), Stop> {
        let stood = fields_of(customer)?;
        let untouched = |name: &&str| self.fields.get(*name).is_none_or(|changed| said(&stood, name) == changed.became);
        let mut map = stood.clone();
        for (name, changed) in &self.fields {
            let group = [ADDRESS, HELD].into_iter().find(|group| group.contains(&name.as_str()));
            if group.is_some_and(|group| !group.iter().all(&untouched)) {
                continue;
            }
            match taken_back(&said(&stood, name), changed, name == "own") {
                Value::Null => drop(map.remove(name)),
                value => drop(map.insert(name.clone(), value)),
            }
        }
        let broken = |error: serde_json::Error| Stop::Broken(error.to_string());
        let mut back: Customer = serde_json::from_value(Value::Object(map)).map_err(broken)?;
        let held = self.fields.contains_key("owner") && HELD.iter().all(untouched);
        if held && back.pool.is_some() {
            back.collaborators.clear(); // what a pool holds is its administrators' alone
        }
        Ok((back, held))
    }
}

/// Returns the day by which a merge and its undoing are judged: that of the arrival, since the server decides.
pub(super) fn today(at: &Moment) -> NaiveDate {
    at.arrived_on.unwrap_or(at.business_date)
}

fn fields_of(customer: &Customer) -> Result<Map<String, Value>, Stop> {
    match serde_json::to_value(customer) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(Stop::Broken(error.to_string())),
    }
}

fn said(map: &Map<String, Value>, name: &str) -> Value {
    map.get(name).cloned().unwrap_or(Value::Null)
}

/// Returns a value without what the merge made of it. Of a list goes what came, and of own fields each by itself.
fn taken_back(now: &Value, changed: &Changed, each: bool) -> Value {
    let Changed { was, became } = changed;
    if now == became {
        return was.clone();
    }
    if let (Some(now), Some(became), Some(was)) = (items(now), items(became), items(was)) {
        let left = merged(&now, &became, &was);
        return if left.is_empty() { Value::Null } else { Value::Array(left) };
    }
    let (Value::Object(fields), Value::Object(became), true) = (now, became, each) else { return now.clone() };
    let mut left = fields.clone();
    for (name, became) in became.iter().filter(|(name, became)| fields.get(*name) == Some(*became)) {
        match was.get(name) {
            Some(was) if was == became => {}
            Some(was) => drop(left.insert(name.clone(), was.clone())),
            None => drop(left.remove(name)),
        }
    }
    Value::Object(left)
}
