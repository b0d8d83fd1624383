//! What the cases share: a company at the server, its people's devices, and what those hold after a pull.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    task::Poll,
};

use chrono::{DateTime, NaiveDate};
use domain::{
    access::Role,
    contact::{Contact, ContactCreate, ContactId},
    contact_record::{Channel, ContactRecord, ContactRecordAdd},
    customer::{Customer, CustomerAssign, CustomerCreate, CustomerEdit, CustomerId},
    department::{Department, DepartmentCreate, DepartmentId},
    edit::{Edit, FieldEdit},
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::Action,
    organisation::{Organisation, OrganisationSetUp},
    own::{OwnFields, Unknown},
    record::{BodyError, Record},
    user::{User, UserCreate, UserId},
    value::Currency,
};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    protocol::{
        Caller, Cursor, Entry, Item, NoPage, Outcome, PROTOCOL, PageEnd, PullRequest, PushAnswer, PushRequest, Verdict,
    },
    server::{Clock, JournalRow, Pulled, ReadTx, ServerStore, Session, apply_as_system, pull, push},
    wire::{Line, read_line},
};

pub(super) const ORGANISATION: Uuid = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
const START: i64 = 1_772_413_200_000;
pub(super) const DAY: i64 = 86_400_000;

/// A clock that moves when told, or by itself at every look.
pub(super) struct TestClock {
    now: AtomicI64,
    step: AtomicI64,
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.now.fetch_add(self.step.load(Ordering::Relaxed), Ordering::Relaxed)
    }

    fn today(&self) -> NaiveDate {
        day_of(self.now.load(Ordering::Relaxed))
    }
}

pub(super) fn day_of(ms: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().date_naive()
}

/// A company: an administrator; reps in the north, under a head, and in the south, under nobody; finance,
/// who reads everything; a purchaser, who sees no customers.
pub(super) struct Office<S> {
    pub(super) store: S,
    pub(super) clock: TestClock,
    pub(super) boss: UserId,
    pub(super) head: UserId,
    pub(super) north: UserId,
    pub(super) south: UserId,
    pub(super) finance: UserId,
    pub(super) buyer: UserId,
    pub(super) department: DepartmentId,
    next: AtomicU64,
}

impl<S: ServerStore> Office<S> {
    pub(super) async fn found(fresh: &impl AsyncFn() -> S) -> Self {
        let id = |n: u128| UserId::new(Uuid::from_u128(n));
        let office = Self {
            store: fresh().await,
            clock: TestClock { now: AtomicI64::new(START), step: AtomicI64::new(0) },
            boss: id(1),
            head: id(2),
            north: id(3),
            south: id(4),
            finance: id(5),
            buyer: id(6),
            department: Id::new(Uuid::from_u128(7)),
            next: AtomicU64::new(1_000),
        };
        let organisation = Organisation {
            id: Id::new(ORGANISATION),
            name: "常客".into(),
            language: "zh-Hant".into(),
            currency: Currency::Twd,
            time_zone: "Asia/Taipei".into(),
            region: None,
            silent_after: None,
            unknown: Unknown::new(),
        };
        office
            .system(OrganisationSetUp { organisation, administrator: person(office.boss, "boss", Role::Administrator) })
            .await;
        office.system(UserCreate { user: person(office.head, "head", Role::Manager) }).await;
        let department = Department {
            id: office.department,
            name: "北區".into(),
            parent: None,
            head: Some(office.head),
            branch: false,
            unknown: Unknown::new(),
        };
        office.system(DepartmentCreate { department }).await;
        let north = User { department: Some(office.department), ..person(office.north, "north", Role::SalesRep) };
        office.system(UserCreate { user: north }).await;
        office.system(UserCreate { user: person(office.south, "south", Role::SalesRep) }).await;
        office.system(UserCreate { user: person(office.finance, "finance", Role::Finance) }).await;
        office.system(UserCreate { user: person(office.buyer, "buyer", Role::Purchaser) }).await;
        office
    }

    /// The same company, about to be built again in another store.
    pub(super) fn elsewhere(&self, store: S) -> Self {
        let clock = TestClock { now: AtomicI64::new(self.now()), step: AtomicI64::new(0) };
        Self { store, clock, next: AtomicU64::new(1_000_000), ..*self }
    }

