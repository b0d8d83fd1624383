//! Entering: an action becomes an entry of the outbox, durable before it counts as saved.

use chrono::NaiveDate;
use domain::{
    mutation::{Action, Void},
    plant::{Plant, planted},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    kv::{Durability, Kv, KvError, Write},
    meta::{self, Meta, only},
    outbox::{EntryState, Pending},
    replica::{DeviceError, Guard, Replica},
};
use crate::protocol::{ENTRY_BYTES_MOST, Entry};

/// When an entry is made, and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// A fresh UUIDv7.
    pub id: Uuid,
    /// The device's clock as corrected by the measured offset; ms UTC.
    pub happened: i64,
    /// The device's own clock; ms.
    pub happened_raw: i64,
    pub business_date: NaiveDate,
    /// What it is about, in words that stay as they are.
    pub about: String,
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Saves an action: when this returns, it is on the device for good.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn enter(&self, action: impl Into<Action>, making: Making) -> Result<Uuid, DeviceError> {
        self.enter_instead(action, making, None).await
    }

    /// Saves an action in the place of an entry that needs attention: the corrected form of it.
    ///
    /// # Errors
    /// Nothing was changed.
    pub async fn enter_instead(
        &self,
        action: impl Into<Action>,
        making: Making,
        instead_of: Option<Uuid>,
    ) -> Result<Uuid, DeviceError> {
        let action: Action = action.into();
        let failed = |e: serde_json::Error| KvError::Failed(e.to_string());
        let args = RawValue::from_string(action.args().map_err(failed)?).map_err(failed)?;
        self.enter_raw(action.name(), action.version(), args, making, instead_of).await
    }

    /// Saves an action by its name and arguments, as they go on the wire.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn enter_raw(
        &self,
        name: &str,
        v: u16,
        args: Box<RawValue>,
        making: Making,
        instead_of: Option<Uuid>,
    ) -> Result<Uuid, DeviceError> {
        if args.get().len() > ENTRY_BYTES_MOST {
            return Err(DeviceError::TooLarge { bytes: args.get().len() });
        }
        let seen = self.cursor().map_or(0, |cursor| cursor.place.position);
        let entry = Entry {
            id: making.id,
            n: 0,
            name: name.to_owned(),
            v,
            args,
            happened: making.happened,
            happened_raw: making.happened_raw,
            business_date: making.business_date,
            seen,
            about: making.about,
        };
        let replaced = instead_of.and_then(|id| self.state().outbox.get(&id).cloned());
        let delete = replaced.as_ref().map(Pending::delete);
        let (meta, pending) = self.append(entry, delete).await?;
        {
            let mut state = self.state_mut();
            state.meta = meta;
            state.outbox.insert(pending.entry.id, pending.clone());
            if let Some(replaced) = &replaced {
                state.outbox.remove(&replaced.entry.id);
            }
        }
        // Saved is saved: a preview that cannot be made now is made with the next one.
        drop(self.replay_newest(&pending).await);
        Ok(pending.entry.id)
    }

    /// Takes the next number and writes entry and counter in one transaction, which the browser
    /// serialises across tabs.
    async fn append(&self, entry: Entry, delete: Option<Write>) -> Result<(Meta, Pending), DeviceError> {
        let durability = if planted(Plant::StrictMadeRelaxed) { Durability::Relaxed } else { Durability::Strict };
        let apart = planted(Plant::CounterApartFromEntry);
        let appended = self
            .kv()
            .transact(&[meta::read(meta::CLIENT)], durability, |read| {
                let meta = match only::<Meta>(read.first()) {
                    Ok(Some(meta)) => meta,
                    Ok(None) => return (Vec::new(), Err(KvError::Cleared)),
                    Err(error) => return (Vec::new(), Err(error)),
                };
                let pending =
                    Pending { entry: Entry { n: meta.next, ..entry }, state: EntryState::Waiting, again: false };
                let meta = Meta { next: meta.next + 1, ..meta };
                let mut writes = vec![meta::write(meta::CLIENT, &meta)];
                writes.extend(delete);
                if !apart {
                    writes.push(pending.put());
                }
                (writes, Ok((meta, pending)))
            })
            .await??;
        if apart {
            let entry = appended.1.put();
            drop(self.kv().transact(&[], durability, |_| (vec![entry], ())).await);
        }
        Ok(appended)
    }

    /// Discards an entry for good. One that may have been sent goes on as a void, so that the counter
    /// has no gap; if the server has carried it out meanwhile, that stands.
    ///
    /// # Errors
    /// Nothing was changed.
    pub async fn discard(&self, id: Uuid) -> Result<(), DeviceError> {
        let pending = self.state().outbox.get(&id).cloned().ok_or(DeviceError::NoEntry(id))?;
        if !pending.waits() {
            let delete = pending.delete();
            self.kv().transact(&[], Durability::Strict, |_| (vec![delete], ())).await?;
            self.state_mut().outbox.remove(&id);
            return Ok(());
        }
        let action = Action::from(Void {});
        let failed = |e: serde_json::Error| KvError::Failed(e.to_string());
        let args = RawValue::from_string(action.args().map_err(failed)?).map_err(failed)?;
        let entry = Entry { name: action.name().to_owned(), v: action.version(), args, ..pending.entry };
        let void = Pending { entry, state: EntryState::Waiting, again: false };
        let write = void.put();
        self.kv().transact(&[], Durability::Strict, |_| (vec![write], ())).await?;
        self.state_mut().outbox.insert(id, void);
        self.rebase().await
    }
}
