//! Whose database it is.

use domain::user::UserId;

use super::super::support::Company;
use crate::{
    device::{DeviceError, Guardless, Identity, Kv, Replica},
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

pub async fn another_persons_database_is_not_opened<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    drop(company.open(kv.clone()).await);
    let other = Identity { user: UserId::new(company.id()).uuid(), ..company.identity() };
    let opened = Replica::open(kv, Guardless, other, company.id()).await;
    assert_eq!(opened.err(), Some(DeviceError::OtherIdentity));
}
