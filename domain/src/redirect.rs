//! Merging two records into one: children move, the dead id leads to the survivor for ever.

use uuid::Uuid;

use crate::{
    kind::{Kind, RecordKey},
    record::Record,
    view::{Found, Stop, View},
};

/// Moves every child of `from` to `to`, whatever its kind. Kinds are found by walking the registry,
/// so that one added later cannot be forgotten.
///
/// # Errors
/// Not loaded.
pub fn move_children(view: &mut View, from: RecordKey, to: Uuid) -> Result<(), Stop> {
    for kind in Kind::ALL.iter().filter(|kind| kind.parents().contains(&from.kind)) {
        for child in view.children(*kind, from)? {
            kind.repoint(view, child, from.id, to)?;
        }
    }
    Ok(())
}

/// Rewrites one child's references.
pub(crate) fn repoint<R: Record>(view: &mut View, id: Uuid, from: Uuid, to: Uuid) -> Result<(), Stop> {
    if let Found::Here(mut record) = view.get_exact::<R>(id.into())? {
        record.repoint(from, to);
        view.put(&record)?;
    }
    Ok(())
}
