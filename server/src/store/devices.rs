//! Devices as an administrator sees them: a browser in which somebody signed in, and what it last reported.

use app::online::devices::DeviceReport;
use domain::{id::derived_uuid, kind::Kind, record::BodyError, user::User, user::UserId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Tx,
    code::{count_of, id_of, id_text, kind_number},
    error::{StoreResult, broken, failed},
    on,
};

/// The columns of a device: browser, user, label, last sign-in, revoked, cleared.
type DeviceColumns = (String, String, Option<String>, i64, Option<i64>, Option<i64>);

/// The public name of a browser; its cookie's hash stays here.
fn device_id(browser: &str) -> Uuid {
    derived_uuid(Uuid::nil(), browser)
}

impl Tx {
    /// Returns a person's devices, or everybody's, those of the latest contact first. `here` is the browser
    /// that asks.
    ///
    /// # Errors
    /// The database is away.
    pub async fn devices(&mut self, of: Option<UserId>, here: Option<&str>) -> StoreResult<Vec<DeviceReport>> {
        let org = self.org;
        let rows: Vec<DeviceColumns> = on!(self, conn =>
            query_as("SELECT token_hash, user_id, label, last_sign_in, revoked, cleared FROM device WHERE org = $1")
                .bind(org).fetch_all(conn).await
        )
        .map_err(failed)?;
        // The client of the latest contact is the one that lives there; one before it was lost with its database.
        let clients: Vec<(String, String, i64, i64)> = on!(self, conn =>
            query_as(
                "SELECT browser, user_id, last_contact, unsent FROM client WHERE org = $1 AND browser IS NOT NULL \
                 ORDER BY last_contact, id",
            )
            .bind(org).fetch_all(conn).await
        )
        .map_err(failed)?;
        let mut reports = Vec::new();
        for (browser, user, label, last_sign_in, revoked, cleared) in rows {
            let id = id_of(&user)?;
            if of.is_some_and(|of| of.uuid() != id) {
                continue;
            }
            let last = clients.iter().rev().find(|(lives_in, whose, _, _)| *lives_in == browser && *whose == user);
            reports.push(DeviceReport {
                device: device_id(&browser),
                user: id,
                label: label.unwrap_or_default(),
                last_contact: last.map_or(last_sign_in, |(_, _, at, _)| (*at).max(last_sign_in)),
                unsent: last.map_or(Ok(0), |(_, _, _, unsent)| count_of(*unsent))?,
                revoked,
                cleared,
                here: here == Some(browser.as_str()),
            });
        }
        reports.sort_by_key(|report| std::cmp::Reverse(report.last_contact));
        Ok(reports)
    }

    /// Ends a person's access on a device; its sessions end with it. `false`: there is no such device.
    ///
    /// # Errors
    /// The database is away.
    pub async fn revoke_device(&mut self, user: UserId, device: Uuid, now: i64) -> StoreResult<bool> {
        let (org, user) = (self.org, id_text(user.uuid()));
        let browsers: Vec<String> = on!(self, conn =>
            query_scalar("SELECT token_hash FROM device WHERE org = $1 AND user_id = $2")
                .bind(org).bind(user.as_str()).fetch_all(conn).await
        )
        .map_err(failed)?;
        let Some(browser) = browsers.into_iter().find(|browser| device_id(browser) == device) else { return Ok(false) };
        on!(self, conn =>
            query("UPDATE device SET revoked = $4 WHERE org = $1 AND token_hash = $2 AND user_id = $3 AND revoked IS NULL")
                .bind(org).bind(browser.as_str()).bind(user.as_str()).bind(now).execute(conn).await.map(drop)
        )
        .map_err(failed)?;
        on!(self, conn =>
            query("DELETE FROM session WHERE org = $1 AND (browser = $2 OR browser IS NULL) AND user_id = $3")
                .bind(org).bind(browser.as_str()).bind(user.as_str()).execute(conn).await.map(drop)
        )
        .map_err(failed)?;
        Ok(true)
    }

    /// Says whether a person has signed in with a browser and may work there no longer.
    ///
    /// # Errors
    /// The database is away.
    pub async fn access_ended(&mut self, browser: &str, user: UserId) -> StoreResult<bool> {
        let org = self.org;
        let row: Option<(Option<i64>, String)> = on!(self, conn =>
            query_as("SELECT d.revoked, r.body FROM device d \
                      JOIN record r ON r.org = d.org AND r.kind = $4 AND r.id = d.user_id \
                      WHERE d.org = $1 AND d.token_hash = $2 AND d.user_id = $3")
                .bind(org).bind(browser).bind(id_text(user.uuid())).bind(kind_number(Kind::User))
                .fetch_optional(conn).await
        )
        .map_err(failed)?;
        let Some((revoked, body)) = row else { return Ok(false) };
        let user: User = BodyError::parse(&body).map_err(broken)?;
        Ok(revoked.is_some() || !user.active)
    }

    /// Notes that nothing of a person is left on a browser.
    ///
    /// # Errors
    /// The database is away.
    pub async fn note_cleared(&mut self, browser: &str, user: UserId, now: i64) -> StoreResult<()> {
        let org = self.org;
        for text in [
            "UPDATE device SET cleared = $4 WHERE org = $1 AND token_hash = $2 AND user_id = $3",
            "UPDATE client SET unsent = 0, last_contact = $4 WHERE org = $1 AND browser = $2 AND user_id = $3",
        ] {
            on!(self, conn =>
                query(text).bind(org).bind(browser).bind(id_text(user.uuid())).bind(now).execute(conn).await.map(drop)
            )
            .map_err(failed)?;
        }
        Ok(())
    }
}
