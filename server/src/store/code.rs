//! How ids, groups and numbers lie in columns.

use domain::{
    kind::{Group, Kind, RecordKey},
    view::Row,
};
use sync::server::StoreError;
use uuid::Uuid;

use super::error::{StoreResult, broken};

/// The group kind of what roles alone decide.
const ORG: i16 = -1;

/// A column that holds an id.
pub(super) fn id_text(id: Uuid) -> String {
    id.hyphenated().to_string()
}

/// Reads an id.
pub(super) fn id_of(text: &str) -> StoreResult<Uuid> {
    Uuid::try_parse(text).map_err(broken)
}

/// Reads a kind's number.
pub(super) fn kind_of(number: i16) -> StoreResult<Kind> {
    let kind = u8::try_from(number).ok().and_then(Kind::from_number);
    kind.ok_or_else(|| broken(format!("kind {number}")))
}

/// A kind's number.
pub(super) fn kind_number(kind: Kind) -> i16 {
    i16::from(kind.number())
}

/// Reads a record's key.
pub(super) fn key_of(kind: i16, id: &str) -> StoreResult<RecordKey> {
    Ok(RecordKey::new(kind_of(kind)?, id_of(id)?))
}

/// The two columns of a group.
pub(super) fn group_columns(group: Group) -> (i16, String) {
    match group {
        Group::Org => (ORG, String::new()),
        Group::Of(root) => (kind_number(root.kind), id_text(root.id)),
    }
}

/// Reads the two columns of a group.
pub(super) fn group_of(kind: i16, id: &str) -> StoreResult<Group> {
    if kind == ORG { Ok(Group::Org) } else { Ok(Group::Of(key_of(kind, id)?)) }
}

/// A revision as it is stored. Revisions count mutations: the top bit is never reached.
pub(super) fn rev_column(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}

/// Reads a revision or another count.
pub(super) fn count_of(number: i64) -> StoreResult<u64> {
    u64::try_from(number).map_err(broken)
}

/// The columns of a record with its body: kind, id, rev, group kind, group id, body.
pub(super) type RowColumns = (i16, String, i64, i16, String, String);

/// Reads a record.
pub(super) fn row_of((kind, id, rev, group_kind, group_id, body): RowColumns) -> Result<Row, StoreError> {
    Ok(Row { key: key_of(kind, &id)?, group: group_of(group_kind, &group_id)?, rev: count_of(rev)?, body: body.into() })
}
