//! The feed: five ordered branches, each cut at the limit by its own index, then merged.
//!
//! First comes the branch of records whose position is their own revision. If it fills the page, its last
//! position bounds the others, so that over all pages each branch is walked once: a first sync costs as
//! much as it has rows.

use std::collections::HashMap;

use domain::{
    kind::{Group, Kind, RecordKey},
    plant::{Plant, planted},
    view::Row,
};
use sqlx::{QueryBuilder, query_as, query_scalar};
use sync::{
    protocol::{Place, Sums, step},
    server::{Placed, ReadTx, Viewer},
};

use super::{
    Tx,
    code::{count_of, group_of, id_of, id_text, key_of, kind_of, rev_column},
    error::{StoreResult, broken, failed},
    on,
};

/// From so many groups gained at one revision on, walking all records in order beats sorting theirs.
const MANY_GROUPS: i64 = 300;

/// The kinds of the viewer's scope, one bit each. Planners take `<> 0` for true, `= 1` for rare.
macro_rules! kind_seen {
    ($mask:literal, $of:literal) => {
        concat!("((", $mask, " >> ", $of, ".kind) & 1) <> 0")
    };
}

/// An open member row of the viewer in the group of record `r`.
macro_rules! is_member {
    ($user:literal, $more:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM member m WHERE m.org = r.org AND m.group_kind = r.group_kind ",
            "AND m.group_id = r.group_id AND m.user_id = ",
            $user,
            " AND m.until_rev IS NULL",
            $more,
            ")"
        )
    };
}

/// A page of records with their bodies, in one walk and as one text, a line for each: row by row, most of
/// the time would go into handing rows over. Bodies hold no line end, as on the wire.
macro_rules! page {
    ($where:expr) => {
        concat!(
            "SELECT string_agg(line, '\n') FROM (SELECT r.rev || ' ' || r.kind || ' ' || r.id || ' ' || ",
            "r.group_kind || ' ' || r.group_id || ' ' || r.body AS line FROM record r ",
            "WHERE r.org = $1 AND (r.rev, r.kind, r.id) > ($2, $3, $4) AND ",
            $where,
            " ORDER BY r.rev, r.kind, r.id LIMIT $6) page"
        )
    };
}

/// $1 organisation, $2-$4 after, $5 kinds, $6 limit.
const ALL_BY_REV: &str = page!(kind_seen!("$5", "r"));

/// The same, $7 user.
const MINE_BY_REV: &str = page!(concat!(
    kind_seen!("$5", "r"),
    " AND (r.group_kind = -1 OR ",
    is_member!("$7", " AND m.since <= r.rev"),
    ")"
));

/// Revisions at which many groups were gained at once. $1 organisation, $2 user, $3 from, $4 to, $5 many.
const MANY_GAINED: &str = "SELECT since FROM member WHERE org = $1 AND user_id = $2 AND until_rev IS NULL AND gained \
    AND since >= $3 AND since <= $4 GROUP BY since HAVING COUNT(*) > $5 ORDER BY since";

/// Records of gained groups, older than the gain.
const GAINED: &str = "SELECT m.since, r.kind, r.id FROM member m CROSS JOIN record r \
    WHERE r.org = m.org AND r.group_kind = m.group_kind AND r.group_id = m.group_id AND r.rev < m.since \
    AND m.until_rev IS NULL AND m.gained AND m.org = ";

/// The same of one revision with many groups. $1 organisation, $2 kind and $3 id after, $4 kinds, $5 limit,
/// $6 user, $7 since.
const GAINED_TOGETHER: &str = concat!(
    "SELECT r.kind, r.id FROM record r WHERE r.org = $1 AND (r.kind, r.id) > ($2, $3) AND r.rev < $7 AND ",
    kind_seen!("$4", "r"),
    " AND ",
    is_member!("$6", " AND m.since = $7"),
    " ORDER BY r.kind, r.id LIMIT $5",
);

/// $1 organisation, $2-$4 after, $5 user, $6 up to, $7 limit.
const LEFT: &str = "SELECT until_rev, group_kind, group_id FROM member WHERE org = $1 AND user_id = $5 \
    AND left_sight AND (until_rev, group_kind, group_id) > ($2, $3, $4) AND until_rev <= $6 \
    ORDER BY until_rev, group_kind, group_id LIMIT $7";

