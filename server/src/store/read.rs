//! What the engine reads, apart from the feed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    access::Right,
    id::Id,
    kind::{Group, Kind, RecordKey},
    record::LookupKey,
    user::UserId,
    view::{Loaded, Need, Row, Slot},
};
use sqlx::{QueryBuilder, query_as, query_scalar};
use sync::{
    protocol::{ClientId, Place, Sums},
    server::{Answered, ClientRow, Head, JournalRow, MemberRow, Placed, ReadTx, Viewer},
};
use uuid::Uuid;

use super::{
    Tx,
    code::{RowColumns, count_of, group_columns, group_of, id_of, id_text, key_of, kind_number, rev_column, row_of},
    dialect::BINDS_MOST,
    error::{StoreResult, broken, failed},
    on, survive,
};

/// The columns of a member row: group, user, writes, since, from, until, left, gained.
type MemberColumns = (i16, String, String, bool, i64, i64, Option<i64>, bool, bool);

/// The columns of an answered entry: id, rev, hash, author, client, verdict.
type AnsweredColumns = (String, i64, String, Option<String>, Option<String>, String);

impl ReadTx for Tx {
    async fn head(&mut self) -> StoreResult<Head> {
        survive()?;
        let org = self.org;
        let (incarnation, rev, pruned): (String, i64, i64) = on!(self, conn =>
            query_as("SELECT incarnation, head_rev, pruned_rev FROM org WHERE number = $1")
                .bind(org).fetch_one(conn).await
        )
        .map_err(failed)?;
        Ok(Head { incarnation: id_of(&incarnation)?, rev: count_of(rev)?, pruned: count_of(pruned)? })
    }

    async fn mark(&mut self, rev: u64) -> StoreResult<Option<Uuid>> {
        let org = self.org;
        let mark: Option<String> = on!(self, conn =>
            query_scalar("SELECT mark FROM journal WHERE org = $1 AND rev = $2")
                .bind(org).bind(rev_column(rev)).fetch_optional(conn).await
        )
        .map_err(failed)?;
        mark.as_deref().map(id_of).transpose()
    }

    async fn arrived(&mut self, rev: u64) -> StoreResult<Option<i64>> {
        let org = self.org;
        on!(self, conn =>
            query_scalar("SELECT arrived FROM journal WHERE org = $1 AND rev = $2")
                .bind(org).bind(rev_column(rev)).fetch_optional(conn).await
        )
        .map_err(failed)
    }

    async fn load(&mut self, needs: &[Need], loaded: &mut Loaded) -> StoreResult<()> {
        survive()?;
        let mut keys = Vec::new();
        for need in needs {
            match need {
                Need::Record(key) => keys.push(*key),
                Need::Children { kind, parent } => {
                    let children = self.children(*kind, *parent).await?;
                    loaded.children.insert((*kind, *parent), children);
                }
                Need::Holder(key) => {
                    let holder = self.holder(key).await?;
                    loaded.holders.insert(key.clone(), holder);
                }
                Need::Standing(_) => {}
            }
        }
        loaded.records.extend(keys.iter().map(|key| (*key, Slot::Absent)));
        loaded.records.extend(self.rows(&keys).await?.into_iter().map(|row| (row.key, Slot::Here(row))));
        Ok(())
    }

    async fn members(&mut self, groups: &[Group]) -> StoreResult<Vec<MemberRow>> {
        let org = self.org;
        let mut by_kind: BTreeMap<i16, Vec<String>> = BTreeMap::new();
        for group in groups {
            let (kind, id) = group_columns(*group);
            by_kind.entry(kind).or_default().push(id);
        }
        let mut members = Vec::new();
        for (kind, ids) in by_kind {
            for some in ids.chunks(BINDS_MOST) {
                let rows: Vec<MemberColumns> = on!(self, conn => {
                    let mut query = QueryBuilder::new(
                        "SELECT group_kind, group_id, user_id, writes, since, from_rev, until_rev, left_sight, gained \
                         FROM member WHERE org = ",
                    );
                    query.push_bind(org).push(" AND group_kind = ").push_bind(kind).push(" AND group_id IN (");
                    let mut list = query.separated(", ");
                    some.iter().for_each(|id| { list.push_bind(id.as_str()); });
                    query.push(")").build_query_as().fetch_all(conn).await
                })
                .map_err(failed)?;
                for row in rows {
                    members.push(member_of(row)?);
                }
            }
        }
        Ok(members)
    }

    async fn client(&mut self, id: ClientId) -> StoreResult<Option<ClientRow>> {
        let org = self.org;
        let row: Option<(String, i64, i64, i64)> = on!(self, conn =>
            query_as("SELECT user_id, expected, unsent, last_contact FROM client WHERE org = $1 AND id = $2")
                .bind(org).bind(id_text(id)).fetch_optional(conn).await
        )
        .map_err(failed)?;
        let Some((user, expected, unsent, last_contact)) = row else { return Ok(None) };
        let unsent = u32::try_from(unsent).map_err(broken)?;
        Ok(Some(ClientRow { id, user: Id::new(id_of(&user)?), expected: count_of(expected)?, unsent, last_contact }))
    }

    async fn clients_of(&mut self, user: UserId) -> StoreResult<Vec<ClientRow>> {
        let org = self.org;
        let rows: Vec<(String, i64, i64, i64)> = on!(self, conn =>
            query_as("SELECT id, expected, unsent, last_contact FROM client WHERE org = $1 AND user_id = $2")
                .bind(org).bind(id_text(user.uuid())).fetch_all(conn).await
        )
        .map_err(failed)?;
        let client = |(id, expected, unsent, last_contact): (String, i64, i64, i64)| {
            let unsent = u32::try_from(unsent).map_err(broken)?;
            Ok(ClientRow { id: id_of(&id)?, user, expected: count_of(expected)?, unsent, last_contact })
        };
        rows.into_iter().map(client).collect()
    }

