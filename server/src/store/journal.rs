//! The journal as it is read again: by whoever carries history out anew, undoes it, or shows it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{id::Id, kind::RecordKey, view::Row};
use serde_json::value::RawValue;
use sqlx::{FromRow, query_as};
use sync::{protocol::Entry, server::JournalRow};

use super::{
    Tx,
    code::{count_of, group_of, id_of, key_of, rev_column},
    error::{StoreResult, broken, failed},
    on,
};

/// An entry as it lies in its columns.
#[derive(FromRow)]
struct EntryColumns {
    rev: i64,
    id: String,
    n: i64,
    name: String,
    v: i32,
    args: String,
    about: String,
    happened: i64,
    happened_raw: i64,
    business_date: String,
    arrived: i64,
    seen: i64,
    hash: String,
    author: Option<String>,
    client: Option<String>,
    verdict: String,
    late: bool,
    odd_date: bool,
    mark: String,
}

/// The columns of a before-image: rev, kind, id, old rev, group kind, group id, body.
type ImageColumns = (i64, i16, String, Option<i64>, Option<i16>, Option<String>, Option<String>);

/// What records were before an entry.
type Images = Vec<(RecordKey, Option<Row>)>;

impl Tx {
    /// Reads entries with their before-images.
    pub(super) async fn read_journal(&mut self, after: u64, limit: usize) -> StoreResult<Vec<JournalRow>> {
        let (org, limit) = (self.org, i64::try_from(limit).unwrap_or(i64::MAX));
        let rows: Vec<EntryColumns> = on!(self, conn =>
            query_as(
                "SELECT rev, id, n, name, v, args, about, happened, happened_raw, business_date, arrived, seen, hash, \
                 author, client, verdict, late, odd_date, mark FROM journal WHERE org = $1 AND rev > $2 \
                 ORDER BY rev LIMIT $3",
            )
            .bind(org).bind(rev_column(after)).bind(limit).fetch_all(conn).await
        )
        .map_err(failed)?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        let mut images = self.images(rev_column(after), last.rev).await?;
        rows.into_iter()
            .map(|row| {
                let before = images.remove(&row.rev).unwrap_or_default();
                journal_of(row, before)
            })
            .collect()
    }

    async fn images(&mut self, after: i64, up_to: i64) -> StoreResult<BTreeMap<i64, Images>> {
        let org = self.org;
        let rows: Vec<ImageColumns> = on!(self, conn =>
            query_as(
                "SELECT rev, kind, id, old_rev, group_kind, group_id, body FROM journal_before \
                 WHERE org = $1 AND rev > $2 AND rev <= $3 ORDER BY rev, kind, id",
            )
            .bind(org).bind(after).bind(up_to).fetch_all(conn).await
        )
        .map_err(failed)?;
        let mut images: BTreeMap<i64, Images> = BTreeMap::new();
        for (rev, kind, id, old_rev, group_kind, group_id, body) in rows {
            let key = key_of(kind, &id)?;
            let old = match (old_rev, group_kind, group_id, body) {
                (Some(rev), Some(kind), Some(id), Some(body)) => {
                    Some(Row { key, group: group_of(kind, &id)?, rev: count_of(rev)?, body: body.into() })
                }
                _ => None,
            };
            images.entry(rev).or_default().push((key, old));
        }
        Ok(images)
    }
}

fn journal_of(row: EntryColumns, before: Images) -> StoreResult<JournalRow> {
    Ok(JournalRow {
        rev: count_of(row.rev)?,
        mark: id_of(&row.mark)?,
        entry: Entry {
            id: id_of(&row.id)?,
            n: count_of(row.n)?,
            name: row.name,
            v: u16::try_from(row.v).map_err(broken)?,
            args: RawValue::from_string(row.args).map_err(broken)?,
            happened: row.happened,
            happened_raw: row.happened_raw,
            business_date: row.business_date.parse::<NaiveDate>().map_err(broken)?,
            seen: count_of(row.seen)?,
            about: row.about,
        },
        hash: row.hash,
        author: row.author.as_deref().map(id_of).transpose()?.map(Id::new),
        client: row.client.as_deref().map(id_of).transpose()?,
        arrived: row.arrived,
        verdict: serde_json::from_str(&row.verdict).map_err(broken)?,
        late: row.late,
        odd_date: row.odd_date,
        before,
    })
}
