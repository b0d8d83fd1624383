//! What a record kind declares about itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    access::{Membership, Right},
    columns::Column,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::OwnFields,
    refusal::FieldError,
    stamp::Unknown,
    user::User,
    view::{Need, Stop, View},
};

/// A record kind: a document that is edited, synchronised and seen as one.
///
/// Bodies are JSON. A field that this build does not know survives a round trip (`unknown`).
pub trait Record: Serialize + DeserializeOwned + Clone + std::fmt::Debug + 'static {
    /// The place in the registry.
    const KIND: Kind;

    /// Returns the id.
    fn id(&self) -> Uuid;

    /// Returns the group whose people see it.
    fn group(&self) -> Group;

    /// Returns the columns, each declared once.
    fn columns() -> &'static [Column<Self>];

    /// Returns the records of which this one is a child, for [`View::children`].
    fn references(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    /// The kinds among its [`references`](Record::references).
    const PARENTS: &'static [Kind] = &[];

    /// Rewrites references from one record to the one that took its place.
    fn repoint(&mut self, _from: Uuid, _to: Uuid) {}

    /// Says whether it speaks of these two records as of two: once they are one, there is nothing left to say.
    fn sets_apart(&self, _one: Uuid, _other: Uuid) -> bool {
        false
    }

    /// Returns the record of the same customer without which it says nothing: wherever that goes, it goes as well.
    fn hangs_on(&self) -> Option<RecordKey> {
        None
    }

    /// Whether what is added under the id of a merged record belongs to that one again once they are two. What tells of
    /// the record that stayed does not.
    const RETURNS: bool = true;

    /// Returns the keys under which [`View::holder`] finds it.
    fn keys(&self) -> Vec<LookupKey> {
        Vec::new()
    }

    /// Returns the record that took its place in a merge.
    fn redirect(&self) -> Option<Uuid> {
        None
    }

    /// Returns what it carries beside its own fields; the driver stamps it there.
    fn unknown_mut(&mut self) -> &mut Unknown;

    /// Returns the values of the company's own fields.
    fn own(&self) -> Option<&OwnFields> {
        None
    }

    /// Says whether it lies in the recycle bin.
    fn deleted(&self) -> bool {
        false
    }

    /// Returns the first day on which the server has to look at it again (a share that ends).
    fn due(&self) -> Option<NaiveDate> {
        None
    }

    /// Checks what an entry form checks; never asked at replay for own fields.
    ///
    /// # Errors
    /// Names the first field that breaks a rule, and the rule.
    fn validate(&self) -> Result<(), FieldError> {
        Ok(())
    }

    /// Whether it only follows from others: the journal needs no image of what it was.
    const DERIVED: bool = false;

    /// Whether other records follow from its own; see [`Record::derive`].
    const DERIVES: bool = false;

    /// Returns what [`Record::derive`] will ask for, so that it is loaded at once for all that was written.
    fn derive_needs(_before: Option<&Self>, _after: Option<&Self>) -> Vec<Need> {
        Vec::new()
    }

    /// Writes the records that follow from this one and that nobody enters: what others may see of it. The driver calls
    /// it on the server, behind the rule and its judgement, in the same mutation: nobody needs a right on what it writes,
    /// and no device does it.
    ///
    /// # Errors
    /// Not loaded.
    fn derive(_before: Option<&Self>, _after: Option<&Self>, _view: &mut View) -> Result<(), Stop> {
        Ok(())
    }

    /// Returns the people of the group that this record is the root of; `None` if it is no root.
    ///
    /// # Errors
    /// Not loaded.
    fn members(&self, _view: &mut View) -> Result<Option<Members>, Stop> {
        Ok(None)
    }

    /// Returns the roots whose people may differ between two states of this record.
    ///
    /// # Errors
    /// Not loaded.
    fn roots_affected(_before: Option<&Self>, _after: Option<&Self>, _view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        Ok(Vec::new())
    }
}

/// The people of a group and what each may do.
pub type Members = BTreeMap<Id<User>, Right>;

/// Puts a person into a group, with the stronger of two rights.
pub fn admit(members: &mut Members, user: Id<User>, right: Right) {
    let held = members.entry(user).or_insert(right);
    *held = (*held).max(right);
}

/// A key under which a record of a kind is found, such as a sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
pub struct LookupKey {
    pub kind: Kind,
    /// Which of the kind's keys it is.
    pub name: String,
    pub value: String,
}

impl LookupKey {
    /// Names a key.
    pub fn new(kind: Kind, name: &str, value: impl Into<String>) -> Self {
        Self { kind, name: name.to_owned(), value: value.into() }
    }
}

/// What storage and feed need to know about a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub group: Group,
    pub references: Vec<RecordKey>,
    pub keys: Vec<LookupKey>,
    pub redirect: Option<Uuid>,
    pub hangs_on: Option<RecordKey>,
    pub deleted: bool,
    pub due: Option<NaiveDate>,
}

impl Facts {
    /// Takes the facts of a record.
    pub fn of<R: Record>(record: &R) -> Self {
        Self {
            group: record.group(),
            references: record.references(),
            keys: record.keys(),
            redirect: record.redirect(),
            hangs_on: record.hangs_on(),
            deleted: record.deleted(),
            due: record.due(),
        }
    }

    /// Reads the facts of a body.
    ///
    /// # Errors
    /// The body is not an `R`.
    pub fn read<R: Record>(body: &str) -> Result<Self, BodyError> {
        Ok(Self::of(&BodyError::parse::<R>(body)?))
    }
}

/// A body that is not what its kind says.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    #[error("not a {kind}: {source}")]
    Shape { kind: Kind, source: serde_json::Error },
    #[error("{0}")]
    Field(FieldError),
}

impl BodyError {
    /// Reads a body as an `R`.
    ///
    /// # Errors
    /// The body is not an `R`.
    pub fn parse<R: Record>(body: &str) -> Result<R, BodyError> {
        serde_json::from_str(body).map_err(|source| BodyError::Shape { kind: R::KIND, source })
    }
}

/// How somebody stands to a group now and, for late entries, when an entry was made.
pub type Standing = Option<Membership>;
