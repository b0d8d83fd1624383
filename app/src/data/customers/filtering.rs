//! The list filtered and ordered otherwise, from the device's index alone.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use domain::{
    contact_record::ContactRecord,
    customer::{CustomerFilter, CustomerSort},
    kind::Kind,
    record::Record as _,
    summary::{contact_record_field, customer_field},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::Customers;

/// When each customer was last contacted; ms UTC.
type Contacts = HashMap<Uuid, i64>;

/// What was counted last, with the version of the data that it holds for.
#[derive(Debug, Default)]
pub(super) struct Counted {
    contacts: RefCell<Option<(u64, Contacts)>>,
}

/// What can be asked for: the words that are in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InUse {
    pub levels: BTreeSet<String>,
    pub tags: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    pub sources: BTreeSet<String>,
    pub owners: BTreeSet<Uuid>,
}

impl Customers {
    /// Keeps of some rows those that are asked for, in the order that is asked for.
    pub fn filter(self, rows: Vec<u32>, filter: &CustomerFilter) -> Vec<u32> {
        if filter.count() == 0 && filter.sort == CustomerSort::Name {
            return rows;
        }
        let now = self.data.now();
        self.with_contacts(filter.asks_for_contacts(), |contacts| {
            self.list.with_value(|list| {
                let columns = list.columns.borrow();
                let mut ranks: HashMap<u32, i64> = HashMap::new();
                self.data.with(|store| {
                    store.each_line(Kind::Customer, |line| {
                        let last = contacts.get(&line.key.id).copied();
                        if !line.hidden()
                            && filter.holds(|place| line.field(place), last, now)
                            && let Some(row) = columns.row(line.key.id)
                        {
                            ranks.insert(row, filter.rank(line.key.id.into(), |place| line.field(place), last));
                        }
                    });
                });
                let mut rows = rows;
                rows.retain(|row| ranks.contains_key(row));
                // Equals stay in the order of names.
                rows.sort_by_key(|row| ranks.get(row).copied());
                rows
            })
        })
    }

    /// Returns when a customer was last contacted; ms UTC.
    pub fn last_contact(self, customer: Uuid) -> Option<i64> {
        self.with_contacts(true, |contacts| contacts.get(&customer).copied())
    }

    /// Returns the words that are in use.
    pub fn in_use(self) -> InUse {
        let mut used = InUse::default();
        let note = |words: &mut BTreeSet<String>, word: &str| {
            if !word.is_empty() && !words.contains(word) {
                words.insert(word.to_owned());
            }
        };
        self.data.with(|store| {
            store.each_line(Kind::Customer, |line| {
                if line.hidden() {
                    return;
                }
                note(&mut used.levels, line.field(customer_field::LEVEL));
                note(&mut used.regions, line.field(customer_field::REGION));
                note(&mut used.sources, line.field(customer_field::SOURCE));
                line.field(customer_field::TAGS).split('\n').for_each(|tag| note(&mut used.tags, tag));
                used.owners.extend(Uuid::try_parse(line.field(customer_field::OWNER)).ok());
            });
        });
        used
    }

    /// Looks at the last contacts, counted once for each state of the data; at none where they are not `wanted`.
    fn with_contacts<T>(self, wanted: bool, look: impl FnOnce(&Contacts) -> T) -> T {
        if !wanted {
            return look(&Contacts::new());
        }
        let version = self.data.version.get_untracked();
        let list = self.list.get_value();
        let mut counted = list.counted.contacts.borrow_mut();
        if counted.as_ref().is_none_or(|(known, _)| *known != version) {
            let mut contacts = Contacts::new();
            self.data.with(|store| {
                store.each_line(ContactRecord::KIND, |line| {
                    let at = line.field(contact_record_field::HAPPENED_AT).parse().ok();
                    if let (false, Some(parent), Some(at)) = (line.hidden(), line.parent(), at) {
                        let last = contacts.entry(parent.id).or_insert(at);
                        *last = at.max(*last);
                    }
                });
            });
            *counted = Some((version, contacts));
        }
        match counted.as_ref() {
            Some((_, contacts)) => look(contacts),
            None => look(&Contacts::new()),
        }
    }
}
