//! What the cases share: a server in memory, a person, and a device that talks to it.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

use chrono::NaiveDate;
use domain::{
    access::Role,
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    edit::{Edit, FieldEdit},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
    organisation::{Organisation, OrganisationSetUp},
    own::Unknown,
    user::{User, UserCreate, UserId},
    value::Currency,
};
use uuid::Uuid;

use crate::{
    device::{Area, Durability, Guardless, Identity, Kv, KvError, Making, Page, Read, Replica, Rows, Write},
    memory::MemoryServer,
    server::{Clock, Pulled, Session, apply_as_system, check, pull, push},
};

pub(super) fn put(area: Area, key: &str, value: &[u8]) -> Write {
    Write::Put(area, key.to_owned(), value.to_vec())
}

pub(super) fn delete(area: Area, key: &str) -> Write {
    Write::Delete(area, key.to_owned())
}

pub(super) fn one(area: Area, key: &str) -> Read {
    Read::One(area, key.to_owned())
}

pub(super) async fn write<K: Kv>(kv: &K, writes: Vec<Write>) {
    kv.transact(&[], Durability::Relaxed, |_| (writes, ())).await.expect("writes");
}

pub(super) async fn prefix<K: Kv>(kv: &K, area: Area, begins: &str) -> Vec<(String, Vec<u8>)> {
    let reads = [Read::Prefix(area, begins.to_owned())];
    let found = kv.transact(&reads, Durability::Relaxed, |rows| (Vec::new(), rows)).await.expect("reads");
    found.into_iter().next().unwrap_or_default()
}

pub(super) async fn read_one<K: Kv>(kv: &K, area: Area, key: &str) -> Option<Vec<u8>> {
    let found = kv.transact(&[one(area, key)], Durability::Relaxed, |rows| (Vec::new(), rows)).await.expect("reads");
    found.into_iter().flatten().next().map(|(_, value)| value)
}

/// A storage that lets others go first each time, as one in a browser does.
#[derive(Clone)]
pub(super) struct Yielding<K>(pub(super) K);

impl<K: Kv> Kv for Yielding<K> {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        let_others_go_first().await;
        self.0.read(reads).await
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        let_others_go_first().await;
        self.0.transact(reads, durability, decide).await
    }
}

async fn let_others_go_first() {
    let mut gone = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut gone, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Waits for a future, and looks around at each moment at which it waits for something itself.
pub(super) async fn while_it_waits<F: Future>(future: F, mut look: impl FnMut()) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let polled = future.as_mut().poll(cx);
        if polled.is_pending() {
            look();
        }
        polled
    })
    .await
}

/// Runs a future of the server in memory, which is always ready.
pub(super) fn ready<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the server in memory is always ready"),
    }
}

/// A clock that stands still.
struct Still;

const NOW: i64 = 1_772_413_200_000;

impl Clock for Still {
    fn now(&self) -> i64 {
        NOW
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default()
    }
}

/// A company with an administrator and a rep.
pub(super) struct Company {
    pub(super) server: MemoryServer,
    organisation: Uuid,
    pub(super) rep: UserId,
    next: RefCell<u128>,
}

impl Company {
    pub(super) fn new() -> Self {
        let company = Self {
            server: MemoryServer::new(Uuid::from_u128(1)),
            organisation: Uuid::from_u128(2),
            rep: UserId::new(Uuid::from_u128(4)),
            next: RefCell::new(1_000),
        };
        let organisation = Organisation {
            id: Id::new(company.organisation),
            name: "常客".into(),
            language: "zh-Hant".into(),
            currency: Currency::Twd,
            time_zone: "Asia/Taipei".into(),
            region: None,
            silent_after: None,
            unknown: Unknown::new(),
        };
        let administrator = person(UserId::new(Uuid::from_u128(3)), "admin", Role::Administrator);
        company.command(OrganisationSetUp { organisation, administrator });
        company.command(UserCreate { user: person(company.rep, "rep", Role::SalesRep) });
        company
    }

    pub(super) fn id(&self) -> Uuid {
        *self.next.borrow_mut() += 1;
        Uuid::from_u128(*self.next.borrow())
    }

    /// Lets the server act by itself.
    pub(super) fn command(&self, action: impl Into<Action>) {
        let done = ready(apply_as_system(&self.server, &[(self.id(), action.into())], &Still));
        assert_eq!(done, Ok(Ok(())));
    }

    /// Adds customers of the rep at the server.
    pub(super) fn customers(&self, count: usize) -> Vec<CustomerId> {
        (0..count)
            .map(|n| {
                let id = CustomerId::new(self.id());
                let customer = Customer { owner: Some(self.rep), ..Customer::named(id, &format!("客戶{n}")) };
                self.command(CustomerCreate { customer });
                id
            })
            .collect()
    }