    pub(super) fn id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.next.fetch_add(1, Ordering::Relaxed)) << 64)
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now.load(Ordering::Relaxed)
    }

    pub(super) fn advance(&self, ms: i64) {
        self.clock.now.fetch_add(ms, Ordering::Relaxed);
    }

    /// Lets the clock move by itself.
    pub(super) fn hurry(&self, ms: i64) {
        self.clock.step.store(ms, Ordering::Relaxed);
    }

    /// Lets the server act by itself.
    pub(super) async fn system(&self, action: impl Into<Action>) {
        let done = apply_as_system(&self.store, &[(self.id(), action.into())], &self.clock).await;
        assert_eq!(done, Ok(Ok(())));
    }

    pub(super) async fn head_rev(&self) -> u64 {
        self.store.read().await.expect("a snapshot").head().await.expect("a head").rev
    }

    pub(super) async fn journal(&self) -> Vec<JournalRow> {
        self.store.read().await.expect("a snapshot").journal(0, 1_000).await.expect("a journal")
    }

    /// Returns the last line of the journal.
    pub(super) async fn last_line(&self) -> JournalRow {
        self.journal().await.pop().expect("a line")
    }

    /// Returns a record as it is stored.
    pub(super) async fn stored<R: Record>(&self, id: Id<R>) -> Option<R> {
        let rows = self.store.read().await.expect("a snapshot").rows(&[RecordKey::new(R::KIND, id.uuid())]).await;
        rows.expect("rows").first().map(|row| BodyError::parse(&row.body).expect("a body"))
    }

    /// A new device of somebody.
    pub(super) fn device(&self, user: UserId) -> Device {
        Device { user, client: self.id(), next: 1, seen: 0, cursor: None, base: BTreeMap::new(), outcomes: Vec::new() }
    }

    pub(super) fn customer(&self, owner: UserId) -> Customer {
        Customer { owner: Some(owner), ..Customer::named(CustomerId::new(self.id()), "鼎盛") }
    }

    /// Lets the server enter a customer of somebody.
    pub(super) async fn customer_of(&self, owner: UserId) -> CustomerId {
        let customer = self.customer(owner);
        let id = customer.id;
        self.system(CustomerCreate { customer }).await;
        id
    }

    /// Lets the server enter a contact of a customer.
    pub(super) async fn contact_of(&self, customer: CustomerId) -> ContactId {
        let id = ContactId::new(self.id());
        self.system(ContactCreate { contact: Contact::named(id, customer, "林小姐") }).await;
        id
    }

    pub(super) async fn assign(&self, id: CustomerId, owner: UserId) {
        self.system(CustomerAssign { id, owner: Some(owner), pool: None }).await;
    }

    pub(super) fn visit(&self, customer: CustomerId, author: UserId) -> ContactRecordAdd {
        let record = ContactRecord {
            id: Id::new(self.id()),
            customer,
            channel: Channel::Visit,
            happened_at: self.now(),
            minutes: None,
            met: Vec::new(),
            result: String::new(),
            text: "談了交期".into(),
            check_in: None,
            left_at: None,
            author,
            late: false,
            written_to: None,
            deleted_at: None,
            own: OwnFields::new(),
            unknown: Unknown::new(),
        };
        ContactRecordAdd { record, finishes: Vec::new(), next: None }
    }

    /// Makes the next entry of a device, without sending it.
    pub(super) fn entry(&self, device: &mut Device, action: impl Into<Action>) -> Entry {
        let action = action.into();
        let n = device.next;
        device.next += 1;
        Entry {
            id: self.id(),
            n,
            name: action.name().to_owned(),
            v: action.version(),
            args: RawValue::from_string(action.args().expect("arguments")).expect("JSON"),
            happened: self.now(),
            happened_raw: self.now() - 5,
            business_date: day_of(self.now()),
            seen: device.seen,
            about: "鼎盛".to_owned(),
        }
    }

    pub(super) async fn send(&self, device: &Device, entries: &[Entry]) -> PushAnswer {
        let request = PushRequest { caller: device.caller(), entries: entries.to_vec() };
        push(&self.store, &device.session(), &request, &self.clock).await.expect("an answer")
    }

    /// Sends entries of which all are answered.
    pub(super) async fn answered(&self, device: &Device, entries: &[Entry]) -> Vec<Outcome> {
        match self.send(device, entries).await {
            PushAnswer::Answered { outcomes, .. } if outcomes.len() == entries.len() => outcomes,
            other => panic!("not all answered: {other:?}"),
        }
    }

    /// Enters and sends one action; returns what became of it.
    pub(super) async fn act(&self, device: &mut Device, action: impl Into<Action>) -> Verdict {
        let entry = self.entry(device, action);
        self.answered(device, &[entry]).await.remove(0).verdict
    }

    /// The same of an action that is applied.
    pub(super) async fn done(&self, device: &mut Device, action: impl Into<Action>) {
        assert_eq!(self.act(device, action).await, Verdict::Applied);
    }

    /// Follows the feed in pages of so many rows; returns how each page ended.
    pub(super) async fn pull_by(&self, device: &mut Device, rows: usize) -> Result<Vec<PageEnd>, NoPage> {
        let mut feed = match self.begin(device).await {
            Pulled::Feed(feed) => feed,
            Pulled::NoPage(why) => return Err(why),
        };
        let mut ends = Vec::new();
        loop {
            let mut bytes = Vec::new();
            let end = feed.page(&self.store, &self.clock, rows, &mut bytes).await.expect("a page");
            device.take(&bytes);
            ends.push(end);
            if !ends.last().is_some_and(|end| end.more) {
                return Ok(ends);
            }
        }
    }

    /// Reads one page and loses the rest.
    pub(super) async fn pull_page(&self, device: &mut Device, rows: usize) -> PageEnd {
        let Pulled::Feed(mut feed) = self.begin(device).await else { panic!("no feed") };
        let mut bytes = Vec::new();
        let end = feed.page(&self.store, &self.clock, rows, &mut bytes).await.expect("a page");
        device.take(&bytes);
        end
    }

    pub(super) async fn begin(&self, device: &Device) -> Pulled {
        pull(&self.store, &device.session(), &device.request(), &self.clock).await.expect("an answer")
    }

    /// Catches up.
    pub(super) async fn pull(&self, device: &mut Device) {
        self.pull_by(device, 1_000).await.expect("a feed");
    }

    /// Returns a new device of somebody that has caught up.
    pub(super) async fn caught_up(&self, user: UserId) -> Device {
        let mut device = self.device(user);
        self.pull(&mut device).await;
        device
    }
}

