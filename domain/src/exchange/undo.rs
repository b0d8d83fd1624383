//! Taking an import back: what it made goes into the recycle bin and what it changed is changed back, unless somebody
//! has worked on it since.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{
    columns::ColumnType,
    contact::{Contact, ContactBin, ContactEdit, ContactId},
    customer::{Customer, CustomerBin, CustomerEdit, CustomerId},
    edit::{Edit, FieldEdit, SetEdit, take},
    kind::{Kind, RecordKey},
    mutation::Action,
    plant::{Plant, planted},
    record::Record,
};

/// One thing that an import did, kept on the device that did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Made a customer that looked so; see [`print`].
    Customer(CustomerId, String),
    Contact(ContactId, String),
    CustomerEdit(Edit<Customer>),
    ContactEdit(Edit<Contact>),
}

impl Deed {
    /// Returns the record that it made or changed.
    pub fn about(&self) -> RecordKey {
        match self {
            Deed::Customer(id, _) => RecordKey::new(Kind::Customer, id.uuid()),
            Deed::CustomerEdit(edit) => RecordKey::new(Kind::Customer, edit.id.uuid()),
            Deed::Contact(id, _) => RecordKey::new(Kind::Contact, id.uuid()),
            Deed::ContactEdit(edit) => RecordKey::new(Kind::Contact, edit.id.uuid()),
        }
    }
}

/// Parts deeds into stretches of so many at most, each of which can be worked out before any of it is entered: in none
/// does a record come twice, since how the earlier deed is taken back hangs on the later one having been.
pub fn stretches(deeds: &[Deed], most: usize) -> Vec<&[Deed]> {
    let (mut stretches, mut about, mut from) = (Vec::new(), BTreeSet::new(), 0);
    for (at, deed) in deeds.iter().enumerate() {
        if at - from == most || !about.insert(deed.about()) {
            stretches.extend(deeds.get(from..at));
            (about, from) = (BTreeSet::from([deed.about()]), at);
        }
    }
    stretches.extend(deeds.get(from..).filter(|rest| !rest.is_empty()));
    stretches
}

/// How a deed is taken back.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and soon an entry")]
pub enum Undoing {
    Enter(Action),
    /// It has gone already.
    Nothing,
    /// Somebody has changed it since.
    Changed,
}

/// Returns what tells whether a record's editable columns and own fields are as they were; 16 hex digits.
pub fn print<R: Record>(record: &R) -> String {
    let body = object(record);
    let mut hash = Sha256::new();
    for info in R::columns().iter().map(|column| column.info).filter(|info| info.editable) {
        hash.update(info.name);
        hash.update([0]);
        hash.update(body.get(info.name).map(Value::to_string).unwrap_or_default());
        hash.update([0]);
    }
    // Own fields came later: a print without any is as it was.
    if let Some(own) = body.get("own") {
        hash.update(own.to_string());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Says how a customer that an import made is taken back. `alone` says that nothing hangs on it but what the import
/// brought along.
pub fn undo_customer(stored: Option<&Customer>, made: &str, alone: bool) -> Undoing {
    match stored {
        Some(customer) if customer.deleted() || customer.merged_into.is_some() => Undoing::Nothing,
        Some(customer) if alone && (print(customer) == made || planted(Plant::UndoTakesChanges)) => {
            Undoing::Enter(CustomerBin { id: customer.id, binned: true }.into())
        }
        Some(_) => Undoing::Changed,
        None => Undoing::Nothing,
    }
}

/// Says how a contact that an import made is taken back.
pub fn undo_contact(stored: Option<&Contact>, made: &str) -> Undoing {
    match stored {
        Some(contact) if contact.deleted() => Undoing::Nothing,
        Some(contact) if print(contact) == made => Undoing::Enter(ContactBin { id: contact.id, binned: true }.into()),
        Some(_) => Undoing::Changed,
        None => Undoing::Nothing,
    }
}

/// Says how an import's edit of a customer is taken back.
pub fn undo_customer_edit(stored: Option<&Customer>, edit: &Edit<Customer>) -> Undoing {
    undo_edit(stored, edit, |edit| CustomerEdit(edit).into())
}

/// Says how an import's edit of a contact is taken back.
pub fn undo_contact_edit(stored: Option<&Contact>, edit: &Edit<Contact>) -> Undoing {
    undo_edit(stored, edit, |edit| ContactEdit(edit).into())
}

fn undo_edit<R: Record>(stored: Option<&R>, edit: &Edit<R>, action: impl FnOnce(Edit<R>) -> Action) -> Undoing {
    let Some(record) = stored.filter(|record| !record.deleted()) else { return Undoing::Nothing };
    let body = object(record);
    let mut back = Edit::fields(edit.id, Vec::new());
    for field in &edit.fields {
        let now = take(&body, &field.field);
        if now == field.to {
            back.fields.push(FieldEdit { from: field.to.clone(), to: field.from.clone(), ..field.clone() });
        } else if now != field.from {
            return Undoing::Changed;
        }
    }
    for set in &edit.sets {
        let now = body.get(&set.field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_set = R::columns().iter().any(|c| c.info.name == set.field && c.info.shape == ColumnType::Set);
        let remove: Vec<Value> = set.add.iter().filter(|item| is_set && now.contains(item)).cloned().collect();
        if !remove.is_empty() {
            back.sets.push(SetEdit { field: set.field.clone(), add: Vec::new(), remove });
        }
    }
    if back.is_empty() { Undoing::Nothing } else { Undoing::Enter(action(back)) }
}

fn object<R: Record>(record: &R) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
