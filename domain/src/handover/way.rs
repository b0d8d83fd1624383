//! Who receives what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    customer::Customer,
    pool::PoolId,
    refusal::{FieldError, Problem},
    user::UserId,
    value::lengths,
};

/// The most receivers, and the most portions.
const RECEIVERS_MOST: usize = 50;

/// Customers of a region and of a level, and who receives them. What is empty fits all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    pub to: UserId,
}

/// How customers find their next owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Way {
    /// All to one person.
    One { to: UserId },
    /// To several in turn, so that each receives as many as the next.
    InTurn { among: Vec<UserId> },
    /// By region and level: the first portion that fits; what fits none goes to one person.
    Portions { portions: Vec<Portion>, rest: UserId },
    /// Into a pool.
    Pool { pool: PoolId },
}

impl Way {
    /// The words on the wire.
    pub const NAMES: [&'static str; 4] = ["one", "in_turn", "portions", "pool"];

    /// Returns the word on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Way::One { .. } => "one",
            Way::InTurn { .. } => "in_turn",
            Way::Portions { .. } => "portions",
            Way::Pool { .. } => "pool",
        }
    }

    /// Returns who owns a customer next: nobody where it goes into a pool. `turn` is the customer's place among all that are
    /// handed over, in the order of their ids.
    pub fn receiver(&self, customer: &Customer, turn: usize) -> Option<UserId> {
        match self {
            Way::One { to } => Some(*to),
            Way::InTurn { among } => among.get(turn.checked_rem(among.len())?).copied(),
            Way::Portions { portions, rest } => {
                let fits = |asked: &str, is: &str| asked.trim().is_empty() || asked.trim() == is.trim();
                let found =
                    portions.iter().find(|p| fits(&p.region, &customer.region) && fits(&p.level, &customer.level));
                Some(found.map_or(*rest, |portion| portion.to))
            }
            Way::Pool { .. } => None,
        }
    }

    /// Returns everybody who may receive something.
    pub fn receivers(&self) -> BTreeSet<UserId> {
        match self {
            Way::One { to } => [*to].into(),
            Way::InTurn { among } => among.iter().copied().collect(),
            Way::Portions { portions, rest } => portions.iter().map(|portion| portion.to).chain([*rest]).collect(),
            Way::Pool { .. } => BTreeSet::new(),
        }
    }

    /// Lets one person take another's place.
    pub(super) fn repoint(&mut self, from: UserId, to: UserId) {
        let receivers: Vec<&mut UserId> = match self {
            Way::One { to } => vec![to],
            Way::InTurn { among } => among.iter_mut().collect(),
            Way::Portions { portions, rest } => {
                portions.iter_mut().map(|portion| &mut portion.to).chain([rest]).collect()
            }
            Way::Pool { .. } => Vec::new(),
        };
        for receiver in receivers {
            if *receiver == from {
                *receiver = to;
            }
        }
    }

    /// Returns the pool.
    pub const fn pool(&self) -> Option<PoolId> {
        match self {
            Way::Pool { pool } => Some(*pool),
            Way::One { .. } | Way::InTurn { .. } | Way::Portions { .. } => None,
        }
    }

    /// Checks it as a form would: nobody hands over to themselves, and there is somebody.
    ///
    /// # Errors
    /// Names the field.
    pub fn validate(&self, from: UserId) -> Result<(), FieldError> {
        match self {
            Way::InTurn { among } if among.is_empty() => return Err(FieldError::new("to", Problem::Required)),
            Way::InTurn { among } if among.len() > RECEIVERS_MOST => {
                return Err(FieldError::new("to", Problem::TooMany { most: RECEIVERS_MOST }));
            }
            Way::Portions { portions, .. } if portions.len() > RECEIVERS_MOST => {
                return Err(FieldError::new("to", Problem::TooMany { most: RECEIVERS_MOST }));
            }
            Way::Portions { portions, .. } => {
                for portion in portions {
                    lengths(&[("region", &portion.region, 40), ("level", &portion.level, 20)])?;
                }
            }
            Way::One { .. } | Way::InTurn { .. } | Way::Pool { .. } => {}
        }
        let own = self.receivers().contains(&from);
        if own { Err(FieldError::new("to", Problem::NotAChoice)) } else { Ok(()) }
    }
}