    async fn answered(&mut self, ids: &[Uuid]) -> StoreResult<Vec<Answered>> {
        let org = self.org;
        let mut answered = Vec::new();
        for some in ids.chunks(BINDS_MOST) {
            let rows: Vec<AnsweredColumns> = on!(self, conn => {
                let mut query =
                    QueryBuilder::new("SELECT id, rev, hash, author, client, verdict FROM journal WHERE org = ");
                query.push_bind(org).push(" AND id IN (");
                let mut list = query.separated(", ");
                some.iter().for_each(|id| { list.push_bind(id_text(*id)); });
                query.push(")").build_query_as().fetch_all(conn).await
            })
            .map_err(failed)?;
            for (id, rev, hash, author, client, verdict) in rows {
                answered.push(Answered {
                    id: id_of(&id)?,
                    rev: count_of(rev)?,
                    hash,
                    author: author.as_deref().map(id_of).transpose()?.map(Id::new),
                    client: client.as_deref().map(id_of).transpose()?,
                    verdict: serde_json::from_str(&verdict).map_err(broken)?,
                });
            }
        }
        Ok(answered)
    }

    async fn feed(&mut self, viewer: &Viewer, after: Place, limit: usize) -> StoreResult<Vec<(Place, Placed)>> {
        survive()?;
        self.read_feed(viewer, after, limit).await
    }

    async fn journal(&mut self, after: u64, limit: usize) -> StoreResult<Vec<JournalRow>> {
        self.read_journal(after, limit).await
    }

    async fn rows(&mut self, keys: &[RecordKey]) -> StoreResult<Vec<Row>> {
        let org = self.org;
        let mut by_kind: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
        for key in keys {
            by_kind.entry(key.kind).or_default().push(id_text(key.id));
        }
        let mut found = Vec::with_capacity(keys.len());
        for (kind, ids) in by_kind {
            for some in ids.chunks(BINDS_MOST) {
                let rows: Vec<RowColumns> = on!(self, conn => {
                    let mut query = QueryBuilder::new(
                        "SELECT kind, id, rev, group_kind, group_id, body FROM record WHERE org = ",
                    );
                    query.push_bind(org).push(" AND kind = ").push_bind(kind_number(kind)).push(" AND id IN (");
                    let mut list = query.separated(", ");
                    some.iter().for_each(|id| { list.push_bind(id.as_str()); });
                    query.push(")").build_query_as().fetch_all(conn).await
                })
                .map_err(failed)?;
                for row in rows {
                    found.push(row_of(row)?);
                }
            }
        }
        Ok(found)
    }

    async fn sums(&mut self, viewer: &Viewer) -> StoreResult<Sums> {
        self.read_sums(viewer).await
    }

    async fn of_kind(&mut self, kind: Kind, after: Uuid, limit: usize) -> StoreResult<Vec<Uuid>> {
        let org = self.org;
        let ids: Vec<String> = on!(self, conn =>
            query_scalar("SELECT id FROM record WHERE org = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4")
                .bind(org).bind(kind_number(kind)).bind(id_text(after)).bind(i64::try_from(limit).unwrap_or(i64::MAX))
                .fetch_all(conn).await
        )
        .map_err(failed)?;
        ids.iter().map(|id| id_of(id)).collect()
    }

    async fn due(&mut self, day: NaiveDate) -> StoreResult<BTreeSet<RecordKey>> {
        let org = self.org;
        let rows: Vec<(i16, String)> = on!(self, conn =>
            query_as("SELECT kind, id FROM record WHERE org = $1 AND due <= $2")
                .bind(org).bind(day.to_string()).fetch_all(conn).await
        )
        .map_err(failed)?;
        rows.into_iter().map(|(kind, id)| key_of(kind, &id)).collect()
    }
}

impl Tx {
    async fn children(&mut self, kind: Kind, parent: RecordKey) -> StoreResult<BTreeSet<Uuid>> {
        let org = self.org;
        let ids: Vec<String> = on!(self, conn =>
            query_scalar(
                "SELECT id FROM reference WHERE org = $1 AND parent_kind = $2 AND parent_id = $3 AND kind = $4",
            )
            .bind(org).bind(kind_number(parent.kind)).bind(id_text(parent.id)).bind(kind_number(kind))
            .fetch_all(conn).await
        )
        .map_err(failed)?;
        ids.iter().map(|id| id_of(id)).collect()
    }

    async fn holder(&mut self, key: &LookupKey) -> StoreResult<Option<Uuid>> {
        let org = self.org;
        let id: Option<String> = on!(self, conn =>
            query_scalar("SELECT MIN(id) FROM lookup_key WHERE org = $1 AND kind = $2 AND name = $3 AND value = $4")
                .bind(org).bind(kind_number(key.kind)).bind(&key.name).bind(&key.value)
                .fetch_one(conn).await
        )
        .map_err(failed)?;
        id.as_deref().map(id_of).transpose()
    }
}

fn member_of(columns: MemberColumns) -> StoreResult<MemberRow> {
    let (group_kind, group_id, user, writes, since, from_rev, until_rev, left, gained) = columns;
    Ok(MemberRow {
        group: group_of(group_kind, &group_id)?,
        user: Id::new(id_of(&user)?),
        right: if writes { Right::Write } else { Right::Read },
        since: count_of(since)?,
        from_rev: count_of(from_rev)?,
        until_rev: until_rev.map(count_of).transpose()?,
        left,
        gained,
    })
}
