//! What the engine asks of a database. Engines decide; stores only read and write rows.

use std::{collections::BTreeSet, future::Future};

use chrono::NaiveDate;
use domain::{
    access::{Right, Scope},
    id::Id,
    kind::{Group, Kind, RecordKey},
    record::Facts,
    user::User,
    view::{Loaded, Need, Row},
};
use uuid::Uuid;

use crate::protocol::{ClientId, Entry, Place, Sums, Verdict};

/// Why a store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Away, busy or restarted: trying again can help.
    #[error("the database is away: {0}")]
    Away(String),
    /// Trying again cannot help.
    #[error("the database refused: {0}")]
    Fatal(String),
}

/// Where an organisation's history stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// A random id made at creation and at every restore.
    pub incarnation: Uuid,
    pub rev: u64,
    /// What left sight up to this revision is no longer told: see [`WriteTx::prune`].
    pub pruned: u64,
}

/// A client as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    pub id: ClientId,
    pub user: Id<User>,
    /// The counter of the next entry.
    pub expected: u64,
    /// Entries that the device had not sent at its last contact.
    pub unsent: u32,
    /// ms UTC.
    pub last_contact: i64,
}

/// A stretch of history in which a user sees a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    pub group: Group,
    pub user: Id<User>,
    pub right: Right,
    /// The revision at which the sight began; older than `from_rev` after a mere change of right.
    pub since: u64,
    pub from_rev: u64,
    /// The revision at which it ended; `None` while it lasts.
    pub until_rev: Option<u64>,
    /// The end was the end of sight, not a mere change of right.
    pub left: bool,
    /// The group was there before the sight began, so that it may hold records older than `since`.
    pub gained: bool,
}

/// A record that left a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub from: Group,
    pub key: RecordKey,
    pub rev: u64,
}

/// One line of the journal, the append-only history of who did what.
#[derive(Clone, Debug)]
pub struct JournalRow {
    pub rev: u64,
    /// Derived from the mark before it, the entry and its arrival: it stands for all of history up to
    /// here. The entry's id would not do: after a restore the same entries may come to stand at the same
    /// revisions of another history.
    pub mark: Uuid,
    pub entry: Entry,
    /// The entry's [`Entry::hash`].
    pub hash: String,
    /// `None` for what the server did by itself.
    pub author: Option<Id<User>>,
    pub client: Option<ClientId>,
    /// ms UTC.
    pub arrived: i64,
    pub verdict: Verdict,
    /// It was judged by the right at the time of entry.
    pub late: bool,
    /// The business date was more than a day off the corrected time.
    pub odd_date: bool,
    /// What each record was before; `None` for one that was created.
    pub before: Vec<(RecordKey, Option<Row>)>,
}

/// A record's newest state in a batch.
#[derive(Clone, Debug)]
pub struct Written {
    pub key: RecordKey,
    /// It was stored before this batch; its references and keys have to be replaced.
    pub existed: bool,
    /// `None` if it was purged.
    pub state: Option<(Row, Facts)>,
}

/// Everything that one transaction writes.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub records: Vec<Written>,
    /// New and changed rows; the key is (group, user, from_rev).
    pub members: Vec<MemberRow>,
    pub moved: Vec<Moved>,
    pub journal: Vec<JournalRow>,
    pub client: Option<ClientRow>,
    /// The new head revision.
    pub head: u64,
}

/// Whose feed is read, with which eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub user: Id<User>,
    pub scope: Scope,
    pub client: ClientId,
}

/// A feed item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    Upsert(Row),
    Forget { key: RecordKey },
    ForgetGroup { group: Group },
    Outcome { id: Uuid, verdict: Verdict },
}

/// An organisation's database.
pub trait ServerStore: Send + Sync {
    type Read: ReadTx;
    type Write: WriteTx;

    /// Opens one read snapshot.
    fn read(&self) -> impl Future<Output = Result<Self::Read, StoreError>> + Send;

