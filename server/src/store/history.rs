//! A record's states one after the other, from the before-images of the journal.

use domain::{kind::RecordKey, user::UserId};
use sqlx::{FromRow, query_as};

use super::{
    Tx,
    code::{count_of, id_of, id_text, kind_number, rev_column},
    error::{StoreResult, failed},
    on,
};

/// One change as it lies in its columns.
#[derive(FromRow)]
struct VersionColumns {
    rev: i64,
    body: Option<String>,
    author: Option<String>,
    happened: i64,
    arrived: i64,
    label: Option<String>,
}

/// One change of a record, with its state before.
#[derive(Clone, Debug)]
pub struct Version {
    pub rev: u64,
    /// `None` where the record began.
    pub before: Option<String>,
    pub author: Option<UserId>,
    /// ms UTC.
    pub happened: i64,
    /// ms UTC.
    pub arrived: i64,
    /// What the author's browser called itself.
    pub device: Option<String>,
}

impl Tx {
    /// Returns at most `limit` changes of a record up to a revision, the newest first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn versions(&mut self, key: RecordKey, up_to: u64, limit: usize) -> StoreResult<Vec<Version>> {
        let (org, limit) = (self.org, i64::try_from(limit).unwrap_or(i64::MAX));
        let rows: Vec<VersionColumns> = on!(self, conn =>
            query_as(
                "SELECT b.rev, b.body, j.author, j.happened, j.arrived, d.label FROM journal_before b \
                 JOIN journal j ON j.org = b.org AND j.rev = b.rev \
                 LEFT JOIN client c ON c.org = j.org AND c.id = j.client \
                 LEFT JOIN device d ON d.org = c.org AND d.token_hash = c.browser AND d.user_id = c.user_id \
                 WHERE b.org = $1 AND b.kind = $2 AND b.id = $3 AND b.rev <= $4 ORDER BY b.rev DESC LIMIT $5",
            )
            .bind(org).bind(kind_number(key.kind)).bind(id_text(key.id)).bind(rev_column(up_to)).bind(limit)
            .fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter()
            .map(|row| {
                Ok(Version {
                    rev: count_of(row.rev)?,
                    before: row.body,
                    author: row.author.as_deref().map(id_of).transpose()?.map(Into::into),
                    happened: row.happened,
                    arrived: row.arrived,
                    device: row.label,
                })
            })
            .collect()
    }
}
