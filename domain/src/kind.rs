//! The registry of record kinds: the one list from which storage, feed, access and columns derive.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, ColumnInfo},
    record::{BodyError, Facts, Members, Record},
    redirect::Aside,
    view::{Need, Stop, View},
};

macro_rules! record_kinds {
    ($($variant:ident = $name:literal : $record:path),+ $(,)?) => {
        /// A kind of record. The list only grows at its end: a kind's number is its place in the feed,
        /// where parents come before their children.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind { $(#[serde(rename = $name)] $variant),+ }

        impl Kind {
            /// Every kind, in feed order.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),+];

            /// Returns the kind's name on the wire and in storage.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name),+ }
            }

            /// Finds the kind of a name; `None` if this build does not know it.
            pub fn parse(name: &str) -> Option<Kind> {
                match name { $($name => Some(Kind::$variant),)+ _ => None }
            }

            /// Reads what storage and feed need to know about a body.
            ///
            /// # Errors
            /// The body is not a record of this kind.
            pub fn facts(self, body: &str) -> Result<Facts, BodyError> {
                match self { $(Kind::$variant => Facts::read::<$record>(body)),+ }
            }

            /// Returns the kind's columns without their readers.
            pub fn columns(self) -> Vec<ColumnInfo> {
                match self { $(Kind::$variant => <$record>::columns().iter().map(|c| c.info).collect()),+ }
            }

            /// Reads every column of a body, in the order of [`Kind::columns`].
            ///
            /// # Errors
            /// The body is not a record of this kind.
            pub fn cells(self, body: &str) -> Result<Vec<Cell>, BodyError> {
                match self { $(Kind::$variant => {
                    let record = BodyError::parse::<$record>(body)?;
                    Ok(<$record>::columns().iter().map(|c| (c.read)(&record)).collect())
                }),+ }
            }

            /// Returns the kinds whose children it can be.
            pub fn parents(self) -> &'static [Kind] {
                match self { $(Kind::$variant => <$record>::PARENTS),+ }
            }

            /// Rewrites a child's references from one parent to another, or puts it aside where it sets the two apart.
            ///
            /// # Errors
            /// Not loaded.
            pub fn repoint(self, view: &mut View, id: Uuid, from: Uuid, to: Uuid) -> Result<Option<Aside>, Stop> {
                match self { $(Kind::$variant => crate::redirect::repoint::<$record>(view, id, from, to)),+ }
            }

            /// Rewrites a child's references from a survivor to the record that is one of its own again.
            ///
            /// # Errors
            /// Not loaded.
            pub fn give_back(self, view: &mut View, id: Uuid, from: Uuid, to: Uuid) -> Result<(), Stop> {
                match self { $(Kind::$variant => crate::redirect::give_back::<$record>(view, id, from, to)),+ }
            }

            /// Says whether records of this kind only follow from others.
            pub const fn derived(self) -> bool {
                match self { $(Kind::$variant => <$record>::DERIVED),+ }
            }

            /// Says whether other records follow from one of this kind.
            pub const fn derives(self) -> bool {
                match self { $(Kind::$variant => <$record>::DERIVES),+ }
            }

            /// Returns what [`Kind::derive`] will ask for.
            ///
            /// # Errors
            /// A body is not a record of this kind.
            pub fn derive_needs(self, before: Option<&str>, after: Option<&str>) -> Result<Vec<Need>, BodyError> {
                match self { $(Kind::$variant => {
                    let before = before.map(BodyError::parse::<$record>).transpose()?;
                    let after = after.map(BodyError::parse::<$record>).transpose()?;
                    Ok(<$record>::derive_needs(before.as_ref(), after.as_ref()))
                }),+ }
            }

            /// Writes what follows from a record between two states of it.
            ///
            /// # Errors
            /// Not loaded, or a body is not a record of this kind.
            pub fn derive(self, before: Option<&str>, after: Option<&str>, view: &mut View) -> Result<(), Stop> {
                match self { $(Kind::$variant => {
                    let before = before.map(BodyError::parse::<$record>).transpose()?;
                    let after = after.map(BodyError::parse::<$record>).transpose()?;
                    <$record>::derive(before.as_ref(), after.as_ref(), view)
                }),+ }
            }

            /// Returns the people of the group that a body is the root of; `None` if it is no root.
            ///
            /// # Errors
            /// Not loaded.
            pub fn members(self, body: &str, view: &mut View) -> Result<Option<Members>, Stop> {
                match self { $(Kind::$variant => BodyError::parse::<$record>(body)?.members(view)),+ }
            }

            /// Returns the roots whose people may differ between two states of a record.
            ///
            /// # Errors
            /// Not loaded.
            pub fn roots_affected(
                self, before: Option<&str>, after: Option<&str>, view: &mut View,
            ) -> Result<Vec<RecordKey>, Stop> {
                match self { $(Kind::$variant => {
                    let before = before.map(BodyError::parse::<$record>).transpose()?;
                    let after = after.map(BodyError::parse::<$record>).transpose()?;
                    <$record>::roots_affected(before.as_ref(), after.as_ref(), view)
                }),+ }
            }

            /// Checks a body as an entry form would.
            ///
            /// # Errors
            /// The body is not a record of this kind, or a field breaks a rule.
            pub fn check(self, body: &str) -> Result<(), BodyError> {
                match self { $(Kind::$variant => {
                    BodyError::parse::<$record>(body)?.validate().map_err(BodyError::Field)
                }),+ }
            }
        }
    };
}

