//! What screens work with: one person's replica, a signal that says that it changed, and what is amiss.

pub mod agenda;
pub mod blobs;
pub mod calendar;
pub mod clashes;
pub mod customers;
pub mod day_reports;
pub mod draft;
mod entering;
pub mod files;
pub mod fingerprints;
pub mod gate;
pub mod history;
pub mod known;
pub mod leaving;
pub mod moment;
pub mod opportunities;
pub mod own;
pub mod people;
pub mod person;
pub mod pin;
pub mod pools;
pub mod reached;
pub mod regions;
pub mod suspects;
mod tabs;
pub mod visits;

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Kind, RecordKey},
    organisation::Organisation,
    record::{BodyError, Record},
    user::UserId,
    view::Row,
};
use futures_util::lock::Mutex;
use leptos::prelude::*;
use sync::device::{DeviceError, KvError, Opened, Replica, Stance};
use uuid::Uuid;
use web_sys::BroadcastChannel;

use self::{
    fingerprints::Strangers,
    gate::{Gate, GateSignal},
    known::Report,
    person::Person,
};
use crate::{
    layout::status::{SyncStatus, use_sync_status},
    online::session,
    platform::{
        intl::now_ms,
        time::{Bell, fresh_id, random, spawn},
        timing, zone,
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
    /// The browser has frozen the page: it hears, but no transaction of its would ever end.
    frozen: Cell<bool>,
    asked_to_persist: Cell<bool>,
    on_message: RefCell<Vec<OnMessage>>,
    /// What is known of strangers, and the version of the data at which it was read.
    strangers: RefCell<Option<(u64, Arc<Strangers>)>>,
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

/// How the storage failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub error: KvError,
    /// What a person entered was not saved; only the next save that succeeds puts that right.
    pub entering: bool,
}

/// What is amiss, for the banners.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    /// The storage failed.
    pub storage: RwSignal<Option<Failure>>,
    /// The database is opened anew, and another tab with an older version is in the way.
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
    /// Opens a person's database. Call it where a component has its context. `on_blocked` runs while
    /// another tab with an older version is in the way.
    pub fn open(person: Person, on_blocked: impl Fn() + 'static) -> impl Future<Output = Result<Data, DeviceError>> {
        let (version, status, trouble) = (RwSignal::new(0), use_sync_status(), Trouble::new());
        let owner = Owner::current();
        async move {
            let database = person.database();
            let kv = IdbKv::new(&database, move || {
                trouble.blocked.set(true);
                on_blocked();
            });
            let guard = LocalGuard::new(&database);
            let client = Uuid::from_bytes(random());
            let (store, opened) = Replica::open(kv, guard, person.identity(), client).await?;
            timing::mark("changke:opened");
            trouble.blocked.set(false);
            let report = known::last_report(&database);
            let last = report.and_then(|report| report.exchanged);
            if let (Opened::Fresh, Some(report)) = (opened, report) {
                known::note_loss(&database, report);
            }
            trouble.evicted.set(known::loss(&database));
            zone::set(&person.time_zone);
            let inner = Rc::new(Inner {
                store,
                person,
                bell: Bell::default(),
                channel: BroadcastChannel::new(&database).ok(),
                turn: Mutex::new(()),
                offset: Cell::new(0),
                exchange: Cell::new(Exchange { last, ..Exchange::default() }),
                reloading: Cell::new(false),
                frozen: Cell::new(false),
                asked_to_persist: Cell::new(false),
                on_message: RefCell::default(),
                strangers: RefCell::default(),
            });
            let stored = || StoredValue::new_local(inner.clone());
            let inner = owner.map_or_else(stored, |owner| owner.with(stored));
            let data = Data { inner, version, status, trouble };
            data.listen();
            data.notice_freezing();
            if opened == Opened::Fresh && known::unheard_of(&database) {
                data.ask_what_was_lost();
            }
            data.refresh();
            Ok(data)
        }
    }

    /// A browser that cleared everything knows nothing of a loss itself; the server has what it last reported.
    fn ask_what_was_lost(self) {
        spawn(async move {
            let Ok(who) = session::who().await else { return };
            let (identity, client) = self.with(|store| (store.meta().identity, store.meta().client));
            if identity.user != who.user.id.uuid() {
                return;
            }
            let lost = who.clients.iter().find(|report| report.here && report.client != client && report.unsent > 0);
            if let Some(lost) = lost {
                let unsent = u32::try_from(lost.unsent).unwrap_or(u32::MAX);
                let report = Report { at: lost.at, unsent, exchanged: Some(lost.at) };
                known::note_loss(&self.inner().person.database(), report);
                self.trouble.evicted.set(Some(report));
            }
        });
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
        zone::day(self.now())
    }

    /// Follows the organisation's time zone.
    pub async fn learn_zone(self) {
        let organisation = Id::<Organisation>::new(self.with(|store| store.meta().identity.organisation));
        if let Some(organisation) = self.get(organisation).await {
            zone::set(&organisation.time_zone);
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
                self.tell(&error, false);
                None
            }
        }
    }

    /// Reads a record's children of a kind.
    pub async fn children<R: Record>(self, parent: RecordKey) -> Vec<R> {
        // A body of a later build that this one cannot read is shown as nothing.
        let rows = self.rows_below(parent, &[R::KIND]).await;
        rows.iter().filter_map(|row| BodyError::parse(&row.body).ok()).collect()
    }

    /// Reads a record's children of some kinds, as they are stored.
    pub async fn rows_below(self, parent: RecordKey, kinds: &[Kind]) -> Vec<Row> {
        let mut keys: Vec<RecordKey> = Vec::new();
        self.with(|store| {
            for kind in kinds {
                keys.extend(store.children(*kind, parent).into_iter().map(|id| RecordKey::new(*kind, id)));
            }
        });
        let inner = self.inner();
        match inner.store.rows(&keys).await {
            Ok(rows) => rows,
            Err(error) => {
                self.tell(&error, false);
                Vec::new()
            }
        }
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

    /// Returns what colleagues call a customer: its short name, or else its name.
    pub fn customer_short(self, customer: CustomerId) -> String {
        let shown = self.with(|store| store.shown(RecordKey::new(Kind::Customer, customer.uuid())));
        let field = |place| shown.as_ref().map(|shown| shown.summary.field(place).to_owned()).unwrap_or_default();
        let short = field(domain::summary::customer_field::SHORT_NAME);
        if short.is_empty() { field(domain::summary::customer_field::NAME) } else { short }
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
