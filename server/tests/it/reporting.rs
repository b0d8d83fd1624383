//! The views for reporting: the same answers on both databases, and what the columns say.

use std::collections::BTreeSet;

use chrono::DateTime;
use domain::{
    attachment::BlobHash,
    columns::{Cell, ColumnInfo, Place},
    handover::HandoverFinish,
    kind::Kind,
    mutation::Action,
};
use serde_json::{Value, json};
use server::store::Store;
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _,
    SqliteConnection, TypeInfo as _, ValueRef as _,
    postgres::PgRow,
    raw_sql,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use sync::server::{apply_as, apply_as_system, keep_fingerprints};
use uuid::Uuid;

use crate::{
    stores::{Fresh, postgres, sqlite},
    world::{FakeClock, ORGANISATION, set_up},
};

const REPORTING: &str = include_str!("../../../docs/reporting.md");

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A company in which every column of every kind holds something.
fn actions() -> Vec<Action> {
    let (boss, li, north, big, small, own, several) = (id(1), id(2), id(3), id(10), id(11), id(50), id(51));
    let hash = BlobHash::of(b"abc");
    let entries = [
        ("department_create", json!({ "department": { "id": id(4), "name": "業務部", "head": boss } })),
        (
            "department_create",
            json!({ "department": { "id": north, "name": "北區", "parent": id(4), "head": boss, "branch": true } }),
        ),
        (
            "user_create",
            json!({ "user": { "id": li, "name": "李", "sign_in": "li", "roles": ["manager", "sales_rep"],
                "department": north, "superior": boss, "active": true } }),
        ),
        (
            "own_field_create",
            json!({ "field": { "id": own, "on": "customer", "shape": "text", "label": "車號", "required": true,
                "listed": true, "order": 3 } }),
        ),
        (
            "own_field_create",
            json!({ "field": { "id": several, "on": "customer", "shape": "several", "label": "合作\"品牌\"",
                "choices": ["甲", "乙's"], "retired": true } }),
        ),
        (
            "customer_create",
            json!({ "customer": {
                "id": big, "name": "鼎盛", "short_name": "鼎", "aliases": ["DS; Co", "舊名"], "tax_id": "12345675",
                "industry": "五金", "region": "北部", "phones": ["+886223456789", "+886912345678"],
                "email": "a@example.com", "website": "https://example.com", "wechat": "w", "line": "l", "qq": "123",
                "postal_code": "100", "province": "臺北市", "city": "c", "district": "中正區", "address": "一路 1 號",
                "payment_terms": "monthly:25:60", "credit_limit": { "minor": 123_456, "currency": "USD" },
                "level": "A", "source": "展覽", "tags": ["VIP", "出口"], "remark": "第一行\n\"第二行\"", "owner": li, "position": "25.033964,121.564468",
                "visit_every": 14, "collaborators": [{ "user": boss, "right": "read" }], "own": { own.to_string(): "ABC-123",
                    several.to_string(): ["甲", "乙's"], id(52).to_string(): true, id(53).to_string(): 7 },
            } }),
        ),
        ("customer_create", json!({ "customer": { "id": small, "name": "小店", "owner": li } })),
        (
            "contact_create",
            json!({ "contact": { "id": id(20), "customer": big, "name": "陳", "title": "採購", "role": "decides",
                "phones": ["+886912345678"], "email": "c@example.com", "wechat": "w", "line": "l", "qq": "1",
                "birthday": "05-06", "remark": "r" } }),
        ),
        (
            "contact_record_add",
            json!({ "record": { "id": id(30), "customer": big, "channel": "visit", "happened_at": 1_780_000_000_999_i64,
                "minutes": 45, "met": [id(20), id(21)], "result": "下單", "text": "談了", "author": li },
                "finishes": [], "next": null }),
        ),
        (
            "visit_add",
            json!({ "visit": { "id": id(100), "customer": big, "day": "2026-11-24", "order": 1, "rep": boss,
                "purpose": "看新樣" } }),
        ),
        (
            "visit_add",
            json!({ "visit": { "id": id(101), "customer": big, "day": "2026-11-25", "order": 2, "rep": boss } }),
        ),
        (
            "contact_record_add",
            json!({ "record": { "id": id(31), "customer": big, "channel": "visit", "happened_at": 1_780_000_100_000_i64,
                "author": li, "check_in": { "at": 1_780_000_100_000_i64, "position": "25.033000,121.564000",
                    "accuracy": 15, "visit": id(100) } } }),
        ),
        ("visit_check_out", json!({ "record": id(31), "left_at": 1_780_001_000_000_i64 })),
        ("visit_cancel", json!({ "id": id(101), "reason": "客戶出差" })),
        ("day_report_write", json!({ "rep": li, "day": "2026-11-24", "part": "comment", "to": "辛苦了" })),
        ("day_report_write", json!({ "rep": boss, "day": "2026-11-24", "part": "remark", "to": "下雨" })),
        (
            "next_action_add",
            json!({ "action": { "id": id(40), "customer": big, "contact": id(20), "due": "2026-11-24",
                "time": "09:30", "what": "回電", "assignee": li } }),
        ),
        (
            "next_action_add",
            json!({ "action": { "id": id(41), "customer": small, "due": "2026-11-25", "what": "報價", "assignee": li } }),
        ),
        ("next_action_finish", json!({ "id": id(40), "done": true })),
        (
            "attachment_add",
            json!({ "attachment": { "id": id(60), "customer": big, "on": { "kind": "contact", "id": id(20) },
                "name": "名片.jpg", "bytes": 3, "media_type": "image/jpeg", "hash": hash.to_string(),
                "added_at": 1_780_000_000_000_i64, "author": li } }),
        ),
        // Two saw the same value: the later one finds another.
        ("customer_edit", json!({ "id": big, "fields": [{ "field": { "name": "level" }, "from": "A", "to": "B" }] })),
        ("customer_edit", json!({ "id": big, "fields": [{ "field": { "name": "level" }, "from": "A", "to": "C" }] })),
        (
            "customer_edit",
            json!({ "id": big, "fields": [{ "field": { "own": own }, "from": "other", "to": "XYZ-9" }] }),
        ),
        (
            "organisation_edit",
            json!({ "id": ORGANISATION, "fields": [{ "field": { "name": "silent_after" }, "from": null,
                "to": { "by_level": { "A": 14 }, "otherwise": 30 } }] }),
        ),
        (
            "list_view_add",
            json!({ "view": { "id": id(70), "name": "南區", "list": "customer", "query": "region=south", "owner": boss,
                "audience": "organisation" } }),
        ),
        // Nobody else's business: in no report.
        (
            "list_view_add",
            json!({ "view": { "id": id(71), "name": "自己看的", "list": "customer", "owner": boss,
                "audience": "private" } }),
        ),
        ("customers_distinct", json!({ "one": big, "other": small, "distinct": true })),
        (
            "pool_create",
            json!({ "pool": { "id": id(90), "name": "南區公海", "members": [li], "administrators": [boss],
                "rules": [{ "when": [{ "since": "contact", "days": 30 }], "levels": ["C"] }], "quota_per_day": 5,
                "capacity": 200, "cooling_off_days": 7, "wait_days": 7, "shown": ["level", "region"] } }),
        ),
        ("customer_create", json!({ "customer": { "id": id(12), "name": "沒人管", "level": "C", "pool": id(90) } })),
        ("customer_lock", json!({ "customer": big, "until": "2026-12-31" })),
        ("customer_release", json!({ "id": id(80), "customer": small, "pool": id(90), "reason": "沒有需求" })),
        ("customer_assign", json!({ "id": small, "owner": li })),
        (
            "pipeline_create",
            json!({ "pipeline": { "id": id(91), "name": "直銷",
                "stages": [
                    { "id": id(92), "at": 0, "name": "初談", "probability": 10, "days": 14 },
                    { "id": id(93), "at": 1, "name": "報價", "probability": 60, "required": ["amount"] },
                ],
                "loss_reasons": [{ "id": id(94), "at": 0, "name": "價格" }] } }),
        ),
        (
            "opportunity_add",
            json!({ "opportunity": { "id": id(95), "customer": big, "name": "年度訂單", "pipeline": id(91),
                "stage": id(92), "stage_since": "2026-11-20", "amount": { "minor": 250_000, "currency": "USD" },
                "expected_close": "2026-12-31", "products": "螺絲", "remark": "要樣品" }, "line": id(96) }),
        ),
        (
            "opportunity_move",
            json!({ "id": id(97), "opportunity": id(95), "pipeline": id(91),
                "from": { "what": "stage", "stage": id(92) }, "to": { "what": "stage", "stage": id(93) } }),
        ),
        (
            "opportunity_move",
            json!({ "id": id(98), "opportunity": id(95), "pipeline": id(91),
                "from": { "what": "stage", "stage": id(93) }, "to": { "what": "lost", "reason": id(94) } }),
        ),
        ("customer_bin", json!({ "id": small, "binned": true })),
        (
            "handover_start",
            json!({ "id": id(99), "from": li, "way": { "how": "one", "to": boss }, "reason": "離職", "frozen": true }),
        ),
    ];
    let decoded = entries.into_iter().map(|(name, args)| match Action::decode(name, 1, &args.to_string()) {
        Ok(action) => action,
        Err(_) => panic!("{name}: {args}"),
    });
    [set_up(boss.into())].into_iter().chain(decoded).collect()
}