record_kinds! {
    Organisation = "organisation": crate::organisation::Organisation,
    Department = "department": crate::department::Department,
    User = "user": crate::user::User,
    Customer = "customer": crate::customer::Customer,
    Contact = "contact": crate::contact::Contact,
    ContactRecord = "contact_record": crate::contact_record::ContactRecord,
    NextAction = "next_action": crate::next_action::NextAction,
    Conflict = "conflict": crate::conflict::Conflict,
    OwnField = "own_field": crate::own::OwnField,
    Attachment = "attachment": crate::attachment::Attachment,
    ListView = "list_view": crate::list_view::ListView,
    Distinct = "distinct": crate::distinct::Distinct,
    Fingerprints = "fingerprints": crate::fingerprints::Fingerprints,
    Pool = "pool": crate::pool::Pool,
    Claim = "claim": crate::pool::Claim,
    PoolCard = "pool_card": crate::pool::PoolCard,
    Clash = "clash": crate::clash::Clash,
    Visit = "visit": crate::visit::Visit,
    DayReport = "day_report": crate::day_report::DayReport,
    Pipeline = "pipeline": crate::pipeline::Pipeline,
    Opportunity = "opportunity": crate::opportunity::Opportunity,
    StageMove = "stage_move": crate::opportunity::StageMove,
    Handover = "handover": crate::handover::Handover,
}

impl Kind {
    /// Returns the place in [`Kind::ALL`].
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Finds a kind by its place; `None` if this build does not know it.
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(number)).copied()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    pub kind: Kind,
    pub id: Uuid,
}

impl RecordKey {
    /// Names the record of a kind with an id.
    pub const fn new(kind: Kind, id: Uuid) -> Self {
        Self { kind, id }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// The people who see a record: those of another record, or those whom role rules alone decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Decided by roles.
    Org,
    /// The people of this record: a customer, or a user for private things.
    Of(RecordKey),
}

impl Group {
    /// Reads the text form, `org` or `kind:id`; `None` if it is neither.
    pub fn parse(text: &str) -> Option<Group> {
        if text == "org" {
            return Some(Group::Org);
        }
        let (kind, id) = text.split_once(':')?;
        Some(Group::Of(RecordKey::new(Kind::parse(kind)?, Uuid::try_parse(id).ok()?)))
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Org => f.write_str("org"),
            Group::Of(key) => key.fmt(f),
        }
    }
}

impl Serialize for Group {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Group::parse(&text).ok_or_else(|| serde::de::Error::custom("not a group"))
    }
}
