//! Who this client is and where its bases stand.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::kv::{Area, KvError, Read, Rows, Write};
use crate::protocol::{ClientId, Cursor, Outcome, Seen};

/// Whose data this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub organisation: Uuid,
    pub user: Uuid,
}

/// The client, changed only together with the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub identity: Identity,
    pub client: ClientId,
    /// The number of the next entry.
    pub next: u64,
}

/// How this build lays out a base, its index above all. To be raised with every change of the layout: a tab
/// of an older build then writes no more, and a base of one is fed anew beside what is shown.
pub(crate) const FORMAT: u32 = 8;

/// One base: a copy of what the server said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BaseMeta {
    /// The prefix of its keys.
    pub(crate) name: String,
    pub(crate) cursor: Option<Cursor>,
    /// Rises with every change, so that a second writer notices.
    pub(crate) version: u64,
    /// The number of the next block.
    pub(crate) next_block: u32,
    /// Rises with every start from zero: names and numbers of blocks are used again.
    #[serde(default)]
    pub(crate) generation: u64,
    /// Rises when stored segments are written anew: another tab that has them in memory reads all of
    /// them again, and otherwise only those from `next_block` on.
    #[serde(default)]
    pub(crate) rewritten: u64,
    /// The feed has been followed to its end once.
    pub(crate) whole: bool,
    /// It was compared with the server since it became whole.
    pub(crate) checked: bool,
}

impl BaseMeta {
    /// The names that bases take in turn.
    pub(crate) const NAMES: [&str; 2] = ["a", "b"];

    /// Says whether what both know of stored segments still lies where it did.
    pub(crate) fn same_layout(&self, other: &Self) -> bool {
        self.name == other.name && self.generation == other.generation && self.rewritten == other.rewritten
    }

    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            cursor: None,
            version: 0,
            next_block: 0,
            generation: 0,
            rewritten: 0,
            whole: false,
            checked: false,
        }
    }
}

/// Both bases: the one that is shown, and one that grows beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bases {
    /// The layout, by the build that wrote last.
    #[serde(default)]
    pub(crate) format: u32,
    pub(crate) shown: BaseMeta,
    pub(crate) growing: Option<BaseMeta>,
    /// Outcomes that the growing base has met: they settle the outbox when it is shown, not before, or
    /// the entries' effects would vanish from the screen in between.
    #[serde(default)]
    pub(crate) held: Vec<Outcome>,
    /// The newest history that was seen; kept while a base starts from zero.
    #[serde(default)]
    pub(crate) seen: Option<Seen>,
}

impl Default for Bases {
    fn default() -> Self {
        Self { format: FORMAT, shown: BaseMeta::new(BaseMeta::NAMES[0]), growing: None, held: Vec::new(), seen: None }
    }
}

pub(crate) const CLIENT: &str = "client";
pub(crate) const BASES: &str = "bases";
/// What a note's key begins with.
const NOTE: &str = "note:";

pub(crate) fn read(key: &str) -> Read {
    Read::One(Area::Meta, key.to_owned())
}

pub(crate) fn write<T: Serialize>(key: &str, value: &T) -> Write {
    Write::Put(Area::Meta, key.to_owned(), to_bytes(value))
}

/// The notes whose name begins so.
pub(crate) fn notes(begins: &str) -> Read {
    Read::Prefix(Area::Meta, format!("{NOTE}{begins}"))
}

/// Keeps a note of this device, or forgets it.
pub(crate) fn note(name: &str, content: Option<&[u8]>) -> Write {
    let key = format!("{NOTE}{name}");
    content.map_or_else(
        || Write::Delete(Area::Meta, key.clone()),
        |bytes| Write::Put(Area::Meta, key.clone(), bytes.to_vec()),
    )
}

/// Takes off what stands before a note's name.
pub(crate) fn note_name(key: &str) -> &str {
    key.strip_prefix(NOTE).unwrap_or(key)
}

/// Writes a value as JSON. Our own plain types always can be.
pub(crate) fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, KvError> {
    serde_json::from_slice(bytes).map_err(|e| KvError::Failed(format!("stored value not understood: {e}")))
}

/// Reads the only value that a read found, if there is one.
pub(crate) fn only<T: DeserializeOwned>(rows: Option<&Rows>) -> Result<Option<T>, KvError> {
    rows.and_then(|rows| rows.first()).map(|(_, bytes)| from_bytes(bytes)).transpose()
}
