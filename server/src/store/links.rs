//! Links by which somebody sets a password.

use domain::{kind::Kind, record::BodyError, user::User, user::UserId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Tx,
    code::{id_of, id_text, kind_number},
    error::{StoreResult, broken, failed},
    on,
};

impl Tx {
    /// Keeps a person's link; an earlier one no longer opens anything.
    ///
    /// # Errors
    /// The database is away.
    pub async fn keep_link(&mut self, user: UserId, token_hash: &str, expires: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO link (org, user_id, token_hash, expires) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (org, user_id) DO UPDATE SET token_hash = excluded.token_hash, expires = excluded.expires")
                .bind(org).bind(id_text(user.uuid())).bind(token_hash).bind(expires).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns whose link a token is; `None` if it was used, replaced or ended, or its person is not active.
    ///
    /// # Errors
    /// The database is away.
    pub async fn link(&mut self, token_hash: &str, now: i64) -> StoreResult<Option<User>> {
        let org = self.org;
        let body: Option<String> = on!(self, conn =>
            query_scalar("SELECT r.body FROM link l JOIN record r ON r.org = l.org AND r.kind = $3 AND r.id = l.user_id \
                          WHERE l.org = $1 AND l.token_hash = $2 AND l.expires > $4")
                .bind(org).bind(token_hash).bind(kind_number(Kind::User)).bind(now).fetch_optional(conn).await
        )
        .map_err(failed)?;
        let user: Option<User> = body.map(|body| BodyError::parse(&body).map_err(broken)).transpose()?;
        Ok(user.filter(|user| user.active))
    }

    /// Ends a person's link.
    ///
    /// # Errors
    /// The database is away.
    pub async fn end_link(&mut self, user: UserId) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("DELETE FROM link WHERE org = $1 AND user_id = $2")
                .bind(org).bind(id_text(user.uuid())).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns the people with a link that still opens, and when it ends; ms UTC.
    ///
    /// # Errors
    /// The database is away.
    pub async fn open_links(&mut self, now: i64) -> StoreResult<Vec<(Uuid, i64)>> {
        let org = self.org;
        let rows: Vec<(String, i64)> = on!(self, conn =>
            query_as("SELECT user_id, expires FROM link WHERE org = $1 AND expires > $2")
                .bind(org).bind(now).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter().map(|(user, expires)| Ok((id_of(&user)?, expires))).collect()
    }

    /// Returns the people who have a password.
    ///
    /// # Errors
    /// The database is away.
    pub async fn with_password(&mut self) -> StoreResult<Vec<Uuid>> {
        let org = self.org;
        let rows: Vec<String> = on!(self, conn =>
            query_scalar("SELECT user_id FROM credential WHERE org = $1").bind(org).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.iter().map(|user| id_of(user)).collect()
    }
}
