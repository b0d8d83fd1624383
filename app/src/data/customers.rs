//! The customers of this device as columns: what a list draws and a search reads, without any body.

use std::{
    cell::RefCell,
    cmp::Ordering,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use domain::{
    kind::{Kind, RecordKey},
    search::{Search, SearchBuffer},
    summary::customer_field,
};
use js_sys::Function;
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{Data, Store};
use crate::{
    i18n::Locale,
    platform::{
        intl::now_ms,
        js,
        time::{breathe, spawn},
    },
};

/// Up to so many new names are put in their places one by one; more are sorted.
const FEW: usize = 200;
/// How often the list follows the first sync; ms.
const GROWING_MS: i64 = 1_000;
/// Comparisons between two breaths, so that no task is longer than a frame or two.
const SLICE: usize = 4_000;

/// The list of customers. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Customers {
    data: Data,
    columns: StoredValue<Rc<RefCell<Columns>>, LocalStorage>,
    /// Rises when rows or their order have changed.
    pub version: RwSignal<u64>,
}

#[derive(Default)]
struct Columns {
    buffer: SearchBuffer,
    search: Search,
    ids: Vec<Uuid>,
    /// Rows by name; rows without a place yet come last.
    order: Vec<u32>,
    /// The place of each row in `order`.
    rank: Vec<u32>,
    locale: Option<Locale>,
    /// The last sort that was begun.
    sorting: u64,
}

impl Customers {
    /// Follows the replica from now on.
    pub fn follow(data: Data, locale: Signal<Locale>) -> Self {
        let customers = Self { data, columns: StoredValue::new_local(Rc::default()), version: RwSignal::new(0) };
        let last = StoredValue::new(0);
        Effect::new(move || {
            data.version.track();
            let locale = locale.get();
            // While the first sync streams, a list every second is enough.
            let growing = data.with(|store| !store.whole());
            if !growing || now_ms() - last.get_value() > GROWING_MS {
                customers.read(locale);
                last.set_value(now_ms());
            }
        });
        customers
    }

    /// Returns the rows that a search finds, best first; in the order of names where nothing is searched.
    pub fn find(self, words: &str) -> Vec<u32> {
        self.columns.with_value(|columns| {
            let columns = &mut *columns.borrow_mut();
            if words.trim().is_empty() {
                return columns.order.clone();
            }
            let found = columns.search.find(&columns.buffer, words).to_vec();
            // The best first, the others by name: few hits are all ranked, many only at the top.
            let best = columns.search.best(&columns.buffer, 50);
            let taken: HashSet<u32> = best.iter().copied().collect();
            let mut rest: Vec<u32> = found.into_iter().filter(|row| !taken.contains(row)).collect();
            rest.sort_unstable_by_key(|row| columns.rank.get(*row as usize).copied());
            best.into_iter().chain(rest).collect()
        })
    }

    /// Returns a row's customer.
    pub fn id(self, row: u32) -> Option<Uuid> {
        self.columns.with_value(|columns| columns.borrow().ids.get(row as usize).copied())
    }

    fn read(self, locale: Locale) {
        let shared = self.columns.get_value();
        let (old, sorting) = {
            let mut columns = shared.borrow_mut();
            let old = std::mem::take(&mut *columns);
            let sorting = old.sorting + 1;
            *columns = self.data.with(|store| read(store, &old));
            (columns.locale, columns.sorting) = (Some(locale), sorting);
            (old, sorting)
        };
        let placed = if old.locale == Some(locale) { place_few(self.data, &shared, &old, locale) } else { false };
        self.version.update(|version| *version += 1);
        if !placed {
            spawn(async move {
                if sort(self.data, &shared, locale, sorting).await {
                    self.version.try_update(|version| *version += 1);
                }
            });
        }
    }
}

/// Reads all rows: the base with the preview on top.
fn read(store: &Store, old: &Columns) -> Columns {
    let mut columns = Columns {
        buffer: SearchBuffer::with_capacity(old.ids.len(), 0),
        ids: Vec::with_capacity(old.ids.len()),
        ..Columns::default()
    };
    store.with_preview(|preview| {
        let changed = |id: Uuid| preview.changes.contains_key(&RecordKey::new(Kind::Customer, id));
        store.with_base(|base| {
            base.scan(Kind::Customer, |id, text, hidden| {
                if !hidden && !changed(id) {
                    columns.buffer.push(text);
                    columns.ids.push(id);
                }
            });
        });
        let first = RecordKey::new(Kind::Customer, Uuid::nil());
        let last = RecordKey::new(Kind::Customer, Uuid::max());
        for (key, previewed) in preview.changes.range(first..=last) {
            if let Some(previewed) = previewed.as_ref().filter(|previewed| !previewed.summary.hidden) {
                columns.buffer.push(&previewed.summary.search);
                columns.ids.push(key.id);
            }
        }
    });
    columns
}

