//! Merging two records into one: children move, the dead id leads to the survivor. And two of one again: what came from the
//! dead one goes back to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
    record::{BodyError, Record},
    stamp::Stamp,
    view::{Found, Slot, Stop, View},
};

/// A record that set the two apart which have become one, as it stood. It comes back when they are two again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The kind's name; a build that does not know it leaves it aside.
    pub kind: String,
    pub id: Uuid,
    pub body: String,
}

/// Returns the kinds whose children a kind has. They are found by walking the registry, so that one added later cannot be
/// forgotten.
pub(crate) fn kinds_below(parent: Kind) -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(move |kind| kind.parents().contains(&parent))
}

/// Moves every child of `from` to `to`, whatever its kind. Returns what was put aside.
///
/// # Errors
/// Not loaded.
pub fn move_children(view: &mut View, from: RecordKey, to: Uuid) -> Result<Vec<Aside>, Stop> {
    let mut aside = Vec::new();
    for kind in kinds_below(from.kind) {
        if kind == Kind::NextAction && planted(Plant::MergeLeavesAKind) {
            continue;
        }
        for child in view.children(kind, from)? {
            aside.extend(kind.repoint(view, child, from.id, to)?);
        }
    }
    Ok(aside)
}

/// Moves the children of `from` back to `to` that came by way of it, before or after the merge. What hangs on one of them
/// goes or stays with that one.
///
/// # Errors
/// Not loaded.
pub fn return_children(view: &mut View, from: RecordKey, to: Uuid) -> Result<(), Stop> {
    let mut below: BTreeMap<RecordKey, Arc<str>> = BTreeMap::new();
    for kind in kinds_below(from.kind) {
        if kind == Kind::Contact && planted(Plant::UnmergeKeepsAKind) {
            continue;
        }
        for child in view.children(kind, from)? {
            let key = RecordKey::new(kind, child);
            if let Slot::Here(row) = view.row(key)? {
                below.insert(key, row.body);
            }
        }
    }
    for key in going_back(&below, to)? {
        key.kind.give_back(view, key.id, from.id, to)?;
    }
    Ok(())
}

/// Says which of a record's children go back to one that had gone over into it.
///
/// # Errors
/// The body of one that goes back is broken.
pub fn going_back(below: &BTreeMap<RecordKey, Arc<str>>, to: Uuid) -> Result<BTreeSet<RecordKey>, BodyError> {
    let (mut back, mut hanging) = (BTreeSet::new(), Vec::new());
    for (key, body) in below {
        let came = Stamp::of(body).came_from.contains(&to);
        let hangs_on = match key.kind.facts(body) {
            Ok(facts) => facts.hangs_on.filter(|on| below.contains_key(on)),
            Err(error) if came => return Err(error),
            Err(_) => continue, // what nobody can read stays where it is
        };
        match hangs_on {
            Some(on) => hanging.push((*key, on)),
            None if came => drop(back.insert(*key)),
            None => {}
        }
    }
    // A photo on a contact record, a conflict about the photo: until nothing more follows.
    loop {
        let (follow, stay): (Vec<_>, Vec<_>) = hanging.into_iter().partition(|(_, on)| back.contains(on));
        hanging = stay;
        if follow.is_empty() {
            break;
        }
        back.extend(follow.into_iter().map(|(key, _)| key));
    }
    Ok(back)
}

/// Writes what was put aside, now that two records are two again.
///
/// # Errors
/// Not loaded, or a body is broken.
pub fn restore(view: &mut View, aside: &[Aside]) -> Result<(), Stop> {
    for Aside { kind, id, body } in aside {
        let Some(kind) = Kind::parse(kind) else { continue };
        let key = RecordKey::new(kind, *id);
        if let Slot::Here(_) = view.row(key)? {
            continue;
        }
        view.restore(key, body.clone())?;
    }
    Ok(())
}

/// Rewrites one child's references.
pub(crate) fn repoint<R: Record>(view: &mut View, id: Uuid, from: Uuid, to: Uuid) -> Result<Option<Aside>, Stop> {
    let key = RecordKey::new(R::KIND, id);
    let Found::Here(mut record) = view.get_exact::<R>(id.into())? else { return Ok(None) };
    if record.sets_apart(from, to)
        && let Slot::Here(row) = view.row(key)?
    {
        view.purge(key)?;
        return Ok(Some(Aside { kind: R::KIND.name().to_owned(), id, body: row.body.to_string() }));
    }
    record.repoint(from, to);
    record.unknown_mut().stamp.came_from.push(from);
    view.put_moved(&record)?;
    Ok(None)
}

/// Rewrites one child's references back to the record from which it came.
pub(crate) fn give_back<R: Record>(view: &mut View, id: Uuid, from: Uuid, to: Uuid) -> Result<(), Stop> {
    if let Found::Here(mut record) = view.get_exact::<R>(id.into())? {
        record.repoint(from, to);
        let stamp = &mut record.unknown_mut().stamp;
        if let Some(last) = stamp.came_from.iter().rposition(|id| *id == to) {
            stamp.came_from.remove(last);
        }
        if !stamp.parted_from.contains(&from) {
            stamp.parted_from.push(from);
        }
        view.put_moved(&record)?;
    }
    Ok(())
}
