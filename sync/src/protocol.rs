//! What device and server say to each other. Bodies describe themselves; unknown fields are ignored.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    access::Scope,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Mutation as _, Void},
    refusal::Refusal,
    user::User,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The protocol that this build speaks; the server also accepts the two before.
pub const PROTOCOL: u16 = 1;
/// The oldest protocol that the server accepts.
pub const PROTOCOL_OLDEST: u16 = 1;
/// The most entries of one push.
pub const PUSH_ENTRIES_MOST: usize = 500;
/// The most bytes of one push.
pub const PUSH_BYTES_MOST: usize = 1 << 20;
/// The most bytes of one entry's arguments, checked where it is entered.
pub const ENTRY_BYTES_MOST: usize = 256 << 10;
/// The most bytes of one piece of a photo or file on its way.
pub const BLOB_PIECE_BYTES: usize = 256 << 10;
/// The rows of one feed page.
pub const PAGE_ROWS: usize = 1000;

/// A client: one browser profile of one user.
pub type ClientId = Uuid;

/// One mutation on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub id: Uuid,
    /// The client's counter, from 1.
    pub n: u64,
    pub name: String,
    /// The version of the arguments.
    pub v: u16,
    pub args: Box<RawValue>,
    /// When it happened, by the device's clock as corrected by the measured offset; ms UTC.
    pub happened: i64,
    /// The same by the device's own clock; ms.
    pub happened_raw: i64,
    /// The day of business in the organisation's zone.
    pub business_date: NaiveDate,
    /// The revision that the device had seen when it was made.
    pub seen: u64,
    /// What it is about, in its author's words: names as they were when it was made.
    #[serde(default)]
    pub about: String,
}

impl Entry {
    /// Returns the hash of what the entry does. Its number is no part of it: numbers change when a
    /// client takes a fresh id.
    pub fn hash(&self) -> String {
        hash(&self.name, self.v, self.args.get())
    }

    /// Returns the hash of an entry that was discarded before it was sent.
    pub fn hash_of_void() -> String {
        hash(Void::NAME, Void::VERSION, "{}")
    }
}

fn hash(name: &str, v: u16, args: &str) -> String {
    let digest = Sha256::new().chain_update(name).chain_update(v.to_le_bytes()).chain_update(args).finalize();
    digest[..16].iter().map(|b| format!("{b:02x}")).collect()
}

/// Who asks, in every request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Caller {
    pub protocol: u16,
    pub organisation: Uuid,
    pub user: Id<User>,
    pub client: ClientId,
}

/// Sends mutations in counter order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushRequest {
    pub caller: Caller,
    pub entries: Vec<Entry>,
}

/// The server's final word on an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Applied,
    Refused(Refusal),
}

/// The answer to one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: Uuid,
    pub rev: u64,
    pub verdict: Verdict,
    /// It had been answered before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
}

/// The answer to a push. Only a hint: the feed carries the outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushAnswer {
    /// A prefix was answered for good. `expected` is the next counter.
    Answered {
        outcomes: Vec<Outcome>,
        expected: u64,
        head: u64,
        /// The history that the revisions are of; nil from an older server.
        #[serde(default)]
        incarnation: Uuid,
    },
    /// The counter's entry is another one: two clients share one identity.
    Forked,
    /// Later: the entry at `n` is of a newer build, or the database is away.
    NotYet { n: u64 },
    /// The session is somebody else's.
    OtherSession,
    /// The build is too old to be served.
    Outdated,
}

/// How much of a photo or file the server holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobHeld {
    /// Bytes, from the first on: where the next piece begins.
    pub held: u64,
    /// All of them, and they are what their hash says.
    pub whole: bool,
}

/// A place in the feed. Pages may be cut between any two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub position: u64,
    /// Forgets come before upserts, outcomes after them.
    pub step: u8,
    pub kind: u8,
    pub id: Uuid,
}

