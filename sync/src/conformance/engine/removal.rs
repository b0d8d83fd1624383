//! The safety valve: a feed that takes away more than a fifth is confirmed by the server first.

use domain::{
    customer::{CustomerAssign, CustomerId},
    fingerprints::{FingerprintsFill, FingerprintsTend, Keeping},
    kind::Kind,
};

use super::{
    super::support::{Company, shown},
    again,
};
use crate::{
    device::{Base, Kv, Replica},
    protocol::{CheckAnswer, Sums},
};

/// A device with 15 rows, 12 of them customers.
async fn fifteen<K: Kv>(kv: K) -> (Company, Replica<K>, Vec<CustomerId>) {
    let company = Company::new();
    let ids = company.customers(12);
    let device = company.open(kv).await;
    company.pull(&device).await;
    assert_eq!(device.with_base(Base::len), 15);
    (company, device, ids)
}

fn take_away(company: &Company, ids: &[CustomerId]) {
    for id in ids {
        company.command(CustomerAssign { id: *id, owner: None, pool: None });
    }
}

/// Follows the feed without asking anything.
async fn follow<K: Kv>(company: &Company, device: &Replica<K>, rows: usize) {
    for page in company.pages(device, rows).expect("pages") {
        device.take_pages(vec![page]).await.expect("takes a page");
    }
}

fn here<K: Kv>(device: &Replica<K>, ids: &[CustomerId]) -> usize {
    ids.iter().filter(|id| shown(device, **id).is_some()).count()
}

pub async fn a_feed_that_removes_a_fifth_is_believed<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = fifteen(fresh().await).await;
    take_away(&company, &ids[..3]);
    follow(&company, &device, 1_000).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (false, 9));
}

pub async fn a_feed_that_removes_more_is_confirmed_first<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = fifteen(kv.clone()).await;
    take_away(&company, &ids[..4]);
    follow(&company, &device, 1_000).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (true, 12), "it is held back");
    company.check(&device).await;
    for device in [&device, &again(&company, &kv).await] {
        assert_eq!((device.wants_confirmation(), here(device, &ids), device.repairs()), (false, 8, 0));
    }
}

pub async fn derived_rows_count_for_nothing_in_a_removal<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    company.command(FingerprintsTend { now: Some((Keeping::LAYOUT, false)), ..Default::default() });
    let ids = company.customers(12);
    let device = company.open(fresh().await).await;
    company.pull(&device).await;
    let buckets = || {
        let mut buckets = Vec::new();
        device.with_base(|base| base.scan(Kind::Fingerprints, |id| buckets.push(id.into())));
        buckets
    };
    assert!(buckets().len() > 5, "they are as many rows again");
    company.command(FingerprintsTend { drop: buckets(), now: None });
    follow(&company, &device, 1_000).await;
    assert_eq!((device.wants_confirmation(), buckets().len()), (false, 1), "how they are kept remains");
    // Filled again, they must not make a removal look small.
    let everybody = FingerprintsFill { customers: ids.clone() };
    company.command(everybody);
    follow(&company, &device, 1_000).await;
    take_away(&company, &ids[..4]);
    follow(&company, &device, 1_000).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (true, 12), "it is held back");
}

pub async fn removals_count_over_the_pages_of_a_feed<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = fifteen(fresh().await).await;
    take_away(&company, &ids[..8]);
    follow(&company, &device, 1).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (true, 9), "a fifth has gone");
    company.check(&device).await;
    assert_eq!((device.repairs(), here(&device, &ids)), (0, 4));
}

pub async fn a_removal_that_the_server_does_not_confirm_starts_from_zero<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = fifteen(fresh().await).await;
    take_away(&company, &ids[..4]);
    follow(&company, &device, 1_000).await;
    let request = device.check_request().expect("asks");
    device.take_check(&request, &CheckAnswer { sums: Some(Sums::new()) }).await.expect("takes the answer");
    assert_eq!((device.repairs(), here(&device, &ids)), (1, 12), "what is shown stays meanwhile");
    company.pull(&device).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (false, 8));
}

pub async fn a_removal_is_asked_about_again_if_the_server_has_moved_on<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = fifteen(fresh().await).await;
    take_away(&company, &ids[..4]);
    follow(&company, &device, 1_000).await;
    company.rename(ids[11], "客戶11", "新名");
    company.check(&device).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (false, 12), "the feed is followed again");
    company.pull(&device).await;
    assert_eq!((here(&device, &ids), shown(&device, ids[11]).as_deref()), (8, Some("新名")));
}

pub async fn what_is_held_back_is_followed_again_after_a_cut<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = fifteen(fresh().await).await;
    take_away(&company, &ids[..8]);
    let pages = company.pages(&device, 1).expect("pages");
    for page in pages.into_iter().take(5) {
        device.take_pages(vec![page]).await.expect("takes a page");
    }
    assert!(!device.wants_confirmation(), "the feed is cut");
    company.pull(&device).await;
    assert_eq!((device.wants_confirmation(), here(&device, &ids)), (false, 4));
}
