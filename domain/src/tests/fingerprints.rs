//! What the company knows of customers whom one does not see.

use super::support::{Records, id, moment};
use crate::{
    access::Role,
    customer::Customer,
    duplicate::Signs,
    fingerprints::{Bucket, Fingerprint, Fingerprints, FingerprintsSwitch, Keeping, Known},
    id::uuid_v7,
    refusal::Refusal,
    value::{Phone, TaxId},
    view::Stop,
};

fn customer(number: u128, name: &str, phone: &str) -> Customer {
    Customer { phones: Phone::parse(phone).ok().into_iter().collect(), ..Customer::named(id(number), name) }
}

fn print(customer: &Customer) -> Fingerprint {
    Fingerprint::of(customer).unwrap()
}

#[test]
fn a_bucket_is_read_as_it_was_written() {
    let dingsheng = Customer {
        tax_id: Some(TaxId::parse("12345675").unwrap()),
        aliases: ["Dingsheng Hardware Ltd".to_owned()].into(),
        ..customer(1, "深圳市鼎盛五金有限公司", "02-2345-6789")
    };
    let mut bucket = Bucket::default();
    bucket.set(dingsheng.id.uuid(), Some(&print(&dingsheng)));
    bucket.set(id::<Customer>(2).uuid(), Some(&print(&customer(2, "永信貿易", ""))));
    let text = serde_json::to_string(&bucket).unwrap();
    assert_eq!(serde_json::from_str::<Bucket>(&text).unwrap(), bucket);
    assert!(serde_json::from_str::<Bucket>(&format!("{}\"", &text[..text.len() - 4])).is_err());
    bucket.set(dingsheng.id.uuid(), None);
    bucket.set(id::<Customer>(2).uuid(), None);
    assert!(bucket.is_empty());
}

#[test]
fn nothing_in_it_tells_who_it_is() {
    let text = serde_json::to_string(&{
        let mut bucket = Bucket::default();
        bucket.set(id::<Customer>(1).uuid(), Some(&print(&customer(1, "Dingsheng Hardware", "0912 345 678"))));
        bucket
    })
    .unwrap();
    for sign in ["ingsheng", "345", &id::<Customer>(1).to_string()[28..]] {
        assert!(!text.contains(sign), "{sign} in {text}");
    }
    let numbers = print(&customer(1, "鼎盛", "0912 345 678")).numbers;
    assert!(numbers.iter().all(|number| *number < 1 << 24), "a telephone is cut to 24 bits");
}

#[test]
fn an_import_shares_buckets_and_a_day_does_not() {
    let at = |ms: i64, n: u8| uuid_v7(ms, [n; 10]);
    let of_import: std::collections::BTreeSet<_> = (0..10_000_u32)
        .map(|n| Bucket::of_customer(uuid_v7(60_000, [0, 0, 0, 0, 0, 0, 0, 0, (n >> 8) as u8, n as u8])))
        .collect();
    assert_eq!(of_import.len(), 256);
    assert_ne!(Bucket::of_customer(at(60_000, 1)), Bucket::of_customer(at(120_000, 1)));
}

#[test]
fn a_foreign_customer_is_known_by_its_names_and_numbers_and_by_nothing_else() {
    let known = Known::of([
        print(&customer(1, "鼎盛五金有限公司", "02-2345-6789")),
        print(&customer(2, "永信貿易股份有限公司", "0912345678")),
    ]);
    let look = |customer: &Customer| known.look_up(&Fingerprint::of_signs(&Signs::of(customer)), &Known::default());
    assert_eq!(look(&customer(9, "鼎盛五金", "")).names, 1);
    assert_eq!(look(&customer(9, "别的公司", "+886 2 2345 6789")).numbers, 1);
    assert_eq!(look(&customer(9, "大通電子", "0922000111")), Default::default());
    let own = print(&customer(1, "鼎盛五金有限公司", "02-2345-6789"));
    assert_eq!(
        known.look_up(&own, &Known::of([own.clone()])),
        Default::default(),
        "whom one sees anyway is not told again"
    );
}

#[test]
fn a_sign_that_too_many_have_says_so() {
    let known = Known::of((0..30).map(|n| print(&customer(n, "鼎盛", ""))));
    let found = known.look_up(&print(&customer(99, "鼎盛", "")), &Known::default());
    assert_eq!((found.names, found.too_many), (0, true));
}

#[test]
fn only_the_administrator_switches_them_off() {
    let mut records = Records::default();
    let refused = Err(Stop::Refused(Refusal::RoleNotAllowed));
    assert_eq!(records.run(FingerprintsSwitch { on: false }, &moment(Role::Manager)), refused);
    records.run(FingerprintsSwitch { on: false }, &moment(Role::Administrator)).unwrap();
    let keeping = records.get::<Fingerprints>(Fingerprints::keeping_id()).unwrap().keeping.unwrap();
    assert!(keeping.off && !keeping.follows());
    let kept = Keeping { layout: Keeping::LAYOUT, filled: true, ..Keeping::default() };
    let again = kept.switched(false).switched(true);
    assert!(!again.follows() && !again.filled, "what was written meanwhile is missing");
    assert_eq!(kept.switched(true), kept, "on is on");
}
