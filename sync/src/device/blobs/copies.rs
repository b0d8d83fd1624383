//! The bytes that lie here: where they are, and copies, which may go when room is short.

use domain::attachment::{AttachmentId, BlobHash};
use uuid::Uuid;

use super::{
    COPY, Note, WAITING, copy_notes, forget, forget_all_copies, key, note_key, notes_of, pieces, put, put_pieces,
};
use crate::device::{
    kv::{Area, Durability, Kv, Read, Rows, Write},
    meta::only,
    replica::{DeviceError, Guard, Replica, State},
};

/// How much room copies may take; the oldest go first.
const COPIES_BYTES_MOST: u64 = 256 << 20;

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

impl<K: Kv, G: Guard> Replica<K, G> {
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
