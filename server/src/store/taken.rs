//! What somebody took along, as the journal says.

use std::collections::BTreeSet;

use app::online::handover::{Taken, Taking};
use domain::{
    exchange::{Access, AccessNote, ExportNote},
    mutation::Mutation as _,
    user::UserId,
};
use sqlx::{AssertSqlSafe, query_as};

use super::{
    Tx,
    code::id_text,
    error::{StoreResult, failed},
    on,
};

/// The most notes of a kind that are told.
const TOLD_MOST: usize = 200;

/// The columns of a note: its entry, arguments, when it arrived and happened, what the browser calls itself.
type NoteColumns = (String, String, i64, i64, Option<String>);

/// Where notes lie: the table, whose they are, and their order.
const PLACES: [(&str, &str, &str); 2] = [("journal", "author", "rev"), ("quarantine", "user_id", "n")];

impl Tx {
    /// Returns what a person exported since a time (ms UTC, by the server's clock), and then what they printed and opened in
    /// numbers, each the newest first. What came after their access ended lies in quarantine, whatever was decided on it. What
    /// their devices have not sent is not known.
    ///
    /// # Errors
    /// The database is away.
    pub async fn taken(&mut self, user: UserId, since: i64) -> StoreResult<Vec<Taken>> {
        let mut told = Vec::new();
        for name in [ExportNote::NAME, AccessNote::NAME] {
            let mut notes: Vec<NoteColumns> = Vec::new();
            for place in PLACES {
                notes.extend(self.notes(place, name, user, since).await?);
            }
            // What came out of quarantine and from the device, too, is one note.
            let mut known = BTreeSet::new();
            notes.retain(|(id, ..)| known.insert(id.clone()));
            notes.sort_by_key(|(_, _, arrived, ..)| std::cmp::Reverse(*arrived));
            told.extend(notes.into_iter().take(TOLD_MOST).filter_map(|(_, args, _, happened, device)| {
                let how = how(name, &args)?;
                Some(Taken { happened, how, device: device.unwrap_or_default() })
            }));
        }
        Ok(told)
    }

    async fn notes(
        &mut self,
        (table, whose, order): (&str, &str, &str),
        name: &str,
        user: UserId,
        since: i64,
    ) -> StoreResult<Vec<NoteColumns>> {
        let org = self.org;
        // The names are written out, or the index of such notes is of no use.
        let sql = format!(
            "SELECT j.id, j.args, j.arrived, j.happened, d.label FROM {table} j \
             LEFT JOIN client c ON c.org = j.org AND c.id = j.client \
             LEFT JOIN device d ON d.org = c.org AND d.token_hash = c.browser AND d.user_id = c.user_id \
             WHERE j.org = $1 AND j.name IN ('export_note', 'access_note') AND j.name = '{name}' \
             AND j.{whose} = $2 AND j.arrived >= $3 ORDER BY j.arrived DESC, j.{order} DESC LIMIT {TOLD_MOST}",
        );
        on!(self, conn =>
            query_as(AssertSqlSafe(sql)).bind(org).bind(id_text(user.uuid())).bind(since).fetch_all(conn).await
        )
        .map_err(failed)
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
