//! One customer's fingerprint, and all of them together.

use std::collections::BTreeSet;

use crate::{
    customer::Customer,
    duplicate::{Signs, hash},
};

/// So many customers may have a sign before it says nothing any more.
const SHARED_MOST: usize = 20;
/// The bits of a telephone or tax number.
const NUMBER_BITS: u32 = 24;

/// The signs of a customer as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// Names, and the parts of them that are their own; 32 bits each.
    pub names: BTreeSet<u32>,
    /// Telephones and tax numbers; 24 bits each.
    pub numbers: BTreeSet<u32>,
}

impl Fingerprint {
    /// Returns the fingerprint; none of one that lies in the recycle bin or has gone over into another.
    pub fn of(customer: &Customer) -> Option<Self> {
        let stands = customer.deleted_at.is_none() && customer.merged_into.is_none();
        stands.then(|| Self::of_signs(&Signs::of(customer))).filter(|print| *print != Self::default())
    }

    /// Reads the signs of somebody who may not be a customer yet.
    pub fn of_signs(signs: &Signs) -> Self {
        let names = signs.names.iter().flat_map(|name| {
            let full = Some(&name.full).filter(|full| !full.is_empty()).map(|full| hash("full", full));
            full.into_iter().chain(name.cores.iter().map(|core| hash("stem", &core.stem)))
        });
        let phones = signs.phones.iter().map(|phone| hash("phone", phone));
        let numbers = phones.chain(signs.tax_id.iter().map(|id| hash("tax id", id)));
        Self { names: names.collect(), numbers: numbers.map(|sign| sign & ((1 << NUMBER_BITS) - 1)).collect() }
    }
}

/// The fingerprints of all customers, for looking somebody up.
#[derive(Clone, Debug, Default)]
pub struct Known {
    names: Vec<u32>,
    numbers: Vec<u32>,
}

/// What is known of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// So many customers have one of the names.
    pub names: usize,
    /// So many have one of the telephones or the tax number.
    pub numbers: usize,
    /// A sign that too many have says nothing.
    pub too_many: bool,
}

impl Known {
    /// Takes fingerprints.
    pub fn of(prints: impl IntoIterator<Item = Fingerprint>) -> Self {
        let mut known = Self::default();
        for print in prints {
            known.names.extend(print.names);
            known.numbers.extend(print.numbers);
        }
        known.names.sort_unstable();
        known.numbers.sort_unstable();
        known
    }

    /// Looks somebody up among all but those whom the person sees anyway.
    pub fn look_up(&self, of: &Fingerprint, seen: &Known) -> Likeness {
        let mut likeness = Likeness::default();
        let mut count = |signs: &BTreeSet<u32>, all: &[u32], seen: &[u32]| {
            let foreign = signs.iter().map(|sign| held(all, *sign).saturating_sub(held(seen, *sign)));
            let (some, many): (Vec<usize>, Vec<usize>) = foreign.partition(|foreign| *foreign <= SHARED_MOST);
            likeness.too_many |= !many.is_empty();
            some.into_iter().max().unwrap_or_default()
        };
        let names = count(&of.names, &self.names, &seen.names);
        let numbers = count(&of.numbers, &self.numbers, &seen.numbers);
        Likeness { names, numbers, ..likeness }
    }
}

/// Counts how often a sign stands in a sorted list.
fn held(all: &[u32], sign: u32) -> usize {
    let from = all.partition_point(|known| *known < sign);
    all.get(from..).unwrap_or_default().partition_point(|known| *known == sign)
}
