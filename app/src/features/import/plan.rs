//! What a file will become, row by row, before anything is entered.

use std::collections::HashSet;

use domain::{
    contact::ContactCreate,
    customer::CustomerCreate,
    exchange::{Ids, RowRecords, Table, Target, read_row, same_name},
    kind::Kind,
    mutation::Action,
    refusal::FieldError,
};

use crate::data::{Data, customers::first_field};

/// One row of the file.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its place below the header, from 0.
    pub row: usize,
    pub outcome: Result<RowRecords, Vec<FieldError>>,
    /// A customer of this name is here already, or stands further up in the file.
    pub duplicate: bool,
}

/// What the whole file will become.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub rows: Vec<Planned>,
}

impl Plan {
    /// Returns the rows that go in.
    pub fn ready(&self, add_duplicates: bool) -> impl Iterator<Item = (usize, &RowRecords)> {
        let rows = self.rows.iter().filter(move |planned| add_duplicates || !planned.duplicate);
        rows.filter_map(|planned| Some((planned.row, planned.outcome.as_ref().ok()?)))
    }

    /// Counts the rows with problems.
    pub fn problems(&self) -> usize {
        self.rows.iter().filter(|planned| planned.outcome.is_err()).count()
    }

    /// Counts the good rows whose name is taken.
    pub fn duplicates(&self) -> usize {
        self.rows.iter().filter(|planned| planned.duplicate && planned.outcome.is_ok()).count()
    }
}

/// Turns a row's records into entries.
pub fn actions(records: RowRecords) -> Vec<(Action, String)> {
    let about = records.customer.name.clone();
    let customer = Action::from(CustomerCreate { customer: records.customer });
    let contact = records.contact.map(|contact| Action::from(ContactCreate { contact }));
    std::iter::once(customer).chain(contact).map(|action| (action, about.clone())).collect()
}

/// Reads every row.
pub fn plan(data: Data, table: &Table, targets: &[Target]) -> Plan {
    let mut taken = names_here(data);
    let rows = table.rows.iter().enumerate().map(|(row, cells)| {
        let ids = Ids { customer: data.fresh(), contact: data.fresh(), owner: data.user() };
        let outcome = read_row(&table.header, targets, cells, ids);
        let name = outcome.as_ref().map(|records| same_name(&records.customer.name)).unwrap_or_default();
        let duplicate = !name.is_empty() && !taken.insert(name);
        Planned { row, outcome, duplicate }
    });
    Plan { rows: rows.collect() }
}

/// The names of the customers on this device, folded as a search has them.
fn names_here(data: Data) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut keep = |text: &[u8]| {
        if let Ok(name) = std::str::from_utf8(first_field(text)) {
            names.insert(name.to_owned());
        }
    };
    data.with(|store| {
        store.with_base(|base| {
            base.scan(Kind::Customer, |_, text, hidden| {
                if !hidden {
                    keep(text);
                }
            });
        });
        store.with_preview(|preview| {
            for previewed in preview.changes.values().flatten().filter(|p| p.row.key.kind == Kind::Customer) {
                keep(&previewed.summary.search);
            }
        });
    });
    names
}