/// $1 organisation, $2-$4 after, $5 kinds, $6 up to, $7 limit.
const ALL_MOVED: &str = concat!(
    "SELECT v.rev, v.kind, v.id FROM moved v WHERE v.org = $1 AND (v.rev, v.kind, v.id) > ($2, $3, $4) ",
    "AND v.rev <= $6 AND NOT (",
    kind_seen!("$5", "v"),
    " AND EXISTS (SELECT 1 FROM record r WHERE r.org = v.org AND r.kind = v.kind AND r.id = v.id)) ",
    "ORDER BY v.rev, v.kind, v.id LIMIT $7",
);

/// The same, $8 user: what he saw where it was. Where he sees it now, it comes again later, or its group is lost first.
const MINE_MOVED: &str = concat!(
    "SELECT v.rev, v.kind, v.id FROM moved v WHERE v.org = $1 AND (v.rev, v.kind, v.id) > ($2, $3, $4) ",
    "AND v.rev <= $6 AND (v.from_kind = -1 OR EXISTS (SELECT 1 FROM member o WHERE o.org = v.org ",
    "AND o.group_kind = v.from_kind AND o.group_id = v.from_id AND o.user_id = $8 AND o.from_rev < v.rev)) ",
    "AND NOT (",
    kind_seen!("$5", "v"),
    " AND EXISTS (SELECT 1 FROM record r WHERE r.org = v.org AND r.kind = v.kind AND r.id = v.id ",
    "AND r.group_kind = -1)) ORDER BY v.rev, v.kind, v.id LIMIT $7",
);

/// $1 organisation, $2 from, $3 client, $4 up to, $5 limit.
const OUTCOMES: &str = "SELECT rev, id, verdict FROM journal WHERE org = $1 AND client = $3 AND rev >= $2 \
    AND rev <= $4 ORDER BY rev LIMIT $5";

/// $1 organisation, $2 kinds.
const ALL_SEEN: &str = concat!("SELECT r.kind, r.id, r.rev FROM record r WHERE r.org = $1 AND ", kind_seen!("$2", "r"));

/// The same, $3 user.
const MINE_SEEN: &str = concat!(
    "SELECT r.kind, r.id, r.rev FROM record r WHERE r.org = $1 AND ",
    kind_seen!("$2", "r"),
    " AND (r.group_kind = -1 OR ",
    is_member!("$3", ""),
    ")",
);

/// A position with the kind and id that order within it.
type Spot = (i64, i16, String);

/// Returns behind which spot a branch of one step continues.
fn spot(after: Place, of: u8) -> Spot {
    let position = rev_column(after.position);
    match after.step.cmp(&of) {
        std::cmp::Ordering::Less => (position, i16::MIN, String::new()),
        std::cmp::Ordering::Equal => (position, i16::from(after.kind), id_text(after.id)),
        std::cmp::Ordering::Greater => (position, i16::MAX, String::new()),
    }
}

fn place((position, kind, id): &Spot, step: u8) -> StoreResult<Place> {
    let key = key_of(*kind, id)?;
    Ok(Place { position: count_of(*position)?, step, kind: key.kind.number(), id: key.id })
}

/// Reads one line of a page: rev, kind, id, group kind, group id, body.
fn row_of_line(line: &str) -> StoreResult<Row> {
    let mut columns = line.splitn(6, ' ');
    let mut next = || columns.next().ok_or_else(|| broken("a record without all its columns"));
    let rev = next()?.parse().map_err(broken)?;
    let key = key_of(next()?.parse().map_err(broken)?, next()?)?;
    let group = group_of(next()?.parse().map_err(broken)?, next()?)?;
    Ok(Row { key, group, rev, body: next()?.into() })
}

/// A viewer with what all branches bind.
struct Reader {
    org: i64,
    user: String,
    kinds: i64,
    all: bool,
    limit: i64,
}

impl Reader {
    fn new(org: i64, viewer: &Viewer, limit: usize) -> Self {
        Self {
            org,
            user: id_text(viewer.user.uuid()),
            kinds: viewer.scope.kinds.cast_signed(),
            all: viewer.scope.all_groups,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        }
    }
}

