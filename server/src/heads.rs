//! Where history stands, told to whoever waits: other devices here, other servers on the same database.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sync::server::{ReadTx, ServerStore};
use tokio::{
    sync::watch,
    time::{interval, sleep},
};

use crate::store::Store;

/// The safety net: what no one told us is found after this.
const POLL: Duration = Duration::from_secs(10);
/// At most one announcement in this time, whatever happens.
const ANNOUNCE: Duration = Duration::from_secs(1);

/// The newest head that this server knows.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    latest: watch::Sender<u64>,
    /// The newest that another server announced: not to be announced again.
    heard: AtomicU64,
}

impl Heads {
    /// Takes a newer head.
    pub(crate) fn raise(&self, head: u64) {
        self.latest.send_if_modified(|latest| {
            let newer = head > *latest;
            *latest = (*latest).max(head);
            newer
        });
    }

    /// Follows the head.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    /// Looks at the database now and then.
    pub(crate) async fn poll(&self, store: &Store) {
        let mut ticks = interval(POLL);
        loop {
            ticks.tick().await;
            if let Ok(mut tx) = store.read().await
                && let Ok(head) = tx.head().await
            {
                self.heard.fetch_max(head.rev, Ordering::Relaxed);
                self.raise(head.rev);
            }
        }
    }

    /// Hears other servers on the same database.
    pub(crate) async fn listen(&self, store: &Store) {
        loop {
            match store.listen().await {
                Ok(None) => return,
                Ok(Some(mut listener)) => {
                    while let Ok(notification) = listener.recv().await {
                        if let Ok(head) = notification.payload().parse() {
                            self.heard.fetch_max(head, Ordering::Relaxed);
                            self.raise(head);
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "not listening; the poll goes on"),
            }
            sleep(ANNOUNCE).await;
        }
    }

    /// Tells other servers, never from inside a mutation's transaction.
    pub(crate) async fn announce(&self, store: &Store) {
        let mut follower = self.follow();
        while follower.changed().await.is_ok() {
            let head = *follower.borrow_and_update();
            if head > self.heard.load(Ordering::Relaxed)
                && let Err(error) = store.announce(head).await
            {
                tracing::warn!(%error, "not announced; other servers find it by their poll");
            }
            sleep(ANNOUNCE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_only_rises() {
        let heads = Heads::default();
        heads.raise(3);
        let mut follower = heads.follow();
        follower.borrow_and_update();
        heads.raise(2);
        assert!(!follower.has_changed().unwrap());
        heads.raise(5);
        heads.raise(4);
        assert_eq!(*follower.borrow_and_update(), 5);
    }
}
