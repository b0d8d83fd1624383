//! A record's history: which fields differ between two of its states, and how an earlier value comes back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    contact::ContactEdit,
    contact_record::ContactRecordEdit,
    customer::CustomerEdit,
    edit::{Edit, FieldEdit, FieldName, take},
    kind::{Kind, RecordKey},
    mutation::Action,
    opportunity::OpportunityEdit,
};

/// One field between two states; what is not there is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: FieldName,
    pub from: Value,
    pub to: Value,
}

/// Returns the fields in which two states of a record differ, columns first; a state that is not there holds nothing.
pub fn between(kind: Kind, before: Option<&str>, after: Option<&str>) -> Vec<FieldChange> {
    let (before, after) = (object(before), object(after));
    let own = [&before, &after].into_iter().filter_map(|state| state.get("own")?.as_object());
    let own: BTreeSet<Uuid> = own.flat_map(Map::keys).filter_map(|id| Uuid::try_parse(id).ok()).collect();
    let columns = kind.columns().into_iter().map(|info| FieldName::Name(info.name.to_owned()));
    let change = |field: FieldName| FieldChange { from: take(&before, &field), to: take(&after, &field), field };
    columns.chain(own.into_iter().map(FieldName::Own)).map(change).filter(|change| change.from != change.to).collect()
}

/// Returns the entry that gives a field an earlier value: an ordinary edit of what stands there now. `None` where
/// no edit changes the field, or where it has the value.
pub fn restoring(key: RecordKey, now: &str, field: &FieldName, value: &Value) -> Option<Action> {
    let standing = take(&object(Some(now)), field);
    let editable = match field {
        FieldName::Name(name) => key.kind.columns().iter().any(|info| info.editable && info.name == name),
        FieldName::Own(_) => true,
    };
    if !editable || standing == *value {
        return None;
    }
    let edit = vec![FieldEdit { field: field.clone(), from: standing, to: value.clone() }];
    match key.kind {
        Kind::Customer => Some(CustomerEdit(Edit::fields(key.id.into(), edit)).into()),
        Kind::Contact => Some(ContactEdit(Edit::fields(key.id.into(), edit)).into()),
        Kind::ContactRecord => Some(ContactRecordEdit(Edit::fields(key.id.into(), edit)).into()),
        Kind::Opportunity => Some(OpportunityEdit(Edit::fields(key.id.into(), edit)).into()),
        _ => None,
    }
}

fn object(body: Option<&str>) -> Map<String, Value> {
    body.and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
}
