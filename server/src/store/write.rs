//! What the engine writes: a batch is few statements, whatever its size.

use domain::{access::Right, kind::RecordKey, view::Row};
use sqlx::{QueryBuilder, query};
use sync::server::{Batch, ClientRow, JournalRow, MemberRow, Moved, WriteTx, Written};

use super::{
    Conn, Tx,
    code::{group_columns, id_text, kind_number, rev_column},
    dialect::BINDS_MOST,
    error::{StoreResult, broken, failed},
    on, survive,
};

/// Inserts rows in as few statements as the limit of bound values allows: the statement's start, the rows,
/// how one is bound, its number of values, the statement's end.
macro_rules! insert {
    ($tx:expr, $start:literal, $rows:expr, $width:literal, |$values:ident, $row:ident| $bind:block, $end:literal) => {
        for some in $rows.chunks(BINDS_MOST / $width) {
            on!($tx, conn => {
                let mut statement = QueryBuilder::new($start);
                statement.push_values(some, |mut $values, $row| $bind);
                statement.push($end);
                // Each number of rows is a text of its own: not worth a place in the statement cache.
                statement.build().persistent(false).execute(conn).await.map(drop)
            })
            .map_err(failed)?;
        }
    };
}

impl WriteTx for Tx {
    async fn write(&mut self, batch: &Batch) -> StoreResult<()> {
        survive()?;
        self.write_records(&batch.records).await?;
        self.write_members(&batch.members).await?;
        self.write_moved(&batch.moved).await?;
        // Half of it lies there now.
        survive()?;
        self.write_journal(&batch.journal).await?;
        if let Some(client) = &batch.client {
            self.write_client(client, true).await?;
        }
        let (org, head) = (self.org, rev_column(batch.head));
        on!(self, conn =>
            query("UPDATE org SET head_rev = $2 WHERE number = $1 AND head_rev < $2").bind(org).bind(head)
                .execute(conn).await.map(drop)
        )
        .map_err(failed)
    }

    async fn touch_client(&mut self, row: &ClientRow) -> StoreResult<()> {
        // The counter is left alone: a push may have raised it since this row was read.
        self.write_client(row, false).await
    }

    async fn prune(&mut self, up_to: u64) -> StoreResult<()> {
        let (org, up_to) = (self.org, rev_column(up_to));
        for text in [
            "DELETE FROM member WHERE org = $1 AND until_rev <= $2",
            "DELETE FROM moved WHERE org = $1 AND rev <= $2",
            "UPDATE org SET pruned_rev = $2 WHERE number = $1 AND pruned_rev < $2",
        ] {
            on!(self, conn => query(text).bind(org).bind(up_to).execute(conn).await.map(drop)).map_err(failed)?;
        }
        Ok(())
    }

    async fn commit(self) -> StoreResult<()> {
        survive()?;
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await,
            Conn::Postgres(tx) => tx.commit().await,
        }
        .map_err(failed)?;
        survive()
    }
}

impl Tx {
    async fn write_records(&mut self, records: &[Written]) -> StoreResult<()> {
        let org = self.org;
        let replaced: Vec<&Written> = records.iter().filter(|written| written.existed).collect();
        self.clear("reference", &replaced).await?;
        self.clear("lookup_key", &replaced).await?;
        let gone: Vec<&Written> = replaced.into_iter().filter(|written| written.state.is_none()).collect();
        for table in ["record", "blob", "blob_piece"] {
            self.clear(table, &gone).await?;
        }

        let states: Vec<_> = records.iter().filter_map(|written| written.state.as_ref()).collect();
        insert!(
            self,
            "INSERT INTO record (org, kind, id, rev, group_kind, group_id, deleted, due, body) ",
            states,
            9,
            |values, state| {
                let (row, facts) = state;
                let (group_kind, group_id) = group_columns(row.group);
                values.push_bind(org).push_bind(kind_number(row.key.kind)).push_bind(id_text(row.key.id));
                values.push_bind(rev_column(row.rev)).push_bind(group_kind).push_bind(group_id);
                values.push_bind(facts.deleted).push_bind(facts.due.map(|day| day.to_string()));
                values.push_bind(row.body.as_ref());
            },
            " ON CONFLICT (org, kind, id) DO UPDATE SET rev = excluded.rev, group_kind = excluded.group_kind, \
             group_id = excluded.group_id, deleted = excluded.deleted, due = excluded.due, body = excluded.body"
        );

        let references: Vec<(RecordKey, RecordKey)> =
            states.iter().flat_map(|(row, facts)| facts.references.iter().map(|parent| (row.key, *parent))).collect();
        insert!(
            self,
            "INSERT INTO reference (org, kind, id, parent_kind, parent_id) ",
            references,
            5,
            |values, reference| {
                let (child, parent) = reference;
                values.push_bind(org).push_bind(kind_number(child.kind)).push_bind(id_text(child.id));
                values.push_bind(kind_number(parent.kind)).push_bind(id_text(parent.id));
            },
            // A record may name the same parent twice.
            " ON CONFLICT DO NOTHING"
        );

        let keys: Vec<_> =
            states.iter().flat_map(|(row, facts)| facts.keys.iter().map(|key| (row.key.id, key))).collect();
        insert!(
            self,
            "INSERT INTO lookup_key (org, kind, name, value, id) ",
            keys,
            5,
            |values, held| {
                let (id, key) = held;
                values.push_bind(org).push_bind(kind_number(key.kind));
                values.push_bind(key.name.as_str()).push_bind(key.value.as_str()).push_bind(id_text(*id));
            },
            " ON CONFLICT DO NOTHING"
        );
        Ok(())
    }