pub(crate) async fn filled(store: &Store) {
    let clock = FakeClock::new();
    let entries: Vec<_> = (1000..).map(id).zip(actions()).collect();
    let (founding, rest) = entries.split_at(1);
    apply_as_system(store, founding, &clock).await.expect("the store").expect("applied");
    keep_fingerprints(store, &clock).await.expect("the store");
    apply_as(store, id(1).into(), rest, &clock).await.expect("the store").expect("applied");
    // Only the server opens one, and only a person settles it.
    let clash = json!({ "clash": { "id": id(95), "customer": id(10), "other": id(11), "by": id(2), "words": "鼎盛行",
        "found_at": 1_780_000_000_000_i64 } });
    let [open, settle] = [("clash_open", clash), ("clash_settle", json!({ "id": id(95), "settled": true }))]
        .map(|(name, args)| Action::decode(name, 1, &args.to_string()).unwrap_or_else(|_| panic!("{name}: {args}")));
    apply_as_system(store, &[(id(996), open)], &clock).await.expect("the store").expect("applied");
    apply_as(store, id(1).into(), &[(id(997), settle)], &clock).await.expect("the store").expect("applied");
    // So does it say that a handover is done.
    let finish = HandoverFinish { handover: id(99).into(), back: false };
    apply_as_system(store, &[(id(998), finish.into())], &clock).await.expect("the store").expect("applied");
}

