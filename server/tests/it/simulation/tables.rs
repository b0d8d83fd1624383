//! What the database holds, read past the server's own code: the checkers trust nothing else.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    access::Right,
    kind::{Group, Kind, RecordKey},
    view::Row,
};
use serde_json::value::RawValue;
use sync::{
    memory::Tables,
    protocol::Entry,
    server::{ClientRow, JournalRow, MemberRow, Moved},
};
use uuid::Uuid;

use super::database::Reader;

/// Runs one query on whichever database it is.
macro_rules! rows {
    ($reader:expr, $text:literal $(, $value:expr)*) => {
        match $reader {
            Reader::Sqlite(conn) => sqlx::query_as($text)$(.bind($value))*.fetch_all(conn).await,
            Reader::Postgres(conn) => sqlx::query_as($text)$(.bind($value))*.fetch_all(conn).await,
        }
        .expect("the checkers read")
    };
}

/// kind, id, rev, group kind, group id, body.
type RecordColumns = (i16, String, i64, i16, String, String);
/// group kind, group id, user, writes, since, from, until, left.
type MemberColumns = (i16, String, String, bool, i64, i64, Option<i64>, bool, bool);
/// rev, id, n, name, v, args, about, happened, by the own clock, business date, seen.
type EntryColumns = (i64, String, i64, String, i32, String, String, i64, i64, String, i64);
/// mark, hash, author, client, arrived, verdict, late, odd date.
type AnswerColumns = (String, String, Option<String>, Option<String>, i64, String, bool, bool);
/// rev, kind, id, old rev, group kind, group id, body.
type BeforeColumns = (i64, i16, String, Option<i64>, Option<i16>, Option<String>, Option<String>);

/// Reads everything; what an append-only journal said before is taken from `known`, if it is the same history.
pub(crate) async fn read(reader: &mut Reader, known: Option<&Arc<Tables>>) -> Arc<Tables> {
    let head: Vec<(String, i64)> = rows!(reader, "SELECT incarnation, head_rev FROM org");
    let (incarnation, rev) = head.first().map(|(incarnation, rev)| (id(incarnation), count(*rev))).expect("a head");
    let known = known.filter(|known| known.incarnation == incarnation);
    if let Some(known) = known.filter(|known| known.rev == rev) {
        return known.clone();
    }
    let mut tables = Tables { incarnation, rev, ..Tables::default() };
    let mut after = 0;
    if let Some(known) = known {
        tables.journal = known.journal.clone();
        after = i64::try_from(known.rev).expect("a revision");
    }
    read_records(reader, &mut tables).await;
    read_members(reader, &mut tables).await;
    read_clients(reader, &mut tables).await;
    read_journal(reader, &mut tables, after).await;
    Arc::new(tables)
}

async fn read_records(reader: &mut Reader, tables: &mut Tables) {
    let rows: Vec<RecordColumns> = rows!(reader, "SELECT kind, id, rev, group_kind, group_id, body FROM record");
    for (kind, id, rev, group_kind, group_id, body) in rows {
        let key = key(kind, &id);
        let facts = key.kind.facts(&body).expect("a body");
        let row = Row { key, group: group(group_kind, &group_id), rev: count(rev), body: body.into() };
        tables.records.insert(key, (row, facts));
    }
}

async fn read_members(reader: &mut Reader, tables: &mut Tables) {
    let rows: Vec<MemberColumns> = rows!(
        reader,
        "SELECT group_kind, group_id, user_id, writes, since, from_rev, until_rev, left_sight, gained FROM member"
    );
    for (group_kind, group_id, user, writes, since, from, until, left, gained) in rows {
        let row = MemberRow {
            group: group(group_kind, &group_id),
            user: id(&user).into(),
            right: if writes { Right::Write } else { Right::Read },
            since: count(since),
            from_rev: count(from),
            until_rev: until.map(count),
            left,
            gained,
        };
        tables.members.insert((row.group, row.user, row.from_rev), row);
    }
    let rows: Vec<(i16, String, i64, i16, String)> =
        rows!(reader, "SELECT from_kind, from_id, rev, kind, id FROM moved ORDER BY rev, kind, id");
    let moved = rows.into_iter().map(|(from_kind, from, rev, kind, id)| Moved {
        from: group(from_kind, &from),
        key: key(kind, &id),
        rev: count(rev),
    });
    tables.moved = moved.collect();
}

