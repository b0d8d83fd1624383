//! How fast a first sync and a start are without network and disk: `first_sync_speed [rows] [entries that wait]`.
//!
//! Pages are read and taken one by one, as the app does it; reported is what each step costs a page. In a
//! browser all of it runs on the main thread, so the slowest page counts as much as the median. On a busy
//! machine the fastest one says most.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    error::Error,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use domain::{
    access::{Role, Scope},
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    edit::{Edit, FieldEdit},
    kind::{Group, Kind, RecordKey},
    summary::customer_field,
    value::Phone,
};
use sync::{
    device::{Area, Columns, Durability, Guardless, Identity, Kv, KvError, Making, Page, Read, Replica, Rows, Write},
    protocol::{Cursor, PAGE_ROWS, PageEnd, Place, step},
    wire,
};
use uuid::Uuid;

/// A storage that only holds values and says how long that took: the engine's share is the rest.
#[derive(Default)]
struct Shelf {
    values: RefCell<BTreeMap<(Area, String), Vec<u8>>>,
    took: Cell<Duration>,
}

impl Kv for &Shelf {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        self.transact(reads, Durability::Relaxed, |rows| (Vec::new(), rows)).await
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        _durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        let began = Instant::now();
        let mut values = self.values.borrow_mut();
        let prefix = |area: Area, prefix: &str, from: &str| -> Rows {
            let found = values.range((area, from.to_owned())..);
            let found = found.take_while(|((a, key), _)| *a == area && key.starts_with(prefix));
            found.map(|((_, key), value)| (key.clone(), value.clone())).collect()
        };
        let read = reads.iter().map(|read| match read {
            Read::One(area, key) => {
                values.get(&(*area, key.clone())).map(|value| (key.clone(), value.clone())).into_iter().collect()
            }
            Read::Prefix(area, begins) => prefix(*area, begins, begins),
            Read::From(area, begins, from) => prefix(*area, begins, from),
        });
        let read = read.collect();
        let read_in = began.elapsed();
        let (writes, result) = decide(read);
        let began = Instant::now();
        for write in writes {
            match write {
                Write::Put(area, key, value) => drop(values.insert((area, key), value)),
                Write::Delete(area, key) => drop(values.remove(&(area, key))),
                Write::DeletePrefix(area, prefix) => {
                    values.retain(|(a, key), _| *a != area || !key.starts_with(&prefix));
                }
            }
        }
        self.took.set(self.took.get() + read_in + began.elapsed());
        Ok(result)
    }
}

/// Runs a future of a storage that is always ready.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the shelf is always ready"),
    }
}

fn id(n: usize) -> Uuid {
    // Random as a UUIDv7's tail is, and the same in every run.
    let mixed = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | (n as u64) << 20, mixed ^ (mixed >> 29))
}

/// A customer as a busy company keeps it: about 600 bytes.
fn customer(n: usize, owner: Uuid) -> Customer {
    Customer {
        owner: Some(owner.into()),
        address: format!("台北市信義區松仁路{}號{}樓", n % 400, n % 30),
        phones: Phone::parse(&format!("02-27{:06}", n % 1_000_000)).into_iter().collect(),
        tags: ["半導體".to_owned(), "老客戶".to_owned()].into(),
        remark: "每季拜訪一次，採購窗口換過兩次，報價要先給協理看過；交期比價格重要。".to_owned(),
        ..Customer::named(CustomerId::new(id(n)), &format!("鼎盛精密工業第{n}股份有限公司"))
    }
}