/// A reader that knows nothing of the server.
enum Reader {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Reader {
    async fn of(fresh: &Fresh) -> Reader {
        if fresh.name == "SQLite" {
            let options = SqliteConnectOptions::new().filename(&fresh.address).read_only(true);
            return Reader::Sqlite(options.connect().await.expect("the file opens"));
        }
        let mut conn = PgConnection::connect(&fresh.address).await.expect("the database opens");
        conn.execute("SET TIME ZONE 'UTC'").await.expect("set");
        Reader::Postgres(conn)
    }

    /// Reads rows as texts with their columns' names.
    async fn rows(&mut self, text: &str) -> Vec<Vec<(String, Option<String>)>> {
        let query = raw_sql(AssertSqlSafe(text.to_owned()));
        match self {
            Reader::Sqlite(conn) => {
                let rows = query.fetch_all(conn).await.unwrap_or_else(|error| panic!("{text}: {error}"));
                let columns = |row: &SqliteRow| row.columns().iter().map(|it| it.name().to_owned()).collect::<Vec<_>>();
                rows.iter()
                    .map(|row| columns(row).into_iter().zip((0..).map(|at| sqlite_cell(row, at))).collect())
                    .collect()
            }
            Reader::Postgres(conn) => {
                let rows = query.fetch_all(conn).await.unwrap_or_else(|error| panic!("{text}: {error}"));
                let columns = |row: &PgRow| row.columns().iter().map(|it| it.name().to_owned()).collect::<Vec<_>>();
                rows.iter()
                    .map(|row| columns(row).into_iter().zip((0..).map(|at| postgres_cell(row, at))).collect())
                    .collect()
            }
        }
    }
}

fn sqlite_cell(row: &SqliteRow, at: usize) -> Option<String> {
    let value = row.try_get_raw(at).expect("a column");
    if value.is_null() {
        return None;
    }
    match value.type_info().name() {
        "INTEGER" => Some(row.get_unchecked::<i64, _>(at).to_string()),
        _ => Some(row.get_unchecked(at)),
    }
}

/// Without a prepared statement every value comes as text.
fn postgres_cell(row: &PgRow, at: usize) -> Option<String> {
    let value = row.try_get_raw(at).expect("a column");
    if value.is_null() {
        return None;
    }
    let text = value.as_str().expect("text");
    Some(match value.type_info().name() {
        "BOOL" => if text == "t" { "1" } else { "0" }.to_owned(),
        "TIMESTAMPTZ" => text.trim_end_matches("+00").to_owned(),
        "JSONB" => text.parse::<Value>().expect("JSON").to_string(),
        _ => text.to_owned(),
    })
}

/// What a view says of a cell that the column's own reader gave.
fn said(cell: Cell) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) => Some(text),
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Flag(set) => Some(i32::from(set).to_string()),
        Cell::Date(day) => Some(day.to_string()),
        Cell::Instant(ms) => {
            Some(DateTime::from_timestamp(ms / 1000, 0).expect("a time").format("%Y-%m-%d %H:%M:%S").to_string())
        }
        Cell::List(items) if items.is_empty() => None,
        Cell::List(items) => Some(items.join("; ")),
    }
}

