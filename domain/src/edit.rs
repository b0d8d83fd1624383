//! Field edits: each carries the value that its author saw, so that different fields merge.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    columns::{ColumnInfo, ColumnType},
    conflict::Conflict,
    id::Id,
    kind::{Group, RecordKey},
    mutation::Moment,
    own,
    plant::{Plant, planted},
    record::{BodyError, Record},
    refusal::Refusal,
    view::{Found, Need, Slot, Stop, View},
};

/// What stands between two versions of a long text that both changed.
pub const BOTH_VERSIONS: &str = "\n⸻\n";

/// A field of a record kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// A column of the kind.
    Name(String),
    /// An own field of the company.
    Own(Uuid),
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldName::Name(name) => f.write_str(name),
            FieldName::Own(id) => f.write_str(&own::name_of(*id)),
        }
    }
}

/// One field's change: the value that the author saw, and the new one. An absent value is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    pub field: FieldName,
    #[serde(default)]
    pub from: Value,
    #[serde(default)]
    pub to: Value,
}

impl FieldEdit {
    /// Changes a column.
    pub fn new(field: &str, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        Self { field: FieldName::Name(field.to_owned()), from: from.into(), to: to.into() }
    }
}

/// A set's change. Adding what is there and removing what is not are harmless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetEdit {
    pub field: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Value>,
}

/// The changes of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit<R> {
    pub id: Id<R>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldEdit>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<SetEdit>,
}

impl<R: Record> Edit<R> {
    /// Changes some fields of a record.
    pub fn fields(id: Id<R>, fields: Vec<FieldEdit>) -> Self {
        Self { id, fields, sets: Vec::new() }
    }

