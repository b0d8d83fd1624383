//! Who works here: remembered, so that the data opens with no network.

use serde::{Deserialize, Serialize};
use sync::device::{DeviceError, Identity, forget_note, note_of};
use uuid::Uuid;

use super::Data;
use crate::{
    online::session::Who,
    platform::{intl::now_ms, preferences, time},
    store::{self, IdbKv},
};

const PERSON_KEY: &str = "changke.person";
/// When somebody signed in last; other tabs hear of the change by it.
pub const SIGNED_IN_KEY: &str = "changke.signed-in";
const ACCOUNTS_KEY: &str = "changke.accounts";
const DEVICE_KEY: &str = "changke.device";
const SIGNING_OUT_KEY: &str = "changke.signing-out";
/// The note by which a database says who is signed in with it.
const OWNER: &str = "person";
/// What the names of all persons' databases begin with.
const DATABASES: &str = "changke/";

/// A person with their organisation, as they last signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub organisation: Uuid,
    pub organisation_name: String,
    pub time_zone: String,
    pub user: Uuid,
    pub name: String,
    pub sign_in: String,
}

impl Person {
    /// Returns whose database it is.
    pub fn identity(&self) -> Identity {
        Identity { organisation: self.organisation, user: self.user }
    }

    /// Returns the name of the person's database, locks and channels on this device.
    pub fn database(&self) -> String {
        format!("{DATABASES}{}/{}", self.organisation, self.user)
    }

    /// Returns who was signed in last.
    pub fn last() -> Option<Person> {
        read(PERSON_KEY)
    }

    /// Remembers the person for the next start.
    pub fn remember(&self) {
        write(PERSON_KEY, self);
        let mut accounts: Vec<Person> = Person::accounts();
        accounts.retain(|other| other.identity() != self.identity());
        accounts.insert(0, self.clone());
        write(ACCOUNTS_KEY, &accounts);
        preferences::remove(SIGNING_OUT_KEY);
        preferences::set(SIGNED_IN_KEY, &now_ms().to_string());
    }

    /// Returns everybody who has signed in here, the last one first.
    pub fn accounts() -> Vec<Person> {
        read(ACCOUNTS_KEY).unwrap_or_default()
    }

    /// Takes a person off the list of this device.
    pub fn forget(&self) {
        let mut accounts = Person::accounts();
        accounts.retain(|other| other.identity() != self.identity());
        write(ACCOUNTS_KEY, &accounts);
    }
}

impl From<Who> for Person {
    fn from(who: Who) -> Self {
        Self {
            organisation: who.organisation.id.uuid(),
            organisation_name: who.organisation.name,
            time_zone: who.organisation.time_zone,
            user: who.user.id.uuid(),
            name: who.user.name,
            sign_in: who.user.sign_in,
        }
    }
}

/// Nobody is to be signed in at the next start. With no network the session is ended then.
pub async fn sign_out() {
    preferences::remove(PERSON_KEY);
    preferences::set(SIGNING_OUT_KEY, "yes");
    // Else a browser that loses those two would let somebody in again.
    for name in databases().await {
        drop(forget_note(&IdbKv::new(&name, || {}), OWNER).await);
    }
}

/// The persons' databases on this device.
async fn databases() -> impl Iterator<Item = String> {
    store::names().await.into_iter().filter(|name| name.starts_with(DATABASES))
}

/// Says whether a session is still to be ended.
pub fn signing_out() -> bool {
    preferences::get(SIGNING_OUT_KEY).is_some()
}

/// The session has ended.
pub fn signed_out() {
    preferences::remove(SIGNING_OUT_KEY);
}

/// Returns this browser's own id, for the list of devices.
pub fn device() -> Uuid {
    let known = preferences::get(DEVICE_KEY).and_then(|text| Uuid::try_parse(&text).ok());
    known.unwrap_or_else(|| {
        let fresh = Uuid::from_bytes(time::random());
        preferences::set(DEVICE_KEY, &fresh.to_string());
        fresh
    })
}

/// A database's owner, and when they last opened it.
#[derive(Serialize, Deserialize)]
struct Signature {
    person: Person,
    at: i64,
}

/// Writes into the person's database that they are signed in.
///
/// # Errors
/// Nothing was written.
pub async fn sign(data: Data) -> Result<(), DeviceError> {
    let inner = data.inner();
    let signature = serde_json::to_vec(&Signature { person: inner.person.clone(), at: now_ms() }).ok();
    inner.store.keep_notes(vec![(OWNER.to_owned(), signature)]).await
}

/// Finds who signed in here last, and has not signed out, by what the databases say. A browser that is killed has not always written down its
/// small storage, where a person is remembered, while what they entered is on the disk.
pub async fn by_databases() -> Option<Person> {
    if signing_out() {
        return None;
    }
    let mut last: Option<Signature> = None;
    for name in databases().await {
        let note = note_of(&IdbKv::new(&name, || {}), OWNER).await.ok().flatten();
        let signature = note.and_then(|note| serde_json::from_slice(&note).ok());
        last = last.into_iter().chain(signature).max_by_key(|signature: &Signature| signature.at);
    }
    let Signature { person, .. } = last?;
    person.remember();
    Some(person)
}

fn read<T: serde::de::DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&preferences::get(key)?).ok()
}

fn write<T: Serialize>(key: &str, value: &T) {
    if let Ok(text) = serde_json::to_string(value) {
        preferences::set(key, &text);
    }
}
