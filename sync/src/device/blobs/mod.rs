//! The bytes of photos and files (originals). What was added here waits until the server holds all of it, and is
//! then a copy like one that was fetched: copies may go when room is short, what waits never does.

use std::collections::BTreeMap;

use domain::{
    attachment::{AttachmentId, BlobHash},
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    kv::{Area, Durability, Kv, KvError, Read, Rows, Write, key_of},
    meta::{from_bytes, only, to_bytes},
    outbox::Pending,
    replica::{DeviceError, Guard, Replica, State},
};
use crate::protocol::{BLOB_PIECE_BYTES, BlobHeld};

/// How much room copies may take; the oldest go first.
const COPIES_BYTES_MOST: u64 = 256 << 20;

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

/// Where the bytes of an attachment are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// Here only; they wait to be sent.
    Waiting,
    /// Here and on the server.
    Here,
    /// Not here.
    Elsewhere,
}

/// A piece to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub attachment: AttachmentId,
    pub hash: BlobHash,
    /// The place of its first byte.
    pub from: u64,
    /// Empty where the server is asked how much it holds.
    pub bytes: Vec<u8>,
}

/// What the server said to a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceAnswer {
    Held(BlobHeld),
    /// It knows no such record, or not for this person.
    NotFound,
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

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Returns what waits for the server and may be sent: no entry that waits names it, nor one that was refused, unless
    /// its record is there all the same: a restored server may have applied it, by a message that came late.
    fn sendable(&self) -> Vec<(Uuid, Waiting)> {
        let state = self.state();
        if state.blobs.is_empty() {
            return Vec::new();
        }
        let held_up = state.outbox.values().flat_map(|pending| {
            let created = pending.action().map(|action| action.creates()).unwrap_or_default();
            created.into_iter().filter(|key| pending.waits() || !state.base.holds(*key))
        });
        let held_up: Vec<RecordKey> = held_up.collect();
        let free = state.blobs.iter().filter(|(id, _)| !held_up.contains(&key(**id)));
        free.map(|(id, waiting)| (*id, *waiting)).collect()
    }

    /// Returns how many photos and files the server does not hold although their entries are settled.
    pub fn blobs_waiting(&self) -> u32 {
        u32::try_from(self.sendable().len()).unwrap_or(u32::MAX)
    }

    /// Returns the photos and files that the server does not hold although their entries are settled, the oldest first.
    pub fn uploads(&self) -> Vec<AttachmentId> {
        let mut sendable = self.sendable();
        sendable.sort_by_key(|(_, waiting)| waiting.note.at);
        sendable.into_iter().map(|(id, _)| AttachmentId::new(id)).collect()
    }

    /// Returns every photo and file that the server does not hold, whatever became of its entry.
    pub fn originals_waiting(&self) -> Vec<(AttachmentId, BlobHash)> {
        self.state().blobs.iter().map(|(id, waiting)| (AttachmentId::new(*id), waiting.note.hash)).collect()
    }

    /// Says whether there is a piece to send.
    pub fn wants_upload(&self) -> bool {
        self.sendable().iter().any(|(_, waiting)| !waiting.set_aside)
    }

    /// Returns the next piece to send, of the oldest bytes first.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn next_piece(&self) -> Result<Option<Piece>, DeviceError> {
        let ready = self.sendable().into_iter().filter(|(_, waiting)| !waiting.set_aside);
        let Some((id, Waiting { note, held, .. })) = ready.min_by_key(|(_, waiting)| waiting.note.at) else {
            return Ok(None);
        };
        let (attachment, hash) = (AttachmentId::new(id), note.hash);
        let Some(from) = held else { return Ok(Some(Piece { attachment, hash, from: 0, bytes: Vec::new() })) };
        let size = BLOB_PIECE_BYTES as u64;
        let read = self.read(&[Read::One(Area::Blob, key_of(&pieces(id), from / size))]).await?;
        let (_, mut bytes) = read.into_iter().flatten().next().unwrap_or_default();
        // A server of another build may have been sent pieces of another size.
        let inside = usize::try_from(from % size).unwrap_or(0);
        let bytes = bytes.split_off(inside.min(bytes.len()));
        if bytes.is_empty() {
            self.set_aside(id);
            return Ok(None);
        }
        Ok(Some(Piece { attachment, hash, from, bytes }))
    }

    /// Takes the server's answer to a piece.
    ///
    /// # Errors
    /// The storage failed; the piece is sent again.
    pub async fn take_piece_answer(&self, id: AttachmentId, answer: PieceAnswer) -> Result<(), DeviceError> {
        let id = id.uuid();
        let Some(waiting) = self.state().blobs.get(&id).copied() else { return Ok(()) };
        match answer {
            PieceAnswer::Held(BlobHeld { whole, .. }) if whole || planted(Plant::PieceTakenForWhole) => {
                self.settle_blob(id, &waiting.note).await
            }
            // Sending the same for ever would help nobody.
            PieceAnswer::Held(BlobHeld { held, .. }) if waiting.held.is_some_and(|before| held <= before) => {
                self.set_aside(id);
                Ok(())
            }
            PieceAnswer::Held(BlobHeld { held, .. }) => {
                if let Some(waiting) = self.state_mut().blobs.get_mut(&id) {
                    waiting.held = Some(held);
                }
                Ok(())
            }
            PieceAnswer::NotFound if waiting.note.discarded => {
                self.kv().transact(&[], Durability::Relaxed, |_| (forget(id).to_vec(), ())).await?;
                self.state_mut().blobs.remove(&id);
                Ok(())
            }
            PieceAnswer::NotFound => {
                self.set_aside(id);
                Ok(())
            }
        }
    }

    /// Keeps bytes that the server does not take, and sends them again after the next start.
    fn set_aside(&self, id: Uuid) {
        if let Some(waiting) = self.state_mut().blobs.get_mut(&id) {
            (waiting.set_aside, waiting.held) = (true, None);
        }
    }

    /// The server holds all of it: here it is a copy from now on, of a record that is in sight.
    async fn settle_blob(&self, id: Uuid, note: &Note) -> Result<(), DeviceError> {
        let in_sight = self.state().base.holds(key(id));
        let writes = match in_sight {
            true => vec![Write::Delete(Area::Blob, note_key(WAITING, id)), put(COPY, id, note)],
            false => forget(id).to_vec(),
        };
        self.kv().transact(&[], Durability::Relaxed, |_| (writes, ())).await?;
        self.state_mut().blobs.remove(&id);
        Ok(())
    }

    /// Returns where the bytes of attachments are.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn whereabouts(&self, ids: &[AttachmentId]) -> Result<Vec<Whereabouts>, DeviceError> {
        let reads: Vec<Read> = ids.iter().map(|id| Read::One(Area::Blob, note_key(COPY, id.uuid()))).collect();
        let found = self.read(&reads).await?;
        let state = self.state();
        let of = |(id, rows): (&AttachmentId, Rows)| match rows.is_empty() {
            _ if state.blobs.contains_key(&id.uuid()) => Whereabouts::Waiting,
            false => Whereabouts::Here,
            true => Whereabouts::Elsewhere,
        };
        Ok(ids.iter().zip(found).map(of).collect())
    }

    /// Returns the bytes of an attachment; `None`: not here.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn original(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, DeviceError> {
        let id = id.uuid();
        let notes = [WAITING, COPY].map(|state| Read::One(Area::Blob, note_key(state, id)));
        let [waiting, copy] = notes;
        let read = self.read(&[waiting, copy, Read::Prefix(Area::Blob, pieces(id))]).await?;
        let [waiting, copy, pieces] = read.as_slice() else { return Ok(None) };
        let Some(note): Option<Note> = only(Some(waiting))?.or(only(Some(copy))?) else { return Ok(None) };
        let bytes: Vec<u8> = pieces.iter().flat_map(|(_, piece)| piece).copied().collect();
        Ok(Some(bytes).filter(|bytes| BlobHash::of(bytes) == note.hash))
    }

    /// Keeps bytes that were fetched, for a record that is in sight.
    ///
    /// # Errors
    /// The storage failed; they can be fetched again.
    pub async fn keep_copy(&self, id: AttachmentId, bytes: &[u8], now: i64) -> Result<(), DeviceError> {
        let id = id.uuid();
        let kept = |state: &State| state.base.holds(key(id)) && !state.blobs.contains_key(&id);
        if !kept(&self.state()) {
            return Ok(());
        }
        let hash = BlobHash::of(bytes);
        let note = Note { hash, bytes: bytes.len() as u64, own: false, discarded: false, at: now };
        let writes: Vec<Write> = put_pieces(id, bytes).chain([put(COPY, id, &note)]).collect();
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (writes, ())).await?)
    }

    /// Removes every copy to make room; says whether there was any. What waits stays.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn free_copies(&self) -> Result<bool, DeviceError> {
        let reads = [copy_notes()];
        let freed = self.kv().transact(&reads, Durability::Relaxed, |read| {
            let notes = read.into_iter().next().unwrap_or_default();
            (forget_all_copies(&notes), !notes.is_empty())
        });
        Ok(freed.await?)
    }

    /// Removes copies of records that are no longer in sight, and the oldest above the room that they may take.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn trim_copies(&self) -> Result<(), DeviceError> {
        let read = self.read(&[copy_notes()]).await?;
        let mut notes = notes_of(read.first().map_or(&[][..], Vec::as_slice), COPY)?;
        notes.sort_by_key(|(_, note)| std::cmp::Reverse(note.at));
        let mut room = COPIES_BYTES_MOST;
        let writes: Vec<Write> = {
            let state = self.state();
            let goes = |(id, note): &(Uuid, Note)| {
                let fits = room.checked_sub(note.bytes);
                room = fits.unwrap_or(0);
                fits.is_none() || !state.base.holds(key(*id))
            };
            notes.into_iter().filter(goes).collect::<Vec<_>>().into_iter().flat_map(|(id, _)| forget(id)).collect()
        };
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (writes, ())).await?)
    }
}
