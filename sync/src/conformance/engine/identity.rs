//! Whose database it is.

use domain::user::UserId;

use super::super::support::{Company, put, read_one, shown, write};
use crate::{
    device::{Area, DeviceError, Guardless, Identity, Kv, Replica, Stance},
    protocol::PushAnswer,
};

pub async fn a_copied_profile_takes_a_fresh_name<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    company.enter(&device, "一").await;
    let old = device.meta().client;
    device.take_push_answer(PushAnswer::Forked, company.id()).await.expect("takes it");
    assert_ne!(device.meta().client, old);
    company.exchange(&device).await;
    assert_eq!(device.unsent(), 0);
}

/// Says that a build with another layout wrote the bases.
async fn lay_out<K: Kv>(kv: &K, format: u32) {
    let stored = read_one(kv, Area::Meta, "bases").await.expect("has bases");
    let mut bases: serde_json::Value = serde_json::from_slice(&stored).expect("bases");
    bases["format"] = format.into();
    write(kv, vec![put(Area::Meta, "bases", bases.to_string().as_bytes())]).await;
}

pub async fn a_tab_of_an_older_build_leaves_the_base_alone<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let ids = company.customers(2);
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    lay_out(&kv, u32::MAX).await;
    let stored = read_one(&kv, Area::Meta, "bases").await;
    company.rename(ids[0], "客戶0", "新名");
    company.pull(&device).await;
    assert_eq!(device.stance(), Stance::Outdated);
    assert!(read_one(&kv, Area::Meta, "bases").await == stored, "nothing is written over");
    let entered = company.enter(&device, "照樣能記").await;
    assert_eq!((device.unsent(), shown(&device, entered).as_deref()), (1, Some("照樣能記")));
    let again = company.open(kv).await;
    assert_eq!((again.stance(), again.unsent()), (Stance::Outdated, 1));
}

pub async fn a_base_of_an_older_build_is_fed_anew_beside_it<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let ids = company.customers(2);
    company.pull(&company.open(kv.clone()).await).await;
    lay_out(&kv, 0).await;
    let device = company.open(kv.clone()).await;
    assert_eq!(shown(&device, ids[0]).as_deref(), Some("客戶0"), "what was shown stays meanwhile");
    assert_eq!(device.pull_request().cursor, None);
    company.pull(&device).await;
    let device = company.open(kv).await;
    assert_eq!((shown(&device, ids[1]).as_deref(), device.repairs()), (Some("客戶1"), 0));
    assert!(device.pull_request().cursor.is_some());
}

pub async fn another_persons_database_is_not_opened<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    drop(company.open(kv.clone()).await);
    let other = Identity { user: UserId::new(company.id()).uuid(), ..company.identity() };
    let opened = Replica::open(kv, Guardless, other, company.id()).await;
    assert_eq!(opened.err(), Some(DeviceError::OtherIdentity));
}