fn name(store: &Store, id: Uuid) -> String {
    store
        .shown(RecordKey::new(Kind::Customer, id))
        .map(|shown| shown.summary.field(customer_field::NAME).to_owned())
        .unwrap_or_default()
}

/// Keeps the former order and puts new rows in their places; `false` where there are too many.
fn place_few(data: Data, shared: &RefCell<Columns>, old: &Columns, locale: Locale) -> bool {
    let mut columns = shared.borrow_mut();
    let rows: HashMap<Uuid, u32> = columns.ids.iter().copied().zip(0..).collect();
    let text = |columns: &Columns, row: u32| first_field(columns.buffer.text(row)).to_vec();
    let mut order: Vec<u32> = Vec::with_capacity(columns.ids.len());
    for old_row in &old.order {
        let row = old.ids.get(*old_row as usize).and_then(|id| rows.get(id));
        // A row whose name has changed looks for a new place.
        order.extend(row.filter(|row| text(&columns, **row) == text(old, *old_row)));
    }
    let placed: HashSet<u32> = order.iter().copied().collect();
    let rest: Vec<u32> = rows.values().copied().filter(|row| !placed.contains(row)).collect();
    let few = rest.len() <= FEW;
    if few {
        data.with(|store| {
            let compare = Collator::new(locale);
            let name_of = |row: u32| columns.ids.get(row as usize).map(|id| name(store, *id)).unwrap_or_default();
            for row in rest {
                let own = JsValue::from_str(&name_of(row));
                let before = |other: &u32| compare.order(&JsValue::from_str(&name_of(*other)), &own) == Ordering::Less;
                order.insert(order.partition_point(before), row);
            }
        });
    } else {
        order.extend(rest);
    }
    columns.set_order(order);
    few
}

/// The folded name: the first field of a search text.
pub fn first_field(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == domain::search::SEPARATOR).next().unwrap_or_default()
}

impl Columns {
    fn set_order(&mut self, order: Vec<u32>) {
        self.rank = vec![0; self.ids.len()];
        for (rank, row) in (0..).zip(&order) {
            if let Some(place) = self.rank.get_mut(*row as usize) {
                *place = rank;
            }
        }
        self.order = order;
    }
}

/// Sorts all names in slices; `false` if the rows changed meanwhile.
async fn sort(data: Data, shared: &RefCell<Columns>, locale: Locale, sorting: u64) -> bool {
    let names: Vec<JsValue> = {
        let mut columns = shared.borrow_mut();
        if columns.order.len() != columns.ids.len() {
            // Until then the rows are shown as they came.
            let order = (0..).take(columns.ids.len()).collect();
            columns.set_order(order);
        }
        data.with(|store| columns.ids.iter().map(|id| JsValue::from_str(&name(store, *id))).collect())
    };
    let compare = Collator::new(locale);
    let order = |a: u32, b: u32| match (names.get(a as usize), names.get(b as usize)) {
        (Some(a), Some(b)) => compare.order(a, b),
        _ => Ordering::Equal,
    };
    // A merge sort from below, so that it can pause anywhere.
    let mut runs: Vec<u32> = (0..).take(names.len()).collect();
    let (mut width, mut compared) = (1, 0);
    while width < runs.len() {
        let mut merged = Vec::with_capacity(runs.len());
        for pair in runs.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                compared += 1;
                let from = if order(*b, *a) == Ordering::Less { &mut right } else { &mut left };
                if let Some((first, rest)) = from.split_first() {
                    merged.push(*first);
                    *from = rest;
                }
                if compared % SLICE == 0 {
                    breathe().await;
                    if shared.borrow().sorting != sorting {
                        return false;
                    }
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        (runs, width) = (merged, width * 2);
    }
    let mut columns = shared.borrow_mut();
    if columns.sorting != sorting {
        return false;
    }
    columns.set_order(runs);
    true
}

/// The order of names in a language.
struct Collator {
    compare: Option<Function>,
}

impl Collator {
    fn new(locale: Locale) -> Self {
        let options = js::object(&[("numeric", true.into())]);
        let tags = js_sys::Array::of1(&JsValue::from_str(locale.format_tag()));
        let intl = js::get(&js_sys::global(), "Intl");
        // Called without `new`, a collator is made all the same.
        let collator = js::call(&intl, "Collator", &[tags.into(), options]);
        Self { compare: collator.ok().and_then(|collator| js::get(&collator, "compare").dyn_into().ok()) }
    }

    fn order(&self, a: &JsValue, b: &JsValue) -> Ordering {
        let Some(compare) = &self.compare else { return Ordering::Equal };
        let result = compare.call2(&JsValue::UNDEFINED, a, b).ok().and_then(|result| result.as_f64());
        result.unwrap_or_default().partial_cmp(&0.0).unwrap_or(Ordering::Equal)
    }
}
