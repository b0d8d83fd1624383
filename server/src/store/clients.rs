//! Which browser a client lives in, and what it last reported.

use app::online::session::LastReport;
use domain::user::UserId;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Tx,
    code::{count_of, id_of, id_text},
    error::{StoreResult, failed},
    on,
};

/// So many of a person's clients are told of, the latest first.
const REPORTS_MOST: i64 = 20;

impl Tx {
    /// Says whether a client is known to live in a browser.
    ///
    /// # Errors
    /// The database is away.
    pub async fn lives_in(&mut self, client: Uuid, browser: &str) -> StoreResult<bool> {
        let org = self.org;
        let found: Option<i64> = on!(self, conn =>
            query_scalar("SELECT unsent FROM client WHERE org = $1 AND id = $2 AND browser = $3")
                .bind(org).bind(id_text(client)).bind(browser).fetch_optional(conn).await
        )
        .map_err(failed)?;
        Ok(found.is_some())
    }

    /// Notes in which browser a client lives.
    ///
    /// # Errors
    /// The database is away.
    pub async fn settle_client(&mut self, client: Uuid, browser: &str) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("UPDATE client SET browser = $3 WHERE org = $1 AND id = $2")
                .bind(org).bind(id_text(client)).bind(browser).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns what a person's clients last reported, the latest first, to a browser.
    ///
    /// # Errors
    /// The database is away.
    pub async fn last_reports(&mut self, user: UserId, browser: Option<&str>) -> StoreResult<Vec<LastReport>> {
        let org = self.org;
        let rows: Vec<(String, i64, i64, Option<String>)> = on!(self, conn =>
            query_as(
                "SELECT id, last_contact, unsent, browser FROM client WHERE org = $1 AND user_id = $2 \
                 ORDER BY last_contact DESC, id LIMIT $3",
            )
            .bind(org).bind(id_text(user.uuid())).bind(REPORTS_MOST).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter()
            .map(|(id, at, unsent, lives_in)| {
                let here = browser.is_some() && lives_in.as_deref() == browser;
                Ok(LastReport { client: id_of(&id)?, at, unsent: count_of(unsent)?, here })
            })
            .collect()
    }
}
