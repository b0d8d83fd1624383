//! Entries of devices whose access had ended, until an administrator has decided.

use app::online::quarantine::Held;
use chrono::NaiveDate;
use domain::user::UserId;
use serde_json::value::RawValue;
use sqlx::{FromRow, query, query_as};
use sync::protocol::{ClientId, Entry};
use uuid::Uuid;

use super::{
    Tx,
    code::{id_of, id_text, rev_column},
    error::{StoreResult, broken, failed},
    on,
};

/// An entry as it lies in its columns.
#[derive(FromRow)]
struct HeldColumns {
    id: String,
    user_id: String,
    name: String,
    v: i32,
    args: String,
    about: String,
    happened: i64,
    business_date: String,
    arrived: i64,
    label: Option<String>,
}

impl Tx {
    /// Keeps an entry, once.
    ///
    /// # Errors
    /// The database is away.
    pub async fn hold(&mut self, user: UserId, client: ClientId, entry: &Entry, now: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO quarantine \
                   (org, id, user_id, client, n, name, v, args, about, happened, business_date, arrived) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (org, id) DO NOTHING")
                .bind(org).bind(id_text(entry.id)).bind(id_text(user.uuid())).bind(id_text(client))
                .bind(rev_column(entry.n)).bind(entry.name.as_str()).bind(i32::from(entry.v))
                .bind(entry.args.get()).bind(entry.about.replace('\0', "")).bind(entry.happened)
                .bind(entry.business_date.to_string()).bind(now).execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    /// Returns what nobody has decided on, each person's in the order of entry.
    ///
    /// # Errors
    /// The database is away.
    pub async fn held(&mut self) -> StoreResult<Vec<Held>> {
        let org = self.org;
        let rows: Vec<HeldColumns> = on!(self, conn =>
            query_as(
                "SELECT q.id, q.user_id, q.name, q.v, q.args, q.about, q.happened, q.business_date, q.arrived, d.label \
                 FROM quarantine q \
                 LEFT JOIN client c ON c.org = q.org AND c.id = q.client \
                 LEFT JOIN device d ON d.org = c.org AND d.token_hash = c.browser AND d.user_id = c.user_id \
                 WHERE q.org = $1 AND q.accepted IS NULL ORDER BY q.user_id, q.client, q.n, q.id",
            )
            .bind(org).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter()
            .map(|row| {
                Ok(Held {
                    id: id_of(&row.id)?,
                    author: id_of(&row.user_id)?.into(),
                    name: row.name,
                    v: u16::try_from(row.v).map_err(broken)?,
                    args: RawValue::from_string(row.args).map_err(broken)?,
                    about: row.about,
                    happened: row.happened,
                    business_date: row.business_date.parse::<NaiveDate>().map_err(broken)?,
                    arrived: row.arrived,
                    device: row.label.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Notes what was decided on an entry; the first decision stays.
    ///
    /// # Errors
    /// The database is away.
    pub async fn decide(&mut self, id: Uuid, accepted: bool, by: UserId, now: i64) -> StoreResult<()> {
        let org = self.org;
        on!(self, conn =>
            query("UPDATE quarantine SET accepted = $3, decided = $4, decided_by = $5 \
                   WHERE org = $1 AND id = $2 AND accepted IS NULL")
                .bind(org).bind(id_text(id)).bind(accepted).bind(now).bind(id_text(by.uuid()))
                .execute(conn).await.map(drop)
        )
        .map_err(failed)
    }
}
