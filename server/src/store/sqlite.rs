//! What only a SQLite file needs: its write-ahead log watched, backups, and a new incarnation.

use std::path::{Path, PathBuf};

use domain::attachment::BlobHash;
use sqlx::{ConnectOptions, Connection, SqliteConnection, query, query_as, query_scalar, sqlite::SqliteConnectOptions};
use sync::server::StoreError;

use super::{
    Pools, Store,
    code::id_text,
    error::{StoreResult, failed},
};
use crate::random;

/// Above this the log is written back at once; readers that overlap could keep it growing for ever.
const WAL_BYTES_MOST: u64 = 64 << 20;

/// How a look at the write-ahead log ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wal {
    Small,
    WrittenBack,
    /// A long reader keeps it from being written back.
    Stuck {
        bytes: u64,
    },
}

impl Store {
    /// Writes the write-ahead log back if it has grown large.
    ///
    /// # Errors
    /// The database is away.
    pub async fn watch_wal(&self) -> StoreResult<Wal> {
        let Pools::Sqlite { writer, .. } = &self.pools else { return Ok(Wal::Small) };
        let mut wal = writer.connect_options().get_filename().as_os_str().to_owned();
        wal.push("-wal");
        let bytes = std::fs::metadata(PathBuf::from(wal)).map_or(0, |file| file.len());
        if bytes <= WAL_BYTES_MOST {
            return Ok(Wal::Small);
        }
        let (busy, _, _): (i64, i64, i64) =
            query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(writer).await.map_err(failed)?;
        Ok(if busy == 0 { Wal::WrittenBack } else { Wal::Stuck { bytes } })
    }

    /// Writes a consistent copy into a new file while the server runs.
    ///
    /// # Errors
    /// It exists already, cannot be written, or the store is no file.
    pub async fn backup(&self, file: &Path) -> StoreResult<()> {
        let Pools::Sqlite { readers, .. } = &self.pools else {
            return Err(StoreError::Fatal("PostgreSQL has tools of its own: pg_dump and pg_restore".into()));
        };
        let mut conn = readers.acquire().await.map_err(failed)?;
        // A copy writes no row of this database, but counts as writing.
        query("PRAGMA query_only = off").execute(&mut *conn).await.map_err(failed)?;
        let copied = query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(&mut *conn).await;
        query("PRAGMA query_only = on").execute(&mut *conn).await.map_err(failed)?;
        copied.map(drop).map_err(failed)
    }
}

/// What a file was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its head revision.
    pub head: u64,
    /// How many photos and files are whole.
    pub blobs: u64,
}

/// Opens a file and checks that it is whole, its photos and files by their hashes.
///
/// # Errors
/// It is damaged, or no database of Changke.
pub async fn check_file(file: &Path) -> StoreResult<Checked> {
    let mut conn = open(file).await?;
    let verdict: String = query_scalar("PRAGMA integrity_check").fetch_one(&mut conn).await.map_err(failed)?;
    if verdict != "ok" {
        return Err(StoreError::Fatal(format!("{} is damaged: {verdict}", file.display())));
    }
    let head: i64 = query_scalar("SELECT head_rev FROM org").fetch_one(&mut conn).await.map_err(failed)?;
    let blobs = check_blobs(&mut conn, file).await?;
    conn.close().await.map_err(failed)?;
    Ok(Checked { head: head.unsigned_abs(), blobs })
}

/// Compares every photo and file with its hash; returns how many there are. A backup of before there were any has none.
async fn check_blobs(conn: &mut SqliteConnection, file: &Path) -> StoreResult<u64> {
    let known: i64 = query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'blob_piece'")
        .fetch_one(&mut *conn)
        .await
        .map_err(failed)?;
    if known == 0 {
        return Ok(0);
    }
    let blobs: Vec<(i64, i16, String, String)> =
        query_as("SELECT org, kind, id, digest FROM blob WHERE whole").fetch_all(&mut *conn).await.map_err(failed)?;
    for (org, kind, id, digest) in &blobs {
        let pieces: Vec<Vec<u8>> = query_scalar(
            "SELECT bytes FROM blob_piece WHERE org = $1 AND kind = $2 AND id = $3 AND digest = $4 ORDER BY start",
        )
        .bind(org)
        .bind(kind)
        .bind(id)
        .bind(digest)
        .fetch_all(&mut *conn)
        .await
        .map_err(failed)?;
        if BlobHash::of_pieces(pieces).to_string() != *digest {
            return Err(StoreError::Fatal(format!("{} is damaged: attachment {id}", file.display())));
        }
    }
    Ok(blobs.len() as u64)
}

/// Marks a file as another history, so that devices notice that it was restored.
///
/// # Errors
/// It cannot be written.
pub async fn renew_incarnation(file: &Path) -> StoreResult<()> {
    let mut conn = open(file).await?;
    let changed = query("UPDATE org SET incarnation = $1").bind(id_text(random::id()?));
    changed.execute(&mut conn).await.map_err(failed)?;
    conn.close().await.map_err(failed)
}

async fn open(file: &Path) -> StoreResult<SqliteConnection> {
    SqliteConnectOptions::new().filename(file).connect().await.map_err(failed)
}
