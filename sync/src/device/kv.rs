//! What the engine asks of the device's storage.

use std::future::Future;

/// The parts of the storage. Each is an object store in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Who this client is, and where its bases stand.
    Meta,
    /// What the server has not answered for good, one JSON value an entry.
    Outbox,
    /// What it has, for a server that loses it.
    Confirmed,
    /// Bodies, a thousand rows a value, kept as received.
    Block,
    /// The lines of the blocks' rows, binary, made by this build.
    Index,
    /// Single records that are newer than the blocks.
    Delta,
    /// Half-filled forms.
    Draft,
    /// Photos and files.
    Blob,
}

impl Area {
    /// Every area.
    pub const ALL: [Area; 8] =
        [Area::Meta, Area::Outbox, Area::Confirmed, Area::Block, Area::Index, Area::Delta, Area::Draft, Area::Blob];

    /// Returns the name of the object store.
    pub const fn name(self) -> &'static str {
        match self {
            Area::Meta => "meta",
            Area::Outbox => "outbox",
            Area::Confirmed => "confirmed",
            Area::Block => "block",
            Area::Index => "index",
            Area::Delta => "delta",
            Area::Draft => "draft",
            Area::Blob => "blob",
        }
    }
}

/// What a transaction reads first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    One(Area, String),
    /// Every key that begins so; the empty prefix reads the whole area.
    Prefix(Area, String),
    /// Every key that begins so and is not before another.
    From(Area, String, String),
}

impl Read {
    /// Returns where it reads.
    pub fn area(&self) -> Area {
        match self {
            Read::One(area, _) | Read::Prefix(area, _) | Read::From(area, ..) => *area,
        }
    }
}

/// What a transaction writes then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    Put(Area, String, Vec<u8>),
    Delete(Area, String),
    DeletePrefix(Area, String),
}

/// The keys and values that one read found, in key order.
pub type Rows = Vec<(String, Vec<u8>)>;

/// When a transaction counts as complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On the disk: what a person entered.
    Strict,
    /// With the operating system: what can be pulled again.
    Relaxed,
}

/// Why the storage failed. Nothing of the transaction was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KvError {
    /// The handle was lost and could not be opened again.
    #[error("the storage handle was lost")]
    Lost,
    #[error("no room on this device")]
    Quota,
    /// Somebody or something deleted the database while this program ran.
    #[error("the database was cleared")]
    Cleared,
    /// A later build has upgraded the database.
    #[error("the database is of a later build")]
    LaterBuild,
    #[error("storage failed: {0}")]
    Failed(String),
}

/// A device's storage.
pub trait Kv {
    /// Reads what is complete. Holds up nobody, and waits only for a transaction that writes.
    ///
    /// # Errors
    /// Nothing was read.
    fn read(&self, reads: &[Read]) -> impl Future<Output = Result<Vec<Rows>, KvError>>;

    /// Runs one transaction: reads, lets `decide` look at what was found and say what to write, writes
    /// it, and returns once it is complete at this durability. Nothing else is awaited inside.
    ///
    /// # Errors
    /// Nothing was written.
    fn transact<T>(
        &self,
        reads: &[Read],
        durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> impl Future<Output = Result<T, KvError>>;
}

/// Returns the storage key of a number; keys sort as the numbers do.
pub fn key_of(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:016}")
}
