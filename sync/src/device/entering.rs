//! Entering: an action becomes an entry of the outbox, durable before it counts as saved.

use chrono::NaiveDate;
use domain::{
    attachment::AttachmentId,
    mutation::{Action, Void},
    plant::{Plant, planted},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    blobs,
    kv::{Area, Durability, Kv, KvError, Write},
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

/// Entries that are on the device for good. What they change shows after [`Replica::show_saved`].
#[derive(Debug)]
#[must_use = "what was saved is not shown yet"]
pub struct Saved {
    pending: Vec<Pending>,
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
        let (name, v, args) = wire(&action.into())?;
        self.enter_raw(name, v, args, making, instead_of).await
    }

    /// Shows what was saved and returns the entries' ids. A preview that cannot be made now is made with the next
    /// one: saved is saved.
    pub async fn show_saved(&self, saved: Saved) -> Vec<Uuid> {
        drop(self.replay_newest(&saved.pending).await);
        saved.pending.into_iter().map(|pending| pending.entry.id).collect()
    }

    /// Saves several actions in one transaction, in their order, with notes of this device beside them: all of it is
    /// on the device for good, or none.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn enter_all(
        &self,
        actions: Vec<(Action, Making)>,
        notes: Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<Uuid>, DeviceError> {
        let entries = actions.into_iter().map(|(action, making)| {
            let (name, v, args) = wire(&action)?;
            self.entry(name, v, args, making)
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, DeviceError>>()?;
        let beside = notes.iter().map(|(name, note)| meta::note(name, Some(note))).collect();
        let saved = self.save_entries(entries, beside).await?;
        Ok(self.show_saved(saved).await)
    }

    /// Saves actions together with the bytes of what they attach, in the place of an entry that needs attention if one
    /// is named: all of it is on the device for good, or none.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn enter_with(
        &self,
        actions: Vec<(Action, Making)>,
        originals: Vec<(AttachmentId, Vec<u8>)>,
        instead_of: Option<Uuid>,
    ) -> Result<Vec<Uuid>, DeviceError> {
        let saved = self.save_with(actions, originals, instead_of).await?;
        Ok(self.show_saved(saved).await)
    }

    /// Does the first half of [`Replica::enter_with`]: when this returns, all of it is on the device for good.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn save_with(
        &self,
        actions: Vec<(Action, Making)>,
        originals: Vec<(AttachmentId, Vec<u8>)>,
        instead_of: Option<Uuid>,
    ) -> Result<Saved, DeviceError> {
        let at = actions.first().map_or(0, |(_, making)| making.happened);
        let entries = actions.into_iter().map(|(action, making)| {
            let (name, v, args) = wire(&action)?;
            self.entry(name, v, args, making)
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, DeviceError>>()?;
        let replaced = instead_of.and_then(|id| self.state().outbox.get(&id).cloned());
        let mut beside: Vec<Write> = replaced.iter().map(Pending::delete).collect();
        for (id, bytes) in originals {
            beside.extend(blobs::beside(id, &bytes, at));
        }
        self.save_entries(entries, beside).await
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
        let entry = self.entry(name, v, args, making)?;
        let replaced = instead_of.and_then(|id| self.state().outbox.get(&id).cloned());
        let id = entry.id;
        let saved = self.save_entries(vec![entry], replaced.iter().map(Pending::delete).collect()).await?;
        self.show_saved(saved).await;
        Ok(id)
    }

    fn entry(&self, name: &str, v: u16, args: Box<RawValue>, making: Making) -> Result<Entry, DeviceError> {
        if args.get().len() > ENTRY_BYTES_MOST {
            return Err(DeviceError::TooLarge { bytes: args.get().len() });
        }
        let seen = self.cursor().map_or(0, |cursor| cursor.place.position);
        Ok(Entry {
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
        })
    }

    async fn save_entries(&self, entries: Vec<Entry>, beside: Vec<Write>) -> Result<Saved, DeviceError> {
        let deleted: Vec<Uuid> = beside
            .iter()
            .filter_map(|write| match write {
                Write::Delete(Area::Outbox, key) => Uuid::try_parse(key).ok(),
                _ => None,
            })
            .collect();
        let notes = blobs::notes_in(&beside);
        let (meta, pending) = match self.append(entries.clone(), beside.clone()).await {
            // What can be fetched again makes room for what cannot.
            Err(DeviceError::Storage(KvError::Quota)) if self.free_copies().await? => {
                self.append(entries, beside).await?
            }
            appended => appended?,
        };
        let mut state = self.state_mut();
        blobs::follow(&mut state, &notes);
        state.become_client(meta);
        state.outbox.extend(pending.iter().map(|pending| (pending.entry.id, pending.clone())));
        for id in &deleted {
            state.outbox.remove(id);
        }
        Ok(Saved { pending })
    }

    /// Takes the next numbers and writes entries and counter in one transaction, which the browser
    /// serialises across tabs.
    async fn append(&self, entries: Vec<Entry>, beside: Vec<Write>) -> Result<(Meta, Vec<Pending>), DeviceError> {
        let durability = if planted(Plant::StrictMadeRelaxed) { Durability::Relaxed } else { Durability::Strict };
        let apart = planted(Plant::CounterApartFromEntry);
        let mut beside = beside;
        let later: Vec<Write> = beside.extract_if(.., |write| planted_apart(write)).collect();
        let appended = self
            .kv()
            .transact(&[meta::read(meta::CLIENT)], durability, |read| {
                let meta = match only::<Meta>(read.first()) {
                    Ok(Some(meta)) => meta,
                    Ok(None) => return (Vec::new(), Err(KvError::Cleared)),
                    Err(error) => return (Vec::new(), Err(error)),
                };
                let numbered = entries.into_iter().zip(meta.next..).map(|(entry, n)| Entry { n, ..entry });
                let waiting = |entry| Pending { entry, state: EntryState::Waiting, again: false };
                let pending: Vec<Pending> = numbered.map(waiting).collect();
                let meta = Meta { next: meta.next + pending.len() as u64, ..meta };
                let mut writes = vec![meta::write(meta::CLIENT, &meta)];
                writes.extend(beside);
                if !apart {
                    writes.extend(pending.iter().map(Pending::put));
                }
                (writes, Ok((meta, pending)))
            })
            .await??;
        if apart {
            let entries = appended.1.iter().map(Pending::put).collect();
            drop(self.kv().transact(&[], durability, |_| (entries, ())).await);
        }
        if !later.is_empty() {
            drop(self.kv().transact(&[], durability, |_| (later, ())).await);
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
        let mut writes = blobs::discard(&self.state(), &pending);
        let notes = blobs::notes_in(&writes);
        if !pending.waits() {
            writes.push(pending.delete());
            self.kv().transact(&[], Durability::Strict, |_| (writes, ())).await?;
            let mut state = self.state_mut();
            state.outbox.remove(&id);
            blobs::follow(&mut state, &notes);
            return Ok(());
        }
        let (name, v, args) = wire(&Action::from(Void {}))?;
        let entry = Entry { name: name.to_owned(), v, args, ..pending.entry };
        let void = Pending { entry, state: EntryState::Waiting, again: false };
        writes.push(void.put());
        self.kv().transact(&[], Durability::Strict, |_| (writes, ())).await?;
        {
            let mut state = self.state_mut();
            state.outbox.insert(id, void);
            blobs::follow(&mut state, &notes);
        }
        self.rebase().await
    }
}

/// Says whether a planted fault writes this after the entries, in a transaction of its own.
fn planted_apart(write: &Write) -> bool {
    let Write::Put(area, ..) = write else { return false };
    match area {
        Area::Blob => planted(Plant::OriginalApartFromEntry),
        Area::Meta => planted(Plant::NotesApartFromEntries),
        _ => false,
    }
}

/// Returns an action as it goes on the wire.
fn wire(action: &Action) -> Result<(&'static str, u16, Box<RawValue>), KvError> {
    let failed = |e: serde_json::Error| KvError::Failed(e.to_string());
    let args = RawValue::from_string(action.args().map_err(failed)?).map_err(failed)?;
    Ok((action.name(), action.version(), args))
}
