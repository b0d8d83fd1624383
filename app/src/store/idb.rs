//! [`Kv`] on IndexedDB: one object store per area, text keys, bytes as values.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Uint8Array};
use sync::device::{Area, Durability, Kv, KvError, Read, Rows, Write};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbTransaction, IdbVersionChangeEvent,
    window,
};

use super::{
    request::{Asked, Ending, thrown},
    upgrades,
};
use crate::platform::{js, time};

/// How often a lost handle is opened again before the person is told.
const TRIES: usize = 3;

/// Runs when another tab with an older version keeps the database from being upgraded.
type OnBlocked = Rc<dyn Fn()>;

/// A handle on one user's database. Clones share it.
#[derive(Clone)]
pub struct IdbKv {
    name: Rc<str>,
    handle: Rc<RefCell<Option<Handle>>>,
    on_blocked: OnBlocked,
}

impl std::fmt::Debug for IdbKv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdbKv").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An open database with the listeners that notice its loss.
struct Handle {
    database: IdbDatabase,
    _listeners: [Closure<dyn FnMut()>; 2],
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        // Waits for running transactions; harmless on a database that is closed already.
        self.database.close();
    }
}

impl IdbKv {
    /// Names a database; it is opened by the first transaction.
    pub fn new(name: &str, on_blocked: impl Fn() + 'static) -> Self {
        Self { name: name.into(), handle: Rc::default(), on_blocked: Rc::new(on_blocked) }
    }

    /// Forgets the handle, as when the page returns from the background: the next transaction opens it anew.
    pub fn drop_handle(&self) {
        self.handle.borrow_mut().take();
    }

    async fn database(&self) -> Result<IdbDatabase, KvError> {
        if let Some(handle) = &*self.handle.borrow() {
            return Ok(handle.database.clone());
        }
        let database = open(&self.name, self.on_blocked.clone()).await?;
        // The browser closed it, or another tab upgrades or deletes it: stand aside at once.
        let on_loss = || {
            let (handle, closing) = (Rc::downgrade(&self.handle), database.clone());
            Closure::<dyn FnMut()>::new(move || {
                closing.close();
                let lost = handle.upgrade().and_then(|handle| handle.borrow_mut().take());
                // A listener must not drop itself while it runs.
                time::spawn(async move { drop(lost) });
            })
        };
        let listeners = [on_loss(), on_loss()];
        database.set_onclose(listeners[0].as_ref().dyn_ref());
        database.set_onversionchange(listeners[1].as_ref().dyn_ref());
        *self.handle.borrow_mut() = Some(Handle { database: database.clone(), _listeners: listeners });
        Ok(database)
    }

    async fn begin(&self, mode: Mode, areas: impl Iterator<Item = Area>) -> Result<Opened, KvError> {
        let database = self.database().await?;
        let stores: Array = areas.map(|area| JsValue::from_str(area.name())).collect();
        let (mode, durability) = match mode {
            Mode::Read => ("readonly", "default"),
            Mode::Write(Durability::Strict) => ("readwrite", "strict"),
            Mode::Write(Durability::Relaxed) => ("readwrite", "relaxed"),
        };
        let options = js::object(&[("durability", durability.into())]);
        let opened = js::call(&database, "transaction", &[stores.into(), mode.into(), options]);
        let transaction: IdbTransaction =
            opened.map_err(|error| thrown(&error))?.dyn_into().map_err(|error| thrown(&error))?;
        let ending = Ending::new(&transaction);
        Ok(Opened { transaction, ending })
    }
}

/// What a transaction may do.
#[derive(Clone, Copy)]
enum Mode {
    /// Beside others, on the areas that it reads only.
    Read,
    /// Alone, on every area: what is written is known only after what was read.
    Write(Durability),
}

/// A transaction and its end.
struct Opened {
    transaction: IdbTransaction,
    ending: Ending,
}

