//! Views for reporting: `report_<kind>` with one column for each column of the kind, read by whoever asks the database
//! with other tools. They are made at the start of a server whose columns are others than those of the views.
//!
//! A migration that changes `record` drops these views first; the start that runs it makes them again.

mod view;

use sqlx::{AssertSqlSafe, query, query_scalar};
use sync::server::{ServerStore, WriteTx};

use super::{
    Pools, Store, Tx,
    error::{StoreResult, failed},
    on,
};
use view::{Database, View, views};

/// So long the start waits for somebody who is reading a view: whoever comes after it waits as well.
const READERS_MAY_TAKE: &str = "2s";

impl Store {
    /// Makes the views anew that are not what this build would make. Where somebody built on them in a way that forbids
    /// it, or reads them for so long, the old ones stay until the next start, and the log says so.
    pub(super) async fn renew_reports(&self) {
        if let Err(error) = self.try_renew_reports().await {
            tracing::warn!(%error, "the reporting views are not renewed: something of your own depends on them or reads them");
        }
    }

    async fn try_renew_reports(&self) -> StoreResult<()> {
        let database = match &self.pools {
            Pools::Sqlite { .. } => Database::Sqlite,
            Pools::Postgres { .. } => Database::Postgres,
        };
        let mut tx = self.write().await?;
        if database == Database::Postgres {
            tx.run(format!("SET LOCAL lock_timeout = '{READERS_MAY_TAKE}'")).await?;
        }
        let mut changed = false;
        for view in views(database, self.org) {
            if tx.stands(&view, database).await? {
                continue;
            }
            changed = true;
            match database {
                Database::Sqlite => tx.replace(&view).await?,
                Database::Postgres => tx.replace_for_its_readers(&view).await?,
            }
        }
        if changed { tx.commit().await } else { Ok(()) }
    }
}

impl Tx {
    /// Says whether a view is there as this build would make it. PostgreSQL keeps a text of its own making, so the
    /// view's comment tells.
    async fn stands(&mut self, view: &View, database: Database) -> StoreResult<bool> {
        let (text, expected) = match database {
            Database::Sqlite => ("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = $1", view.definition()),
            Database::Postgres => ("SELECT obj_description(to_regclass($1), 'pg_class')", view.mark()),
        };
        let found: Option<Option<String>> = on!(self, conn =>
            query_scalar(text).bind(view.name.as_str()).fetch_optional(conn).await
        )
        .map_err(failed)?;
        Ok(found.flatten() == Some(expected))
    }

    async fn replace(&mut self, view: &View) -> StoreResult<()> {
        self.run(format!("DROP VIEW IF EXISTS {}", view.name)).await?;
        self.run(view.definition()).await
    }

    /// Replaces a view of PostgreSQL; whoever could read it still can.
    async fn replace_for_its_readers(&mut self, view: &View) -> StoreResult<()> {
        let readers: Vec<String> = on!(self, conn =>
            query_scalar(
                "SELECT CASE grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE format('%I', grantee) END \
                 FROM information_schema.table_privileges \
                 WHERE table_schema = current_schema() AND table_name = $1 AND privilege_type = 'SELECT'",
            )
            .bind(view.name.as_str()).fetch_all(conn).await
        )
        .map_err(failed)?;
        self.replace(view).await?;
        self.run(format!("COMMENT ON VIEW {} IS '{}'", view.name, view.mark())).await?;
        for reader in readers {
            self.run(format!("GRANT SELECT ON {} TO {reader}", view.name)).await?;
        }
        Ok(())
    }

    /// Runs a statement that is made of names in this program and of those that the database has quoted.
    async fn run(&mut self, text: String) -> StoreResult<()> {
        on!(self, conn => query(AssertSqlSafe(text)).persistent(false).execute(conn).await.map(drop)).map_err(failed)
    }
}
