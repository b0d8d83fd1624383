//! The whole company as files: for whom, and what is in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
    os::unix::fs::PermissionsExt as _,
};

use axum::{
    body::to_bytes,
    http::{Method, StatusCode, header},
};
use domain::{
    customer::{Customer, CustomerCreate},
    exchange::ExportNote,
    kind::Kind,
    list_view::{Audience, ListView, ListViewAdd},
    mutation::Action,
    user::UserId,
};
use serde_json::Value;
use server::{Settings, store::Store};
use sync::server::{ReadTx as _, ServerStore as _, apply_as, apply_as_system};
use tempfile::tempdir;
use uuid::Uuid;
use zip::ZipArchive;

use crate::{
    blobs::{add, path, picture},
    command_line::{changke, done, refused},
    people::joined,
    quarantine::Device,
    reporting::filled,
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::FakeClock,
};

/// More than two pages of the export.
const MANY: u128 = 1_200;

/// The files of an archive by their names.
fn unpacked(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("whole, by its checksum");
            (file.name().expect("a name").to_string(), bytes)
        })
        .collect()
}

/// A table with its header, as Excel reads it.
fn table(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = files.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", files.keys()));
    let text = std::str::from_utf8(bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("its mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let names: BTreeSet<&str> = header.iter().collect();
    assert_eq!(names.len(), header.len(), "{name}: two columns of one name in {header:?}");
    let rows = reader.records().map(|row| row.expect("a row of the same length"));
    rows.map(|row| header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()).collect()
}

fn user(who: &Value) -> UserId {
    who["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

async fn an_administrator_takes_the_company_along(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    let boss_is = boss.set_up().await.json();
    let (mut li, li_is) = joined(&app, &mut boss, "li", &["manager", "finance"]).await;
    let photo = picture(200_000);
    let mut device = Device::of(&li_is);
    let named = |id: u128, name: &str| {
        let customer = Customer { owner: Some(user(&li_is)), ..Customer::named(Uuid::from_u128(id).into(), name) };
        Action::from(CustomerCreate { customer })
    };
    let entries = vec![
        (1, named(100, "=HYPERLINK(\"http://a\")")),
        (2, add(200, 100, "image/gif", &photo)),
        (3, add(201, 100, "image/gif", b"GIF89a")),
    ];
    assert_eq!(li.post("/push", device.push(entries)).await.status, StatusCode::OK);
    assert_eq!(li.put(&format!("{}?from=0", path(200, &photo)), &photo).await.status, StatusCode::OK);
    let list = |id: u128, name: &str, owner: &Value| {
        let view = ListView {
            id: Uuid::from_u128(id).into(),
            name: name.to_owned(),
            list: Kind::Customer,
            query: String::new(),
            owner: user(owner),
            audience: Audience::Private,
            deleted_at: None,
            unknown: Default::default(),
        };
        vec![(Uuid::from_u128(id + 1), Action::from(ListViewAdd { view }))]
    };
    for (who, entry) in [(&boss_is, list(300, "老闆的", &boss_is)), (&li_is, list(310, "李的", &li_is))] {
        let done = apply_as(&fresh.store, user(who), &entry, &FakeClock::new()).await;
        done.expect("the store").expect("applied");
    }
    let more: Vec<_> = (0..MANY).map(|at| (Uuid::from_u128(9_000 + at), named(1_000 + at, "鼎盛"))).collect();
    apply_as_system(&fresh.store, &more, &FakeClock::new()).await.expect("the store").expect("applied");

    assert_eq!(Browser::new(&app).get("/archive").await.code(), "signed_out");
    assert_eq!(li.get("/archive").await.code(), "not_allowed");
    // No page of another site has the browser take it, nor a link in a mail; a mere look at its head is no export.
    for site in ["cross-site", "same-site", "none"] {
        let answer = boss.open(Method::GET, "/archive", &[("sec-fetch-site", site)], None).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{site}");
    }
    assert_eq!(boss.open(Method::HEAD, "/archive", &[], None).await.status(), StatusCode::OK);
    let answer = boss.open(Method::GET, "/archive", &[("sec-fetch-site", "same-origin")], None).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(boss.get("/archive").await.code(), "too_many_attempts", "one at a time");
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header(header::CONTENT_TYPE), "application/zip");
    assert!(header(header::CONTENT_DISPOSITION).starts_with("attachment; filename*=UTF-8''%E5%B8%B8%E5%AE%A2"));
    // Who takes it stands in the journal before anything has left; nobody else's attempt does.
    let journal = fresh.store.read().await.expect("a snapshot").journal(0, 10_000).await.expect("a journal");
    let notes: Vec<_> = journal.iter().filter(|row| row.entry.name == "export_note").collect();
    assert_eq!((notes.len(), notes[0].author), (1, Some(user(&boss_is))));
    let note: ExportNote = serde_json::from_str(notes[0].entry.args.get()).expect("a note");
    assert!(u128::from(note.rows) > MANY, "{note:?}");

    let files = unpacked(to_bytes(answer.into_body(), usize::MAX).await.expect("all of it").to_vec());
    let again = boss.open(Method::GET, "/archive", &[], None).await;
    assert_eq!(again.status(), StatusCode::OK, "the first has ended");
    let customers = table(&files, "客戶.csv");
    let ids: BTreeSet<&String> = customers.iter().map(|row| &row["ID"]).collect();
    assert_eq!((customers.len(), ids.len() as u128), (ids.len(), MANY + 1));
    let one = customers.iter().find(|row| row["ID"] == Uuid::from_u128(100).to_string()).expect("the first");
    assert_eq!(one["名稱"], "'=HYPERLINK(\"http://a\")", "nothing that a spreadsheet computes");
    assert_eq!((&*one["負責業務"], &one["負責業務 ID"]), ("li", &user(&li_is).to_string()));
    let photos = table(&files, "照片和檔案.csv");
    let at = |id: u128| photos.iter().find(|row| row["ID"] == Uuid::from_u128(id).to_string()).expect("a photo");
    assert_eq!(at(200)["檔案"], format!("檔案/{} 名片 1.gif", Uuid::from_u128(200)));
    assert!(files[&at(200)["檔案"]] == photo, "other bytes");
    assert_eq!(at(201)["檔案"], "", "its bytes have not arrived");
    let lists = table(&files, "檢視.csv").into_iter().map(|row| row["名稱"].clone());
    assert_eq!(lists.collect::<Vec<_>>(), ["老闆的"], "one's own, and nobody else's");
    let people = table(&files, "同事.csv");
    assert!(people.iter().any(|row| row["角色"] == "主管、財務"), "{people:?}");
    assert!(!files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("argon2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_takes_the_company_along_on_sqlite() {
    an_administrator_takes_the_company_along(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_takes_the_company_along_on_postgres() {
    an_administrator_takes_the_company_along(postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_writes_every_column_of_every_kind() {
    let folder = tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("all.zip"));
    std::fs::create_dir(&data).expect("a folder");
    let store = Store::open_sqlite(&data.join("changke.sqlite")).await.expect("it opens");
    filled(&store).await;
    let words = ["export", file.to_str().expect("text")];
    done(&changke(&data, &words, ""));
    assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o600, "its owner's alone");
    assert!(refused(&changke(&data, &words, "")).contains("cannot be made"), "what is there is not overwritten");
    // Where there is nothing to export, there is no file afterwards either.
    let (broken, none) = (folder.path().join("broken"), folder.path().join("none.zip"));
    std::fs::create_dir(&broken).expect("a folder");
    std::fs::write(broken.join("changke.sqlite"), "no database, but long enough to be looked at").expect("written");
    for _ in 0..2 {
        let said = refused(&changke(&broken, &["export", none.to_str().expect("text")], ""));
        assert!(said.contains("cannot be opened") && !none.exists(), "{said}");
    }
    let files = unpacked(std::fs::read(&file).expect("the file"));
    let count = files.keys().filter(|name| name.ends_with(".csv")).count();
    assert_eq!(count, domain::kind::Kind::ALL.len());
    let one = |name: &str, at: usize| table(&files, name)[at].clone();
    let big = one("客戶.csv", 0);
    let said = |name: &str| big[name].as_str();
    assert_eq!(
        (said("付款條件"), said("信用額度"), said("標籤")),
        ("月結，25 日結帳，60 天付款", "1234.56 USD", "VIP、出口")
    );
    assert_eq!((said("車號"), said("協作同事"), said("電話")), ("XYZ-9", "boss", "'+886223456789、+886912345678"));
    assert_eq!(said("備註"), "第一行\n\"第二行\"");
    assert!(!one("客戶.csv", 1)["刪除時間"].is_empty(), "the recycle bin is in it, and says so");
    let visit = one("聯系記錄.csv", 0);
    let said = |name: &str| visit[name].as_str();
    // In the company's own time zone.
    assert_eq!((said("方式"), said("時間"), said("聯系了誰")), ("拜訪", "2026-05-29 04:26:40", "陳、"));
    assert_eq!(one("部門.csv", 0)["上級部門"], "業務部");
    assert_eq!(one("自訂欄位.csv", 0)["適用對象"], "客戶");
    let fields = table(&files, "同時改到的內容.csv").into_iter().map(|row| row["欄位"].clone());
    assert_eq!(fields.collect::<BTreeSet<_>>(), ["等級", "車號"].map(str::to_owned).into());
    let lists = table(&files, "檢視.csv").into_iter().map(|row| row["名稱"].clone());
    assert_eq!(lists.collect::<Vec<_>>(), ["南區"], "nobody's own ones");
    let journal = store.read().await.expect("a snapshot").journal(0, 100).await.expect("a journal");
    let notes: Vec<_> = journal.iter().filter(|row| row.entry.name == "export_note").collect();
    assert_eq!((notes.len(), notes[0].author), (1, None));
}
