//! Customers found by the people there: the index of contacts, read when somebody first searches.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use domain::{kind::Kind, search::Search, summary::contact_field};
use leptos::prelude::*;
use sync::device::Columns;
use uuid::Uuid;

use super::Customers;

/// A shorter query finds half of everybody.
const WORDS_LEAST: usize = 2;
/// Of more people nobody would look through the companies.
const PEOPLE_MOST: usize = 500;

pub(super) struct People {
    columns: RefCell<Columns>,
    search: RefCell<Search>,
    /// The state of the data that was followed, and whose customer each contact is.
    followed: RefCell<(Option<u64>, HashMap<Uuid, Uuid>)>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            columns: RefCell::new(Columns::new(Kind::Contact, contact_field::NAME)),
            search: RefCell::default(),
            followed: RefCell::default(),
        }
    }
}

impl Customers {
    /// Returns the rows of customers where somebody is found by these words.
    pub(super) fn with_people(self, people: &People, words: &str) -> Vec<u32> {
        if words.trim().chars().count() < WORDS_LEAST {
            return Vec::new();
        }
        self.follow_people(people);
        let (columns, followed) = (people.columns.borrow(), people.followed.borrow());
        let mut search = people.search.borrow_mut();
        let found = search.find(&columns.buffer, words);
        if found.len() > PEOPLE_MOST {
            return Vec::new();
        }
        let customers: HashSet<Uuid> =
            found.iter().filter_map(|row| followed.1.get(&columns.id(*row)?).copied()).collect();
        customers.into_iter().filter_map(|id| self.row(id)).collect()
    }

    fn follow_people(self, people: &People) {
        let version = self.data.version.get_untracked();
        if people.followed.borrow().0 == Some(version) {
            return;
        }
        let mut of = HashMap::new();
        self.data.with(|store| {
            people.columns.borrow_mut().follow(store, || true);
            store.each_line(Kind::Contact, |line| {
                if let Some(customer) = line.parent() {
                    of.insert(line.key.id, customer.id);
                }
            });
        });
        *people.followed.borrow_mut() = (Some(version), of);
    }
}