    /// Returns what turns one state of a record into another, column by column.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub fn between(before: &R, after: &R) -> Result<Self, serde_json::Error> {
        let (before_map, after_map) = (object(serde_json::to_value(before)?), object(serde_json::to_value(after)?));
        let mut edit = Self::fields(Id::new(before.id()), Vec::new());
        let value = |map: &Map<String, Value>, name: &str| map.get(name).cloned().unwrap_or(Value::Null);
        for info in R::columns().iter().map(|c| c.info).filter(|info| info.editable) {
            let (from, to) = (value(&before_map, info.name), value(&after_map, info.name));
            if from == to {
                continue;
            }
            if info.shape == ColumnType::Set {
                let (old, new) = (list(from), list(to));
                edit.sets.push(SetEdit {
                    field: info.name.to_owned(),
                    add: new.iter().filter(|v| !old.contains(v)).cloned().collect(),
                    remove: old.iter().filter(|v| !new.contains(v)).cloned().collect(),
                });
            } else {
                edit.fields.push(FieldEdit::new(info.name, from, to));
            }
        }
        let ids: BTreeSet<Uuid> =
            [before, after].into_iter().filter_map(R::own).flat_map(BTreeMap::keys).copied().collect();
        for field in ids.into_iter().map(FieldName::Own) {
            let (from, to) = (take(&before_map, &field), take(&after_map, &field));
            if from != to {
                edit.fields.push(FieldEdit { field, from, to });
            }
        }
        Ok(edit)
    }

    /// Hints at the definitions by which own fields are checked.
    pub fn own_needs(&self) -> impl Iterator<Item = Need> {
        own::needs(self.fields.iter().filter_map(|edit| match edit.field {
            FieldName::Own(id) => Some(id),
            FieldName::Name(_) => None,
        }))
    }

    /// Says whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.sets.is_empty()
    }

    /// Carries the changes out. Where the stored value is not the one that the author saw, the later
    /// arrival stands and a conflict entry keeps all three values. Changes to a merged record are not
    /// carried out; they wait as conflict entries on the survivor.
    ///
    /// # Errors
    /// Refused (missing, deleted, no such field, an invalid value), or not loaded.
    pub fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let row = match view.row(RecordKey::new(R::KIND, self.id.uuid()))? {
            Slot::Here(row) => row,
            Slot::Absent => return Err(Refusal::Missing { id: self.id.uuid() }.into()),
            Slot::NotHere => return Ok(()), // no preview; the server decides
        };
        let record: R = BodyError::parse(&row.body)?;
        if record.redirect().is_some() {
            return self.leave_with_survivor(&record, at, view);
        }
        if record.deleted() {
            return Err(Refusal::Deleted { id: self.id.uuid() }.into());
        }
        let mut map = object(serde_json::from_str(&row.body).map_err(|e| Stop::Broken(e.to_string()))?);
        for edit in &self.fields {
            let shape = editable::<R>(&edit.field)?;
            let current = take(&map, &edit.field);
            let Decision { value, conflict } = decide(shape, &current, edit);
            if conflict && !planted(Plant::ConflictSilent) {
                view.put(&Conflict::of(&record, edit, current, false, at, view))?;
            }
            if let FieldName::Own(id) = edit.field
                && !value.is_null()
            {
                let value = serde_json::from_value(value.clone()).map_err(|_| Refusal::BadArguments)?;
                own::check::<R>(id, &value, view)?;
            }
            place(&mut map, &edit.field, value);
        }
        for edit in &self.sets {
            let info = set::<R>(edit)?;
            let items = edit.on(list(map.remove(info.name).unwrap_or(Value::Null)));
            map.insert(info.name.to_owned(), Value::Array(items));
        }
        let edited: R = serde_json::from_value(Value::Object(map)).map_err(|_| Refusal::BadArguments)?;
        edited.validate().map_err(Refusal::from)?;
        view.put(&edited)
    }

    /// Keeps changes to a merged record as open conflict entries on the record that took its place.
    fn leave_with_survivor(&self, dead: &R, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Found::Here(survivor) = view.get(Id::<R>::new(dead.id()))? else { return Ok(()) };
        self.hold(&survivor, at, view)
    }

    /// Keeps the changes of somebody who may not write the record as open conflict entries beside it, for
    /// those who may. What roles alone decide has no owner to ask.
    ///
    /// # Errors
    /// Not loaded.
    pub fn leave(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.get(self.id)? {
            Found::Here(record) if record.group() != Group::Org => self.hold(&record, at, view),
            _ => Ok(()),
        }
    }

    /// Keeps the changes as conflict entries on a record and applies none.
    fn hold(&self, on: &R, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let body = object(serde_json::to_value(on).map_err(|e| Stop::Broken(e.to_string()))?);
        for edit in &self.fields {
            editable::<R>(&edit.field)?;
            let current = take(&body, &edit.field);
            if current != edit.to {
                view.put(&Conflict::of(on, edit, current, true, at, view))?;
            }
        }
        for edit in &self.sets {
            let field = FieldName::Name(set::<R>(edit)?.name.to_owned());
            let current = take(&body, &field);
            let to = Value::Array(edit.on(list(current.clone())));
            if list(current.clone()) != list(to.clone()) {
                let edit = FieldEdit { field, from: current.clone(), to };
                view.put(&Conflict::of(on, &edit, current, true, at, view))?;
            }
        }
        Ok(())
    }
}

impl SetEdit {
    /// Carries the change out on a list.
    fn on(&self, mut items: Vec<Value>) -> Vec<Value> {
        items.retain(|item| !self.remove.contains(item));
        for item in &self.add {
            if !items.contains(item) {
                items.push(item.clone());
            }
        }
        items
    }
}

struct Decision {
    value: Value,
    conflict: bool,
}

fn decide(shape: ColumnType, current: &Value, edit: &FieldEdit) -> Decision {
    if *current == edit.to || *current == edit.from {
        return Decision { value: edit.to.clone(), conflict: false };
    }
    if let (ColumnType::LongText, Value::String(theirs), Value::String(mine)) = (shape, current, &edit.to)
        && !theirs.is_empty()
        && !mine.is_empty()
    {
        return Decision { value: both(theirs, mine).into(), conflict: false };
    }
    if let (Some(theirs), Some(seen), Some(mine)) = (items(current), items(&edit.from), items(&edit.to)) {
        let merged = merged(&theirs, &seen, &mine);
        let value = if merged.is_empty() { Value::Null } else { Value::Array(merged) };
        return Decision { value, conflict: false };
    }
    Decision { value: edit.to.clone(), conflict: true }
}

