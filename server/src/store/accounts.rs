//! Passwords, sessions and known devices.

use domain::{
    id::Id,
    kind::{Kind, RecordKey},
    organisation::Organisation,
    record::{BodyError, Record},
    user::{User, UserId},
    view::{Loaded, Need, Slot},
};
use sqlx::{query, query_as, query_scalar};
use sync::server::ReadTx;
use uuid::Uuid;

use super::{
    Tx,
    code::{id_text, kind_number},
    error::{StoreResult, broken, failed},
    on,
};

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: User,
    /// Argon2id in PHC form; `None` until a password is set.
    pub hash: Option<String>,
}

/// A session to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token_hash: String,
    pub user: UserId,
    pub client: Option<Uuid>,
    /// The hash of the browser's cookie.
    pub browser: String,
    /// ms UTC.
    pub created: i64,
    /// ms UTC.
    pub expires: i64,
}

impl Tx {
    /// Returns a record by id.
    ///
    /// # Errors
    /// The database is away.
    pub async fn record<R: Record>(&mut self, id: Id<R>) -> StoreResult<Option<R>> {
        let rows = self.rows(&[RecordKey::new(R::KIND, id.uuid())]).await?;
        rows.first().map(|row| BodyError::parse(&row.body).map_err(broken)).transpose()
    }

    /// Returns all records of a kind, the oldest id first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn records<R: Record>(&mut self) -> StoreResult<Vec<R>> {
        let org = self.org;
        let bodies: Vec<String> = on!(self, conn =>
            query_scalar("SELECT body FROM record WHERE org = $1 AND kind = $2 ORDER BY id")
                .bind(org).bind(kind_number(R::KIND)).fetch_all(conn).await
        )
        .map_err(failed)?;
        bodies.iter().map(|body| BodyError::parse(body).map_err(broken)).collect()
    }

    /// Returns the organisation; `None` until it is set up.
    ///
    /// # Errors
    /// The database is away.
    pub async fn organisation(&mut self) -> StoreResult<Option<Organisation>> {
        Ok(self.records().await?.into_iter().next())
    }

    /// Finds a person by sign-in name.
    ///
    /// # Errors
    /// The database is away.
    pub async fn account(&mut self, sign_in: &str) -> StoreResult<Option<Account>> {
        let key = User::sign_in_key(sign_in);
        let mut loaded = Loaded::default();
        self.load(&[Need::Holder(key.clone())], &mut loaded).await?;
        let Some(id) = loaded.holders.get(&key).copied().flatten() else { return Ok(None) };
        let key = RecordKey::new(Kind::User, id);
        self.load(&[Need::Record(key)], &mut loaded).await?;
        let Some(Slot::Here(row)) = loaded.records.get(&key) else { return Ok(None) };
        let user: User = BodyError::parse(&row.body).map_err(broken)?;
        let hash = self.password_of(user.id).await?;
        Ok(Some(Account { user, hash }))
    }

    /// Sets a password's hash.
    ///
    /// # Errors
    /// The database is away.
    pub async fn set_password(&mut self, user: UserId, hash: &str, now: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO credential (org, user_id, hash, changed) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (org, user_id) DO UPDATE SET hash = excluded.hash, changed = excluded.changed")
                .bind(org).bind(id_text(user.uuid())).bind(hash).bind(now).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Keeps a session.
    ///
    /// # Errors
    /// The database is away.
    pub async fn keep_session(&mut self, session: &NewSession) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO session (org, token_hash, user_id, client, created, expires, browser) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .bind(org).bind(session.token_hash.as_str()).bind(id_text(session.user.uuid()))
                .bind(session.client.map(id_text)).bind(session.created).bind(session.expires)
                .bind(session.browser.as_str())
                .execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns whose session a token is and when it ends; `None` if it ended, or its person is no longer active.
    ///
    /// # Errors
    /// The database is away.
    pub async fn session(&mut self, token_hash: &str, now: i64) -> StoreResult<Option<(User, i64)>> {
        let org = self.org;
        let row: Option<(String, i64)> = on!(self, conn =>
            query_as("SELECT r.body, s.expires FROM session s \
                      JOIN record r ON r.org = s.org AND r.kind = $3 AND r.id = s.user_id \
                      WHERE s.org = $1 AND s.token_hash = $2 AND s.expires > $4")
                .bind(org).bind(token_hash).bind(kind_number(Kind::User)).bind(now).fetch_optional(conn).await
        )
        .map_err(failed)?;
        let Some((body, expires)) = row else { return Ok(None) };
        let user: User = BodyError::parse(&body).map_err(broken)?;
        Ok(user.active.then_some((user, expires)))
    }

    /// Moves a session's end.
    ///
    /// # Errors
    /// The database is away.
    pub async fn extend_session(&mut self, token_hash: &str, expires: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("UPDATE session SET expires = $3 WHERE org = $1 AND token_hash = $2")
                .bind(org).bind(token_hash).bind(expires).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database is away.
    pub async fn end_session(&mut self, token_hash: &str) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("DELETE FROM session WHERE org = $1 AND token_hash = $2")
                .bind(org).bind(token_hash).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns a person's password hash.
    ///
    /// # Errors
    /// The database is away.
    pub async fn password_of(&mut self, user: UserId) -> StoreResult<Option<String>> {
        let org = self.org;
        on!(self, conn =>
            query_scalar("SELECT hash FROM credential WHERE org = $1 AND user_id = $2")
                .bind(org).bind(id_text(user.uuid())).fetch_optional(conn).await
        )
        .map_err(failed)
    }

    /// Ends all sessions of a person but one: after a new password, whoever knew the old one is out.
    ///
    /// # Errors
    /// The database is away.
    pub async fn end_sessions_of(&mut self, user: UserId, but: Option<&str>) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("DELETE FROM session WHERE org = $1 AND user_id = $2 AND token_hash <> $3")
                .bind(org).bind(id_text(user.uuid())).bind(but.unwrap_or_default()).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Deletes the sessions that have ended.
    ///
    /// # Errors
    /// The database is away.
    pub async fn drop_ended_sessions(&mut self, now: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("DELETE FROM session WHERE org = $1 AND expires <= $2")
                .bind(org).bind(now).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Says whether a person has signed in with a device before.
    ///
    /// # Errors
    /// The database is away.
    pub async fn knows_device(&mut self, token_hash: &str, user: UserId) -> StoreResult<bool> {
        let org = self.org;
        let seen: Option<i64> = on!(self, conn =>
            query_scalar("SELECT last_sign_in FROM device WHERE org = $1 AND token_hash = $2 AND user_id = $3")
                .bind(org).bind(token_hash).bind(id_text(user.uuid())).fetch_optional(conn).await
        )
        .map_err(failed)?;
        Ok(seen.is_some())
    }

    /// Remembers that a person has signed in with a device; access that had ended there begins anew.
    ///
    /// # Errors
    /// The database is away.
    pub async fn remember_device(&mut self, token_hash: &str, user: UserId, label: &str, now: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO device (org, token_hash, user_id, last_sign_in, label) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (org, token_hash, user_id) DO UPDATE SET last_sign_in = excluded.last_sign_in, \
                   label = excluded.label, revoked = NULL, cleared = NULL")
                .bind(org).bind(token_hash).bind(id_text(user.uuid())).bind(now).bind(label)
                .execute(conn).await.map(drop)
        )
        .map_err(failed)
    }
}
