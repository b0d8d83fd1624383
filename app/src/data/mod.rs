//! What screens work with: one person's replica, a signal that says that it changed, and what is amiss.

pub mod customers;
pub mod draft;
pub mod gate;
pub mod known;
pub mod moment;
pub mod person;

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
};

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
    organisation::Organisation,
    record::Record,
    user::UserId,
};
use futures_util::lock::Mutex;
use leptos::prelude::*;
use sync::device::{DeviceError, EntryState, KvError, Making, Opened, Pending, Replica, Stance, chains};
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, window};

use self::{
    gate::{Gate, GateSignal},
    known::Report,
    person::Person,
};
use crate::{
    layout::status::{SyncState, SyncStatus, use_sync_status},
    platform::{
        intl::now_ms,
        js,
        time::{Bell, fresh_id, random, spawn},
    },
    store::{IdbKv, LocalGuard},
};

/// The device's clock is told to the person when it is off by more; ms.
pub const CLOCK_OFF_MS: i64 = 5 * 60 * 1000;

/// A replica on this device.
pub type Store = Replica<IdbKv, LocalGuard>;

/// Runs with every message of another tab.
type OnMessage = Box<dyn Fn(&str)>;

/// What belongs to one person, for as long as the page is open.
pub struct Inner {
    pub store: Store,
    pub person: Person,
    /// Wakes the loop that talks with the server.
    pub bell: Bell,
    channel: Option<BroadcastChannel>,
    /// Changes of the replica take turns.
    turn: Mutex<()>,
    /// What the server's clock is ahead of the device's; ms.
    offset: Cell<i64>,
    /// What the loop last did.
    pub exchange: Cell<Exchange>,
    reloading: Cell<bool>,
    asked_to_persist: Cell<bool>,
    /// The organisation's time zone.
    zone: RefCell<String>,
    on_message: RefCell<Vec<OnMessage>>,
}

/// Where the loop stands, told to the other tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Exchange {
    pub last: Option<i64>,
    pub failing: bool,
    /// How many entries are on their way.
    pub sending: u32,
    /// What the server's clock is ahead of the device's; ms.
    pub offset: i64,
    pub signed_out: bool,
    pub outdated: bool,
}

/// What is amiss, for the banners.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    /// The storage failed at the last entry.
    pub storage: RwSignal<Option<KvError>>,
    /// Another tab with an older version is in the way.
    pub blocked: RwSignal<bool>,
    /// The browser had cleared this device's data.
    pub evicted: RwSignal<Option<Report>>,
    pub clock_offset: RwSignal<i64>,
    pub stance: RwSignal<Stance>,
}

impl Trouble {
    fn new() -> Self {
        Self {
            storage: RwSignal::new(None),
            blocked: RwSignal::new(false),
            evicted: RwSignal::new(None),
            clock_offset: RwSignal::new(0),
            stance: RwSignal::new(Stance::Fine),
        }
    }
}

/// One person's data. Copy it into any handler.
#[derive(Clone, Copy, Debug)]
pub struct Data {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// Rises with every change of what is shown.
    pub version: RwSignal<u64>,
    pub status: RwSignal<SyncStatus>,
    pub trouble: Trouble,
}

/// Returns the data of whoever works here.
///
/// # Panics
/// Outside of the gate; screens are drawn inside.
pub fn use_data() -> Data {
    match expect_context::<GateSignal>().get_untracked() {
        Gate::Ready(data) => data,
        gate => unreachable!("a screen was drawn before its data: {gate:?}"),
    }
}

impl Data {
    /// Opens a person's database. Call it where a component has its context.
    pub fn open(person: Person) -> impl Future<Output = Result<Data, DeviceError>> {
        let (version, status, trouble) = (RwSignal::new(0), use_sync_status(), Trouble::new());
        let owner = Owner::current();
        async move {
            let database = person.database();
            let kv = IdbKv::new(&database, move || trouble.blocked.set(true));
            let guard = LocalGuard::new(&database);
            let client = Uuid::from_bytes(random());
            let (store, opened) = Replica::open(kv, guard, person.identity(), client).await?;
            trouble.blocked.set(false);
            let report = known::last_report(&database);
            let last = report.and_then(|report| report.exchanged);
            if opened == Opened::Fresh {
                trouble.evicted.set(report);
            }
            let inner = Rc::new(Inner {
                store,
                zone: RefCell::new(person.time_zone.clone()),
                person,
                bell: Bell::default(),
                channel: BroadcastChannel::new(&database).ok(),
                turn: Mutex::new(()),
                offset: Cell::new(0),
                exchange: Cell::new(Exchange { last, ..Exchange::default() }),
                reloading: Cell::new(false),
                asked_to_persist: Cell::new(false),
                on_message: RefCell::default(),
            });
            let stored = || StoredValue::new_local(inner.clone());
            let inner = owner.map_or_else(stored, |owner| owner.with(stored));
            let data = Data { inner, version, status, trouble };
            data.listen();
            data.refresh();
            Ok(data)
        }
    }

