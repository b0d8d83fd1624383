//! What a device keeps for its person beside the data: half-filled forms, and the order of lists.

use super::{
    kv::{Area, Durability, Kv, Read, Rows, Write},
    replica::{DeviceError, Guard, Replica},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Returns every half-filled form: its name and what it holds.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn drafts(&self) -> Result<Rows, DeviceError> {
        let read = self.read(&[Read::Prefix(Area::Draft, String::new())]).await?;
        Ok(read.into_iter().next().unwrap_or_default())
    }

    /// Keeps a half-filled form, or forgets it.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn keep_draft(&self, name: &str, content: Option<Vec<u8>>) -> Result<(), DeviceError> {
        let write = match content {
            Some(bytes) => Write::Put(Area::Draft, name.to_owned(), bytes),
            None => Write::Delete(Area::Draft, name.to_owned()),
        };
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (vec![write], ())).await?)
    }

    /// Returns an order that this device keeps for a list.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn kept_order(&self, name: &str) -> Result<Option<Vec<u8>>, DeviceError> {
        let read = self.read(&[Read::One(Area::Meta, order_key(name))]).await?;
        Ok(read.into_iter().flatten().next().map(|(_, bytes)| bytes))
    }

    /// Keeps the order of a list, so that the next start need not sort.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn keep_order(&self, name: &str, order: Vec<u8>) -> Result<(), DeviceError> {
        let write = Write::Put(Area::Meta, order_key(name), order);
        Ok(self.kv().transact(&[], Durability::Relaxed, |_| (vec![write], ())).await?)
    }
}

fn order_key(name: &str) -> String {
    format!("order:{name}")
}
