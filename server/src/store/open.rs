//! Connecting, migrating, and what a new database starts with.

use std::{path::Path, sync::Arc, time::Duration};

use domain::{kind::Kind, recycle_bin::RecordPurge};
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    query, query_as,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use sync::server::{ServerStore, StoreError, WriteTx};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    Pools, Store, Tx,
    code::{id_of, id_text, kind_number, kind_of},
    dialect,
    error::{StoreResult, broken, failed},
    on,
};
use crate::random;

/// The organisation's number while one server holds one.
const ORG: i64 = 1;
/// How long SQLite waits for another process's lock.
const PATIENCE: Duration = Duration::from_secs(10);
const READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 24;
/// One that writes, and one that already waits at the database for it to end.
const WRITERS: usize = 2;

impl Store {
    /// Opens a SQLite file, made if it is absent, in the newest schema.
    ///
    /// # Errors
    /// It cannot be opened or migrated.
    pub async fn open_sqlite(file: &Path) -> StoreResult<Store> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Every commit is on the disk when it is answered.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .pragma("cache_size", "-32768")
            .pragma("temp_store", "memory");
        let writer = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let writer: SqlitePool = writer.connect_with(options.clone()).await.map_err(failed)?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await.map_err(|e| StoreError::Fatal(e.to_string()))?;
        let readers = SqlitePoolOptions::new().max_connections(READERS);
        let readers = readers.connect_lazy_with(options.pragma("query_only", "on"));
        Store::start(Pools::Sqlite { writer, readers }).await
    }

    /// Connects to a PostgreSQL database and brings it to the newest schema.
    ///
    /// # Errors
    /// It cannot be reached or migrated.
    pub async fn open_postgres(url: &str) -> StoreResult<Store> {
        let options: PgConnectOptions = url.parse().map_err(failed)?;
        let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS);
        let pool: PgPool = pool.connect_with(options.application_name("changke")).await.map_err(failed)?;
        sqlx::migrate!("migrations/postgres").run(&pool).await.map_err(|e| StoreError::Fatal(e.to_string()))?;
        Store::start(Pools::Postgres { pool, turns: Arc::new(Semaphore::new(WRITERS)) }).await
    }

    async fn start(pools: Pools) -> StoreResult<Store> {
        let mut store = Store { pools, org: ORG, id: Uuid::nil() };
        let mut tx = store.write().await?;
        store.id = tx.found().await?;
        tx.give_due().await?;
        tx.commit().await?;
        store.renew_reports().await;
        Ok(store)
    }

    /// Brings PostgreSQL's statistics up to date. Without any its planner takes one organisation for one of
    /// two hundred, and reads all its records where it should look up five.
    ///
    /// # Errors
    /// The database is away.
    pub async fn refresh_statistics(&self) -> StoreResult<()> {
        let Pools::Postgres { pool, .. } = &self.pools else { return Ok(()) };
        query("ANALYZE").execute(pool).await.map(drop).map_err(failed)
    }

    /// Listens for the heads that other servers announce; `None` where there can be no other server.
    ///
    /// # Errors
    /// The database is away.
    pub async fn listen(&self) -> StoreResult<Option<PgListener>> {
        let Pools::Postgres { pool, .. } = &self.pools else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await.map_err(failed)?;
        listener.listen(dialect::CHANNEL).await.map_err(failed)?;
        Ok(Some(listener))
    }

    /// Announces a head to the other servers, outside every transaction.
    ///
    /// # Errors
    /// The database is away; their slow poll finds it then.
    pub async fn announce(&self, head: u64) -> StoreResult<()> {
        let Pools::Postgres { pool, .. } = &self.pools else { return Ok(()) };
        let told = query(dialect::NOTIFY).bind(dialect::CHANNEL).bind(head.to_string());
        told.execute(pool).await.map(drop).map_err(failed)
    }
}

impl Tx {
    /// Gives a day to what was put into the recycle bin under a build that did not yet purge it.
    async fn give_due(&mut self) -> StoreResult<()> {
        let org = self.org;
        let kinds = RecordPurge::KINDS.into_iter().chain([Kind::Customer]);
        let kinds = kinds.map(|kind| kind.number().to_string()).collect::<Vec<_>>().join(", ");
        let without = format!(
            "SELECT kind, id, body FROM record WHERE org = $1 AND kind IN ({kinds}) AND deleted AND due IS NULL"
        );
        let rows: Vec<(i16, String, String)> =
            on!(self, conn => query_as(AssertSqlSafe(without)).bind(org).fetch_all(conn).await).map_err(failed)?;
        for (kind, id, body) in rows {
            // What this build cannot read, it does not purge either.
            let Some(due) = kind_of(kind)?.facts(&body).ok().and_then(|facts| facts.due) else { continue };
            on!(self, conn =>
                query("UPDATE record SET due = $4 WHERE org = $1 AND kind = $2 AND id = $3")
                    .bind(org).bind(kind).bind(&id).bind(due.to_string()).execute(conn).await.map(drop)
            )
            .map_err(failed)?;
        }
        Ok(())
    }

    /// Makes the organisation's row if it is absent, and the list of kinds; returns the organisation's id.
    async fn found(&mut self) -> StoreResult<Uuid> {
        let org = self.org;
        for kind in Kind::ALL {
            on!(self, conn =>
                query("INSERT INTO kind (number, name) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                    .bind(kind_number(*kind)).bind(kind.name()).execute(conn).await.map(drop)
            )
            .map_err(failed)?;
        }
        let (id, incarnation) = (id_text(random::id()?), id_text(random::id()?));
        on!(self, conn =>
            query("INSERT INTO org (number, id, incarnation, head_rev) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING")
                .bind(org).bind(id).bind(incarnation).execute(conn).await.map(drop)
        )
        .map_err(failed)?;
        let (id,): (String,) = on!(self, conn =>
            query_as("SELECT id FROM org WHERE number = $1").bind(org).fetch_one(conn).await
        )
        .map_err(failed)?;
        id_of(&id).map_err(broken)
    }
}