    /// Deletes what a table holds of records.
    async fn clear(&mut self, table: &'static str, records: &[&Written]) -> StoreResult<()> {
        let org = self.org;
        for some in records.chunk_by(|a, b| a.key.kind == b.key.kind).flat_map(|same| same.chunks(BINDS_MOST)) {
            let Some(first) = some.first() else { continue };
            on!(self, conn => {
                let mut statement = QueryBuilder::new("DELETE FROM ");
                statement.push(table).push(" WHERE org = ").push_bind(org);
                statement.push(" AND kind = ").push_bind(kind_number(first.key.kind)).push(" AND id IN (");
                let mut list = statement.separated(", ");
                some.iter().for_each(|written| { list.push_bind(id_text(written.key.id)); });
                statement.push(")").build().persistent(false).execute(conn).await.map(drop)
            })
            .map_err(failed)?;
        }
        Ok(())
    }

    async fn write_members(&mut self, members: &[MemberRow]) -> StoreResult<()> {
        let org = self.org;
        insert!(
            self,
            "INSERT INTO member \
             (org, group_kind, group_id, user_id, writes, since, from_rev, until_rev, left_sight, gained) ",
            members,
            10,
            |values, row| {
                let (group_kind, group_id) = group_columns(row.group);
                values.push_bind(org).push_bind(group_kind).push_bind(group_id).push_bind(id_text(row.user.uuid()));
                values.push_bind(row.right == Right::Write).push_bind(rev_column(row.since));
                values.push_bind(rev_column(row.from_rev)).push_bind(row.until_rev.map(rev_column));
                values.push_bind(row.left).push_bind(row.gained);
            },
            " ON CONFLICT (org, group_kind, group_id, user_id, from_rev) DO UPDATE SET writes = excluded.writes, \
             since = excluded.since, until_rev = excluded.until_rev, left_sight = excluded.left_sight"
        );
        Ok(())
    }

    async fn write_moved(&mut self, moved: &[Moved]) -> StoreResult<()> {
        let org = self.org;
        insert!(
            self,
            "INSERT INTO moved (org, rev, kind, id, from_kind, from_id) ",
            moved,
            6,
            |values, row| {
                let (from_kind, from_id) = group_columns(row.from);
                values.push_bind(org).push_bind(rev_column(row.rev));
                values.push_bind(kind_number(row.key.kind)).push_bind(id_text(row.key.id));
                values.push_bind(from_kind).push_bind(from_id);
            },
            ""
        );
        Ok(())
    }

    async fn write_journal(&mut self, journal: &[JournalRow]) -> StoreResult<()> {
        let org = self.org;
        let mut rows = Vec::with_capacity(journal.len());
        for row in journal {
            rows.push((row, serde_json::to_string(&row.verdict).map_err(broken)?));
        }
        insert!(
            self,
            "INSERT INTO journal \
             (org, rev, id, n, name, v, args, about, happened, happened_raw, business_date, arrived, seen, hash, \
              author, client, verdict, late, odd_date, mark) ",
            rows,
            20,
            |values, row| {
                let (row, verdict) = row;
                let entry = &row.entry;
                values.push_bind(org).push_bind(rev_column(row.rev)).push_bind(id_text(entry.id));
                values.push_bind(rev_column(entry.n)).push_bind(entry.name.as_str()).push_bind(i32::from(entry.v));
                values.push_bind(entry.args.get()).push_bind(entry.about.replace('\0', ""));
                values.push_bind(entry.happened).push_bind(entry.happened_raw);
                values.push_bind(entry.business_date.to_string()).push_bind(row.arrived);
                values.push_bind(rev_column(entry.seen)).push_bind(row.hash.as_str());
                values.push_bind(row.author.map(|user| id_text(user.uuid()))).push_bind(row.client.map(id_text));
                values.push_bind(verdict.as_str()).push_bind(row.late).push_bind(row.odd_date);
                values.push_bind(id_text(row.mark));
            },
            ""
        );
        let before: Vec<(u64, RecordKey, Option<&Row>)> =
            journal.iter().flat_map(|row| row.before.iter().map(|(key, old)| (row.rev, *key, old.as_ref()))).collect();
        insert!(
            self,
            "INSERT INTO journal_before (org, rev, kind, id, old_rev, group_kind, group_id, body) ",
            before,
            8,
            |values, image| {
                let (rev, key, old) = image;
                let group = old.map(|row| group_columns(row.group));
                values.push_bind(org).push_bind(rev_column(*rev));
                values.push_bind(kind_number(key.kind)).push_bind(id_text(key.id));
                values.push_bind(old.map(|row| rev_column(row.rev)));
                values.push_bind(group.as_ref().map(|(kind, _)| *kind)).push_bind(group.map(|(_, id)| id));
                values.push_bind(old.map(|row| row.body.as_ref()));
            },
            ""
        );
        Ok(())
    }

    async fn write_client(&mut self, row: &ClientRow, counts: bool) -> StoreResult<()> {
        let org = self.org;
        let text = if counts {
            "INSERT INTO client (org, id, user_id, expected, unsent, last_contact) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (org, id) DO UPDATE SET user_id = excluded.user_id, expected = excluded.expected, \
             unsent = excluded.unsent, last_contact = excluded.last_contact"
        } else {
            "INSERT INTO client (org, id, user_id, expected, unsent, last_contact) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (org, id) DO UPDATE SET unsent = excluded.unsent, last_contact = excluded.last_contact"
        };
        on!(self, conn =>
            query(text).bind(org).bind(id_text(row.id)).bind(id_text(row.user.uuid()))
                .bind(rev_column(row.expected)).bind(i64::from(row.unsent)).bind(row.last_contact)
                .execute(conn).await.map(drop)
        )
        .map_err(failed)
    }
}
