//! Rows in the order of their names. Who compares names is the caller's business: the rules are a
//! language's, and a browser knows them.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

/// Not in the list.
const ABSENT: u32 = u32::MAX;
/// In the list, without a place by name yet.
const WAITING: u32 = u32::MAX - 1;
/// Waiting, and met once while the waiting rows are counted through.
const MET: u32 = u32::MAX - 2;

/// The rows of a list: those that have their place by name, and behind them those that wait for one.
#[derive(Debug, Default)]
pub struct Order {
    placed: Vec<u32>,
    waiting: Vec<u32>,
    /// Each row's place in `placed`, or one of the words above.
    stands: Vec<u32>,
    /// `placed` holds rows that have left it.
    placed_old: bool,
    /// `waiting` holds rows that have left it, or one twice.
    waiting_old: bool,
    /// Rows that came or moved since a sort was begun.
    moved: Option<FxHashSet<u32>>,
}

impl Order {
    /// Returns the rows that have a place, by name.
    pub fn placed(&self) -> &[u32] {
        &self.placed
    }

    /// Returns the rows without a place, as they came.
    pub fn waiting(&self) -> &[u32] {
        &self.waiting
    }

    /// Returns every row of the list.
    pub fn list(&self) -> Vec<u32> {
        [self.placed.as_slice(), &self.waiting].concat()
    }

    /// Returns where a row stands in the list.
    pub fn place_of(&self, row: u32) -> Option<usize> {
        match self.stands.get(row as usize).copied().unwrap_or(ABSENT) {
            ABSENT => None,
            WAITING | MET => {
                let at = self.waiting.iter().position(|waiting| *waiting == row)?;
                Some(self.placed.len() + at)
            }
            place => Some(place as usize),
        }
    }

    /// Brings rows into the order of the list, and leaves out some.
    pub fn arrange(&self, rows: &mut Vec<u32>, except: &[u32]) {
        // Many of them are found faster along the list than sorted.
        if rows.len() > self.placed.len() / 16 {
            let mut wanted = vec![false; self.stands.len()];
            for (rows, want) in [(rows.as_slice(), true), (except, false)] {
                for row in rows {
                    if let Some(wanted) = wanted.get_mut(*row as usize) {
                        *wanted = want;
                    }
                }
            }
            rows.clear();
            let list = self.placed.iter().chain(&self.waiting);
            rows.extend(list.filter(|row| wanted.get(**row as usize) == Some(&true)));
        } else {
            let mut except = except.to_vec();
            except.sort_unstable();
            rows.retain(|row| except.binary_search(row).is_err());
            rows.sort_unstable_by_key(|row| (self.stands.get(*row as usize).copied().unwrap_or(ABSENT), *row));
        }
    }

    /// A row is new, is back, or has another name: it looks for a place.
    pub(super) fn moved(&mut self, row: u32) {
        self.place_changes(row, WAITING);
        self.waiting.push(row);
        if let Some(moved) = &mut self.moved {
            moved.insert(row);
        }
    }

    /// A row has left the list.
    pub(super) fn removed(&mut self, row: u32) {
        self.place_changes(row, ABSENT);
    }

    fn place_changes(&mut self, row: u32, to: u32) {
        let row = row as usize;
        if self.stands.len() <= row {
            self.stands.resize(row + 1, ABSENT);
        }
        if let Some(stands) = self.stands.get_mut(row) {
            match std::mem::replace(stands, to) {
                ABSENT => {}
                WAITING | MET => self.waiting_old = true,
                _ => self.placed_old = true,
            }
        }
    }

    /// Forgets rows that have moved or left, after any number of such changes.
    pub(super) fn tidy(&mut self) {
        if std::mem::take(&mut self.placed_old) {
            let mut place = 0;
            let stands = &self.stands;
            self.placed.retain(|row| {
                place += 1;
                stands.get(*row as usize) == Some(&(place - 1))
            });
            self.number();
        }
        if std::mem::take(&mut self.waiting_old) {
            let stands = &mut self.stands;
            self.waiting.retain(|row| match stands.get_mut(*row as usize) {
                Some(stands) => std::mem::replace(stands, if *stands == WAITING { MET } else { *stands }) == WAITING,
                None => false,
            });
            for row in &self.waiting {
                if let Some(stands) = stands.get_mut(*row as usize) {
                    *stands = WAITING;
                }
            }
        }
    }

    fn number(&mut self) {
        for (place, row) in (0..).zip(&self.placed) {
            if let Some(stands) = self.stands.get_mut(*row as usize) {
                *stands = place;
            }
        }
    }

    /// Gives every waiting row its place: for a few of them much less work than sorting.
    pub fn place_waiting(&mut self, mut compare: impl FnMut(u32, u32) -> Ordering) {
        let mut rows = std::mem::take(&mut self.waiting);
        rows.sort_by(|a, b| compare(*a, *b));
        let mut before = Vec::with_capacity(rows.len());
        let mut from = 0;
        for row in &rows {
            let rest = self.placed.get(from..).unwrap_or_default();
            from += rest.partition_point(|other| compare(*other, *row) != Ordering::Greater);
            before.push(from);
        }
        let room = Vec::with_capacity(self.placed.len() + rows.len());
        let old = std::mem::replace(&mut self.placed, room);
        let mut from = 0;
        for (row, to) in rows.into_iter().zip(before) {
            self.placed.extend_from_slice(old.get(from..to).unwrap_or_default());
            self.placed.push(row);
            from = to;
        }
        self.placed.extend_from_slice(old.get(from..).unwrap_or_default());
        self.number();
    }

    /// From here on the rows that come or move are noted: a sort has begun that does not know them.
    pub fn begin_sort(&mut self) {
        self.moved = Some(FxHashSet::default());
    }

    /// Takes over rows that were sorted by name. What is not among them, or has moved since the sort
    /// was begun, waits.
    pub fn adopt(&mut self, sorted: &[u32]) {
        let moved = self.moved.take().unwrap_or_default();
        let before: Vec<u32> = self.list();
        for row in &before {
            if let Some(stands) = self.stands.get_mut(*row as usize) {
                *stands = WAITING;
            }
        }
        self.placed.clear();
        for row in sorted.iter().filter(|row| !moved.contains(row)) {
            if let Some(stands) = self.stands.get_mut(*row as usize).filter(|stands| **stands == WAITING) {
                *stands = u32::try_from(self.placed.len()).unwrap_or(MET);
                self.placed.push(*row);
            }
        }
        let stands = &self.stands;
        self.waiting = before.into_iter().filter(|row| stands.get(*row as usize) == Some(&WAITING)).collect();
    }
}
