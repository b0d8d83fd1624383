//! The limit: the same rows into the same tables by plain multi-row inserts, in the same transaction sizes
//! and with the same durability, with no rule run and nothing read.

use std::path::Path;

use domain::{id::Id, user::User};
use server::store::Store;
use sqlx::{
    PgPool, Postgres, QueryBuilder, Sqlite, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use sync::protocol::{Entry, PushRequest};

/// What one entry leaves behind.
pub(crate) struct Line {
    rev: i64,
    id: String,
    body: String,
    entry: Entry,
    hash: String,
    members: [String; 2],
    client: String,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A database that is written and read with plain statements.
pub(crate) struct Limit {
    pool: Pool,
    rev: i64,
}

macro_rules! write {
    ($Db:ty, $tx:expr, $lines:expr) => {{
        let lines: &[Line] = $lines;
        let mut q = QueryBuilder::<$Db>::new(
            "INSERT INTO record (org, kind, id, rev, group_kind, group_id, deleted, due, body) ",
        );
        q.push_values(lines, |mut v, line| {
            v.push_bind(1_i64).push_bind(3_i16).push_bind(line.id.as_str()).push_bind(line.rev).push_bind(3_i16);
            v.push_bind(line.id.as_str()).push_bind(false).push_bind(None::<String>).push_bind(line.body.as_str());
        });
        q.build().persistent(false).execute(&mut *$tx).await.expect("records");
        let mut q = QueryBuilder::<$Db>::new("INSERT INTO reference (org, kind, id, parent_kind, parent_id) ");
        q.push_values(lines, |mut v, line| {
            v.push_bind(1_i64).push_bind(3_i16).push_bind(line.id.as_str()).push_bind(2_i16);
            v.push_bind(line.members[0].as_str());
        });
        q.build().persistent(false).execute(&mut *$tx).await.expect("references");
        let mut q = QueryBuilder::<$Db>::new(
            "INSERT INTO member \
             (org, group_kind, group_id, user_id, writes, since, from_rev, until_rev, left_sight, gained) ",
        );
        q.push_values(lines.iter().flat_map(|line| line.members.iter().map(move |user| (line, user))), |mut v, row| {
            let (line, user) = row;
            v.push_bind(1_i64).push_bind(3_i16).push_bind(line.id.as_str()).push_bind(user.as_str()).push_bind(true);
            v.push_bind(line.rev).push_bind(line.rev).push_bind(None::<i64>).push_bind(false).push_bind(false);
        });
        q.build().persistent(false).execute(&mut *$tx).await.expect("members");
        let mut q = QueryBuilder::<$Db>::new(
            "INSERT INTO journal (org, rev, id, n, name, v, args, about, happened, happened_raw, business_date, \
             arrived, seen, hash, author, client, verdict, late, odd_date, mark) ",
        );
        q.push_values(lines, |mut v, line| {
            let entry = &line.entry;
            v.push_bind(1_i64).push_bind(line.rev).push_bind(entry.id.to_string()).push_bind(line.rev);
            v.push_bind(entry.name.as_str()).push_bind(i32::from(entry.v)).push_bind(entry.args.get());
            v.push_bind(entry.about.as_str()).push_bind(entry.happened).push_bind(entry.happened_raw);
            v.push_bind(entry.business_date.to_string()).push_bind(entry.happened).push_bind(0_i64);
            v.push_bind(line.hash.as_str()).push_bind(line.members[0].as_str()).push_bind(line.client.as_str());
            v.push_bind("\"applied\"").push_bind(false).push_bind(false).push_bind(entry.id.to_string());
        });
        q.build().persistent(false).execute(&mut *$tx).await.expect("journal");
        let mut q = QueryBuilder::<$Db>::new(
            "INSERT INTO journal_before (org, rev, kind, id, old_rev, group_kind, group_id, body) ",
        );
        q.push_values(lines, |mut v, line| {
            v.push_bind(1_i64).push_bind(line.rev).push_bind(3_i16).push_bind(line.id.as_str());
            v.push_bind(None::<i64>).push_bind(None::<i16>).push_bind(None::<String>).push_bind(None::<String>);
        });
        q.build().persistent(false).execute(&mut *$tx).await.expect("before-images");
        sqlx::query("UPDATE org SET head_rev = head_rev + $1")
            .bind(lines.len() as i64)
            .execute(&mut *$tx)
            .await
            .expect("head");
    }};
}

/// Reads records in pages by revision and returns how many there were.
macro_rules! read {
    ($pool:expr) => {{
        let (mut rows, mut after) = (0, 0_i64);
        loop {
            let page: Vec<(i64, i16, String, i16, String, String)> = sqlx::query_as(
                "SELECT rev, kind, id, group_kind, group_id, body FROM record WHERE org = 1 AND rev > $1 \
                 ORDER BY rev LIMIT 1000",
            )
            .bind(after)
            .fetch_all($pool)
            .await
            .expect("a page");
            let Some(last) = page.last() else { break rows };
            after = last.0;
            rows += page.len();
        }
    }};
}

impl Limit {
    /// A file with the same schema and the same durability.
    pub(crate) async fn sqlite(file: &Path) -> Self {
        Store::open_sqlite(file).await.expect("SQLite opens").close().await;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-32768");
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("SQLite opens");
        Self { pool: Pool::Sqlite(pool), rev: 0 }
    }

    /// A database with the same schema.
    pub(crate) async fn postgres(url: &str) -> Self {
        Store::open_postgres(url).await.expect("PostgreSQL opens").close().await;
        let pool = PgPoolOptions::new().max_connections(1).connect(url).await.expect("PostgreSQL opens");
        Self { pool: Pool::Postgres(pool), rev: 0 }
    }

    /// Prepares the rows that a push leaves behind.
    pub(crate) fn rows(&mut self, request: &PushRequest, members: [Id<User>; 2]) -> Vec<Line> {
        let lines = request.entries.iter().map(|entry| {
            self.rev += 1;
            let mut args: serde_json::Value = serde_json::from_str(entry.args.get()).expect("JSON");
            let body = args["customer"].take();
            Line {
                rev: self.rev,
                id: body["id"].as_str().expect("an id").to_owned(),
                body: body.to_string(),
                entry: entry.clone(),
                hash: entry.hash(),
                members: members.map(|user| user.to_string()),
                client: request.caller.client.to_string(),
            }
        });
        lines.collect()
    }

    /// Writes them in one transaction.
    pub(crate) async fn write(&self, lines: &[Line]) {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
                write!(Sqlite, tx, lines);
                tx.commit().await.expect("committed");
            }
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await.expect("a transaction");
                write!(Postgres, tx, lines);
                tx.commit().await.expect("committed");
            }
        }
    }

    /// Brings PostgreSQL's statistics up to date, as ours are.
    pub(crate) async fn refresh_statistics(&self) {
        if let Pool::Postgres(pool) = &self.pool {
            sqlx::query("ANALYZE").execute(pool).await.expect("statistics");
        }
    }

    /// Reads all records.
    pub(crate) async fn read_all(&self) -> usize {
        match &self.pool {
            Pool::Sqlite(pool) => read!(pool),
            Pool::Postgres(pool) => read!(pool),
        }
    }
}
