//! Photos and files: here with their entry, sent in pieces, kept until the server holds all of them.

use std::collections::BTreeSet;

use domain::{
    attachment::{Attachment, AttachmentAdd, AttachmentId, BlobHash},
    customer::{CustomerAssign, CustomerId},
    kind::{Kind, RecordKey},
    mutation::Action,
};
use uuid::Uuid;

use super::{
    super::support::{Company, key, prefix, shown},
    again,
};
use crate::{
    device::{Area, DeviceError, Kv, KvError, Making, PieceAnswer, Read, Replica, Rows, Whereabouts, Write},
    protocol::{BLOB_PIECE_BYTES, BlobHeld, PushAnswer},
};

fn photo() -> Vec<u8> {
    (0..BLOB_PIECE_BYTES * 2 + 100).map(|at| (at % 251) as u8).collect()
}

fn attach(company: &Company, customer: CustomerId, bytes: &[u8]) -> (AttachmentId, Action) {
    let id = AttachmentId::new(company.id());
    let attachment = Attachment {
        id,
        customer,
        on: RecordKey::new(Kind::Customer, customer.uuid()),
        name: "名片.jpg".into(),
        media_type: "image/jpeg".into(),
        bytes: u32::try_from(bytes.len()).expect("small"),
        hash: BlobHash::of(bytes),
        size: None,
        thumbnail: String::new(),
        added_at: 5,
        author: company.rep,
        late: false,
        deleted_at: None,
        unknown: Default::default(),
    };
    (id, AttachmentAdd { attachment }.into())
}

/// A device on which a photo of a customer was taken with no network.
async fn taken<K: Kv + Clone>(kv: &K) -> (Company, Replica<K>, CustomerId, AttachmentId) {
    let company = Company::new();
    let customer = company.customers(1)[0];
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    let (id, action) = attach(&company, customer, &photo());
    let actions: Vec<(Action, Making)> = vec![(action, company.making())];
    device.enter_with(actions, vec![(id, photo())], None).await.expect("is saved");
    (company, device, customer, id)
}

/// Sends the pieces of what comes first to a server that holds what it was sent; returns what it holds at the end.
async fn send_one<K: Kv>(device: &Replica<K>) -> Vec<u8> {
    let mut server = Vec::new();
    for _ in 0..100 {
        let piece = device.next_piece().await.expect("reads").expect("a piece");
        if piece.from == server.len() as u64 {
            server.extend(&piece.bytes);
        }
        let held = BlobHeld { held: server.len() as u64, whole: BlobHash::of(&server) == piece.hash };
        device.take_piece_answer(piece.attachment, PieceAnswer::Held(held)).await.expect("takes the answer");
        if held.whole {
            return server;
        }
    }
    panic!("the device sends without end");
}

/// The same where nothing else waits.
async fn send<K: Kv>(device: &Replica<K>) -> Vec<u8> {
    let sent = send_one(device).await;
    assert_eq!(device.next_piece().await, Ok(None));
    sent
}

async fn whereabouts<K: Kv>(device: &Replica<K>, id: AttachmentId) -> Whereabouts {
    device.whereabouts(&[id]).await.expect("reads")[0]
}

pub async fn a_photo_survives_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, _, _, id) = taken(&kv).await;
    let device = again(&company, &kv).await;
    assert_eq!(device.original(id).await, Ok(Some(photo())));
    assert_eq!(whereabouts(&device, id).await, Whereabouts::Waiting);
    assert_eq!((device.unsent(), device.wants_upload()), (1, false), "its entry goes first");
}

pub async fn a_photo_is_sent_in_pieces_after_its_entry<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    assert_eq!((device.unsent(), device.wants_upload()), (1, true), "entered, and still to be sent");
    let first = device.next_piece().await.expect("reads").expect("a piece");
    assert!(first.bytes.is_empty(), "the server is asked first how much it holds");
    assert_eq!(send(&device).await, photo());
    for device in [&device, &again(&company, &kv).await] {
        assert_eq!((device.unsent(), device.wants_upload()), (0, false));
        assert_eq!(whereabouts(device, id).await, Whereabouts::Here);
        assert_eq!(device.original(id).await, Ok(Some(photo())));
    }
}

pub async fn a_photo_goes_on_where_it_was_cut_off<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    let device = again(&company, &kv).await;
    let middle = BLOB_PIECE_BYTES as u64 + 7;
    let held = PieceAnswer::Held(BlobHeld { held: middle, whole: false });
    device.take_piece_answer(id, held).await.expect("takes the answer");
    let piece = device.next_piece().await.expect("reads").expect("a piece");
    assert_eq!(piece.from, middle);
    let bytes = photo();
    assert_eq!(piece.bytes, bytes[middle as usize..2 * BLOB_PIECE_BYTES], "the rest of the piece that it lies in");
}

