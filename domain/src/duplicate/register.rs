//! All customers by their keys while they come, change and go.

use std::collections::HashMap;

use uuid::Uuid;

use super::{KeyIndex, Signs};

/// So many changes are kept apart before they are put in order with all others.
const RECENT_MOST: usize = 1_000;

/// Customers by their keys.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Who has which number; whoever changes gets another one.
    numbers: HashMap<Uuid, u32>,
    /// Who had a number; what changed since says nothing under the old one.
    ids: Vec<Uuid>,
    settled: KeyIndex,
    recent: KeyIndex,
    changes: usize,
}

/// Customers who share a key with somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    pub ids: Vec<Uuid>,
    /// The name itself, or a number, belongs to too many for looking at them.
    pub too_many: bool,
}

impl Register {
    /// Puts a customer in, in the place of what was known of it.
    pub fn put(&mut self, id: Uuid, signs: &Signs) {
        let Ok(number) = u32::try_from(self.ids.len()) else { return };
        self.ids.push(id);
        self.numbers.insert(id, number);
        self.recent.add(number, signs);
        self.changes += 1;
        if self.changes > RECENT_MOST {
            self.order();
        }
    }

    /// Takes a customer out.
    pub fn remove(&mut self, id: Uuid) {
        self.numbers.remove(&id);
    }

    /// Returns how many customers are in it.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Says whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Returns who may be the same as somebody; [`compare`](super::compare) says whether they are.
    pub fn candidates(&mut self, signs: &Signs) -> Candidates {
        self.recent.order();
        let mut found = Candidates::default();
        for index in [&self.settled, &self.recent] {
            let sharing = index.sharing(signs);
            found.too_many |= sharing.too_many;
            let standing = sharing.customers.into_iter().filter_map(|number| {
                let id = self.ids.get(number as usize)?;
                (self.numbers.get(id) == Some(&number)).then_some(*id)
            });
            found.ids.extend(standing);
        }
        found
    }

    /// Puts everything in order, and drops what is known no more.
    fn order(&mut self) {
        self.changes = 0;
        self.settled.absorb(&mut self.recent);
        let (numbers, ids) = (&self.numbers, &self.ids);
        self.settled.retain(|number| ids.get(number as usize).is_some_and(|id| numbers.get(id) == Some(&number)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicate::NameKey;

    fn named(name: &str) -> Signs {
        Signs { names: vec![NameKey::of(name)], ..Signs::default() }
    }

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128 + 1)
    }

    #[test]
    fn whoever_changes_is_found_by_what_they_are_now() {
        let mut register = Register::default();
        register.put(id(0), &named("鼎盛五金有限公司"));
        register.put(id(1), &named("永信貿易有限公司"));
        assert_eq!(register.candidates(&named("深圳市鼎盛五金")).ids, [id(0)]);
        register.put(id(0), &named("大華電子有限公司"));
        assert_eq!(register.candidates(&named("深圳市鼎盛五金")).ids, Vec::<Uuid>::new());
        assert_eq!(register.candidates(&named("大華電子")).ids, [id(0)]);
        register.remove(id(0));
        assert_eq!(register.candidates(&named("大華電子")).ids, Vec::<Uuid>::new());
        assert_eq!(register.len(), 1);
    }

    #[test]
    fn many_changes_are_put_in_order_and_lose_nobody() {
        let mut register = Register::default();
        let name = |number: usize| {
            format!("{}號工廠", "甲乙丙丁戊己庚辛壬癸".chars().nth(number % 10).unwrap())
                + &"金木水火土".repeat(number % 7 + 1)
                + &number.to_string()
        };
        for number in 0..3 * RECENT_MOST {
            register.put(id(number), &named(&name(number)));
        }
        for number in (0..3 * RECENT_MOST).step_by(317) {
            assert!(register.candidates(&named(&name(number))).ids.contains(&id(number)), "{number}");
        }
        // The same customer over and over does not fill it.
        for turn in 0..2 * RECENT_MOST {
            register.put(id(0), &named(&format!("永信{turn}")));
        }
        assert_eq!(register.len(), 3 * RECENT_MOST);
        assert!(register.candidates(&named("永信1999")).ids.contains(&id(0)));
    }
}
