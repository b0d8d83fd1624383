//! Where the two databases differ.

/// SQLite: takes the write lock at once; a transaction that reads first and writes later could fail for good.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: one snapshot for all statements of a page. Each of them walks an index in its order and stops
/// at the limit; a planner with old statistics would rather read and sort everything behind the cursor, for
/// every page anew.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; \
    SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";

/// PostgreSQL: nobody waits for the organisation's lock for ever.
pub(super) const BEGIN_PATIENT: &str = "BEGIN; SET LOCAL lock_timeout = '10s'";

/// PostgreSQL: one writer per organisation. Revisions then become visible in their order.
pub(super) const LOCK_ORGANISATION: &str = "SELECT number FROM org WHERE number = $1 FOR UPDATE";

/// The channel of PostgreSQL's notifications.
pub(super) const CHANNEL: &str = "changke_head";

/// PostgreSQL: wakes the other servers. Never inside a mutation's transaction: notifications are
/// serialised at commit.
pub(super) const NOTIFY: &str = "SELECT pg_notify($1, $2)";

/// How many values one statement may bind: SQLite 32,766, PostgreSQL 65,535.
pub(super) const BINDS_MOST: usize = 32_000;
