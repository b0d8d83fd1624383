//! Own fields of the company: an administrator adds, changes and retires them while devices are away, people fill them in
//! by what their device knows of them. Luck comes from a stream of its own.

use std::collections::BTreeMap;

use domain::{
    conflict::Conflict,
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    edit::{Edit, FieldName, take},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    mutation::Action,
    own::{OwnField, OwnFieldCreate, OwnFieldEdit, OwnFieldId, OwnShape},
    record::BodyError,
    refusal::Refusal,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    checkers::law,
    device::{Failed, now},
    history::History,
    host::Host,
    rng::Rng,
    world::World,
};
use crate::{memory::Tables, protocol::Verdict};

const CHOICES: [&str; 4] = ["甲", "乙", "丙", "丁"];

/// A value that a device said it had saved.
#[derive(Clone, Debug)]
struct Filled {
    customer: CustomerId,
    field: Uuid,
    value: Value,
}

/// What the administrator and the staff do about own fields.
pub(super) struct OwnFieldsActor {
    luck: Rng,
    defined: Vec<OwnFieldId>,
    /// By entry.
    filled: BTreeMap<Uuid, Vec<Filled>>,
}

impl OwnFieldsActor {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck, defined: Vec::new(), filled: BTreeMap::new() }
    }

    /// Writes what a person types into a field.
    fn type_into(&mut self, field: &OwnField) -> String {
        let choices = &field.choices;
        match field.shape {
            OwnShape::Text => format!("記{}", self.luck.below(1_000)),
            OwnShape::Number => format!("{}.5", self.luck.below(100)),
            OwnShape::Date => format!("2026-03-{:02}", 1 + self.luck.below(28)),
            OwnShape::Choice => self.luck.pick(choices).cloned().unwrap_or_default(),
            OwnShape::Several => {
                let from = self.luck.below(choices.len());
                choices.iter().skip(from).take(2).cloned().collect::<Vec<_>>().join("\n")
            }
            OwnShape::Flag => self.luck.below(2).to_string(),
        }
    }
}

impl<H: Host> World<H> {
    /// Now and then the administrator adds a field, changes one, or retires one.
    pub(super) fn maybe_change_own_fields(&mut self) -> Failed {
        let luck = &mut self.own.luck;
        if !luck.chance(50) {
            return Ok(());
        }
        let known = luck.pick(&self.own.defined).copied().filter(|_| luck.chance(60));
        let action: Action = match known {
            None => {
                let id = OwnFieldId::new(luck.uuid(self.now));
                let shape = *luck.pick(&OwnShape::ALL).unwrap_or(&OwnShape::Text);
                let choices = if shape.has_choices() { CHOICES.map(str::to_owned).to_vec() } else { Vec::new() };
                let required = luck.chance(30);
                self.own.defined.push(id);
                let field = OwnField { choices, required, ..OwnField::named(id, Kind::Customer, shape, "自訂") };
                OwnFieldCreate { field }.into()
            }
            Some(id) => {
                let tables = self.server.tables();
                let Some((row, _)) = tables.records.get(&RecordKey::new(Kind::OwnField, id.uuid())) else {
                    return Ok(());
                };
                let before: OwnField = BodyError::parse(&row.body).map_err(|e| e.to_string())?;
                let mut after = before.clone();
                match luck.below(4) {
                    0 => after.label = format!("自訂{}", luck.below(100)),
                    1 => after.required = !after.required,
                    2 if after.choices.len() > 1 => drop(after.choices.pop()),
                    _ => after.retired = !after.retired,
                }
                OwnFieldEdit(Edit::between(&before, &after).map_err(|e| e.to_string())?).into()
            }
        };
        let id = self.own.luck.uuid(self.now);
        self.server.command(id, action, self.clock())
    }

    /// Now and then somebody fills own fields in, of a customer that is there or a new one.
    pub(super) fn maybe_fill_own_fields(&mut self, index: usize) -> Failed {
        if !self.own.luck.chance(30) {
            return Ok(());
        }
        let fields = self.own_fields_on(index)?;
        if fields.is_empty() {
            return Ok(());
        }
        let known = self.customers_on(index);
        let picked = self.own.luck.pick(&known).copied().filter(|_| !self.own.luck.chance(20));
        let (before, new) = match picked {
            Some(id) => (self.on_tab(index, |tab| now(tab.get(id)))?.flatten(), false),
            None => (self.blank_customer(index), true),
        };
        let Some(before) = before.filter(|it: &Customer| it.deleted_at.is_none() && it.merged_into.is_none()) else {
            return Ok(());
        };
        let Some(after) = self.filled_in(&before, &fields)? else { return Ok(()) };
        let action: Action = match new {
            true => CustomerCreate { customer: after.clone() }.into(),
            false => CustomerEdit(Edit::between(&before, &after).map_err(|e| e.to_string())?).into(),
        };
        let value = |own: &domain::own::OwnFields, id| own.get(id).and_then(|value| serde_json::to_value(value).ok());
        let ids = before.own.keys().chain(after.own.keys());
        let changed = ids.filter(|id| before.own.get(*id) != after.own.get(*id));
        let of = |customer: &Customer, field| value(&customer.own, field).unwrap_or_default();
        let changed = changed.filter(|field| adds(&of(&before, field), &of(&after, field)));
        let filled = changed.map(|field| Filled { customer: after.id, field: *field, value: of(&after, field) });
        let filled: Vec<Filled> = filled.collect();
        let entry = self.own.luck.uuid(self.now);
        if !filled.is_empty() && self.enter_together(index, vec![(entry, action)], Vec::new())? {
            self.own.filled.insert(entry, filled);
        }
        Ok(())
    }

