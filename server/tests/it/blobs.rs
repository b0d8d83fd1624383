//! Photos and files over HTTP: in pieces, once, and only through a record that one sees.

use axum::http::{StatusCode, header};
use domain::{
    attachment::{Attachment, AttachmentAdd, BlobHash},
    customer::CustomerAssign,
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
    user::UserId,
};
use serde_json::{Value, json};
use server::{
    Settings,
    store::{BlobKey, Checked, Held, check_file},
};
use sqlx::{ConnectOptions as _, Connection as _};
use sync::{
    protocol::BLOB_PIECE_BYTES,
    server::{ServerStore as _, WriteTx as _},
};
use uuid::Uuid;

use crate::{
    people::{activate, joined},
    quarantine::{Device, customer},
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
};

/// A picture in the eyes of whoever looks at its first bytes, in text so that answers can be compared.
pub(crate) fn picture(letters: usize) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend((0..letters).map(|at| b'a' + (at % 23) as u8));
    bytes
}

pub(crate) fn add(id: u128, customer: u128, media_type: &str, bytes: &[u8]) -> Action {
    let customer: Id<_> = Uuid::from_u128(customer).into();
    AttachmentAdd {
        attachment: Attachment {
            id: Uuid::from_u128(id).into(),
            customer,
            on: RecordKey::new(Kind::Customer, customer.uuid()),
            name: "名片 1.gif".to_owned(),
            media_type: media_type.to_owned(),
            bytes: u32::try_from(bytes.len()).expect("small"),
            hash: BlobHash::of(bytes),
            size: None,
            thumbnail: String::new(),
            added_at: 5,
            author: Uuid::nil().into(),
            late: false,
            deleted_at: None,
            unknown: Default::default(),
        },
    }
    .into()
}

pub(crate) fn path(id: u128, bytes: &[u8]) -> String {
    format!("/records/attachment/{}/blobs/{}", Uuid::from_u128(id), BlobHash::of(bytes))
}

