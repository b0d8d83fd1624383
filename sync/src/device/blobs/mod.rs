//! The bytes of photos and files (originals). What was added here waits until the server holds all of it, and is
//! then a copy like one that was fetched: copies may go when room is short, what waits never does.

mod copies;
mod sending;

use std::collections::BTreeMap;

use domain::{
    attachment::{AttachmentId, BlobHash},
    kind::{Kind, RecordKey},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    kv::{Area, KvError, Read, Rows, Write, key_of},
    meta::{from_bytes, to_bytes},
    outbox::Pending,
    replica::State,
};
use crate::protocol::BLOB_PIECE_BYTES;

pub use self::copies::Whereabouts;
pub use self::sending::{Piece, PieceAnswer};

/// Some bytes on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    hash: BlobHash,
    bytes: u64,
    /// They were added here, not fetched.
    own: bool,
    /// Their entry was discarded after it may have been sent.
    #[serde(default)]
    discarded: bool,
    /// When they came to lie here; ms UTC.
    at: i64,
}

/// Bytes that the server does not hold yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    note: Note,
    /// How much of them the server said it holds.
    held: Option<u64>,
    /// The server does not know their record, or does not take them. Asked again after the next start.
    set_aside: bool,
}

const WAITING: &str = "waiting:";
const COPY: &str = "copy:";

/// The notes of what waits.
pub(super) fn waiting_notes() -> Read {
    Read::Prefix(Area::Blob, WAITING.to_owned())
}

fn note_key(state: &str, id: Uuid) -> String {
    format!("{state}{id}")
}

fn put(state: &str, id: Uuid, note: &Note) -> Write {
    Write::Put(Area::Blob, note_key(state, id), to_bytes(note))
}

fn pieces(id: Uuid) -> String {
    format!("piece:{id}:")
}

fn put_pieces(id: Uuid, bytes: &[u8]) -> impl Iterator<Item = Write> {
    let key = move |n: usize| key_of(&pieces(id), n as u64);
    let numbered = bytes.chunks(BLOB_PIECE_BYTES).enumerate();
    numbered.map(move |(n, piece)| Write::Put(Area::Blob, key(n), piece.to_vec()))
}

fn forget(id: Uuid) -> [Write; 3] {
    [
        Write::Delete(Area::Blob, note_key(WAITING, id)),
        Write::Delete(Area::Blob, note_key(COPY, id)),
        Write::DeletePrefix(Area::Blob, pieces(id)),
    ]
}

fn key(id: Uuid) -> RecordKey {
    RecordKey::new(Kind::Attachment, id)
}

/// Reads notes of one state.
fn notes_of(rows: &[(String, Vec<u8>)], state: &str) -> Result<Vec<(Uuid, Note)>, KvError> {
    let id_of = |key: &str| key.strip_prefix(state).and_then(|id| Uuid::try_parse(id).ok());
    let known = rows.iter().filter_map(|(key, bytes)| Some((id_of(key)?, bytes)));
    known.map(|(id, bytes)| Ok((id, from_bytes(bytes)?))).collect()
}

/// Returns whose bytes notes of what waits are.
pub(super) fn ids_of(notes: &[(String, Vec<u8>)]) -> Vec<Uuid> {
    notes.iter().filter_map(|(key, _)| Uuid::try_parse(key.strip_prefix(WAITING)?).ok()).collect()
}

/// Removes the copies of records that leave the device; what waits stays until the server holds it.
pub(super) fn forget_copies<'a>(state: &State, removed: impl Iterator<Item = &'a RecordKey>) -> Vec<Write> {
    let gone = removed.filter(|key| key.kind == Kind::Attachment && !state.blobs.contains_key(&key.id));
    gone.flat_map(|key| forget(key.id)).collect()
}

/// What [`forget_all_copies`] wants to be read.
pub(super) fn copy_notes() -> Read {
    Read::Prefix(Area::Blob, COPY.to_owned())
}

/// Removes every copy.
pub(super) fn forget_all_copies(notes: &[(String, Vec<u8>)]) -> Vec<Write> {
    let ids = notes.iter().filter_map(|(key, _)| Uuid::try_parse(key.strip_prefix(COPY)?).ok());
    ids.flat_map(forget).collect()
}

/// Takes every own copy for one that waits: the server may have lost it.
pub(super) fn copies_wait_again(notes: &[(String, Vec<u8>)]) -> Vec<Write> {
    let notes = notes_of(notes, COPY).unwrap_or_default().into_iter().filter(|(_, note)| note.own);
    notes.flat_map(|(id, note)| [Write::Delete(Area::Blob, note_key(COPY, id)), put(WAITING, id, &note)]).collect()
}

/// Forgets what another history of the server said about what waits.
pub(super) fn ask_again(state: &mut State) {
    for waiting in state.blobs.values_mut() {
        (waiting.set_aside, waiting.held) = (false, None);
    }
}

/// Returns the bytes beside an entry, and their note.
pub(super) fn beside(id: AttachmentId, bytes: &[u8], at: i64) -> Vec<Write> {
    let id = id.uuid();
    let note = Note { hash: BlobHash::of(bytes), bytes: bytes.len() as u64, own: true, discarded: false, at };
    put_pieces(id, bytes).chain([put(WAITING, id, &note)]).collect()
}

/// Brings what is known to wait up to date.
pub(super) fn take_notes(state: &mut State, rows: &Rows) -> Result<(), KvError> {
    let mut known = std::mem::take(&mut state.blobs);
    let taken = notes_of(rows, WAITING)?.into_iter().map(|(id, note)| {
        let before = known.remove(&id);
        let held = before.and_then(|waiting| waiting.held);
        (id, Waiting { note, held, set_aside: before.is_some_and(|waiting| waiting.set_aside) })
    });
    state.blobs = taken.collect::<BTreeMap<_, _>>();
    Ok(())
}

/// Returns those of some writes that say what waits.
pub(super) fn notes_in(writes: &[Write]) -> Vec<Write> {
    let is_note = |write: &&Write| match write {
        Write::Put(Area::Blob, key, _) | Write::Delete(Area::Blob, key) => key.starts_with(WAITING),
        _ => false,
    };
    writes.iter().filter(is_note).cloned().collect()
}

/// Does in memory what such writes did.
pub(super) fn follow(state: &mut State, notes: &[Write]) {
    let id_of = |key: &str| Uuid::try_parse(key.strip_prefix(WAITING)?).ok();
    for write in notes {
        match write {
            Write::Put(_, key, bytes) => {
                let note = from_bytes(bytes).ok().map(|note| Waiting { note, held: None, set_aside: false });
                state.blobs.extend(id_of(key).zip(note));
            }
            Write::Delete(_, key) => {
                if let Some(id) = id_of(key) {
                    state.blobs.remove(&id);
                }
            }
            Write::DeletePrefix(..) => {}
        }
    }
}

/// What becomes of the bytes when their entry is discarded. Of one that may have been sent, the server has the say.
pub(super) fn discard(state: &State, pending: &Pending) -> Vec<Write> {
    let creates = pending.action().map(|action| action.creates()).unwrap_or_default();
    let own = creates.into_iter().filter_map(|key| state.blobs.get(&key.id).map(|waiting| (key.id, waiting.note)));
    own.flat_map(|(id, note)| {
        let may_be_there = pending.waits() || state.base.holds(key(id));
        if may_be_there { vec![put(WAITING, id, &Note { discarded: true, ..note })] } else { forget(id).to_vec() }
    })
    .collect()
}
