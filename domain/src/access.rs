//! Who may see and write what: one table of roles and kinds, refused by default.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kind::{Group, Kind};

/// What a member may do in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    Read,
    Write,
}

/// A person's standing in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    /// The right today.
    pub now: Option<Right>,
    /// The right at the revision on which the entry was made.
    pub at_seen: Option<Right>,
}

/// What somebody does in the company; a user may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Administrator,
    Manager,
    SalesRep,
    SalesAssistant,
    Finance,
    Purchaser,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 6] =
        [Role::Administrator, Role::Manager, Role::SalesRep, Role::SalesAssistant, Role::Finance, Role::Purchaser];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Manager => "manager",
            Role::SalesRep => "sales_rep",
            Role::SalesAssistant => "sales_assistant",
            Role::Finance => "finance",
            Role::Purchaser => "purchaser",
        }
    }

    /// Says whether the role sees the groups of all customers, not only those of its people.
    pub const fn sees_all_groups(self) -> bool {
        matches!(self, Role::Administrator | Role::SalesAssistant | Role::Finance)
    }

    /// Returns the most that the role may do with a kind, in the groups that it sees.
    pub const fn right(self, kind: Kind) -> Option<Right> {
        use Right::{Read, Write};
        match (kind, self) {
            (Kind::Organisation | Kind::Department | Kind::User | Kind::OwnField | Kind::Pool, Role::Administrator) => {
                Some(Write)
            }
            (Kind::Organisation | Kind::Department | Kind::User | Kind::OwnField | Kind::Pool, _) => Some(Read),
            // Nobody enters it: it follows from the customers.
            (Kind::Fingerprints, Role::Finance | Role::Purchaser) => None,
            (Kind::Fingerprints, Role::Administrator) => Some(Write),
            (Kind::Fingerprints, _) => Some(Read),
            // Who sells by it reads it; the last lines say the rest.
            (Kind::Pipeline, Role::SalesRep | Role::SalesAssistant) => Some(Read),
            // Said between a rep and the heads above.
            (Kind::DayReport, Role::SalesAssistant | Role::Finance) => None,
            // The business of whoever leads; the rule says of whom.
            (Kind::Handover, Role::Administrator | Role::Manager) => Some(Write),
            (Kind::Handover, _) => None,
            // What is said beside it in the rules: everybody keeps their own.
            (Kind::ListView, Role::Finance) => Some(Write),
            (_, Role::Administrator | Role::Manager | Role::SalesRep | Role::SalesAssistant) => Some(Write),
            (_, Role::Finance) => Some(Read),
            (_, Role::Purchaser) => None,
        }
    }
}

/// What a set of roles sees, apart from single groups. When it changes, the scope epoch rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Sees every group.
    pub all_groups: bool,
    /// One bit per kind number.
    pub kinds: u64,
}

impl Scope {
    /// Returns the scope of a set of roles.
    pub fn of(roles: &BTreeSet<Role>) -> Self {
        let mut kinds = 0;
        for kind in Kind::ALL {
            if roles.iter().any(|role| role.right(*kind).is_some()) {
                kinds |= 1 << kind.number();
            }
        }
        Self { all_groups: roles.iter().any(|role| role.sees_all_groups()), kinds }
    }

    /// Says whether a kind is in sight at all.
    pub const fn sees(self, kind: Kind) -> bool {
        self.kinds & (1 << kind.number()) != 0
    }

    /// Says whether everything in `other` is also in `self`.
    pub const fn covers(self, other: Scope) -> bool {
        (self.all_groups || !other.all_groups) && self.kinds & other.kinds == other.kinds
    }
}

/// Says whether roles and standing together allow writing a record of a kind in a group.
pub fn may_write(roles: &BTreeSet<Role>, kind: Kind, group: Group, standing: Option<Right>) -> bool {
    let writes = |role: &&Role| role.right(kind) == Some(Right::Write);
    match group {
        Group::Org => roles.iter().any(|role| writes(&role)),
        Group::Of(_) => {
            roles.iter().filter(writes).any(|role| role.sees_all_groups() || standing == Some(Right::Write))
        }
    }
}
