//! The order of the list: as it was kept, else sorted beside the page; what is new is placed by hand.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;

use super::{
    Customers, List,
    collator::{Collator, Names},
};
use crate::{
    data::Store,
    i18n::Locale,
    platform::time::{breathe, sleep, spawn},
};

/// Up to so many new names are put in their places one by one; more are sorted.
const FEW: usize = 200;
/// Names that are gathered between two breaths.
const SLICE: usize = 5_000;
/// How long a new order waits for more changes before it is kept; ms.
const KEEP_MS: i64 = 3_000;

/// How far the order is.
#[derive(Default)]
pub(super) struct Arranging {
    /// The language that the list is ordered for.
    locale: Cell<Option<Locale>>,
    /// The language that the list is to be ordered for.
    wanted: Cell<Option<Locale>>,
    /// Rises when a sort that has begun is of no use any more.
    turn: Cell<u32>,
    sorting: Cell<bool>,
    keeping: Cell<bool>,
    /// Rows that found their places since the order was kept.
    placed: Cell<usize>,
}

/// An order as it was kept.
pub(super) struct Kept {
    locale: Locale,
    order: Vec<u8>,
}

impl Customers {
    /// Reads the order that was kept for the language, unless the list is in that order already.
    pub(super) async fn kept_order(self, list: &List) -> Option<Kept> {
        let locale = self.locale.get_untracked();
        if list.arranging.locale.get() == Some(locale) {
            return None;
        }
        // Without it the list is sorted.
        let order = self.data.inner().store.kept_order(locale.tag()).await.ok().flatten()?;
        Some(Kept { locale, order })
    }

    /// Brings the list into the order of the language, as far as that is done at once.
    pub(super) fn arrange(self, list: &Rc<List>, kept: Option<Kept>, growing: bool) {
        let (locale, arranging) = (self.locale.get_untracked(), &list.arranging);
        let mut columns = list.columns.borrow_mut();
        let known = columns.order.placed().len() + columns.order.waiting().len();
        if arranging.locale.get() != Some(locale) {
            // Another language may have been chosen while it was read.
            let kept = kept.filter(|kept| kept.locale == locale);
            if kept.is_some() || arranging.wanted.replace(Some(locale)) != Some(locale) {
                arranging.turn.set(arranging.turn.get() + 1);
            }
            if let Some(kept) = kept {
                columns.restore_order(&kept.order);
                arranging.locale.set(Some(locale));
            } else if known <= FEW {
                columns.order.adopt(&[]);
                arranging.locale.set(Some(locale));
            }
        }
        let waiting = columns.order.waiting().len();
        if arranging.locale.get() == Some(locale) && waiting <= FEW {
            if waiting > 0 {
                let collator = Collator::new(locale);
                self.data.with(|store| columns.place_waiting(store, |a, b| collator.compare(a, b)));
                arranging.placed.set(arranging.placed.get() + waiting);
            }
            drop(columns);
            if arranging.placed.get() > FEW && !growing {
                self.keep(list.clone());
            }
        } else if !growing && !arranging.sorting.replace(true) {
            drop(columns);
            let list = list.clone();
            spawn(async move {
                self.sort(&list, locale).await;
                list.arranging.sorting.set(false);
                // What came meanwhile still waits for its place.
                self.wake();
            });
        }
    }

    async fn sort(self, list: &Rc<List>, locale: Locale) {
        let turn = list.arranging.turn.get();
        let rows = {
            let mut columns = list.columns.borrow_mut();
            columns.order.begin_sort();
            columns.order.list()
        };
        let mut names = Names::default();
        for some in rows.chunks(SLICE) {
            self.data.with(|store| {
                list.columns.borrow().names(store, some.iter().copied(), |name| names.push(name));
            });
            breathe().await;
        }
        let sorted = names.sort(locale).await;
        if list.arranging.turn.get() != turn {
            return; // another language was chosen
        }
        let sorted: Vec<u32> = sorted.into_iter().filter_map(|at| rows.get(at as usize).copied()).collect();
        list.columns.borrow_mut().order.adopt(&sorted);
        list.arranging.locale.set(Some(locale));
        self.keep(list.clone());
    }

    /// Keeps the order on the device, once there has been quiet for a while.
    fn keep(self, list: Rc<List>) {
        if list.arranging.keeping.replace(true) {
            return;
        }
        spawn(async move {
            sleep(KEEP_MS).await;
            list.arranging.keeping.set(false);
            if let Some(locale) = list.arranging.locale.get()
                && self.data.with(Store::whole)
            {
                list.arranging.placed.set(0);
                let order = list.columns.borrow().kept_order();
                // An order that could not be kept costs the next start a sort.
                drop(self.data.inner().store.keep_order(locale.tag(), order).await);
            }
        });
    }
}