pub async fn copies_make_room_and_what_waits_does_not<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, customer, sent) = taken(&kv).await;
    company.exchange(&device).await;
    send(&device).await;
    let (waits, action) = attach(&company, customer, b"waits");
    let actions = vec![(action, company.making())];
    device.enter_with(actions, vec![(waits, b"waits".to_vec())], None).await.expect("is saved");
    assert_eq!(device.free_copies().await, Ok(true));
    assert_eq!(device.free_copies().await, Ok(false));
    assert_eq!(device.original(sent).await, Ok(None));
    assert_eq!(whereabouts(&device, sent).await, Whereabouts::Elsewhere);
    assert_eq!(device.original(waits).await, Ok(Some(b"waits".to_vec())));
    // Fetched again, it is a copy again.
    device.keep_copy(sent, &photo(), 9).await.expect("is kept");
    assert_eq!((device.original(sent).await, device.unsent()), (Ok(Some(photo())), 1));
    device.trim_copies().await.expect("trims");
    assert_eq!(whereabouts(&device, sent).await, Whereabouts::Here);
}

/// A storage that has no room as long as there are copies.
#[derive(Clone)]
struct Full<K>(K);

impl<K: Kv> Kv for Full<K> {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        self.0.read(reads).await
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        durability: crate::device::Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        let copies = !prefix(&self.0, Area::Blob, "copy:").await.is_empty();
        let mut full = false;
        let ended = self.0.transact(reads, durability, |read| {
            let (writes, result) = decide(read);
            full = copies && writes.iter().any(|write| matches!(write, Write::Put(Area::Outbox, ..)));
            if full { (Vec::new(), result) } else { (writes, result) }
        });
        let ended = ended.await;
        if full { Err(KvError::Quota) } else { ended }
    }
}

pub async fn an_entry_takes_the_room_of_copies<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    send(&device).await;
    let device = company.open(Full(kv)).await;
    let entered = company.enter(&device, "鼎盛").await;
    assert_eq!((shown(&device, entered).as_deref(), device.original(id).await), (Some("鼎盛"), Ok(None)));
}

pub async fn a_copy_leaves_with_its_record_and_what_waits_stays<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, customer, sent) = taken(&kv).await;
    company.exchange(&device).await;
    send(&device).await;
    let (waits, action) = attach(&company, customer, b"waits");
    let actions = vec![(action, company.making())];
    device.enter_with(actions, vec![(waits, b"waits".to_vec())], None).await.expect("is saved");
    company.exchange(&device).await;
    company.command(CustomerAssign { id: customer, owner: None, pool: None });
    company.pull(&device).await;
    assert_eq!(shown(&device, customer), None);
    assert_eq!(device.original(sent).await, Ok(None));
    let left = prefix(&kv, Area::Blob, "").await;
    assert!(left.iter().all(|(key, _)| key.contains(&waits.to_string())), "{:?}", left.iter().map(|(key, _)| key));
    assert_eq!(device.original(waits).await, Ok(Some(b"waits".to_vec())), "the server does not hold it");
    assert_eq!(send(&device).await, b"waits");
    assert!(prefix(&kv, Area::Blob, "").await.is_empty(), "it is out of sight, too");
    assert_eq!(device.unsent(), 0);
}

pub async fn a_refused_photo_waits_with_its_entry_and_goes_with_it<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    let (id, action) = attach(&company, CustomerId::new(company.id()), b"photo");
    let entered = device.enter_with(vec![(action, company.making())], vec![(id, b"photo".to_vec())], None).await;
    let entry = entered.expect("is saved")[0];
    company.exchange(&device).await;
    assert_eq!((device.attention(), device.wants_upload()), (1, false));
    assert_eq!(again(&company, &kv).await.original(id).await, Ok(Some(b"photo".to_vec())));
    device.discard(entry).await.expect("is discarded");
    assert!(prefix(&kv, Area::Blob, "").await.is_empty());
    assert_eq!(device.unsent(), 0);
}

pub async fn the_server_has_the_say_about_a_photo_that_may_have_been_sent<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    let entry = device.outbox()[0].entry.id;
    device.discard(entry).await.expect("is discarded");
    let device = again(&company, &kv).await;
    company.exchange(&device).await;
    assert_eq!(device.original(id).await, Ok(Some(photo())), "nobody has said yet that it was not carried out");
    assert!(device.wants_upload());
    device.take_piece_answer(id, PieceAnswer::NotFound).await.expect("takes the answer");
    assert!(prefix(&kv, Area::Blob, "").await.is_empty());
}