    /// Renames a customer at the server.
    pub(super) fn rename(&self, id: CustomerId, from: &str, to: &str) {
        self.command(CustomerEdit(Edit::fields(id, vec![FieldEdit::new("name", from, to)])));
    }

    pub(super) fn identity(&self) -> Identity {
        Identity { organisation: self.organisation, user: self.rep.uuid() }
    }

    /// Opens the rep's device.
    pub(super) async fn open<K: Kv>(&self, kv: K) -> Replica<K> {
        Replica::open(kv, Guardless, self.identity(), self.id()).await.expect("opens").0
    }

    pub(super) fn making(&self) -> Making {
        Making { id: self.id(), happened: NOW, happened_raw: NOW, business_date: Still.today(), about: String::new() }
    }

    /// Enters a customer on the device.
    pub(super) async fn enter<K: Kv>(&self, device: &Replica<K>, name: &str) -> CustomerId {
        let id = CustomerId::new(self.id());
        let customer = Customer { owner: Some(self.rep), ..Customer::named(id, name) };
        device.enter(CustomerCreate { customer }, self.making()).await.expect("is saved");
        id
    }

    /// Renames a customer on the device.
    pub(super) async fn edit<K: Kv>(&self, device: &Replica<K>, id: CustomerId, from: &str, to: &str) -> Uuid {
        let edit = CustomerEdit(Edit::fields(id, vec![FieldEdit::new("name", from, to)]));
        device.enter(edit, self.making()).await.expect("is saved")
    }

    pub(super) fn session(&self) -> Session {
        Session { organisation: self.organisation, user: self.rep }
    }

    /// Sends what waits.
    pub(super) async fn push<K: Kv>(&self, device: &Replica<K>) {
        if let Some(request) = device.push_request() {
            let answer = ready(push(&self.server, &self.session(), &request, &Still)).expect("answers");
            device.take_push_answer(answer, self.id()).await.expect("takes the answer");
        }
    }

    /// Returns the pages of one pull.
    pub(super) fn pages<K: Kv>(&self, device: &Replica<K>, rows: usize) -> Result<Vec<Page>, crate::protocol::NoPage> {
        let pulled = ready(pull(&self.server, &self.session(), &device.pull_request(), &Still)).expect("answers");
        let mut feed = match pulled {
            Pulled::Feed(feed) => feed,
            Pulled::NoPage(why) => return Err(why),
        };
        let mut pages = Vec::new();
        loop {
            let mut bytes = Vec::new();
            let end = ready(feed.page(&self.server, &Still, rows, &mut bytes)).expect("a page");
            let text = String::from_utf8(bytes).expect("text");
            pages.push(Page::read(&text).expect("a page").expect("a page"));
            if !end.more {
                return Ok(pages);
            }
        }
    }

    /// Follows the feed to its end; what would take much away is confirmed.
    pub(super) async fn pull<K: Kv>(&self, device: &Replica<K>) {
        for _ in 0..4 {
            match self.pages(device, 1_000) {
                Ok(pages) => {
                    device.take_pages(pages).await.expect("takes pages");
                    if device.wants_confirmation() {
                        self.check(device).await;
                    }
                    return;
                }
                Err(why) => device.take_no_page(why, self.id()).await.expect("takes the answer"),
            }
        }
        panic!("the feed does not begin");
    }

    /// Asks the server for its sums.
    pub(super) async fn check<K: Kv>(&self, device: &Replica<K>) {
        let request = device.check_request().expect("has something to check");
        let answer = ready(check(&self.server, &self.session(), &request, &Still)).expect("answers");
        device.take_check(&request, &answer).await.expect("takes the answer");
    }

    pub(super) async fn exchange<K: Kv>(&self, device: &Replica<K>) {
        self.push(device).await;
        self.pull(device).await;
    }
}

fn person(id: UserId, name: &str, role: Role) -> User {
    User {
        id,
        name: name.into(),
        sign_in: name.into(),
        roles: [role].into(),
        department: None,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Unknown::new(),
    }
}

pub(super) fn key(id: CustomerId) -> RecordKey {
    RecordKey::new(Kind::Customer, id.uuid())
}

/// Returns a customer's name as the device shows it.
pub(super) fn shown<K: Kv>(device: &Replica<K>, id: CustomerId) -> Option<String> {
    device.shown(key(id)).map(|shown| shown.summary.field(0).to_owned())
}

/// Reads a customer's name from its body.
pub(super) async fn name_of<K: Kv>(device: &Replica<K>, id: CustomerId) -> Option<String> {
    device.get(id).await.expect("reads").map(|customer: Customer| customer.name)
}