/// Returns a list's items; an absent one has none.
pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.clone()),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

/// Carries out on their list what was added to and taken from the list that was seen.
pub(crate) fn merged(theirs: &[Value], seen: &[Value], mine: &[Value]) -> Vec<Value> {
    let kept = theirs.iter().filter(|item| mine.contains(item) || !seen.contains(item));
    let added = mine.iter().filter(|item| !seen.contains(item) && !theirs.contains(item));
    kept.chain(added).cloned().collect()
}

/// Joins two versions of a long text; one that already holds the other is enough.
pub(crate) fn both(theirs: &str, mine: &str) -> String {
    if mine.contains(theirs) {
        mine.to_owned()
    } else if theirs.contains(mine) {
        theirs.to_owned()
    } else {
        format!("{theirs}{BOTH_VERSIONS}{mine}")
    }
}

fn info<R: Record>(field: &str) -> Result<ColumnInfo, Refusal> {
    let found = R::columns().iter().map(|c| c.info).find(|info| info.name == field && info.editable);
    found.ok_or_else(|| Refusal::NoSuchField { field: field.to_owned() })
}

fn set<R: Record>(edit: &SetEdit) -> Result<ColumnInfo, Refusal> {
    let info = info::<R>(&edit.field)?;
    let is_set = info.shape == ColumnType::Set;
    is_set.then_some(info).ok_or_else(|| Refusal::NoSuchField { field: edit.field.clone() })
}

fn editable<R: Record>(field: &FieldName) -> Result<ColumnType, Refusal> {
    match field {
        FieldName::Name(name) => Ok(info::<R>(name)?.shape),
        FieldName::Own(_) => Ok(ColumnType::Text),
    }
}

/// Reads a value from a body.
pub fn take(map: &Map<String, Value>, field: &FieldName) -> Value {
    let value = match field {
        FieldName::Name(name) => map.get(name),
        FieldName::Own(id) => map.get("own").and_then(|own| own.get(id.to_string())),
    };
    value.cloned().unwrap_or(Value::Null)
}

/// Puts a value into a body.
pub fn place(map: &mut Map<String, Value>, field: &FieldName, value: Value) {
    let (map, name) = match field {
        FieldName::Name(name) => (map, name.clone()),
        FieldName::Own(id) => {
            let own = map.entry("own").or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(own) = own else { return };
            if planted(Plant::OwnFieldsReplaced) {
                own.clear();
            }
            (own, id.to_string())
        }
    };
    if value.is_null() {
        map.remove(&name);
    } else {
        map.insert(name, value);
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// Declares a field-edit action of a record kind.
macro_rules! edit_mutation {
    ($(#[$doc:meta])* $name:ident of $record:ty as $wire:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::edit::Edit<$record>);

        impl $crate::mutation::Mutation for $name {
            const NAME: &'static str = $wire;

            fn apply(&self, at: &$crate::mutation::Moment, view: &mut $crate::view::View) -> Result<(), $crate::view::Stop> {
                self.0.apply(at, view)
            }

            fn leave(&self, at: &$crate::mutation::Moment, view: &mut $crate::view::View) -> Result<(), $crate::view::Stop> {
                self.0.leave(at, view)
            }

            fn needs(&self) -> Vec<$crate::view::Need> {
                let kind = <$record as $crate::record::Record>::KIND;
                let record = $crate::view::Need::Record($crate::kind::RecordKey::new(kind, self.0.id.uuid()));
                [record].into_iter().chain(self.0.own_needs()).collect()
            }
        }
    };
}
pub(crate) use edit_mutation;