fn user(who: &Value) -> UserId {
    who["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

async fn push(browser: &mut Browser, device: &mut Device, actions: Vec<(u128, Action)>) {
    let answer = browser.post("/push", device.push(actions)).await.json();
    let outcomes = answer["answered"]["outcomes"].as_array().expect("outcomes").clone();
    assert!(outcomes.iter().all(|outcome| outcome["verdict"] == "applied"), "{answer}");
}

async fn a_photo_arrives_and_is_seen_by_those_who_see_its_record(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    let boss_is = boss.set_up().await.json();
    let (mut li, li_is) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let (mut wu, wu_is) = joined(&app, &mut boss, "wu", &["sales_rep"]).await;
    let (mut books, _) = joined(&app, &mut boss, "books", &["finance"]).await;
    let (mut buyer, _) = joined(&app, &mut boss, "buyer", &["purchaser"]).await;
    let photo = picture(2 * BLOB_PIECE_BYTES);
    let page = b"<script>alert(1)</script>".to_vec();
    let mut device = Device::of(&li_is);
    let of_li = vec![
        (1, customer(100, user(&li_is))),
        (2, add(200, 100, "image/gif", &photo)),
        (3, add(201, 100, "image/gif", &page)),
    ];
    push(&mut li, &mut device, of_li).await;
    let at = path(200, &photo);
    let from = |from: usize| format!("{}?from={from}", path(200, &picture(2 * BLOB_PIECE_BYTES)));

    assert_eq!(li.get(&at).await.code(), "not_arrived");
    let (first, rest) = photo.split_at(BLOB_PIECE_BYTES);
    let (second, third) = rest.split_at(BLOB_PIECE_BYTES);
    let held = |held: usize, whole: bool| json!({ "held": held, "whole": whole });
    assert_eq!(wu.put(&from(0), first).await.code(), "not_found", "neither its author nor in sight");
    assert_eq!(Browser::new(&app).put(&from(0), first).await.code(), "signed_out");
    assert_eq!(li.put(&from(0), first).await.json(), held(BLOB_PIECE_BYTES, false));
    // The answer was lost: what is sent again changes nothing, and says where to go on.
    assert_eq!(li.put(&from(0), first).await.json(), held(BLOB_PIECE_BYTES, false));
    assert_eq!(li.put(&from(2 * BLOB_PIECE_BYTES), third).await.json(), held(BLOB_PIECE_BYTES, false), "a gap");
    assert_eq!(li.put(&from(BLOB_PIECE_BYTES), &photo[1..]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(li.get(&at).await.code(), "not_arrived", "half of it is nothing");
    assert_eq!(li.put(&from(BLOB_PIECE_BYTES), second).await.json(), held(2 * BLOB_PIECE_BYTES, false));
    // Somebody else who sees the record and has the bytes may complete it.
    assert_eq!(boss.put(&from(2 * BLOB_PIECE_BYTES), third).await.json(), held(photo.len(), true));
    assert_eq!(li.put(&from(0), b"").await.json(), held(photo.len(), true));

    for (who, browser) in [("author", &mut li), ("administrator", &mut boss), ("finance", &mut books)] {
        let answer = browser.get(&at).await;
        assert_eq!((answer.status, answer.text.as_bytes() == photo), (StatusCode::OK, true), "{who}");
        let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header(header::CONTENT_TYPE), "image/gif");
        assert_eq!(header(header::CONTENT_DISPOSITION), "inline; filename*=UTF-8''%E5%90%8D%E7%89%87%201.gif");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(header::CACHE_CONTROL), "no-store");
    }
    for (who, browser) in [("another rep", &mut wu), ("purchaser", &mut buyer)] {
        let answer = browser.get(&at).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "not_found"), "{who}");
    }
    assert_eq!(li.get(&path(200, b"other bytes")).await.code(), "not_found");
    assert_eq!(li.get(&at.replace("attachment", "customer")).await.code(), "not_found");

    // Who knows a hash cannot claim the bytes with a record of his own.
    let mut device_of_wu = Device::of(&wu_is);
    let claim = vec![(11, customer(101, user(&wu_is))), (12, add(202, 101, "image/gif", &photo))];
    push_as(&mut wu, &mut device_of_wu, claim).await;
    assert_eq!(wu.get(&path(202, &photo)).await.code(), "not_arrived");

    // What claims to be a picture and is none is never shown as one.
    assert_eq!(li.put(&path(201, &page), &page).await.json(), held(page.len(), true));
    let answer = li.get(&path(201, &page)).await;
    let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header(header::CONTENT_TYPE), "application/octet-stream");
    assert!(header(header::CONTENT_DISPOSITION).starts_with("attachment;"));

    // Other bytes of the right length are dropped.
    push(&mut li, &mut device, vec![(4, add(203, 100, "image/gif", &picture(10)))]).await;
    let wrong = vec![b'x'; picture(10).len()];
    assert_eq!(li.put(&path(203, &picture(10)), &wrong).await.json(), held(0, false));

    // The customer goes to somebody else: the author no longer reads, and still hands over what he has.
    let mut device_of_boss = Device::of(&boss_is);
    let assign = CustomerAssign { id: Uuid::from_u128(100).into(), owner: Some(user(&wu_is)), pool: None };
    push_as(&mut boss, &mut device_of_boss, vec![(21, assign.into())]).await;
    assert_eq!(li.get(&at).await.code(), "not_found");
    assert_eq!(li.put(&path(203, &picture(10)), &picture(10)).await.json(), held(picture(10).len(), true));
    assert_eq!(wu.get(&at).await.status, StatusCode::OK);
    assert_eq!(wu.get(&path(203, &picture(10))).await.status, StatusCode::OK);
}

