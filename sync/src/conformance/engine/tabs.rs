//! Two tabs on one storage: one follows the feed, the other follows the first.

use std::{
    cell::RefCell,
    future::Future,
    pin::pin,
    rc::Rc,
    task::{Context, Waker},
};

use domain::customer::CustomerAssign;

use super::{
    super::support::{Company, Yielding, name_of, shown, while_it_waits},
    bulky,
};
use crate::{
    device::{Area, Durability, Guardless, Kv, KvError, Read, Replica, Rows, Write},
    protocol::NoPage,
};

/// A storage that notes what is read from it.
#[derive(Clone)]
struct Watched<K> {
    kv: K,
    reads: Rc<RefCell<Vec<Read>>>,
}

impl<K: Kv> Kv for Watched<K> {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        self.reads.borrow_mut().extend_from_slice(reads);
        self.kv.read(reads).await
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        self.reads.borrow_mut().extend_from_slice(reads);
        self.kv.transact(reads, durability, decide).await
    }
}

/// Lets the second tab follow and compares everything that both show.
async fn same<K: Kv>(first: &Replica<K>, second: &Replica<K>, after: &str) {
    second.reload().await.expect("reloads");
    let rows = |tab: &Replica<K>| {
        tab.with_base(|base| {
            let mut rows: Vec<_> = base.keys().filter_map(|(key, ..)| base.shown(key)).collect();
            rows.sort_by_key(|row| row.key);
            rows
        })
    };
    assert_eq!(rows(first), rows(second), "{after}");
    assert_eq!(first.with_base(crate::device::Base::sums), second.with_base(crate::device::Base::sums), "{after}");
}

pub async fn a_second_tab_follows_whatever_the_first_one_does<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, first, ids) = bulky(&kv).await;
    let second = company.open(kv).await;
    same(&first, &second, "opening").await;
    company.rename(ids[0], "客戶0", "甲");
    company.pull(&first).await;
    same(&first, &second, "a change").await;
    company.customers(230);
    company.pull(&first).await;
    same(&first, &second, "a bulk page").await;
    first.compact_from(1).await.expect("compacts");
    same(&first, &second, "compaction").await;
    company.command(CustomerAssign { id: ids[1], owner: None, pool: None });
    company.pull(&first).await;
    same(&first, &second, "a forget").await;
    for _ in 0..2 {
        // The second tab sleeps through two starts from zero: the base has its old name again.
        first.take_no_page(NoPage::StartOver { narrowed: false }, company.id()).await.expect("begins");
        company.rename(ids[2], "客戶2", "乙");
        company.pull(&first).await;
        company.rename(ids[2], "乙", "客戶2");
        company.pull(&first).await;
    }
    same(&first, &second, "two starts from zero").await;
    assert_eq!(name_of(&second, ids[0]).await.as_deref(), Some("甲"), "bodies are found where they lie now");
}

pub async fn a_tab_that_slept_reads_no_body_that_has_moved<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, first, ids) = bulky(&kv).await;
    let second = company.open(kv).await;
    company.command(CustomerAssign { id: ids[1], owner: None, pool: None });
    company.pull(&first).await;
    assert_eq!(name_of(&second, ids[200]).await.as_deref(), Some("客戶200"), "behind the gap");
    assert_eq!(name_of(&second, ids[1]).await, None, "gone for every tab");
}

pub async fn a_second_tab_reads_only_what_is_new<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, first, ids) = bulky(&kv).await;
    let watched = Watched { kv, reads: Rc::default() };
    let reads = watched.reads.clone();
    let opened = Replica::open(watched, Guardless, company.identity(), company.id()).await;
    let second = opened.expect("opens").0;
    company.rename(ids[0], "客戶0", "甲");
    company.pull(&first).await;
    reads.borrow_mut().clear();
    second.reload().await.expect("reloads");
    assert_eq!(name_of(&second, ids[0]).await.as_deref(), Some("甲"));
    let whole = |read: &&Read| matches!(read, Read::Prefix(Area::Index | Area::Block, _));
    assert_eq!(reads.borrow().iter().find(whole), None, "what it has is not read again");
}

pub async fn an_entry_that_another_tab_settles_stays_in_sight<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    // The first tab takes the outcome in while the second one waits for its first look, its second, and so on.
    for moment in 1..4 {
        let (company, kv) = (Company::new(), fresh().await);
        let first = company.open(kv.clone()).await;
        let second = company.open(Yielding(kv)).await;
        let id = company.enter(&first, "鼎盛").await;
        second.reload().await.expect("reloads");
        company.push(&first).await;
        let pages = company.pages(&first, 1_000).expect("pages");
        let mut settled = None;
        {
            let mut settling = pin!(first.take_pages(pages));
            let mut looks = 0;
            while_it_waits(second.reload(), || {
                looks += 1;
                if looks == moment && settled.is_none() {
                    let polled = settling.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    settled = polled.is_ready().then_some(());
                }
            })
            .await
            .expect("reloads");
            if settled.is_none() {
                settling.await.expect("takes pages");
            }
        }
        assert_eq!(shown(&second, id).as_deref(), Some("鼎盛"), "at look {moment}");
        second.reload().await.expect("reloads");
        assert_eq!(shown(&second, id).as_deref(), Some("鼎盛"), "afterwards");
    }
}