pub async fn a_photo_that_the_server_does_not_take_is_not_sent_for_ever<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    let held = PieceAnswer::Held(BlobHeld { held: 5, whole: false });
    device.take_piece_answer(id, held).await.expect("takes the answer");
    assert!(device.wants_upload());
    device.take_piece_answer(id, held).await.expect("takes the answer");
    assert_eq!((device.wants_upload(), device.unsent()), (false, 1));
    assert!(again(&company, &kv).await.wants_upload());
}

pub async fn a_photo_that_was_not_handed_over_keeps_a_database_alive<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    assert_eq!(device.originals_waiting(), [(id, BlobHash::of(&photo()))]);
    let mut handed_over: BTreeSet<Uuid> = device.outbox().iter().map(|pending| pending.entry.id).collect();
    assert_eq!(device.end(&handed_over).await, Ok(false));
    assert_eq!(again(&company, &kv).await.original(id).await, Ok(Some(photo())));
    handed_over.insert(id.uuid());
    assert_eq!(device.end(&handed_over).await, Ok(true));
}

pub async fn an_unknown_photo_is_kept<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    device.take_piece_answer(id, PieceAnswer::NotFound).await.expect("takes the answer");
    assert_eq!((device.wants_upload(), device.unsent()), (false, 1));
    let device = again(&company, &kv).await;
    assert_eq!((device.original(id).await, device.wants_upload()), (Ok(Some(photo())), true));
}

pub async fn a_restored_server_gets_its_photos_back<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let customer = company.customers(1)[0];
    let device = company.open(fresh().await).await;
    company.pull(&device).await;
    let backup = company.server.backup();
    let (id, action) = attach(&company, customer, b"photo");
    let entered = device.enter_with(vec![(action, company.making())], vec![(id, b"photo".to_vec())], None).await;
    entered.expect("is saved");
    company.exchange(&device).await;
    send(&device).await;
    let (second, action) = attach(&company, customer, b"second");
    let entered = device.enter_with(vec![(action, company.making())], vec![(second, b"second".to_vec())], None).await;
    entered.expect("is saved");
    company.exchange(&device).await;
    company.server.restore(backup, company.id());
    // It is sent before anybody has noticed that the server is another one.
    device.take_piece_answer(second, PieceAnswer::NotFound).await.expect("takes the answer");
    for _ in 0..3 {
        company.exchange(&device).await;
    }
    assert!(device.shown(RecordKey::new(Kind::Attachment, id.uuid())).is_some());
    for (id, bytes) in [(id, b"photo".as_slice()), (second, b"second")] {
        assert_eq!(whereabouts(&device, id).await, Whereabouts::Waiting);
        assert_eq!(device.next_piece().await.expect("reads").map(|piece| piece.attachment), Some(id));
        assert_eq!(send_one(&device).await, bytes);
        assert_eq!(whereabouts(&device, id).await, Whereabouts::Here);
    }
    assert_eq!(device.unsent(), 0);
}

pub async fn a_photo_set_aside_is_sent_under_a_fresh_name<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, _, id) = taken(&kv).await;
    company.exchange(&device).await;
    device.take_piece_answer(id, PieceAnswer::NotFound).await.expect("takes the answer");
    assert!(!device.wants_upload());
    let other = again(&company, &kv).await;
    other.take_push_answer(PushAnswer::Forked, company.id()).await.expect("takes it");
    device.reload().await.expect("reloads");
    assert!(device.wants_upload());
}

pub async fn a_second_tab_knows_what_waits<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, customer, _) = taken(&kv).await;
    let other = again(&company, &kv).await;
    company.exchange(&device).await;
    let (id, action) = attach(&company, customer, b"second");
    let entered = other.enter_with(vec![(action, company.making())], vec![(id, b"second".to_vec())], None).await;
    entered.expect("is saved");
    device.reload().await.expect("reloads");
    assert_eq!(whereabouts(&device, id).await, Whereabouts::Waiting);
    assert!(device.shown(key(customer)).is_some());
    let nobody = AttachmentId::new(Uuid::nil());
    assert_eq!(whereabouts(&device, nobody).await, Whereabouts::Elsewhere);
    assert_eq!(device.discard(Uuid::nil()).await, Err(DeviceError::NoEntry(Uuid::nil())));
}