impl Tx {
    /// Reads a stretch of a viewer's feed.
    pub(super) async fn read_feed(
        &mut self,
        viewer: &Viewer,
        after: Place,
        limit: usize,
    ) -> StoreResult<Vec<(Place, Placed)>> {
        let reader = Reader::new(self.org, viewer, limit);
        let mut feed = Vec::new();
        let page = self.by_rev(&reader, spot(after, step::UPSERT)).await?;
        for line in page.lines() {
            let row = row_of_line(line)?;
            feed.push((Place::upsert(row.rev, row.key), Placed::Upsert(row)));
        }
        let up_to = match feed.iter().map(|(place, _)| place.position).max() {
            Some(last) if feed.len() == limit => rev_column(last),
            _ => i64::MAX,
        };
        if !reader.all && !planted(Plant::LostGroupNotForgotten) {
            for row in self.left(&reader, spot(after, step::GROUP), up_to).await? {
                if let Group::Of(root) = group_of(row.1, &row.2)? {
                    feed.push((place(&row, step::GROUP)?, Placed::ForgetGroup { group: Group::Of(root) }));
                }
            }
        }
        for row in self.moved(&reader, spot(after, step::RECORD), up_to).await? {
            feed.push((place(&row, step::RECORD)?, Placed::Forget { key: key_of(row.1, &row.2)? }));
        }
        // One entry a revision: from the cursor's own revision on if its outcome is still to come.
        let from = rev_column(after.position) + i64::from(after.step >= step::OUTCOME);
        feed.extend(self.outcomes(&reader, id_text(viewer.client), from, up_to).await?);
        if !reader.all && !planted(Plant::GainedOnlyFromCursor) {
            let gained = self.gained(&reader, spot(after, step::UPSERT), up_to).await?;
            self.fill(&mut feed, gained, limit).await?;
        }
        feed.sort_by_key(|(place, _)| *place);
        feed.truncate(limit);
        Ok(feed)
    }

    /// Adds gained records to a page, with the bodies of those that it has room for.
    async fn fill(&mut self, feed: &mut Vec<(Place, Placed)>, gained: Vec<Spot>, limit: usize) -> StoreResult<()> {
        if gained.is_empty() {
            return Ok(());
        }
        let mut added = Vec::with_capacity(gained.len());
        for row in gained {
            let key = key_of(row.1, &row.2)?;
            added.push((Place::upsert(count_of(row.0)?, key), key));
        }
        let mut places: Vec<Place> = feed.iter().map(|(place, _)| *place).collect();
        places.extend(added.iter().map(|(place, _)| *place));
        places.sort_unstable();
        if let Some(cut) = places.get(limit) {
            added.retain(|(place, _)| place < cut);
        }
        let keys: Vec<RecordKey> = added.iter().map(|(_, key)| *key).collect();
        let mut rows: HashMap<RecordKey, Row> = self.rows(&keys).await?.into_iter().map(|row| (row.key, row)).collect();
        feed.extend(added.into_iter().filter_map(|(place, key)| Some((place, Placed::Upsert(rows.remove(&key)?)))));
        Ok(())
    }

    async fn by_rev(&mut self, reader: &Reader, after: Spot) -> StoreResult<String> {
        let page: Option<String> = on!(self, conn => {
            let text = if reader.all { ALL_BY_REV } else { MINE_BY_REV };
            let query = query_scalar(text)
                .bind(reader.org).bind(after.0).bind(after.1).bind(after.2).bind(reader.kinds).bind(reader.limit);
            let query = if reader.all { query } else { query.bind(reader.user.as_str()) };
            query.fetch_one(conn).await
        })
        .map_err(failed)?;
        Ok(page.unwrap_or_default())
    }

