//! Cases for the engine on top of a storage: the same base, outbox and preview wherever it lies.

mod blobs;
mod entering;
mod feed;
mod identity;
mod outcomes;
mod removal;
mod start_over;
mod tabs;

pub use blobs::*;
pub use entering::*;
pub use feed::*;
pub use identity::*;
pub use outcomes::*;
pub use removal::*;
pub use start_over::*;
pub use tabs::*;

use domain::customer::{CustomerAssign, CustomerId};
use uuid::Uuid;

use super::support::Company;
use crate::device::{Kv, Replica};

/// Opens the device again on the same storage.
async fn again<K: Kv + Clone>(company: &Company, kv: &K) -> Replica<K> {
    company.open(kv.clone()).await
}

/// A device with more rows than fit deltas.
async fn bulky<K: Kv + Clone>(kv: &K) -> (Company, Replica<K>, Vec<CustomerId>) {
    let company = Company::new();
    let ids = company.customers(260);
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    (company, device, ids)
}

/// A device on which the edit of a customer that was taken away has been refused.
async fn refused<K: Kv + Clone>(kv: &K) -> (Company, Replica<K>, Uuid) {
    let company = Company::new();
    let id = company.customers(1)[0];
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    company.command(CustomerAssign { id, owner: None, pool: None });
    let entry = company.edit(&device, id, "客戶0", "改名").await;
    company.exchange(&device).await;
    (company, device, entry)
}