async fn a_device_whose_access_has_ended_hands_its_photos_over(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, li_is) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let (mut wu, _) = joined(&app, &mut boss, "wu", &["sales_rep"]).await;
    let mut device = Device::of(&li_is);
    let [sent, held, discarded] = [picture(10), picture(20), picture(30)];
    let of_li = vec![(1, customer(100, user(&li_is))), (2, add(200, 100, "image/gif", &sent))];
    push(&mut li, &mut device, of_li).await;
    activate(&mut boss, &li_is["user"], false).await;
    let left = device.push(vec![(3, add(201, 100, "image/gif", &held)), (4, add(203, 100, "image/gif", &discarded))]);
    assert_eq!(li.post("/quarantine", left).await.status, StatusCode::OK);

    let whose = format!("&user={}", user(&li_is));
    for (id, bytes) in [(200, &sent), (201, &held), (203, &discarded)] {
        let plain = format!("{}?from=0", path(id, bytes));
        let named = format!("{plain}{whose}");
        assert_eq!(li.put(&plain, bytes).await.code(), "signed_out");
        assert_eq!(wu.put(&named, bytes).await.code(), "not_found", "signed in, and nothing of hers");
        assert_eq!(Browser::new(&app).put(&named, bytes).await.code(), "signed_out", "another browser");
        assert_eq!(li.put(&named, bytes).await.json(), json!({ "held": bytes.len(), "whole": true }));
    }
    let unknown = format!("{}?from=0{whose}", path(202, &held));
    assert_eq!(li.put(&unknown, &held).await.code(), "not_found");
    let decided = boss.post("/quarantine/decide", json!({ "ids": [Uuid::from_u128(3)], "accept": true })).await;
    assert_eq!(decided.json(), json!([]));
    let decided = boss.post("/quarantine/decide", json!({ "ids": [Uuid::from_u128(4)], "accept": false })).await;
    assert_eq!(decided.json(), json!([]));
    let key = |id: u128, bytes: &[u8]| BlobKey {
        record: RecordKey::new(Kind::Attachment, Uuid::from_u128(id)),
        hash: BlobHash::of(bytes),
    };
    let mut tx = fresh.store.read().await.expect("a transaction");
    assert_eq!(tx.blob_held(key(203, &discarded)).await, Ok(Held::default()));
    assert_eq!(tx.blob_piece(key(203, &discarded), 0).await, Ok(None));
    drop(tx);
    for (id, bytes) in [(200, &sent), (201, &held)] {
        assert_eq!(boss.get(&path(id, bytes)).await.text.as_bytes(), bytes.as_slice());
    }
}

#[tokio::test]
async fn a_device_whose_access_has_ended_hands_its_photos_over_on_sqlite() {
    a_device_whose_access_has_ended_hands_its_photos_over(sqlite().await).await;
}

/// The same from a client of its own.
async fn push_as(browser: &mut Browser, device: &mut Device, actions: Vec<(u128, Action)>) {
    let mut request = device.push(actions.clone());
    request["caller"]["client"] = json!(Uuid::from_u128(actions[0].0));
    let answer = browser.post("/push", request).await.json();
    assert_eq!(answer["answered"]["outcomes"][0]["verdict"], "applied", "{answer}");
}

#[tokio::test]
async fn a_photo_arrives_on_sqlite() {
    a_photo_arrives_and_is_seen_by_those_who_see_its_record(sqlite().await).await;
}

#[tokio::test]
async fn a_photo_arrives_on_postgres() {
    a_photo_arrives_and_is_seen_by_those_who_see_its_record(postgres().await).await;
}

#[tokio::test]
async fn a_backup_holds_them_and_its_check_finds_damage() {
    let fresh = sqlite().await;
    let bytes = picture(100);
    let record = RecordKey::new(Kind::Attachment, Uuid::from_u128(200));
    let key = BlobKey { record, hash: BlobHash::of(&bytes) };
    let mut tx = fresh.store.write().await.expect("a transaction");
    let size = bytes.len() as u64;
    let held = tx.append_to_blob(key, Held::default(), &bytes[..40], size, 5).await.expect("written");
    let held = tx.append_to_blob(key, held, &bytes[40..], size, 6).await.expect("written");
    assert_eq!(held, Held { held: size, whole: true });
    tx.commit().await.expect("committed");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("copy.sqlite");
    fresh.store.backup(&file).await.expect("a copy");
    assert_eq!(check_file(&file).await, Ok(Checked { head: 0, blobs: 1 }));

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut copy = options.connect().await.expect("it opens");
    let damage = sqlx::query("UPDATE blob_piece SET bytes = zeroblob(40) WHERE start = 0");
    assert_eq!(damage.execute(&mut copy).await.expect("written").rows_affected(), 1);
    copy.close().await.expect("closed");
    let found = check_file(&file).await.expect_err("damage").to_string();
    assert!(found.contains(&record.id.to_string()), "{found}");
}
