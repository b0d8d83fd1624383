//! Rows by a number that is random already. A map of 100,000 rows is made at every start, before the
//! browser has the program optimised: this one does as little as there is to do.

const FREE: u32 = u32::MAX;

/// Rows, found by the number that each was put in with. The columns hold what tells them apart.
#[derive(Debug, Default)]
pub(super) struct RowIndex {
    /// A power of two, at most half of them taken.
    slots: Vec<(u32, u32)>,
    taken: usize,
}

impl RowIndex {
    /// Makes room for so many rows at once.
    pub(super) fn reserve(&mut self, rows: usize) {
        let wanted = (2 * (self.taken + rows)).next_power_of_two().max(16);
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![(0, FREE); wanted]);
            old.into_iter().filter(|(_, row)| *row != FREE).for_each(|(number, row)| self.put(number, row));
        }
    }

    /// Puts a row in, which is not there yet.
    pub(super) fn insert(&mut self, number: u64, row: u32) {
        if 2 * self.taken >= self.slots.len() {
            self.reserve(self.taken.max(8));
        }
        self.taken += 1;
        self.put(shorten(number), row);
    }

    fn put(&mut self, number: u32, row: u32) {
        let mut at = number as usize;
        loop {
            at &= self.slots.len() - 1;
            match self.slots.get_mut(at) {
                Some(slot) if slot.1 == FREE => return *slot = (number, row),
                _ => at += 1,
            }
        }
    }

    /// Returns the row of a number for which `is` says yes.
    pub(super) fn find(&self, number: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let number = shorten(number);
        let mut at = number as usize;
        loop {
            match *self.slots.get(at & self.slots.len().wrapping_sub(1))? {
                (_, FREE) => return None,
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
