//! The server's store in memory passes every case.

use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};

use sync::memory::MemoryServer;
use uuid::Uuid;

async fn fresh() -> MemoryServer {
    static MADE: AtomicU64 = AtomicU64::new(1);
    MemoryServer::new(Uuid::from_u128(MADE.fetch_add(1, Ordering::Relaxed).into()))
}

fn wait<F: Future>(future: F) -> F::Output {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a store in memory is always ready"),
    }
}

sync::server_conformance!(test, wait, fresh);