/// A device that holds what the feed told it, and no more.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) user: UserId,
    pub(super) client: Uuid,
    pub(super) next: u64,
    pub(super) seen: u64,
    pub(super) cursor: Option<Cursor>,
    /// Group, revision and body by record.
    pub(super) base: BTreeMap<RecordKey, (Group, u64, String)>,
    pub(super) outcomes: Vec<Outcome>,
}

impl Device {
    pub(super) fn session(&self) -> Session {
        Session { organisation: ORGANISATION, user: self.user }
    }

    pub(super) fn caller(&self) -> Caller {
        Caller { protocol: PROTOCOL, organisation: ORGANISATION, user: self.user, client: self.client }
    }

    pub(super) fn request(&self) -> PullRequest {
        let kinds = u8::try_from(Kind::ALL.len()).unwrap_or(u8::MAX);
        PullRequest { caller: self.caller(), kinds, cursor: self.cursor.clone(), seen: None, unsent: 0 }
    }

    pub(super) fn holds<R: Record>(&self, id: Id<R>) -> bool {
        self.base.contains_key(&RecordKey::new(R::KIND, id.uuid()))
    }

    pub(super) fn get<R: Record>(&self, id: Id<R>) -> Option<R> {
        let (_, _, body) = self.base.get(&RecordKey::new(R::KIND, id.uuid()))?;
        Some(BodyError::parse(body).expect("a body"))
    }

    /// Returns all records of a kind.
    pub(super) fn all<R: Record>(&self) -> Vec<R> {
        let of_kind = self.base.iter().filter(|(key, _)| key.kind == R::KIND);
        of_kind.map(|(_, (_, _, body))| BodyError::parse(body).expect("a body")).collect()
    }

    /// Forgets everything: its person signed in on a new browser.
    pub(super) fn start_over(&mut self) {
        (self.cursor, self.base, self.outcomes) = (None, BTreeMap::new(), Vec::new());
    }

    /// Takes one page over.
    fn take(&mut self, page: &[u8]) {
        for line in std::str::from_utf8(page).expect("text").lines() {
            match read_line(line).expect("a line") {
                Line::Item(Item::Upsert { key, group, rev, body }) => {
                    self.base.insert(key, (group, rev, body.to_owned()));
                }
                Line::Item(Item::Forget { key }) => drop(self.base.remove(&key)),
                Line::Item(Item::ForgetGroup { group }) => self.base.retain(|_, (of, ..)| *of != group),
                Line::Item(Item::Outcome(outcome)) => self.outcomes.push(outcome),
                Line::End(end) => {
                    self.seen = end.head;
                    self.cursor = Some(end.cursor);
                }
                Line::NoPage(_) | Line::Unknown => panic!("{line} is no line of a page"),
            }
        }
    }
}

pub(super) fn person(id: UserId, name: &str, role: Role) -> User {
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

pub(super) fn renamed(id: CustomerId, from: &str, to: &str) -> CustomerEdit {
    CustomerEdit(Edit::fields(id, vec![FieldEdit::new("name", from, to)]))
}

/// Runs two futures in turns.
pub(super) async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|cx| {
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(cx)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(cx)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (first, second) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}
