//! The storage in memory passes every case.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use sync::memory::{MemoryDisk, MemoryKv};

async fn fresh() -> MemoryKv {
    MemoryKv::open(&MemoryDisk::new())
}

fn wait<F: Future>(future: F) -> F::Output {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a storage in memory is always ready"),
    }
}

sync::device_conformance!(test, wait, fresh);