/// The feed's pages as they come over the network.
fn pages(rows: usize, identity: Identity, client: Uuid) -> Result<Vec<String>, Box<dyn Error>> {
    let head = rows as u64;
    let cursor = |place| Cursor {
        incarnation: id(0),
        epoch: 0,
        scope: Scope::of(&[Role::SalesRep].into()),
        kinds: Kind::ALL.len() as u8,
        place,
        head,
        mark: Some(id(1)),
        floor: 0,
    };
    let (mut pages, mut after) = (Vec::new(), Place::default());
    for first in (0..rows).step_by(PAGE_ROWS) {
        let (mut bytes, last) = (Vec::new(), (first + PAGE_ROWS).min(rows));
        for n in first..last {
            let key = RecordKey::new(Kind::Customer, id(n));
            let body = serde_json::to_string(&customer(n, identity.user))?;
            wire::write_upsert(&mut bytes, key, Group::Of(key), n as u64 + 1, &body);
        }
        let more = last < rows;
        let place =
            Place { position: last as u64, step: step::UPSERT, kind: Kind::Customer.number(), id: id(last - 1) };
        let place = if more { place } else { Place::end_of(head) };
        let end = PageEnd { after, client, cursor: cursor(place), head, more, time: 0 };
        wire::write_end(&mut bytes, &end);
        after = place;
        pages.push(String::from_utf8(bytes)?);
    }
    Ok(pages)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<usize>());
    let rows = numbers.next().transpose()?.unwrap_or(100_000);
    let waiting = numbers.next().transpose()?.unwrap_or(0);
    let shelf = Shelf::default();
    let identity = Identity { organisation: id(2), user: id(3) };
    let (device, _) = now(Replica::open(&shelf, Guardless, identity, id(4)))?;
    for n in 0..waiting {
        let making = Making {
            id: id(rows + n),
            happened: 0,
            happened_raw: 0,
            business_date: NaiveDate::default(),
            about: String::new(),
        };
        let new = Customer::named(CustomerId::new(id(2 * rows + n)), "新客戶");
        if n % 2 == 0 {
            now(device.enter(CustomerCreate { customer: new }, making))?;
        } else {
            let id = CustomerId::new(id(n * rows / waiting));
            let edit = Edit::fields(id, vec![FieldEdit::new("remark", serde_json::Value::Null, "改")]);
            now(device.enter(CustomerEdit(edit), making))?;
        }
    }
    let pages = pages(rows, identity, id(4))?;
    let bytes: usize = pages.iter().map(String::len).sum();
    let mut steps: [Vec<Duration>; 4] = Default::default();
    for text in &pages {
        let began = Instant::now();
        let page = Page::read(text)?.map_err(|why| format!("{why:?}"))?;
        let read = began.elapsed();
        shelf.took.set(Duration::ZERO);
        now(device.take_pages(vec![page]))?;
        let all = began.elapsed();
        let stored = shelf.took.get();
        for (step, took) in steps.iter_mut().zip([read, all - read - stored, stored, all]) {
            step.push(took);
        }
    }
    if !device.whole() || device.with_base(sync::device::Base::len) != rows {
        return Err("the feed was not taken".into());
    }
    println!("{rows} rows in {} pages, {} bytes a row, {waiting} entries wait", pages.len(), bytes / rows.max(1));
    for (name, mut took) in ["read", "take", "store", "all"].into_iter().zip(steps) {
        took.sort_unstable();
        let (sum, middle) = (took.iter().sum::<Duration>(), took.get(took.len() / 2).copied().unwrap_or_default());
        let (best, worst) = (took.first().copied().unwrap_or_default(), took.last().copied().unwrap_or_default());
        println!(
            "{name:>6}: fastest {best:>9.1?} a page, median {middle:>9.1?}, slowest {worst:>9.1?}, {sum:>8.1?} in all"
        );
    }
    start(&shelf, identity)
}

/// Starts on what the first sync has stored, and says how long each step takes until there is a list, and a search.
fn start(shelf: &Shelf, identity: Identity) -> Result<(), Box<dyn Error>> {
    let index = |((area, _), value): (&(Area, String), &Vec<u8>)| if *area == Area::Index { value.len() } else { 0 };
    let bytes: usize = shelf.values.borrow().iter().map(index).sum();
    let mut sorted = Columns::new(Kind::Customer, customer_field::NAME);
    let mut columns = Columns::new(Kind::Customer, customer_field::NAME);
    let mut took = Vec::new();
    let mut clock = Instant::now();
    let mut step = |name: &'static str| took.push((name, std::mem::replace(&mut clock, Instant::now()).elapsed()));
    let (device, _) = now(Replica::open(shelf, Guardless, identity, id(4)))?;
    step("open");
    columns.follow(&device, || true);
    step("follow");
    sorted.follow(&device, || true);
    sorted.place_waiting(&device, str::cmp);
    let kept = sorted.kept_order();
    step("");
    columns.restore_order(&kept);
    step("order");
    columns.read_texts(&device, || true);
    step("texts");
    println!("a start: {bytes} bytes of index");
    for (name, took) in took.into_iter().filter(|(name, _)| !name.is_empty()) {
        println!("{name:>6}: {took:>9.1?}");
    }
    Ok(())
}
