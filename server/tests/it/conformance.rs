//! Both databases pass the cases for a server's store.

use std::future::Future;

use server::store::{StoreResult, Tx};
use sync::server::ServerStore;
use tokio::runtime::Runtime;

use crate::stores::Fresh;

impl ServerStore for Fresh {
    type Read = Tx;
    type Write = Tx;

    async fn read(&self) -> StoreResult<Tx> {
        self.store.read().await
    }

    async fn write(&self) -> StoreResult<Tx> {
        self.store.write().await
    }
}

fn wait<F: Future>(future: F) -> F::Output {
    Runtime::new().expect("a runtime").block_on(future)
}

mod sqlite {
    sync::server_conformance!(test, super::wait, crate::stores::sqlite);
}

mod postgres {
    sync::server_conformance!(test, super::wait, crate::stores::postgres);
}
