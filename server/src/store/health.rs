//! How the database stands, for whoever watches over it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, query_scalar};
use sync::server::{ReadTx as _, ServerStore as _};

use super::{
    Pools, Store, Tx,
    code::rev_column,
    error::{StoreResult, failed},
    on,
};

/// What is worth an alarm, and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The newest revision.
    pub revision: i64,
    /// Entries on devices, as each last reported.
    pub unsent: i64,
    /// Entries that wait for an administrator's decision.
    pub quarantine: i64,
    /// Conflicts that nobody has settled.
    pub conflicts: i64,
    /// The database's size; bytes.
    pub bytes: i64,
    /// When a backup was last written and checked; ms UTC, 0 if none was, or where other tools do it.
    pub backed_up: i64,
}

impl Store {
    /// Reads how the database stands.
    ///
    /// # Errors
    /// The database is away.
    pub async fn health(&self) -> StoreResult<Health> {
        let (size, backed_up) = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let options = writer.connect_options();
                let noted = fs::read_to_string(note_beside(options.get_filename()));
                let at = noted.ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default();
                ("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()", at)
            }
            Pools::Postgres { .. } => ("SELECT pg_database_size(current_database())", 0),
        };
        let mut tx = self.read().await?;
        let revision = rev_column(tx.head().await?.rev);
        let org = self.org;
        let unsent = format!("SELECT CAST(COALESCE(SUM(unsent), 0) AS BIGINT) FROM client WHERE org = {org}");
        let quarantine = format!("SELECT COUNT(*) FROM quarantine WHERE org = {org} AND accepted IS NULL");
        Ok(Health {
            revision,
            unsent: tx.number(&unsent).await?,
            quarantine: tx.number(&quarantine).await?,
            conflicts: tx.number("SELECT COUNT(*) FROM report_conflict WHERE NOT resolved").await?,
            bytes: tx.number(size).await?,
            backed_up,
        })
    }

    /// Says whether a backup leaves a note here; PostgreSQL has tools of its own, which do not.
    pub(crate) fn knows_backups(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Notes beside a SQLite file that a backup of it was written and checked.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn note_backup(file: &Path, now: i64) -> std::io::Result<()> {
        fs::write(note_beside(file), now.to_string())
    }
}

fn note_beside(file: &Path) -> PathBuf {
    let mut note = file.as_os_str().to_owned();
    note.push(".backed-up");
    note.into()
}

impl Tx {
    async fn number(&mut self, text: &str) -> StoreResult<i64> {
        on!(self, conn => query_scalar(AssertSqlSafe(text.to_owned())).fetch_one(conn).await).map_err(failed)
    }
}
