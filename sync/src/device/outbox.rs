//! The outbox: what the server has not answered for good, and what a person has to see to.

use std::collections::BTreeSet;

use domain::{kind::RecordKey, mutation::Action, mutation::ids_named, refusal::Refusal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kv::{Area, Write, key_of};
use super::meta::to_bytes;
use crate::protocol::{ClientId, Entry, Verdict};

/// Why an entry needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The server refused it.
    Refused(Refusal),
    /// Its rule stopped this build; it is not replayed here, but still sent.
    Stopped,
}

/// Where an entry stands. Sending and retrying are of the moment and not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    Waiting,
    NeedsAttention(Attention),
}

/// An entry on this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub entry: Entry,
    pub state: EntryState,
    /// It had been applied before; a restored server gets it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

impl Pending {
    /// Says whether the server has still to answer it.
    pub fn waits(&self) -> bool {
        matches!(self.state, EntryState::Waiting | EntryState::NeedsAttention(Attention::Stopped))
    }

    /// Says whether its effects are shown.
    pub(crate) fn replayed(&self) -> bool {
        self.state == EntryState::Waiting
    }

    /// Reads the action; `None` if it is of another build.
    pub fn action(&self) -> Option<Action> {
        Action::decode(&self.entry.name, self.entry.v, self.entry.args.get()).ok()
    }

    pub(crate) fn key(&self) -> String {
        // By id, not by number: a tab that has not seen a renumbering must not hit another entry.
        self.entry.id.to_string()
    }

    pub(crate) fn put(&self) -> Write {
        Write::Put(Area::Outbox, self.key(), to_bytes(self))
    }

    pub(crate) fn delete(&self) -> Write {
        Write::Delete(Area::Outbox, self.key())
    }
}

/// An answered entry, kept for a server that loses it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confirmed {
    pub entry: Entry,
    pub client: ClientId,
    pub rev: u64,
    pub verdict: Verdict,
    /// ms UTC.
    pub confirmed_at: i64,
}

impl Confirmed {
    pub(crate) fn put(&self) -> Write {
        Write::Put(Area::Confirmed, key_of("", self.rev), to_bytes(self))
    }
}

/// Entries that stand and fall together: a refused one, and all own entries that name what it creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The entry at its head.
    pub head: Uuid,
    /// The others, in order.
    pub followers: Vec<Uuid>,
}

/// Groups the entries that need attention into chains, in order of entry.
pub fn chains(outbox: &[Pending]) -> Vec<Chain> {
    let mut taken: BTreeSet<Uuid> = BTreeSet::new();
    let mut chains = Vec::new();
    let mut sorted: Vec<&Pending> = outbox.iter().collect();
    sorted.sort_by_key(|pending| (pending.entry.happened, pending.entry.id));
    for head in sorted.iter().filter(|pending| matches!(pending.state, EntryState::NeedsAttention(_))) {
        if !taken.insert(head.entry.id) {
            continue;
        }
        let mut created = created_by(head);
        let mut followers = Vec::new();
        for other in &sorted {
            let names = ids_named(other.entry.args.get());
            if !taken.contains(&other.entry.id) && names.iter().any(|id| created.contains(id)) {
                taken.insert(other.entry.id);
                created.extend(created_by(other));
                followers.push(other.entry.id);
            }
        }
        chains.push(Chain { head: head.entry.id, followers });
    }
    chains
}

fn created_by(pending: &Pending) -> BTreeSet<Uuid> {
    let creates = pending.action().map(|action| action.creates()).unwrap_or_default();
    creates.into_iter().map(|RecordKey { id, .. }| id).collect()
}