    fn blank_customer(&mut self, index: usize) -> Option<Customer> {
        let owner = self.devices.get(index)?.user;
        let id = CustomerId::new(self.own.luck.uuid(self.now));
        Some(Customer { owner: Some(owner), ..Customer::named(id, &format!("客戶{}", self.own.luck.below(10_000))) })
    }

    /// The fields that a form on this device asks for.
    fn own_fields_on(&mut self, index: usize) -> Result<Vec<OwnField>, String> {
        let mut ids = Vec::new();
        let Some(tab) = self.devices.get(index).and_then(super::device::Device::tab) else { return Ok(Vec::new()) };
        tab.with_base(|base| base.scan(Kind::OwnField, |id| ids.push(OwnFieldId::new(id))));
        drop(tab);
        let mut fields: Vec<OwnField> = Vec::new();
        for id in ids {
            fields.extend(self.on_tab(index, |tab| now(tab.get(id)))?.flatten());
        }
        fields.retain(|field| !field.retired);
        Ok(fields)
    }

    /// Fills a form in: one field of the person's choice, and whatever is required and empty.
    fn filled_in(&mut self, before: &Customer, fields: &[OwnField]) -> Result<Option<Customer>, String> {
        let chosen = self.own.luck.below(fields.len());
        let mut after = before.clone();
        for (place, field) in fields.iter().enumerate() {
            let empty = !before.own.contains_key(&field.id.uuid());
            if place != chosen && !(field.required && empty) {
                continue;
            }
            let clears = !field.required && self.own.luck.chance(15);
            let typed = if clears { String::new() } else { self.own.type_into(field) };
            match field.read(&typed) {
                Ok(Some(value)) => drop(after.own.insert(field.id.uuid(), value)),
                Ok(None) => drop(after.own.remove(&field.id.uuid())),
                Err(problem) => return Err(format!("{:?} does not take {typed}: {problem:?}", field.shape)),
            }
        }
        Ok((after != *before).then_some(after))
    }

    /// What was filled in is there, or a conflict entry tells of it; it changes only by what names it.
    pub(super) fn check_own_fields(&self, tables: &Tables) -> Failed {
        let history = History::new(tables);
        for row in tables.journal.values() {
            if let Verdict::Refused(Refusal::Field { field, problem }) = &row.verdict {
                law(domain::own::named(field).is_none(), || {
                    format!("entry {} was refused for an own field ({problem:?})", row.entry.id)
                })?;
            }
            let edited = match Action::decode(&row.entry.name, row.entry.v, row.entry.args.get()) {
                Ok(Action::CustomerMerge(_)) => continue,
                _ => row.entry.args.get(),
            };
            // One that an administrator accepted holds a merge of its own.
            if edited.contains("\"survivor\"") {
                continue;
            }
            for (key, before) in row.before.iter().filter(|(key, _)| key.kind == Kind::Customer) {
                let before = before.as_ref().map(|row| own_of(&row.body)).unwrap_or_default();
                let Some(after) = history.after(*key, row.rev) else { continue };
                let after = own_of(after);
                for (field, value) in before {
                    let stays = after.get(&field) == Some(&value) || edited.contains(&field);
                    law(stays, || format!("entry {} took {field} of {key} away unasked", row.entry.id))?;
                }
            }
        }
        for (entry, filled) in &self.own.filled {
            let rows: Vec<_> = history.of_entry(*entry).collect();
            for row in &rows {
                // What was accepted before its device sent it has been done, and is not done again.
                if rows.iter().any(|first| first.rev < row.rev && first.verdict == Verdict::Applied) {
                    continue;
                }
                filled
                    .iter()
                    .try_for_each(|filled| check_filled(&history, row.rev, row.entry.id, &row.verdict, filled))?;
            }
        }
        Ok(())
    }
}

/// Says whether a value was filled in. Taking one of several out fills nothing in: another device may take out the rest.
fn adds(before: &Value, after: &Value) -> bool {
    match (before.as_array(), after.as_array()) {
        (Some(before), Some(after)) => after.iter().any(|value| !before.contains(value)),
        _ => true,
    }
}

fn check_filled(history: &History<'_>, rev: u64, entry: Uuid, verdict: &Verdict, filled: &Filled) -> Failed {
    let Filled { customer, field, value } = filled;
    if !matches!(verdict, Verdict::Applied | Verdict::Refused(Refusal::NotAllowed { .. })) {
        return Ok(()); // the entry itself needs attention, and is shown
    }
    let key = RecordKey::new(Kind::Customer, customer.uuid());
    let name = FieldName::Own(*field);
    let stands = |body: &str| {
        let body: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
        let here = take(&body, &name);
        // A list that others changed as well holds what both added.
        here == *value || (here.is_array() && (value.is_array() || value.is_null()))
    };
    let told = RecordKey::new(Kind::Conflict, derived_uuid(entry, &format!("conflict:customer:{field}")));
    let told = history.after(told, rev).and_then(|body| BodyError::parse::<Conflict>(body).ok());
    let told = told.is_some_and(|conflict| conflict.mine == *value);
    let mut key = key;
    // Merged customers lead to the one that stayed.
    while let Some(body) = history.after(key, rev) {
        if told || stands(body) {
            return Ok(());
        }
        let Some(into) = BodyError::parse::<Customer>(body).ok().and_then(|customer| customer.merged_into) else {
            break;
        };
        key = RecordKey::new(Kind::Customer, into.uuid());
    }
    let exists = history.after(key, rev).is_some();
    law(!exists, || format!("entry {entry} filled {field} of {customer} in with {value}, and nobody sees it"))
}

/// Returns the own values of a body, by field.
fn own_of(body: &str) -> BTreeMap<String, Value> {
    let body: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
    match body.get("own") {
        Some(Value::Object(own)) => own.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
        _ => BTreeMap::new(),
    }
}
