//! The end of a database whose person may use this device no longer.

use std::collections::BTreeSet;

use domain::plant::{Plant, planted};
use uuid::Uuid;

use super::{
    blobs,
    kv::{Area, Durability, Kv, KvError, Read, Rows, Write},
    meta,
    outbox::Pending,
    replica::{DeviceError, Guard, Replica},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Ends the database if its outbox, and the photos and files beside it, hold nothing but what was handed over; says
    /// whether it did. From then on no tab can save anything in it, so that nothing is acknowledged that goes away with it.
    ///
    /// # Errors
    /// The storage failed; nothing was ended.
    pub async fn end(&self, handed_over: &BTreeSet<Uuid>) -> Result<bool, DeviceError> {
        let all_known = |rows: &Rows| -> Result<bool, KvError> {
            let mut ids =
                rows.iter().map(|(_, bytes)| meta::from_bytes(bytes).map(|pending: Pending| pending.entry.id));
            ids.try_fold(true, |all, id| Ok(all && handed_over.contains(&id?)))
        };
        let everything = [Read::Prefix(Area::Outbox, String::new()), blobs::waiting_notes()];
        let ended = self.kv().transact(&everything, Durability::Strict, |read| {
            let originals = read.get(1).map(|notes| blobs::ids_of(notes)).unwrap_or_default();
            let originals = originals.iter().all(|id| handed_over.contains(id));
            let ends = read.first().map_or(Ok(true), all_known).map(|entries| entries && originals);
            let ends = ends.map(|ends| ends || planted(Plant::EndedUnlooked));
            let writes = match ends {
                Ok(true) => vec![
                    Write::Delete(Area::Meta, meta::CLIENT.to_owned()),
                    Write::DeletePrefix(Area::Outbox, String::new()),
                ],
                Ok(false) | Err(_) => Vec::new(),
            };
            (writes, ends)
        });
        Ok(ended.await??)
    }
}

/// Forgets a note of a database that is not open.
///
/// # Errors
/// The storage failed.
pub async fn forget_note<K: Kv>(kv: &K, name: &str) -> Result<(), KvError> {
    kv.transact(&[], Durability::Strict, |_| (vec![meta::note(name, None)], ())).await
}

/// Reads a note of a database that is not open; none where the database has ended, or never began.
///
/// # Errors
/// The storage failed.
pub async fn note_of<K: Kv>(kv: &K, name: &str) -> Result<Option<Vec<u8>>, KvError> {
    let read = kv.read(&[meta::read(meta::CLIENT), meta::notes(name)]).await?;
    let [client, notes] = <[Rows; 2]>::try_from(read).unwrap_or_default();
    Ok(notes
        .into_iter()
        .find(|(key, _)| meta::note_name(key) == name)
        .map(|(_, bytes)| bytes)
        .filter(|_| !client.is_empty()))
}
