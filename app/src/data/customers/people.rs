//! Customers found by the people there: the index of contacts, read behind that of customers.

use std::{cell::RefCell, collections::HashSet};

use domain::{kind::Kind, search::Search, summary::contact_field};
use sync::device::Columns;
use uuid::Uuid;

use super::Customers;

/// A shorter query finds half of everybody.
const WORDS_LEAST: usize = 2;
/// Of more people nobody would look through the companies.
const PEOPLE_MOST: usize = 500;

pub(super) struct People {
    pub(super) columns: RefCell<Columns>,
    search: RefCell<Search>,
}

impl Default for People {
    fn default() -> Self {
        Self { columns: RefCell::new(Columns::new(Kind::Contact, contact_field::NAME)), search: RefCell::default() }
    }
}

impl Customers {
    /// Returns the rows of customers where somebody is found by these words.
    pub(super) fn with_people(self, people: &People, words: &str) -> Vec<u32> {
        if words.trim().chars().count() < WORDS_LEAST {
            return Vec::new();
        }
        let columns = people.columns.borrow();
        let mut search = people.search.borrow_mut();
        let found = search.find(&columns.buffer, words);
        if found.len() > PEOPLE_MOST {
            return Vec::new();
        }
        let shown = found.iter().filter_map(|row| self.data.with(|store| columns.shown(store, *row)));
        let customers: HashSet<Uuid> = shown.filter_map(|shown| Some(shown.summary.parents.first()?.id)).collect();
        customers.into_iter().filter_map(|id| self.row(id)).collect()
    }
}
