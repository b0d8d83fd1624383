//! The customers of this device as a list: it follows the replica change by change, by name, searched.

mod arrange;
mod collator;
mod filtering;
mod people;

pub use filtering::InUse;

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use domain::{
    kind::{Kind, RecordKey},
    search::Search,
    summary::customer_field,
};
use futures_util::future::join;
use leptos::prelude::*;
use sync::device::{Columns, Shown};
use uuid::Uuid;

use self::{arrange::Arranging, filtering::Counted, people::People};
use super::Data;
use crate::{
    i18n::Locale,
    platform::{
        intl::now_ms,
        time::{breathe, idle, idle_within, sleep, spawn},
        timing,
    },
    ui::language::use_locale,
};

/// How often the list follows the first sync; ms.
const GROWING_MS: i64 = 500;
/// How long the work goes on before the browser may draw; ms.
const SLICE_MS: f64 = 8.0;
/// How long a browser that is busy may put off what nobody has asked for yet; ms.
const GIVING_WAY_MS: i64 = 250;
/// How many hits are looked through for the best ones; the others come by name.
const BEST: usize = 50;
/// Up to so many rows are made ready for searches before the list is drawn.
const FEW: usize = 200;

/// The list of customers. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Customers {
    data: Data,
    locale: ReadSignal<Locale>,
    list: StoredValue<Rc<List>, LocalStorage>,
    /// Rises when rows or their order may have changed.
    pub version: RwSignal<u64>,
    /// All customers of this device are in the list.
    pub ready: RwSignal<bool>,
    /// Rises when a search sees more rows than before.
    texts: RwSignal<u64>,
    /// A search sees every row.
    pub searchable: RwSignal<bool>,
}

struct List {
    columns: RefCell<Columns>,
    search: RefCell<Search>,
    arranging: Arranging,
    counted: Counted,
    people: People,
    following: Cell<bool>,
    /// Something changed since it was last followed.
    changed: Cell<bool>,
    drawn: Cell<bool>,
    /// Somebody searched before a search could see every row.
    asked: Cell<bool>,
}

/// Returns the list of whoever works here.
pub fn use_customers() -> Customers {
    expect_context()
}

impl Customers {
    /// Puts the list into the context; it follows the replica from now on.
    pub fn provide(data: Data) {
        let locale = use_locale();
        let list = Rc::new(List {
            columns: RefCell::new(Columns::new(Kind::Customer, customer_field::NAME)),
            search: RefCell::default(),
            arranging: Arranging::default(),
            counted: Counted::default(),
            people: People::default(),
            following: Cell::new(false),
            changed: Cell::new(false),
            drawn: Cell::new(false),
            asked: Cell::new(false),
        });
        let list = StoredValue::new_local(list);
        let (version, texts) = (RwSignal::new(0), RwSignal::new(0));
        let (ready, searchable) = (RwSignal::new(false), RwSignal::new(false));
        let customers = Self { data, locale, list, version, ready, texts, searchable };
        Effect::new(move || {
            data.version.track();
            locale.track();
            customers.wake();
        });
        provide_context(customers);
    }

    /// Returns the rows that a search finds, best first, and behind them those where it finds a contact; in the order of names where nothing is searched.
    pub fn find(self, words: &str) -> Vec<u32> {
        self.list.with_value(|list| {
            if words.trim().is_empty() {
                return list.columns.borrow().order.list();
            }
            self.await_texts(list);
            let began = timing::since_start();
            let mut found = list.find(words);
            let mut more = self.with_people(&list.people, words);
            if !more.is_empty() {
                let known: HashSet<u32> = found.iter().copied().collect();
                more.retain(|row| !known.contains(row));
                list.columns.borrow().order.arrange(&mut more, &[]);
                found.append(&mut more);
            }
            timing::measure_since("changke:search", began);
            found
        })
    }

    /// Returns the rows that have exactly this field, folded: a name, a telephone in digits.
    pub fn holding(self, field: &[u8]) -> Vec<u32> {
        self.list.with_value(|list| {
            self.await_texts(list);
            list.columns.borrow().buffer.holding(field)
        })
    }

    /// Whoever searches hears of rows that a search sees only later.
    fn await_texts(self, list: &List) {
        self.texts.track();
        if !self.searchable.get_untracked() && !list.asked.replace(true) {
            self.wake();
        }
    }

    /// Returns a row's customer.
    pub fn id(self, row: u32) -> Option<Uuid> {
        self.list.with_value(|list| list.columns.borrow().id(row))
    }