    /// Opens a write transaction that holds the organisation's lock from its first statement on.
    fn write(&self) -> impl Future<Output = Result<Self::Write, StoreError>> + Send;
}

/// What is read in one snapshot.
pub trait ReadTx: Send {
    /// Returns where history stands.
    fn head(&mut self) -> impl Future<Output = Result<Head, StoreError>> + Send;

    /// Returns the mark of the journal entry at a revision.
    fn mark(&mut self, rev: u64) -> impl Future<Output = Result<Option<Uuid>, StoreError>> + Send;

    /// Returns when the journal entry at a revision arrived; ms UTC.
    fn arrived(&mut self, rev: u64) -> impl Future<Output = Result<Option<i64>, StoreError>> + Send;

    /// Answers records, children and holders into `loaded`; standings are not asked here.
    fn load(&mut self, needs: &[Need], loaded: &mut Loaded) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Returns all member rows of groups, open and closed.
    fn members(&mut self, groups: &[Group]) -> impl Future<Output = Result<Vec<MemberRow>, StoreError>> + Send;

    /// Returns a client.
    fn client(&mut self, id: ClientId) -> impl Future<Output = Result<Option<ClientRow>, StoreError>> + Send;

    /// Returns the clients of a person, in any order.
    fn clients_of(&mut self, user: Id<User>) -> impl Future<Output = Result<Vec<ClientRow>, StoreError>> + Send;

    /// Returns what became of entries: id, revision, hash, author, client, verdict.
    fn answered(&mut self, ids: &[Uuid]) -> impl Future<Output = Result<Vec<Answered>, StoreError>> + Send;

    /// Returns at most `limit` items of a viewer's feed after a place, in order, up to `head`.
    ///
    /// An upsert's position is `max(rev, since(group))`, `since` being that of the viewer's open member
    /// row, 0 for group `org` and for viewers who see all groups. Kinds outside the scope are not sent. A
    /// forgotten group stands at the `until_rev` of a row that [`MemberRow::left`]; a forgotten record at
    /// the `rev` of its [`Moved`] row if the viewer saw the old group then (rows with
    /// `from_rev < rev`) and does not see the record now. Outcomes are those of the viewer's client.
    fn feed(
        &mut self,
        viewer: &Viewer,
        after: Place,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(Place, Placed)>, StoreError>> + Send;

    /// Returns at most `limit` journal entries after a revision, in order, with their before-images.
    fn journal(&mut self, after: u64, limit: usize)
    -> impl Future<Output = Result<Vec<JournalRow>, StoreError>> + Send;

    /// Returns records as they are, in any order; absent ones are left out.
    fn rows(&mut self, keys: &[RecordKey]) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send;

    /// Returns at most `limit` ids of records of a kind behind an id, in their order.
    fn of_kind(
        &mut self,
        kind: Kind,
        after: Uuid,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Uuid>, StoreError>> + Send;

    /// Returns count and sum of hashes of what a viewer sees, by kind.
    fn sums(&mut self, viewer: &Viewer) -> impl Future<Output = Result<Sums, StoreError>> + Send;

    /// Returns the records whose due date is on or before a day.
    fn due(&mut self, day: NaiveDate) -> impl Future<Output = Result<BTreeSet<RecordKey>, StoreError>> + Send;
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub id: Uuid,
    pub rev: u64,
    pub hash: String,
    pub author: Option<Id<User>>,
    pub client: Option<ClientId>,
    pub verdict: Verdict,
}

/// A transaction that writes.
pub trait WriteTx: ReadTx {
    /// Writes a batch. May be called once.
    fn write(&mut self, batch: &Batch) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Notes a client's last contact and unsent entries.
    fn touch_client(&mut self, row: &ClientRow) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Drops the member rows that ended, and the moves that happened, up to a revision, and remembers that.
    fn prune(&mut self, up_to: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Commits.
    fn commit(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}
