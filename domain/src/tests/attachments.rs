//! Photos and files: what they hang on, and who is named.

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    attachment::{Attachment, AttachmentAdd, AttachmentBin, BYTES_MOST, BlobHash, THUMBNAIL_MOST},
    contact::Contact,
    customer::CustomerMerge,
    kind::{Kind, RecordKey},
    record::Record as _,
    refusal::{Problem, Refusal},
    view::Stop,
};

fn photo(number: u128, of: u128, on: RecordKey) -> Attachment {
    Attachment {
        id: id(number),
        customer: id(of),
        on,
        name: "名片.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: 3,
        hash: BlobHash::of(b"abc"),
        size: Some((2048, 1536)),
        thumbnail: "/9j/".to_owned(),
        added_at: 5,
        author: id(7),
        late: false,
        deleted_at: None,
        unknown: Default::default(),
    }
}

fn key(kind: Kind, number: u128) -> RecordKey {
    RecordKey::new(kind, id::<()>(number).uuid())
}

fn add(attachment: Attachment) -> AttachmentAdd {
    AttachmentAdd { attachment }
}

#[test]
fn a_photo_hangs_on_a_customer_its_contacts_and_records_and_names_who_added_it() {
    let at = moment(Role::SalesRep);
    let mut records = Records::default().with(&customer(6, "鼎盛")).with(&customer(8, "別家")).with(&Contact::named(
        id(20),
        id(6),
        "林小姐",
    ));
    records.run(add(photo(30, 6, key(Kind::Customer, 6))), &at).unwrap();
    records.run(add(photo(31, 6, key(Kind::Contact, 20))), &at).unwrap();
    let added: Attachment = records.get(id(30)).unwrap();
    assert_eq!((added.author, added.group()), (id(1), crate::customer::Customer::group_of(id(6))));
    // Whoever took it had not heard that the contact is another customer's again.
    records.run(add(photo(32, 8, key(Kind::Contact, 20))), &at).unwrap();
    assert_eq!(records.get::<Attachment>(id(32)).unwrap().customer, id(6));
    let nowhere = records.run(add(photo(33, 6, key(Kind::Contact, 99))), &at);
    assert!(matches!(nowhere, Err(Stop::Refused(Refusal::Missing { .. }))));
    let on_a_person = records.run(add(photo(34, 6, key(Kind::User, 1))), &at);
    assert_eq!(on_a_person, Err(Stop::Refused(Refusal::BadArguments)));

    records.run(AttachmentBin { id: id(30), binned: true }, &at).unwrap();
    assert!(records.get::<Attachment>(id(30)).unwrap().deleted());
    records.run(AttachmentBin { id: id(30), binned: false }, &at).unwrap();
    assert!(!records.get::<Attachment>(id(30)).unwrap().deleted());
}

#[test]
fn it_moves_with_a_merge_before_and_after() {
    let at = moment(Role::Administrator);
    let mut records = Records::default().with(&customer(6, "鼎盛")).with(&customer(7, "鼎盛工業"));
    records.run(add(photo(30, 6, key(Kind::Customer, 6))), &at).unwrap();
    let merge = CustomerMerge { survivor: id(7), dead: id(6), take: Vec::new(), keep_owner: false };
    records.run(merge, &at).unwrap();
    records.run(add(photo(31, 6, key(Kind::Customer, 6))), &at).unwrap();
    for number in [30, 31] {
        let moved: Attachment = records.get(id(number)).unwrap();
        assert_eq!((moved.customer, moved.on), (id(7), key(Kind::Customer, 7)), "{number}");
    }
}

#[test]
fn limits_are_told_by_their_field() {
    let fine = photo(30, 6, key(Kind::Customer, 6));
    assert_eq!(fine.validate(), Ok(()));
    let cases = [
        (Attachment { name: " ".to_owned(), ..fine.clone() }, "name", Problem::Required),
        (
            Attachment { bytes: BYTES_MOST + 1, ..fine.clone() },
            "bytes",
            Problem::NotANumber { least: 1, most: BYTES_MOST },
        ),
        (Attachment { bytes: 0, ..fine.clone() }, "bytes", Problem::NotANumber { least: 1, most: BYTES_MOST }),
        (Attachment { media_type: "text/html".to_owned(), ..fine.clone() }, "media_type", Problem::NotAChoice),
        (
            Attachment { thumbnail: "a".repeat(THUMBNAIL_MOST + 1), ..fine.clone() },
            "thumbnail",
            Problem::TooLong { most: THUMBNAIL_MOST },
        ),
        (Attachment { thumbnail: "\"><".to_owned(), ..fine }, "thumbnail", Problem::ForbiddenCharacter),
    ];
    for (attachment, field, problem) in cases {
        let error = attachment.validate().unwrap_err();
        assert_eq!((error.field.as_str(), error.problem), (field, problem));
    }
}