    /// Returns a customer's row, if it is in the list.
    pub fn row(self, id: Uuid) -> Option<u32> {
        self.list.with_value(|list| list.columns.borrow().row(id))
    }

    /// Returns what a row shows.
    pub fn shown(self, row: u32) -> Option<Shown> {
        self.list.with_value(|list| self.data.with(|store| list.columns.borrow().shown(store, row)))
    }

    /// The whole list has been drawn for the first time: a moment for the browser's timeline.
    pub fn note_drawn(self) {
        if !self.list.with_value(|list| list.drawn.replace(true)) {
            timing::mark("changke:list");
        }
    }

    fn wake(self) {
        let list = self.list.get_value();
        list.changed.set(true);
        if !list.following.replace(true) {
            spawn(async move {
                while list.changed.replace(false) {
                    self.follow(&list).await;
                }
                list.following.set(false);
            });
        }
    }

    async fn follow(self, list: &Rc<List>) {
        let growing = !self.data.with(|store| store.whole());
        let ((), kept) = join(self.fill(list), self.kept_order(list)).await;
        self.arrange(list, kept, growing);
        // What somebody has just entered is found at once.
        let few = list.columns.borrow().unread() <= FEW;
        if few {
            self.data.with(|store| list.columns.borrow_mut().read_texts(store, || true));
        }
        self.version.update(|version| *version += 1);
        if growing {
            if list.asked.get() {
                self.read_texts(list).await;
            }
            // While the first sync streams, now and then is enough.
            let until = now_ms() + GROWING_MS;
            while now_ms() < until && !self.data.with(|store| store.whole()) {
                sleep(50).await;
            }
            return;
        }
        let first = !self.ready.get_untracked();
        if first {
            self.ready.set(true);
            // Nobody waits for the search before there is a list.
            idle().await;
        }
        self.read_texts(list).await;
        if first {
            self.warm_up(list.clone());
        }
    }

    /// Makes what searches read, of customers and of the people there. It gives way to what changes meanwhile.
    async fn read_texts(self, list: &List) {
        let mut more = false;
        for columns in [&list.columns, &list.people.columns] {
            loop {
                let end = timing::since_start() + SLICE_MS;
                let go_on = || timing::since_start() < end;
                let whole = self.data.with(|store| {
                    let mut columns = columns.borrow_mut();
                    more |= columns.unread() > 0;
                    columns.follow(store, go_on) && columns.read_texts(store, go_on)
                });
                if whole {
                    break;
                }
                if list.changed.get() {
                    return;
                }
                // Until somebody searches, what is sent and received comes first.
                if list.asked.get() {
                    breathe().await;
                } else {
                    idle_within(GIVING_WAY_MS).await;
                }
            }
        }
        if more {
            self.texts.update(|texts| *texts += 1);
        }
        self.searchable.set(true);
    }

    /// Takes in what changed, in slices.
    async fn fill(self, list: &List) {
        loop {
            let end = timing::since_start() + SLICE_MS;
            let go_on = || timing::since_start() < end;
            if self.data.with(|store| list.columns.borrow_mut().follow(store, go_on)) {
                return;
            }
            breathe().await;
        }
    }

    /// The first search after a start takes several times as long as the next ones: nobody waits for this one.
    fn warm_up(self, list: Rc<List>) {
        spawn(async move {
            idle().await;
            // What another tab wrote while this one was starting was not heard.
            self.data.follow();
            idle().await;
            list.find("a");
            idle().await;
            list.find("公司");
            // What records and their children are found by is made when it is first asked for.
            let nobody = RecordKey::new(Kind::Customer, Uuid::nil());
            idle().await;
            self.data.with(|store| store.with_base(|base| base.holds(nobody)));
            idle().await;
            self.data.with(|store| store.with_base(|base| base.children(Kind::Contact, nobody)));
        });
    }
}

impl List {
    fn find(&self, words: &str) -> Vec<u32> {
        let (columns, mut search) = (self.columns.borrow(), self.search.borrow_mut());
        let mut rest = search.find(&columns.buffer, words).to_vec();
        // The best first, the others by name.
        let mut found = search.best(&columns.buffer, BEST);
        columns.order.arrange(&mut rest, &found);
        found.append(&mut rest);
        found
    }
}

/// The folded name: the first field of a search text.
pub fn first_field(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == domain::search::SEPARATOR).next().unwrap_or_default()
}
