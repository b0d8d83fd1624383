//! The end of somebody's access on this device: what was not sent is handed over, then everything of theirs goes.

use std::collections::BTreeSet;

use domain::user::UserId;
use serde::{Deserialize, Serialize};
use sync::{
    device::{Pending, Replica},
    protocol::{
        BLOB_PIECE_BYTES, BlobHeld, Caller, ENTRY_BYTES_MOST, Entry, PROTOCOL, PUSH_BYTES_MOST, PUSH_ENTRIES_MOST,
        PushRequest,
    },
};
use uuid::Uuid;

use super::{
    blobs, known,
    person::{self, Person},
    pin,
};
use crate::{
    online::{NoAnswer, devices},
    platform::{preferences, time::random},
    store::{self, IdbKv, LocalGuard},
    sync::http,
};

const LEFT_KEY: &str = "changke.left";

/// Whose access ended here, told once they see the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub name: String,
    /// Entries that were handed over.
    pub entries: u64,
}

/// The answer to what is handed over.
#[derive(Deserialize)]
struct Received {
    received: Vec<Uuid>,
}

/// The server does not answer, or the storage failed: it is tried again later, and nothing is lost.
struct Later;

impl From<NoAnswer> for Later {
    fn from(_: NoAnswer) -> Self {
        Later
    }
}

/// Asks the server whose access on this device has ended, and lets those go. The page of whoever works here
/// now begins anew if they are among them.
pub async fn look_and_begin_anew() {
    if look().await
        && let Some(window) = web_sys::window()
    {
        // It fails only where the page is going away already.
        drop(window.location().replace("/sign-in"));
    }
}

async fn look() -> bool {
    let accounts = Person::accounts();
    if accounts.is_empty() {
        return false;
    }
    let users = accounts.iter().map(|account| UserId::new(account.user)).collect();
    // With no network there is no word of it; the next start asks again.
    let Ok(ended) = devices::ended_here(users).await else { return false };
    let last = Person::last().map(|person| person.identity());
    let mut own = false;
    for account in accounts.into_iter().filter(|account| ended.contains(&account.user.into())) {
        if leave(&account).await.is_ok() && last == Some(account.identity()) {
            person::sign_out().await;
            person::signed_out();
            own = true;
        }
    }
    own
}

/// Hands over what a person has not sent, and removes what is theirs.
async fn leave(account: &Person) -> Result<(), Later> {
    let database = account.database();
    let mut handed_over: BTreeSet<Uuid> = BTreeSet::new();
    loop {
        // Read anew each time: another tab may still have entered something.
        let replica = open(account).await?;
        let mut waiting: Vec<Entry> = replica.outbox().into_iter().map(|Pending { entry, .. }| entry).collect();
        let client = replica.meta().client;
        waiting.retain(|entry| !handed_over.contains(&entry.id));
        if waiting.is_empty() {
            let mut all = handed_over.clone();
            hand_over_originals(account, &replica, &mut all).await?;
            if replica.end(&all).await.map_err(|_| Later)? {
                break;
            }
            continue;
        }
        waiting.truncate(batch(&waiting));
        let caller =
            Caller { protocol: PROTOCOL, organisation: account.organisation, user: account.user.into(), client };
        let request = PushRequest { caller, entries: waiting };
        let answer: Received = http::json("POST", "quarantine", Some(&request)).await?;
        let before = handed_over.len();
        handed_over.extend(answer.received);
        if handed_over.len() == before {
            return Err(Later);
        }
    }
    let entries = handed_over.len() as u64;
    store::erase(&database).await.map_err(|_| Later)?;
    known::forget(&database);
    pin::remove(account);
    account.forget();
    let left = Left { name: account.name.clone(), entries };
    if let Ok(text) = serde_json::to_string(&left) {
        preferences::set(LEFT_KEY, &text);
    }
    // Nothing hangs on it: the list of devices then shows what was last known.
    drop(devices::cleared(account.user.into()).await);
    Ok(())
}

/// Hands over the photos and files that belong to the entries. What the server knows no entry of, it has decided on.
async fn hand_over_originals(
    account: &Person,
    replica: &Replica<IdbKv, LocalGuard>,
    handed_over: &mut BTreeSet<Uuid>,
) -> Result<(), Later> {
    for (id, hash) in replica.originals_waiting() {
        let bytes = replica.original(id).await.map_err(|_| Later)?.unwrap_or_default();
        let mut held = BlobHeld { held: 0, whole: false };
        let mut piece: &[u8] = &[];
        while !held.whole {
            let path = format!("{}?from={}&user={}", blobs::path(id, hash), held.held, account.user);
            let answer = match http::put_bytes::<BlobHeld>(&path, piece).await {
                Err(error) if error.not_found() => break,
                answer => answer?,
            };
            if !piece.is_empty() && !answer.whole && answer.held <= held.held {
                return Err(Later);
            }
            held = answer;
            let from = usize::try_from(held.held).unwrap_or(usize::MAX).min(bytes.len());
            piece = bytes.get(from..).map_or(&[][..], |rest| rest.chunks(BLOB_PIECE_BYTES).next().unwrap_or_default());
            if piece.is_empty() && !held.whole {
                break; // nothing of it can be read any more
            }
        }
        handed_over.insert(id.uuid());
    }
    Ok(())
}

/// Opens a person's database.
async fn open(account: &Person) -> Result<Replica<IdbKv, LocalGuard>, Later> {
    let database = account.database();
    let (kv, client) = (IdbKv::new(&database, || ()), Uuid::from_bytes(random()));
    let opened = Replica::open(kv, LocalGuard::new(&database), account.identity(), client).await;
    opened.map(|(replica, _)| replica).map_err(|_| Later)
}

/// How many entries go into one request.
fn batch(entries: &[Entry]) -> usize {
    let mut bytes = 0;
    let fits = entries.iter().take(PUSH_ENTRIES_MOST).take_while(|entry| {
        bytes += entry.args.get().len() + entry.about.len();
        bytes <= PUSH_BYTES_MOST - ENTRY_BYTES_MOST
    });
    fits.count().max(1)
}

/// Returns whose access ended here, once.
pub fn take_left() -> Option<Left> {
    let left = serde_json::from_str(&preferences::get(LEFT_KEY)?).ok();
    preferences::remove(LEFT_KEY);
    left
}