impl Opened {
    fn store(&self, area: Area) -> Result<IdbObjectStore, KvError> {
        self.transaction.object_store(area.name()).map_err(|error| thrown(&error))
    }

    /// Makes every read at once.
    fn ask(&self, reads: &[Read]) -> Result<Vec<Reading>, KvError> {
        let ask = |read: &Read| -> Result<Reading, KvError> {
            match read {
                Read::One(area, key) => {
                    let request = self.store(*area)?.get(&JsValue::from_str(key));
                    Ok(Reading::One(key.clone(), Asked::new(request.map_err(|error| thrown(&error))?)))
                }
                Read::Prefix(area, prefix) => self.ask_many(*area, prefix, prefix),
                Read::From(area, prefix, from) => self.ask_many(*area, prefix, from),
            }
        };
        reads.iter().map(ask).collect()
    }

    fn ask_many(&self, area: Area, prefix: &str, from: &str) -> Result<Reading, KvError> {
        let (store, range) = (self.store(area)?, range_of(prefix, from)?);
        let keys = store.get_all_keys_with_key(&range).map_err(|error| thrown(&error))?;
        let values = store.get_all_with_key(&range).map_err(|error| thrown(&error))?;
        Ok(Reading::Many(Asked::new(keys), Asked::new(values)))
    }

    fn write(&self, write: &Write) -> Result<(), KvError> {
        let made = match write {
            // The copy is the transaction's own: a view would drag all of the program's memory along.
            Write::Put(area, key, bytes) => {
                self.store(*area)?.put_with_key(&Uint8Array::from(bytes.as_slice()), &JsValue::from_str(key))
            }
            Write::Delete(area, key) => self.store(*area)?.delete(&JsValue::from_str(key)),
            Write::DeletePrefix(area, prefix) => self.store(*area)?.delete(&range_of(prefix, prefix)?),
        };
        made.map(drop).map_err(|error| thrown(&error))
    }

    /// Writes and waits for the end. An empty list still ends the transaction.
    async fn finish(self, writes: Vec<Write>) -> Result<(), KvError> {
        for write in &writes {
            if let Err(error) = self.write(write) {
                // Aborting fails only where the transaction has ended already.
                drop(self.transaction.abort());
                return Err(error);
            }
        }
        drop(writes);
        // Nothing more will be asked: without this word the browser waits until the last event has been heard.
        // Where it fails the transaction has ended, or ends by itself.
        drop(js::call(&self.transaction, "commit", &[]));
        self.ending.complete().await
    }
}

/// A read on its way.
enum Reading {
    One(String, Asked),
    Many(Asked, Asked),
}

impl Reading {
    async fn rows(self) -> Result<Rows, KvError> {
        match self {
            Reading::One(key, asked) => {
                let value = asked.result().await?;
                Ok(value.dyn_into::<Uint8Array>().ok().map(|bytes| (key, bytes.to_vec())).into_iter().collect())
            }
            Reading::Many(keys, values) => {
                let (keys, values) = (list(keys.result().await?), list(values.result().await?));
                let rows = keys.iter().zip(values.iter());
                Ok(rows
                    .filter_map(|(key, value)| Some((key.as_string()?, value.dyn_into::<Uint8Array>().ok()?.to_vec())))
                    .collect())
            }
        }
    }
}

fn list(value: JsValue) -> Array {
    value.dyn_into().unwrap_or_default()
}

/// The keys that begin with a prefix and are not before another key: no key holds U+FFFF.
fn range_of(prefix: &str, from: &str) -> Result<JsValue, KvError> {
    let end = format!("{prefix}\u{ffff}");
    let range = IdbKeyRange::bound(&JsValue::from_str(from), &JsValue::from_str(&end));
    range.map(JsValue::from).map_err(|error| thrown(&error))
}

