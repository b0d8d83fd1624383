//! What somebody took along, as the journal says.

use app::online::handover::{Taken, Taking};
use domain::{
    exchange::{Access, AccessNote, ExportNote},
    mutation::Mutation as _,
    user::UserId,
};
use sqlx::query_as;

use super::{
    Tx,
    code::id_text,
    error::{StoreResult, failed},
    on,
};

/// The most notes that are told.
const TOLD_MOST: i64 = 200;

/// The columns of a note: name, arguments, when it happened, what the browser calls itself.
type NoteColumns = (String, String, i64, Option<String>);

impl Tx {
    /// Returns what a person exported, printed and opened in numbers since a time (ms UTC, by the server's clock), the newest
    /// first. What their devices have not sent is not known.
    ///
    /// # Errors
    /// The database is away.
    pub async fn taken(&mut self, user: UserId, since: i64) -> StoreResult<Vec<Taken>> {
        let org = self.org;
        let rows: Vec<NoteColumns> = on!(self, conn =>
            query_as(
                "SELECT j.name, j.args, j.happened, d.label FROM journal j \
                 LEFT JOIN client c ON c.org = j.org AND c.id = j.client \
                 LEFT JOIN device d ON d.org = c.org AND d.token_hash = c.browser AND d.user_id = c.user_id \
                 WHERE j.org = $1 AND j.name IN ('export_note', 'access_note') AND j.author = $2 AND j.arrived >= $3 \
                 ORDER BY j.arrived DESC, j.rev DESC LIMIT $4",
            )
            .bind(org).bind(id_text(user.uuid())).bind(since).bind(TOLD_MOST).fetch_all(conn).await
        )
        .map_err(failed)?;
        let told = rows.into_iter().filter_map(|(name, args, happened, device)| {
            let how = how(&name, &args)?;
            Some(Taken { happened, how, device: device.unwrap_or_default() })
        });
        Ok(told.collect())
    }
}

/// Reads a note; none of a later build, or one that was refused as no note at all.
fn how(name: &str, args: &str) -> Option<Taking> {
    if name == ExportNote::NAME {
        let ExportNote { kind, rows, format, words, .. } = serde_json::from_str(args).ok()?;
        return Some(Taking::Exported { kind, rows, format, words });
    }
    let AccessNote { what, count, page } = serde_json::from_str(args).ok()?;
    Some(match what {
        Access::Printed => Taking::Printed { page },
        Access::Opened => Taking::Opened { customers: count },
    })
}