/// The steps within one position.
pub mod step {
    /// A group leaves sight.
    pub const GROUP: u8 = 0;
    /// A record leaves sight.
    pub const RECORD: u8 = 1;
    /// A record as it is.
    pub const UPSERT: u8 = 2;
    /// What became of an own entry.
    pub const OUTCOME: u8 = 3;
    /// Everything of this position has been seen.
    pub const END: u8 = 255;
}

impl Place {
    /// Returns the place of a record's newest state, whose position for a viewer is given.
    pub const fn upsert(position: u64, key: RecordKey) -> Self {
        Self { position, step: step::UPSERT, kind: key.kind.number(), id: key.id }
    }

    /// Returns the place behind everything at a position.
    pub const fn end_of(position: u64) -> Self {
        Self { position, step: step::END, kind: u8::MAX, id: Uuid::max() }
    }
}

/// How far a device has followed which history with which eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub incarnation: Uuid,
    pub epoch: u32,
    pub scope: Scope,
    /// How many kinds the build knew.
    pub kinds: u8,
    pub place: Place,
    /// The head when the feed was read up to here. A row that changes later moves to a later place, so
    /// what was read depends on all of history up to this revision, not only up to the place.
    pub head: u64,
    /// The mark of the journal entry at `head`.
    pub mark: Option<Uuid>,
    /// The oldest head at which anything that the device holds was read; it rises whenever the device has
    /// caught up. What left sight before it cannot be on the device.
    #[serde(default)]
    pub floor: u64,
}

/// A point of history: a revision and the mark of its journal entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub head: u64,
    pub mark: Uuid,
}

/// Asks for the feed after a cursor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PullRequest {
    pub caller: Caller,
    /// How many kinds this build knows; later ones are not sent.
    pub kinds: u8,
    pub cursor: Option<Cursor>,
    /// The newest history that the device has seen, also while it starts from zero.
    #[serde(default)]
    pub seen: Option<Seen>,
    /// Entries that the server has not answered, for the list of devices.
    pub unsent: u32,
}

/// One item of the feed. The body is kept as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    Upsert { key: RecordKey, group: Group, rev: u64, body: &'a str },
    Forget { key: RecordKey },
    ForgetGroup { group: Group },
    Outcome(Outcome),
}

/// Ends a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEnd {
    /// The place that the page follows: a page fits only where the device stands there.
    pub after: Place,
    /// The client whose outcomes the page carries.
    pub client: ClientId,
    pub cursor: Cursor,
    pub head: u64,
    pub more: bool,
    /// The server's clock; ms UTC.
    pub time: i64,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoPage {
    /// The cursor is of another history: the server was restored or replaced.
    OtherHistory,
    /// Start from zero: roles changed, the build knows more kinds, or the cursor is too old.
    /// `narrowed`: forget everything first.
    StartOver {
        narrowed: bool,
    },
    OtherSession,
    Outdated,
}

/// Asks for count and sum of hashes per kind at a cursor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckRequest {
    pub caller: Caller,
    pub kinds: u8,
    pub cursor: Cursor,
}

/// Count and sum of hashes of the records of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub count: u64,
    pub hash: u64,
}

impl Sum {
    /// Adds a record. The sum does not depend on the order.
    pub fn add(&mut self, id: Uuid, rev: u64) {
        self.count += 1;
        self.hash = self.hash.wrapping_add(record_hash(id, rev));
    }
}

/// Sums by kind; kinds without records are absent.
pub type Sums = BTreeMap<Kind, Sum>;

/// The answer to a check: `None` if the server has moved on and the device must pull first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    pub sums: Option<Sums>,
}

/// Mixes id and revision into 64 bits (the finaliser of SplitMix64 over both).
fn record_hash(id: Uuid, rev: u64) -> u64 {
    let (high, low) = id.as_u64_pair();
    let mix = |mut x: u64| {
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    mix(mix(high ^ low.rotate_left(32)).wrapping_add(rev).wrapping_add(0x9e37_79b9_7f4a_7c15))
}
