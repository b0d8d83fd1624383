//! Notes of this device for itself: what an import did, so that it can be undone. The server never sees them.

use super::{
    kv::{Durability, Kv, Rows},
    meta,
    replica::{DeviceError, Guard, Replica},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Returns the notes whose name begins so, by name.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn notes(&self, begins: &str) -> Result<Rows, DeviceError> {
        let found = self.read(&[meta::notes(begins)]).await?.into_iter().next().unwrap_or_default();
        Ok(found.into_iter().map(|(key, note)| (meta::note_name(&key).to_owned(), note)).collect())
    }

    /// Keeps notes, or forgets those without content.
    ///
    /// # Errors
    /// Nothing was changed.
    pub async fn keep_notes(&self, notes: Vec<(String, Option<Vec<u8>>)>) -> Result<(), DeviceError> {
        let writes = notes.iter().map(|(name, note)| meta::note(name, note.as_deref())).collect();
        Ok(self.kv().transact(&[], Durability::Strict, |_| (writes, ())).await?)
    }
}