impl Kv for IdbKv {
    async fn read(&self, reads: &[Read]) -> Result<Vec<Rows>, KvError> {
        if reads.is_empty() {
            return Ok(Vec::new()); // a transaction on no store is an error
        }
        Ok(self.opened(reads, Mode::Read).await?.1)
    }

    async fn transact<T>(
        &self,
        reads: &[Read],
        durability: Durability,
        decide: impl FnOnce(Vec<Rows>) -> (Vec<Write>, T),
    ) -> Result<T, KvError> {
        let (opened, found) = self.opened(reads, Mode::Write(durability)).await?;
        let (writes, result) = decide(found);
        let ended = opened.finish(writes).await;
        if ended == Err(KvError::Lost) {
            self.drop_handle();
        }
        ended.map(|()| result)
    }
}

impl IdbKv {
    /// Opens a transaction and reads, with a fresh handle where the old one was lost. Repeating that is
    /// harmless, as nothing has been written yet.
    async fn opened(&self, reads: &[Read], mode: Mode) -> Result<(Opened, Vec<Rows>), KvError> {
        let mut tries = 1;
        loop {
            match self.try_open(reads, mode).await {
                Err(KvError::Lost) if tries < TRIES => {
                    tries += 1;
                    self.drop_handle();
                }
                ended => return ended,
            }
        }
    }

    async fn try_open(&self, reads: &[Read], mode: Mode) -> Result<(Opened, Vec<Rows>), KvError> {
        let areas = Area::ALL.into_iter().filter(|area| match mode {
            Mode::Read => reads.iter().any(|read| read.area() == *area),
            Mode::Write(_) => true,
        });
        let opened = self.begin(mode, areas).await?;
        let asked = opened.ask(reads)?;
        let mut found = Vec::with_capacity(asked.len());
        for reading in asked {
            found.push(reading.rows().await?);
        }
        Ok((opened, found))
    }
}

fn factory() -> Result<IdbFactory, KvError> {
    let found = window().and_then(|window| window.indexed_db().ok().flatten());
    found.ok_or_else(|| KvError::Failed("this browser has no IndexedDB".into()))
}

/// Opens a database and brings it to this build's version.
async fn open(name: &str, on_blocked: OnBlocked) -> Result<IdbDatabase, KvError> {
    let request: IdbOpenDbRequest =
        factory()?.open_with_u32(name, upgrades::VERSION).map_err(|error| thrown(&error))?;
    let upgrading = request.clone();
    let upgrade = Closure::<dyn FnMut(IdbVersionChangeEvent)>::new(move |event: IdbVersionChangeEvent| {
        let database = upgrading.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok());
        let done = database.map(|database| upgrades::run(&database, event.old_version() as u32));
        if !matches!(done, Some(Ok(())))
            && let Some(transaction) = upgrading.transaction()
        {
            // An upgrade is whole or not at all; the request then fails.
            drop(transaction.abort());
        }
    });
    let blocked = Closure::<dyn FnMut()>::new(move || on_blocked());
    request.set_onupgradeneeded(upgrade.as_ref().dyn_ref());
    request.set_onblocked(blocked.as_ref().dyn_ref());
    let opened = Asked::new(request.clone().into()).result().await;
    request.set_onupgradeneeded(None);
    request.set_onblocked(None);
    opened?.dyn_into().map_err(|error| thrown(&error))
}

/// Returns the names of all databases of this site; none where the browser does not tell.
pub async fn names() -> Vec<String> {
    let Ok(factory) = factory() else { return Vec::new() };
    let found = js::call_async(&factory, "databases", &[]).await.unwrap_or_default();
    Array::from(&found).iter().filter_map(|database| js::get(&database, "name").as_string()).collect()
}

/// Deletes a database with everything in it.
///
/// # Errors
/// The browser refused.
pub async fn erase(name: &str) -> Result<(), KvError> {
    let request = factory()?.delete_database(name).map_err(|error| thrown(&error))?;
    Asked::new(request.into()).result().await.map(drop)
}