    /// Returns what belongs to the person.
    pub fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Looks at the replica.
    pub fn with<T>(self, look: impl FnOnce(&Store) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.store))
    }

    /// Returns the user's id.
    pub fn user(self) -> UserId {
        Id::new(self.with(|store| store.meta().identity.user))
    }

    /// Returns the present, corrected by the measured offset; ms UTC.
    pub fn now(self) -> i64 {
        now_ms() + self.inner.with_value(|inner| inner.offset.get())
    }

    /// Returns today in the organisation's zone.
    pub fn today(self) -> NaiveDate {
        let zone = self.inner.with_value(|inner| inner.zone.borrow().clone());
        moment::day_in(&zone, self.now())
    }

    /// Follows the organisation's time zone.
    pub async fn learn_zone(self) {
        let organisation = Id::<Organisation>::new(self.with(|store| store.meta().identity.organisation));
        if let Some(organisation) = self.get(organisation).await {
            *self.inner().zone.borrow_mut() = organisation.time_zone;
        }
    }

    /// Returns a fresh id.
    pub fn fresh<R>(self) -> Id<R> {
        Id::new(fresh_id(self.now()))
    }

    /// Reads a record as it is shown; `None`: not on this device.
    pub async fn get<R: Record>(self, id: Id<R>) -> Option<R> {
        let inner = self.inner();
        match inner.store.get(id).await {
            Ok(record) => record,
            Err(error) => {
                self.tell(&error);
                None
            }
        }
    }

    /// Reads a record's children of a kind.
    pub async fn children<R: Record>(self, parent: RecordKey) -> Vec<R> {
        let ids = self.with(|store| store.children(R::KIND, parent));
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.get(Id::<R>::new(id)).await);
        }
        found
    }

    /// Returns a user's name; empty if it is not on this device.
    pub fn user_name(self, user: UserId) -> String {
        self.with(|store| store.shown(RecordKey::new(Kind::User, user.uuid())))
            .map(|shown| shown.summary.field(0).to_owned())
            .unwrap_or_default()
    }

    /// Returns a customer's name; empty if it is not on this device.
    pub fn customer_name(self, customer: CustomerId) -> String {
        self.with(|store| store.shown(RecordKey::new(Kind::Customer, customer.uuid())))
            .map(|shown| shown.summary.field(domain::summary::customer_field::NAME).to_owned())
            .unwrap_or_default()
    }

    /// Says whether a record shows something that the server has not confirmed.
    pub fn is_unsent<R>(self, kind: Kind, id: Id<R>) -> bool {
        self.with(|store| store.is_unsent(RecordKey::new(kind, id.uuid())))
    }

    /// Follows whether a record shows something that the server has not confirmed.
    pub fn unsent<R>(self, kind: Kind, id: Id<R>) -> Memo<bool> {
        let key = RecordKey::new(kind, id.uuid());
        Memo::new(move |_| {
            self.version.track();
            self.with(|store| store.is_unsent(key))
        })
    }

    fn making(self, about: &str) -> Making {
        let happened = self.now();
        Making {
            id: fresh_id(happened),
            happened,
            happened_raw: now_ms(),
            business_date: self.today(),
            about: about.to_owned(),
        }
    }

    /// Saves an action; when this returns, it is on the device for good.
    ///
    /// # Errors
    /// Nothing was saved; a banner says so.
    pub async fn enter(self, action: impl Into<Action>, about: &str) -> Result<(), DeviceError> {
        self.enter_instead(action, about, None).await
    }

    /// Saves several actions one after the other.
    ///
    /// # Errors
    /// Those before the one that failed are saved.
    pub async fn enter_all(self, actions: Vec<(Action, String)>) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        for (action, about) in actions {
            let entered = inner.store.enter(action, self.making(&about)).await;
            self.outcome(entered.map(drop))?;
        }
        self.changed();
        Ok(())
    }

    /// Saves the corrected form of an entry that needs attention; what rests on that entry is sent again.
    ///
    /// # Errors
    /// Nothing was saved; a banner says so.
    pub async fn enter_instead(
        self,
        action: impl Into<Action>,
        about: &str,
        instead_of: Option<Uuid>,
    ) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let followers = instead_of.map(|id| self.followers(id)).unwrap_or_default();
        let entered = inner.store.enter_instead(action, self.making(about), instead_of).await;
        self.outcome(entered.map(drop))?;
        for follower in followers {
            if let (EntryState::NeedsAttention(_), Some(action)) = (&follower.state, follower.action()) {
                let making = self.making(&follower.entry.about);
                let entered = inner.store.enter_instead(action, making, Some(follower.entry.id)).await;
                self.outcome(entered.map(drop))?;
            }
        }
        self.changed();
        self.ask_to_persist();
        Ok(())
    }

    /// Sends an entry that needs attention again as it is.
    ///
    /// # Errors
    /// Nothing was changed.
    pub async fn resend(self, pending: &Pending) -> Result<(), DeviceError> {
        match pending.action() {
            Some(action) => self.enter_instead(action, &pending.entry.about, Some(pending.entry.id)).await,
            None => Ok(()),
        }
    }

    /// Discards an entry and what rests on it.
    ///
    /// # Errors
    /// Some of it is still there.
    pub async fn discard(self, id: Uuid) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let followers = self.followers(id).into_iter().map(|pending| pending.entry.id);
        for id in followers.rev().chain([id]) {
            self.outcome(inner.store.discard(id).await)?;
        }
        self.changed();
        Ok(())
    }

    /// Returns the entries that rest on one that needs attention.
    fn followers(self, head: Uuid) -> Vec<Pending> {
        let outbox = self.with(Store::outbox);
        let chain = chains(&outbox).into_iter().find(|chain| chain.head == head);
        let ids = chain.map(|chain| chain.followers).unwrap_or_default();
        ids.iter().filter_map(|id| outbox.iter().find(|pending| pending.entry.id == *id).cloned()).collect()
    }

    /// Returns an entry of the outbox.
    pub fn pending(self, id: Uuid) -> Option<Pending> {
        self.with(Store::outbox).into_iter().find(|pending| pending.entry.id == id)
    }

    /// Runs a change of the replica that has its turn, as the loop with the server does.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn change<F: AsyncFnOnce(&Store) -> Result<(), DeviceError>>(self, run: F) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let done = run(&inner.store).await;
        self.outcome(done)?;
        self.changed();
        Ok(())
    }

    fn outcome(self, result: Result<(), DeviceError>) -> Result<(), DeviceError> {
        match &result {
            Ok(()) if self.trouble.storage.with_untracked(Option::is_some) => self.trouble.storage.set(None),
            Ok(()) => {}
            Err(error) => self.tell(error),
        }
        result
    }

    fn tell(self, error: &DeviceError) {
        let storage = match error {
            DeviceError::Storage(error) => error.clone(),
            other => KvError::Failed(other.to_string()),
        };
        leptos::logging::error!("{error}");
        self.trouble.storage.set(Some(storage));
    }

    /// Something changed here: screens follow, the other tabs are told, the loop looks.
    fn changed(self) {
        self.refresh();
        self.post("changed");
        self.inner().bell.ring();
    }

    /// Lets screens and indicator follow the replica.
    pub fn refresh(self) {
        self.version.update(|version| *version += 1);
        self.show_exchange();
    }

    /// Brings the indicator up to date.
    pub fn show_exchange(self) {
        let inner = self.inner();
        let exchange = inner.exchange.get();
        let unsent = inner.store.unsent();
        // A chain is one thing to see to, however many entries hang on it.
        let attention = match inner.store.attention() {
            0 => 0,
            _ => u32::try_from(chains(&inner.store.outbox()).len()).unwrap_or(u32::MAX),
        };
        let state = match () {
            () if exchange.signed_out => SyncState::SignedOut,
            () if attention > 0 => SyncState::NeedsAttention(attention),
            () if exchange.failing => SyncState::Offline,
            () if exchange.sending > 0 && unsent > 0 => SyncState::Sending(unsent),
            () if unsent > 0 => SyncState::Waiting(unsent),
            () => SyncState::Synced,
        };
        let status = SyncStatus { state, last_exchange_ms: exchange.last, unsent };
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        let stance = match exchange {
            Exchange { outdated: true, .. } => Stance::Outdated,
            Exchange { signed_out: true, .. } => Stance::SignedOut,
            _ => Stance::Fine,
        };
        if self.trouble.stance.get_untracked() != stance {
            self.trouble.stance.set(stance);
        }
        inner.offset.set(exchange.offset);
        if self.trouble.clock_offset.get_untracked() != exchange.offset {
            self.trouble.clock_offset.set(exchange.offset);
        }
        known::report(&inner.person.database(), Report { at: now_ms(), unsent, exchanged: exchange.last });
    }

    /// The loop has done something: the indicator and the other tabs follow.
    pub fn set_exchange(self, exchange: Exchange) {
        let inner = self.inner();
        if inner.exchange.replace(exchange) != exchange {
            self.show_exchange();
            self.tell_exchange();
        }
    }

    /// Tells the other tabs where the loop stands.
    pub fn tell_exchange(self) {
        if let Ok(text) = serde_json::to_string(&self.inner().exchange.get()) {
            self.post(&text);
        }
    }

    /// Tells the other tabs.
    pub fn post(self, message: &str) {
        if let Some(channel) = &self.inner().channel {
            // A closed channel belongs to a page that is going away.
            drop(channel.post_message(&message.into()));
        }
    }

    /// Runs `hear` with every message of another tab.
    pub fn on_message(self, hear: impl Fn(&str) + 'static) {
        self.inner().on_message.borrow_mut().push(Box::new(hear));
    }

    fn listen(self) {
        let inner = self.inner();
        let Some(channel) = &inner.channel else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(message) = event.data().as_string() else { return };
            match message.as_str() {
                "changed" => self.follow(),
                _ => {
                    if let Ok(exchange) = serde_json::from_str::<Exchange>(&message) {
                        if !exchange.signed_out && !exchange.outdated {
                            self.with(|store| store.set_stance(Stance::Fine));
                        }
                        self.inner().exchange.set(exchange);
                        self.show_exchange();
                    }
                }
            }
            for hear in self.inner().on_message.borrow().iter() {
                hear(&message);
            }
        });
        channel.set_onmessage(heard.as_ref().dyn_ref());
        heard.forget(); // as long as the page
    }

    /// Reads again what another tab wrote; several messages in a row are one reading.
    pub fn follow(self) {
        if self.inner().reloading.replace(true) {
            return;
        }
        spawn(async move {
            let inner = self.inner();
            let _turn = inner.turn.lock().await;
            inner.reloading.set(false);
            let read = inner.store.reload().await;
            if self.outcome(read).is_ok() {
                self.refresh();
                inner.bell.ring();
            }
        });
    }

    /// Asks the browser once to keep what is here: there is something to keep now.
    fn ask_to_persist(self) {
        if self.inner().asked_to_persist.replace(true) {
            return;
        }
        spawn(async move {
            let storage = window().map(|window| js::get(&window.navigator(), "storage"));
            if let Some(storage) = storage {
                // A browser that does not know it keeps nothing more safely than before.
                drop(js::call_async(&storage, "persist", &[]).await);
            }
        });
    }
}

/// Loads for a screen, again after every change; what was loaded before stays until then.
pub fn live<T, F, L>(load: L) -> RwSignal<Option<T>>
where
    T: Send + Sync + 'static,
    F: Future<Output = T> + 'static,
    L: Fn() -> F + 'static,
{
    let data = use_data();
    let loaded = RwSignal::new(None);
    let newest = StoredValue::new(0_u64);
    Effect::new(move || {
        data.version.track();
        let number = newest.try_update_value(|newest| {
            *newest += 1;
            *newest
        });
        let loading = load();
        spawn(async move {
            let value = loading.await;
            // A later change overtook this one, or the screen has gone.
            if newest.try_get_value() == number && number.is_some() {
                drop(loaded.try_set(Some(value)));
            }
        });
    });
    loaded
}

/// Returns the group key of a customer.
pub fn customer_key(id: CustomerId) -> RecordKey {
    RecordKey::new(Customer::KIND, id.uuid())
}