async fn read_clients(reader: &mut Reader, tables: &mut Tables) {
    let rows: Vec<(String, String, i64, i64, i64)> =
        rows!(reader, "SELECT id, user_id, expected, unsent, last_contact FROM client");
    for (client, user, expected, unsent, last_contact) in rows {
        let client = id(&client);
        let (expected, unsent) = (count(expected), u32::try_from(unsent).expect("a count"));
        tables.clients.insert(client, ClientRow { id: client, user: id(&user).into(), expected, unsent, last_contact });
    }
}

async fn read_journal(reader: &mut Reader, tables: &mut Tables, after: i64) {
    let entries: Vec<EntryColumns> = rows!(
        reader,
        "SELECT rev, id, n, name, v, args, about, happened, happened_raw, business_date, seen FROM journal \
         WHERE rev > $1 ORDER BY rev",
        after
    );
    let answers: Vec<AnswerColumns> = rows!(
        reader,
        "SELECT mark, hash, author, client, arrived, verdict, late, odd_date FROM journal WHERE rev > $1 ORDER BY rev",
        after
    );
    let images: Vec<BeforeColumns> = rows!(
        reader,
        "SELECT rev, kind, id, old_rev, group_kind, group_id, body FROM journal_before WHERE rev > $1",
        after
    );
    let mut before: BTreeMap<u64, Vec<(RecordKey, Option<Row>)>> = BTreeMap::new();
    for (rev, kind, id, old_rev, group_kind, group_id, body) in images {
        let key = key(kind, &id);
        let old = old_rev.zip(group_kind).zip(group_id).zip(body).map(|(((old_rev, group_kind), group_id), body)| {
            Row { key, group: group(group_kind, &group_id), rev: count(old_rev), body: body.into() }
        });
        before.entry(count(rev)).or_default().push((key, old));
    }
    for (entry, answer) in entries.into_iter().zip(answers) {
        let (rev, entry_id, n, name, v, args, about, happened, happened_raw, business_date, seen) = entry;
        let (mark, hash, author, client, arrived, verdict, late, odd_date) = answer;
        let entry = Entry {
            id: id(&entry_id),
            n: count(n),
            name,
            v: u16::try_from(v).expect("a version"),
            args: RawValue::from_string(args).expect("JSON"),
            happened,
            happened_raw,
            business_date: business_date.parse().expect("a day"),
            seen: count(seen),
            about,
        };
        let rev = count(rev);
        let row = JournalRow {
            rev,
            mark: id(&mark),
            entry,
            hash,
            author: author.map(|author| id(&author).into()),
            client: client.map(|client| id(&client)),
            arrived,
            verdict: serde_json::from_str(&verdict).expect("a verdict"),
            late,
            odd_date,
            before: before.remove(&rev).unwrap_or_default(),
        };
        tables.journal.insert(rev, row);
    }
}

fn id(text: &str) -> Uuid {
    text.parse().expect("an id")
}

fn count(number: i64) -> u64 {
    u64::try_from(number).expect("a count")
}

fn key(kind: i16, text: &str) -> RecordKey {
    let kind = u8::try_from(kind).ok().and_then(Kind::from_number).expect("a kind");
    RecordKey::new(kind, id(text))
}

fn group(kind: i16, text: &str) -> Group {
    if kind == -1 { Group::Org } else { Group::Of(key(kind, text)) }
}
