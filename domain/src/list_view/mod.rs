//! Views of a list that are kept under a name: what is searched, how it is narrowed down and ordered, which columns.
//!
//! A private view lies in its owner's group. What is shared lies in the group `org`: a view is no more than a question,
//! and whoever asks it sees answers of their own records only. Screens show it to those whom it is meant for.

mod actions;

pub use actions::{ListViewAdd, ListViewBin, ListViewEdit};

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{
    access::Role,
    columns::{Cell, Column, ColumnType, column, fixed},
    department::DepartmentId,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Problem},
    user::UserId,
    value::{lengths, required},
};

/// The id of a view.
pub type ListViewId = Id<ListView>;

/// For whom a view is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Its owner alone.
    #[default]
    Private,
    /// The people of a department and of those below it.
    Department(DepartmentId),
    /// Everybody.
    Organisation,
}

impl Audience {
    /// Reads the text form: `private`, `organisation`, or `department:` with an id; `None` if it is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "private" => Some(Self::Private),
            "organisation" => Some(Self::Organisation),
            other => {
                let id = Uuid::try_parse(other.strip_prefix("department:")?).ok()?;
                Some(Self::Department(id.into()))
            }
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Audience::Private => f.write_str("private"),
            Audience::Department(id) => write!(f, "department:{id}"),
            Audience::Organisation => f.write_str("organisation"),
        }
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Audience::parse(&text).ok_or_else(|| serde::de::Error::custom("not an audience"))
    }
}

/// Where somebody stands among the departments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The own department and those above it.
    pub within: Vec<DepartmentId>,
    /// The heads of the view's department and of those above that.
    pub heads: Vec<UserId>,
}

/// A view of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    pub id: ListViewId,
    pub name: String,
    /// The list: the kind of its records. Only [`Kind::Customer`] has one today.
    pub list: Kind,
    /// What the list's address says behind the question mark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    pub owner: UserId,
    #[serde(default)]
    pub audience: Audience,
    /// When it was put away; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl ListView {
    /// Says whether it is meant for somebody.
    pub fn is_for(&self, user: UserId, place: &Place) -> bool {
        self.owner == user
            || match self.audience {
                Audience::Private => false,
                Audience::Department(id) => place.within.contains(&id) || place.heads.contains(&user),
                Audience::Organisation => true,
            }
    }

    /// Says whether somebody may change it: the owner, the heads of its department and of those above, and
    /// administrators what is no private one.
    pub fn is_kept_by(&self, user: UserId, roles: &BTreeSet<Role>, place: &Place) -> bool {
        self.owner == user
            || match self.audience {
                Audience::Private => false,
                Audience::Department(_) => roles.contains(&Role::Administrator) || place.heads.contains(&user),
                Audience::Organisation => roles.contains(&Role::Administrator),
            }
    }

    /// Says whether somebody may offer a view to these people: to the own department or one that they head, and to
    /// everybody as a manager or an administrator.
    pub fn may_offer(audience: Audience, user: UserId, roles: &BTreeSet<Role>, place: &Place) -> bool {
        let administers = roles.contains(&Role::Administrator);
        match audience {
            Audience::Private => true,
            Audience::Department(id) => administers || place.within.contains(&id) || place.heads.contains(&user),
            Audience::Organisation => administers || roles.contains(&Role::Manager),
        }
    }
}

impl Record for ListView {
    const KIND: Kind = Kind::ListView;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        match self.audience {
            Audience::Private => Group::Of(RecordKey::new(Kind::User, self.owner.uuid())),
            Audience::Department(_) | Audience::Organisation => Group::Org,
        }
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<ListView>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("list", ColumnType::Choice, |r| Cell::text(r.list.name())),
            column("query", ColumnType::Text, |r| Cell::text(&r.query)),
            column("audience", ColumnType::Choice, |r| Cell::text(&r.audience.to_string())),
            fixed("owner", ColumnType::Reference(Kind::User), |r| Cell::text(&r.owner.to_string())),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 40)?;
        if self.list != Kind::Customer {
            return Err(FieldError::new("list", Problem::NotAChoice));
        }
        lengths(&[("query", &self.query, 4_000)])
    }
}
