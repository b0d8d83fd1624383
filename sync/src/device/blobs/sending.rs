//! Sending what waits, in pieces, until the server holds all of it.

use domain::{
    attachment::{AttachmentId, BlobHash},
    kind::RecordKey,
    plant::{Plant, planted},
};
use uuid::Uuid;

use super::{COPY, Note, WAITING, Waiting, forget, key, note_key, pieces, put};
use crate::{
    device::{
        kv::{Area, Durability, Kv, Read, Write, key_of},
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{BLOB_PIECE_BYTES, BlobHeld},
};

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
}