    /// Records that came into sight with their group, after they were written.
    async fn gained(&mut self, reader: &Reader, after: Spot, up_to: i64) -> StoreResult<Vec<Spot>> {
        let many: Vec<i64> = on!(self, conn =>
            query_scalar(MANY_GAINED)
                .bind(reader.org).bind(reader.user.as_str()).bind(after.0).bind(up_to).bind(MANY_GROUPS)
                .fetch_all(conn).await
        )
        .map_err(failed)?;
        let mut gained: Vec<Spot> = on!(self, conn => {
            let mut query = QueryBuilder::new(GAINED);
            query.push_bind(reader.org);
            query.push(" AND m.user_id = ").push_bind(reader.user.as_str());
            query.push(" AND m.since >= ").push_bind(after.0).push(" AND m.since <= ").push_bind(up_to);
            query.push(" AND (m.since, r.kind, r.id) > (").push_bind(after.0).push(", ").push_bind(after.1);
            query.push(", ").push_bind(after.2.as_str()).push(")");
            query.push(" AND ((").push_bind(reader.kinds).push(" >> r.kind) & 1) <> 0");
            for since in &many {
                query.push(" AND m.since <> ").push_bind(*since);
            }
            query.push(" ORDER BY m.since, r.kind, r.id LIMIT ").push_bind(reader.limit);
            query.build_query_as().fetch_all(conn).await
        })
        .map_err(failed)?;
        for since in many {
            let (kind, id) = if since == after.0 { (after.1, after.2.as_str()) } else { (i16::MIN, "") };
            let rows: Vec<(i16, String)> = on!(self, conn =>
                query_as(GAINED_TOGETHER)
                    .bind(reader.org).bind(kind).bind(id).bind(reader.kinds).bind(reader.limit)
                    .bind(reader.user.as_str()).bind(since)
                    .fetch_all(conn).await
            )
            .map_err(failed)?;
            let full = rows.len() >= usize::try_from(reader.limit).unwrap_or(usize::MAX);
            gained.extend(rows.into_iter().map(|(kind, id)| (since, kind, id)));
            if full {
                break;
            }
        }
        Ok(gained)
    }

    async fn left(&mut self, reader: &Reader, after: Spot, up_to: i64) -> StoreResult<Vec<Spot>> {
        on!(self, conn =>
            query_as(LEFT)
                .bind(reader.org).bind(after.0).bind(after.1).bind(after.2).bind(reader.user.as_str())
                .bind(up_to).bind(reader.limit)
                .fetch_all(conn).await
        )
        .map_err(failed)
    }

    async fn moved(&mut self, reader: &Reader, after: Spot, up_to: i64) -> StoreResult<Vec<Spot>> {
        on!(self, conn => {
            let text = if reader.all { ALL_MOVED } else { MINE_MOVED };
            let query = query_as(text)
                .bind(reader.org).bind(after.0).bind(after.1).bind(after.2).bind(reader.kinds)
                .bind(up_to).bind(reader.limit);
            let query = if reader.all { query } else { query.bind(reader.user.as_str()) };
            query.fetch_all(conn).await
        })
        .map_err(failed)
    }

    async fn outcomes(
        &mut self,
        reader: &Reader,
        client: String,
        from: i64,
        up_to: i64,
    ) -> StoreResult<Vec<(Place, Placed)>> {
        let rows: Vec<(i64, String, String)> = on!(self, conn =>
            query_as(OUTCOMES)
                .bind(reader.org).bind(from).bind(client).bind(up_to).bind(reader.limit)
                .fetch_all(conn).await
        )
        .map_err(failed)?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for (rev, id, verdict) in rows {
            let (id, verdict) = (id_of(&id)?, serde_json::from_str(&verdict).map_err(broken)?);
            let place = Place { position: count_of(rev)?, step: step::OUTCOME, kind: 0, id };
            outcomes.push((place, Placed::Outcome { id, verdict }));
        }
        Ok(outcomes)
    }

    /// Sums up what a viewer sees.
    pub(super) async fn read_sums(&mut self, viewer: &Viewer) -> StoreResult<Sums> {
        let reader = Reader::new(self.org, viewer, 0);
        let rows: Vec<(i16, String, i64)> = on!(self, conn => {
            let query = query_as(if reader.all { ALL_SEEN } else { MINE_SEEN }).bind(reader.org).bind(reader.kinds);
            let query = if reader.all { query } else { query.bind(reader.user.as_str()) };
            query.fetch_all(conn).await
        })
        .map_err(failed)?;
        let mut sums = Sums::new();
        for (kind, id, rev) in rows {
            let kind: Kind = kind_of(kind)?;
            sums.entry(kind).or_default().add(id_of(&id)?, count_of(rev)?);
        }
        Ok(sums)
    }
}
