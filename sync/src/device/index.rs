//! Rows by a number that is random already. A map of 100,000 rows is made at every start, before the
//! browser has the program optimised: this one does as little as there is to do.

use uuid::Uuid;

/// Multiplying by it spreads what differs over all bits.
pub(super) const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// What an id is found by: its last bytes are random.
pub(super) fn spread(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    (high ^ low).wrapping_mul(ODD) >> 32
}

/// A row with a value that stands for none.
pub(super) trait Vacant: Copy + PartialEq {
    const VACANT: Self;
}

impl Vacant for u32 {
    const VACANT: Self = u32::MAX;
}

/// Rows, found by the number that each was put in with. The rows themselves hold what tells them apart.
#[derive(Debug)]
pub(super) struct RowIndex<R> {
    /// A power of two, at most half of them taken.
    slots: Vec<(u32, R)>,
    taken: usize,
}

impl<R> Default for RowIndex<R> {
    fn default() -> Self {
        Self { slots: Vec::new(), taken: 0 }
    }
}

impl<R: Vacant> RowIndex<R> {
    /// Makes room for so many rows at once.
    pub(super) fn reserve(&mut self, rows: usize) {
        let wanted = (2 * (self.taken + rows)).next_power_of_two().max(16);
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![(0, R::VACANT); wanted]);
            old.into_iter().filter(|(_, row)| *row != R::VACANT).for_each(|(number, row)| self.put(number, row));
        }
    }

    /// Puts a row in, which is not there yet.
    pub(super) fn insert(&mut self, number: u64, row: R) {
        if 2 * self.taken >= self.slots.len() {
            self.reserve(self.taken.max(8));
        }
        self.taken += 1;
        self.put(shorten(number), row);
    }

    fn put(&mut self, number: u32, row: R) {
        let mut at = number as usize;
        loop {
            at &= self.slots.len() - 1;
            match self.slots.get_mut(at) {
                Some(slot) if slot.1 == R::VACANT => return *slot = (number, row),
                _ => at += 1,
            }
        }
    }

    /// Returns the row of a number for which `is` says yes.
    pub(super) fn find(&self, number: u64, is: impl Fn(R) -> bool) -> Option<R> {
        let number = shorten(number);
        let mut at = number as usize;
        loop {
            match *self.slots.get(at & self.slots.len().wrapping_sub(1))? {
                (_, row) if row == R::VACANT => return None,
                (known, row) if known == number && is(row) => return Some(row),
                _ => at += 1,
            }
        }
    }
}

/// The low bits are as good as any.
fn shorten(number: u64) -> u32 {
    number as u32
}
