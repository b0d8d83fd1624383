//! The server's store on SQLite and PostgreSQL.
//!
//! Every statement is written once and expanded for both databases by [`on!`]. What differs has a name
//! in [`dialect`].

mod accounts;
mod archive;
mod blobs;
mod clients;
mod code;
mod devices;
mod dialect;
mod error;
mod feed;
mod health;
mod history;
mod journal;
mod links;
mod open;
mod quarantine;
mod read;
mod report;
mod sqlite;
mod taken;
mod write;

pub use accounts::{Account, NewSession};
pub use blobs::{BlobKey, Held};
pub use error::StoreResult;
pub use health::Health;
pub use sqlite::{Checked, Wal, check_file, renew_incarnation};

use std::sync::Arc;

use domain::plant::crashes;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use sync::server::{ServerStore, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use error::failed;

/// Runs one body on whichever database a transaction belongs to.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.conn {
            $crate::store::Conn::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Conn::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Where the simulator lets the server go down: before a transaction, a read, a write, and on both sides of a
/// commit.
fn survive() -> StoreResult<()> {
    if crashes() { Err(StoreError::Away("the server went down".into())) } else { Ok(()) }
}

/// One organisation's database. Clones are handles on the same pools.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
    /// The organisation's number in all keys.
    org: i64,
    id: Uuid,
}

#[derive(Clone, Debug)]
enum Pools {
    /// One writer connection; readers have snapshots of their own.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// Writers wait for the organisation's row here, in their order, so that those who wait do not hold the
    /// connections that readers need.
    Postgres { pool: PgPool, turns: Arc<Semaphore> },
}

/// A transaction. Dropped without commit, nothing of it remains.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    org: i64,
    /// Held until the transaction is over.
    _turn: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Store {
    /// Returns the id that the organisation has, or will have when it is set up.
    pub fn organisation(&self) -> Uuid {
        self.id
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { pool, .. } => pool.close().await,
        }
    }
}

impl ServerStore for Store {
    type Read = Tx;
    type Write = Tx;

    async fn read(&self) -> StoreResult<Tx> {
        survive()?;
        let conn = match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await.map_err(failed)?),
            Pools::Postgres { pool, .. } => {
                Conn::Postgres(pool.begin_with(dialect::BEGIN_SNAPSHOT).await.map_err(failed)?)
            }
        };
        Ok(Tx { conn, org: self.org, _turn: None })
    }

    async fn write(&self) -> StoreResult<Tx> {
        survive()?;
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let tx = writer.begin_with(dialect::BEGIN_WRITE).await.map_err(failed)?;
                Ok(Tx { conn: Conn::Sqlite(tx), org: self.org, _turn: None })
            }
            Pools::Postgres { pool, turns } => {
                let turn = turns.clone().acquire_owned().await.ok();
                let mut tx = pool.begin_with(dialect::BEGIN_PATIENT).await.map_err(failed)?;
                // The first statement, so that everything after it sees what the last holder committed.
                sqlx::query(dialect::LOCK_ORGANISATION).bind(self.org).execute(&mut *tx).await.map_err(failed)?;
                Ok(Tx { conn: Conn::Postgres(tx), org: self.org, _turn: turn })
            }
        }
    }
}
