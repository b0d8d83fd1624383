//! What a file's row changes in a record that is here already: only what is filled in, and nothing is taken away.

use serde_json::{Map, Value};

use super::same_name;
use crate::{
    columns::ColumnType,
    customer::{ALIASES_MOST, Customer},
    edit::Edit,
    record::Record,
    value::Phone,
};

/// Returns the edit that brings a row's filled cells into a record. Sets grow; a remark is added below the one that
/// stands there; the name by which the two were found to be one stays as it is.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn update<R: Record>(stored: &R, row: &R) -> Result<Edit<R>, serde_json::Error> {
    let mut after = object(serde_json::to_value(stored)?);
    let row = object(serde_json::to_value(row)?);
    for info in R::columns().iter().map(|column| column.info).filter(|info| info.editable && info.name != "name") {
        let Some(new) = row.get(info.name).filter(|value| !value.is_null()) else { continue };
        let value = match (info.shape, after.get(info.name)) {
            (ColumnType::Set, Some(Value::Array(old))) => Value::Array(grown(old, new)),
            (ColumnType::LongText, Some(Value::String(old))) => below(old, new),
            _ => new.clone(),
        };
        after.insert(info.name.to_owned(), value);
    }
    if let Some(Value::Object(new)) = row.get("own") {
        let mut own = object(after.remove("own").unwrap_or_default());
        for (id, new) in new {
            let value = match (own.get(id), new) {
                (Some(Value::Array(old)), Value::Array(_)) => Value::Array(grown(old, new)),
                _ => new.clone(),
            };
            own.insert(id.clone(), value);
        }
        after.insert("own".to_owned(), own.into());
    }
    Edit::between(stored, &serde_json::from_value(Value::Object(after))?)
}

/// Returns the edit that brings a row's filled cells into a customer. One that was found by its tax number may stand in
/// the file under another name: that name is kept beside the others.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn update_customer(stored: &Customer, row: &Customer) -> Result<Edit<Customer>, serde_json::Error> {
    let mut row = row.clone();
    let name = same_name(&row.name);
    let mut known = [&stored.name, &stored.short_name].into_iter().chain(&stored.aliases);
    if known.all(|known| same_name(known) != name) && stored.aliases.len() + row.aliases.len() < ALIASES_MOST {
        row.aliases.insert(row.name.clone());
    }
    update(stored, &row)
}

/// Adds the items that are new; a phone number that is only written differently is not.
fn grown(old: &[Value], new: &Value) -> Vec<Value> {
    let same = |a: &Value, b: &Value| a == b || matches!((digits(a), digits(b)), (Some(a), Some(b)) if a == b);
    let mut all = old.to_vec();
    for item in new.as_array().into_iter().flatten() {
        if !all.iter().any(|known| same(known, item)) {
            all.push(item.clone());
        }
    }
    all
}

fn digits(value: &Value) -> Option<String> {
    Phone::parse(value.as_str()?).ok().map(|phone| phone.digits())
}

fn below(old: &str, new: &Value) -> Value {
    let known: Vec<&str> = old.lines().collect();
    let more = new.as_str().unwrap_or_default().lines().filter(|line| !known.contains(line));
    let lines: Vec<&str> = known.iter().copied().chain(more).collect();
    Value::String(lines.join("\n"))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