async fn views_say_what_columns_say(fresh: Fresh) {
    filled(&fresh.store).await;
    let mut reader = Reader::of(&fresh).await;
    for kind in Kind::ALL {
        let mut bodies =
            reader.rows(&format!("SELECT body FROM record WHERE kind = {} ORDER BY id", kind.number())).await;
        bodies.retain(|body| !body[0].1.as_deref().is_some_and(|body| body.contains("自己看的")));
        let rows = reader.rows(&format!("SELECT * FROM report_{kind} ORDER BY id")).await;
        assert_eq!(rows.len(), bodies.len(), "{kind}");
        let mut told = BTreeSet::new();
        for (row, body) in rows.iter().zip(&bodies) {
            let value = |name: &str| row.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.clone());
            let cells = kind.cells(body[0].1.as_deref().expect("a body")).expect("a record");
            for (ColumnInfo { name, place, .. }, cell) in kind.columns().into_iter().zip(cells) {
                let shown = said(cell);
                let found = if place == Place::Amount {
                    let amount = value(&format!("{name}_minor")).zip(value(&format!("{name}_currency")));
                    assert_eq!(amount.is_some(), shown.is_some(), "{} {kind}.{name}", fresh.name);
                    amount.map(|(minor, currency)| {
                        format!("{}.{} {currency}", &minor[..minor.len() - 2], &minor[minor.len() - 2..])
                    })
                } else if place == Place::Json {
                    let json = value(name).map(|text| text.parse::<Value>().expect("JSON"));
                    let kept = body[0].1.as_deref().and_then(|body| body.parse::<Value>().ok());
                    assert_eq!(
                        json.as_ref(),
                        kept.as_ref().and_then(|body| body.get(name)),
                        "{} {kind}.{name}",
                        fresh.name
                    );
                    json.and(shown.clone())
                } else {
                    value(name)
                };
                assert_eq!(found, shown, "{} {kind}.{name}", fresh.name);
                if found.is_some() {
                    told.insert(name);
                }
            }
        }
        let silent: Vec<_> = kind.columns().iter().map(|c| c.name).filter(|name| !told.contains(name)).collect();
        // What nobody in this company has: those who left no trace in it prove nothing above.
        let allowed: &[&str] = match kind {
            Kind::Organisation => &["region"],
            // What is due waits for a night.
            _ => &["deleted_at", "merged_into", "recycle_since"],
        };
        assert!(silent.iter().all(|name| allowed.contains(name)), "{kind}: {silent:?}");
    }
    let named = reader
        .rows("SELECT owner_name, owner_department, binned FROM report_customer ORDER BY id")
        .await
        .into_iter()
        .map(|row| row.into_iter().map(|(_, value)| value.unwrap_or_default()).collect::<Vec<_>>());
    assert_eq!(named.collect::<Vec<_>>(), [["李", "北區", "0"], ["李", "北區", "1"], ["", "", "0"]]);
}

#[tokio::test]
async fn views_say_what_columns_say_on_sqlite() {
    views_say_what_columns_say(sqlite().await).await;
}

#[tokio::test]
async fn views_say_what_columns_say_on_postgres() {
    views_say_what_columns_say(postgres().await).await;
}

/// What stands between a function's brackets, wherever a text calls it.
fn arguments<'a>(text: &'a str, function: &str) -> Vec<&'a str> {
    let mut calls = Vec::new();
    for (at, _) in text.match_indices(&format!("{function}(")) {
        let inner = &text[at + function.len() + 1..];
        let mut open = 1;
        let end = inner.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        calls.push(&inner[..end.expect("a closing bracket")]);
    }
    calls
}

