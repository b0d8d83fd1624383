//! Records of a kind one after the other, for whoever takes all of them.

use domain::kind::Kind;
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

use super::{
    Tx,
    code::{count_of, id_of, id_text, kind_number},
    error::{StoreResult, failed},
    on,
};

impl Tx {
    /// Returns the records that follow an id, with their bodies, by their ids.
    ///
    /// # Errors
    /// The database is away.
    pub async fn page_of(&mut self, kind: Kind, after: Option<Uuid>, limit: usize) -> StoreResult<Vec<(Uuid, String)>> {
        let (org, after) = (self.org, after.map(id_text).unwrap_or_default());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<(String, String)> = on!(self, conn =>
            query_as("SELECT id, body FROM record WHERE org = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4")
                .bind(org).bind(kind_number(kind)).bind(after).bind(limit).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter().map(|(id, body)| Ok((id_of(&id)?, body))).collect()
    }

    /// Counts all records.
    ///
    /// # Errors
    /// The database is away.
    pub async fn count_records(&mut self) -> StoreResult<u64> {
        let org = self.org;
        let count: i64 = on!(self, conn =>
            query_scalar("SELECT COUNT(*) FROM record WHERE org = $1").bind(org).fetch_one(conn).await
        )
        .map_err(failed)?;
        count_of(count)
    }
}
