//! Checks and starts from zero.

use super::{
    super::support::{name_of, prefix, shown},
    again, bulky,
};
use crate::{
    device::{Area, Kv},
    protocol::{CheckAnswer, NoPage, Sums},
};

pub async fn a_check_that_agrees_repairs_nothing<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (_, device, _) = bulky(&fresh().await).await;
    assert!(device.wants_check());
    let request = device.check_request().expect("has followed the feed");
    let sums = device.with_base(crate::device::Base::sums);
    device.take_check(&request, &CheckAnswer { sums: Some(sums) }).await.expect("takes it");
    assert_eq!((device.repairs(), device.wants_check()), (0, false));
}

pub async fn a_check_that_differs_starts_from_zero<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = bulky(&fresh().await).await;
    let request = device.check_request().expect("has followed the feed");
    device.take_check(&request, &CheckAnswer { sums: Some(Sums::new()) }).await.expect("takes it");
    assert_eq!(device.repairs(), 1);
    assert_eq!(shown(&device, ids[0]).as_deref(), Some("客戶0"), "the old base is shown meanwhile");
    company.pull(&device).await;
    assert_eq!(name_of(&device, ids[0]).await.as_deref(), Some("客戶0"));
}

pub async fn a_base_grows_beside_the_one_that_is_shown<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    company.enter(&device, "還在等").await;
    device.take_no_page(NoPage::StartOver { narrowed: false }, company.id()).await.expect("begins");
    let mut pages = company.pages(&device, 100).expect("pages");
    let rest = pages.split_off(1);
    device.take_pages(pages).await.expect("takes a page");
    for device in [&device, &again(&company, &kv).await] {
        assert_eq!(shown(device, ids[250]).as_deref(), Some("客戶250"), "nothing vanishes in between");
    }
    device.take_pages(rest).await.expect("takes pages");
    let device = again(&company, &kv).await;
    assert_eq!((name_of(&device, ids[250]).await.as_deref(), device.unsent()), (Some("客戶250"), 1));
}

pub async fn narrowed_sight_forgets_everything_but_the_outbox<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    let entered = company.enter(&device, "還在等").await;
    device.take_no_page(NoPage::StartOver { narrowed: true }, company.id()).await.expect("begins");
    for area in [Area::Block, Area::Index, Area::Delta] {
        assert!(prefix(&kv, area, "").await.is_empty(), "{}", area.name());
    }
    for device in [device, again(&company, &kv).await] {
        assert_eq!((shown(&device, ids[0]), shown(&device, entered).as_deref()), (None, Some("還在等")));
    }
}