/// An order inside of an aggregate is one of SQLite 3.44: an older one, such as that of Debian 12, would take the whole
/// file for malformed.
#[tokio::test]
async fn older_readers_of_sqlite_understand_the_views() {
    let fresh = sqlite().await;
    let mut reader = Reader::of(&fresh).await;
    let views = reader.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").await;
    let mut aggregates = 0;
    for view in &views {
        let text = view[1].1.as_deref().expect("a text");
        for call in arguments(text, "group_concat") {
            aggregates += 1;
            assert!(!call.contains("ORDER BY"), "{:?}: {call}", view[0].1);
        }
    }
    assert!(aggregates > 0);
}

/// The examples of the document.
fn examples() -> Vec<&'static str> {
    REPORTING.split("```sql\n").skip(1).filter_map(|rest| rest.split_once("```")).map(|(query, _)| query).collect()
}

#[tokio::test]
async fn the_examples_of_the_document_run_alike() {
    let (here, there) = (sqlite().await, postgres().await);
    filled(&here.store).await;
    filled(&there.store).await;
    let (mut here, mut there) = (Reader::of(&here).await, Reader::of(&there).await);
    for kind in Kind::ALL {
        let view = format!("report_{kind}");
        let asks = |query: &&str| query.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == view);
        assert!(examples().iter().any(asks), "no example for {view}");
        assert!(REPORTING.contains(&format!("{view},")) || *kind == Kind::Attachment, "no grant for {view}");
    }
    for query in examples() {
        let (ours, theirs) = (here.rows(query).await, there.rows(query).await);
        assert!(!ours.is_empty(), "nothing to see: {query}");
        assert_eq!(ours, theirs, "{query}");
    }
    let values = "SELECT kind, label, value FROM report_own_value ORDER BY field";
    assert_eq!(here.rows(values).await, there.rows(values).await);
}

#[tokio::test]
async fn a_view_that_was_changed_is_made_again_and_its_readers_stay() {
    let fresh = postgres().await;
    let mut conn = PgConnection::connect(&fresh.address).await.expect("the database opens");
    for text in [
        "DROP VIEW report_department",
        "CREATE VIEW report_department AS SELECT 1 AS one",
        "CREATE ROLE reader_of_views",
        "GRANT SELECT ON report_department, report_user TO reader_of_views",
    ] {
        conn.execute(text).await.expect(text);
    }
    Store::open_postgres(&fresh.address).await.expect("it opens").close().await;
    let may = "SELECT has_table_privilege('reader_of_views', 'report_department', 'SELECT'), \
               has_table_privilege('reader_of_views', 'report_user', 'SELECT'), \
               has_table_privilege('reader_of_views', 'record', 'SELECT')";
    let rights: (bool, bool, bool) = sqlx::query_as(may).fetch_one(&mut conn).await.expect("rights");
    assert_eq!(rights, (true, true, false));
    conn.execute("SELECT parent_name FROM report_department").await.expect("the columns are back");

    // What somebody built on a view keeps it, and the server starts all the same.
    for text in [
        "COMMENT ON VIEW report_user IS 'of an older build'",
        "CREATE VIEW of_their_own AS SELECT name FROM report_user",
    ] {
        conn.execute(text).await.expect(text);
    }
    Store::open_postgres(&fresh.address).await.expect("it opens").close().await;
    conn.execute("SELECT name FROM of_their_own").await.expect("theirs");
    // Whoever reads one for long does not keep the server from starting; the next start makes it anew.
    for text in ["DROP VIEW of_their_own", "BEGIN", "SELECT name FROM report_user"] {
        conn.execute(text).await.expect(text);
    }
    Store::open_postgres(&fresh.address).await.expect("it opens").close().await;
    conn.execute("COMMIT").await.expect("read to the end");
    let mark = "SELECT obj_description('report_user'::regclass)";
    let old: String = sqlx::query_scalar(mark).fetch_one(&mut conn).await.expect("a mark");
    assert_eq!(old, "of an older build");
    Store::open_postgres(&fresh.address).await.expect("it opens").close().await;
    let new: String = sqlx::query_scalar(mark).fetch_one(&mut conn).await.expect("a mark");
    assert!(new.starts_with("Changke: "), "{new}");
    conn.execute("DROP OWNED BY reader_of_views; DROP ROLE reader_of_views").await.expect("gone");
}
