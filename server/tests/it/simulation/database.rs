//! A throw-away database that a simulated server opens, leaves, and goes back in.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use server::store::{Store, renew_incarnation};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, raw_sql,
    sqlite::SqliteConnectOptions,
};
use tempfile::TempDir;

use crate::{cluster::Cluster, stores::shared_cluster};

/// Every table with rows of its own.
const TABLES: [&str; 12] = [
    "org",
    "record",
    "reference",
    "lookup_key",
    "member",
    "moved",
    "client",
    "journal",
    "journal_before",
    "credential",
    "session",
    "device",
];

/// Where a company's data lies.
pub(crate) enum Database {
    /// The file has another name after each restore: whoever still has the old one open disturbs nobody.
    Sqlite {
        folder: TempDir,
        restored: u32,
    },
    Postgres {
        url: String,
        _cluster: Arc<Mutex<Cluster>>,
    },
}

/// The checkers' own connection.
pub(crate) enum Reader {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite { folder: tempfile::tempdir().expect("a folder"), restored: 0 }
    }

    pub(crate) fn postgres() -> Self {
        let cluster = shared_cluster();
        let url = cluster.lock().unwrap_or_else(PoisonError::into_inner).database();
        Self::Postgres { url, _cluster: cluster }
    }

    fn file(folder: &TempDir, restored: u32) -> PathBuf {
        folder.path().join(format!("changke-{restored}.sqlite"))
    }

    fn backup_file(folder: &TempDir) -> PathBuf {
        folder.path().join("backup.sqlite")
    }

    /// Opens it as a starting server does.
    pub(crate) async fn open(&self) -> Store {
        match self {
            Self::Sqlite { folder, restored } => Store::open_sqlite(&Self::file(folder, *restored)).await,
            Self::Postgres { url, .. } => Store::open_postgres(url).await,
        }
        .expect("the database opens")
    }

    /// Looks into it.
    pub(crate) async fn reader(&self) -> Reader {
        match self {
            Self::Sqlite { folder, restored } => {
                let options = SqliteConnectOptions::new().filename(Self::file(folder, *restored));
                Reader::Sqlite(options.connect().await.expect("a connection"))
            }
            Self::Postgres { url, .. } => Reader::Postgres(PgConnection::connect(url).await.expect("a connection")),
        }
    }

    /// Makes a backup, in the place of the one before: a file as the command line writes it, or a copy of
    /// each table at one moment.
    pub(crate) async fn back_up(&self, store: &Store, reader: &mut Reader) {
        match (self, reader) {
            (Self::Sqlite { folder, .. }, _) => {
                let file = Self::backup_file(folder);
                if file.exists() {
                    fs::remove_file(&file).expect("the backup before");
                }
                store.backup(&file).await.expect("a backup");
            }
            (Self::Postgres { .. }, Reader::Postgres(conn)) => {
                let mut text = "BEGIN; DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;".to_owned();
                TABLES.iter().for_each(|table| text += &format!("CREATE TABLE kept.{table} AS TABLE public.{table};"));
                raw_sql(AssertSqlSafe(text + "COMMIT")).execute(conn).await.expect("a backup");
            }
            _ => unreachable!("a reader of another database"),
        }
    }

    /// Goes back to the backup, as another history. No server runs meanwhile.
    pub(crate) async fn restore(&mut self, reader: Reader) {
        match (self, reader) {
            (Self::Sqlite { folder, restored }, Reader::Sqlite(_)) => {
                *restored += 1;
                let file = Self::file(folder, *restored);
                fs::copy(Self::backup_file(folder), &file).expect("a copy");
                renew_incarnation(&file).await.expect("another history");
            }
            (Self::Postgres { .. }, Reader::Postgres(mut conn)) => {
                let mut text = format!("BEGIN; TRUNCATE {};", TABLES.join(", "));
                TABLES.iter().for_each(|table| text += &format!("INSERT INTO {table} SELECT * FROM kept.{table};"));
                text += "UPDATE org SET incarnation = gen_random_uuid()::text; COMMIT";
                raw_sql(AssertSqlSafe(text)).execute(&mut conn).await.expect("restored");
            }
            _ => unreachable!("a reader of another database"),
        }
    }
}
