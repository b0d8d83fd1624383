//! What somebody took along as files, as the journal says.

use app::online::handover::Exported;
use domain::{exchange::ExportNote, user::UserId};
use sqlx::query_as;

use super::{
    Tx,
    code::id_text,
    error::{StoreResult, failed},
    on,
};

/// The most lists that are told.
const TOLD_MOST: i64 = 200;

/// The columns of an export: arguments, when it happened, what the browser calls itself.
type ExportColumns = (String, i64, Option<String>);

impl Tx {
    /// Returns what a person exported since a time (ms UTC, by the server's clock), the newest first. What their devices have
    /// not sent is not known, nor what they only looked at.
    ///
    /// # Errors
    /// The database is away.
    pub async fn exported(&mut self, user: UserId, since: i64) -> StoreResult<Vec<Exported>> {
        let org = self.org;
        let rows: Vec<ExportColumns> = on!(self, conn =>
            query_as(
                "SELECT j.args, j.happened, d.label FROM journal j \
                 LEFT JOIN client c ON c.org = j.org AND c.id = j.client \
                 LEFT JOIN device d ON d.org = c.org AND d.token_hash = c.browser AND d.user_id = c.user_id \
                 WHERE j.org = $1 AND j.name = 'export_note' AND j.author = $2 AND j.arrived >= $3 \
                 ORDER BY j.arrived DESC, j.rev DESC LIMIT $4",
            )
            .bind(org).bind(id_text(user.uuid())).bind(since).bind(TOLD_MOST).fetch_all(conn).await
        )
        .map_err(failed)?;
        let told = rows.into_iter().filter_map(|(args, happened, device)| {
            let ExportNote { kind, rows, format, words, .. } = serde_json::from_str(&args).ok()?;
            Some(Exported { happened, kind, rows, format, words, device: device.unwrap_or_default() })
        });
        Ok(told.collect())
    }
}
