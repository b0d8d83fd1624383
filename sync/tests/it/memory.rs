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

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        // A storage in memory is always ready; what waits only lets others go first.
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

sync::device_conformance!(test, wait, fresh);

/// A step of one tab between two of the other: a browser's storage would end the transaction that waits meanwhile.
#[test]
fn an_entry_that_another_tab_settles_stays_in_sight() {
    wait(sync::conformance::an_entry_that_another_tab_settles_stays_in_sight(fresh));
}
