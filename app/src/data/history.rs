//! The newest changes of the records that were opened here, so that their history can be read with no network.

use domain::kind::RecordKey;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Data;
use crate::{
    layout::status::SyncState,
    online::{
        NoAnswer,
        history::{History, history},
    },
};

/// Histories of so many records are kept.
const KEPT_MOST: usize = 200;
const NAME: &str = "history:";

/// What was known of a record when it was last asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHistory {
    /// By the server's clock; ms UTC.
    pub asked: i64,
    pub history: History,
}

fn name(key: RecordKey) -> String {
    format!("{NAME}{key}")
}

impl Data {
    /// Returns the history that is kept here.
    pub async fn kept_history(self, key: RecordKey) -> Option<KeptHistory> {
        let notes = self.inner().store.notes(&name(key)).await.ok()?;
        serde_json::from_slice(&notes.into_iter().next()?.1).ok()
    }

    /// Asks for the newest changes and keeps them.
    ///
    /// # Errors
    /// No network, or the server said no.
    pub async fn ask_history(self, key: RecordKey) -> Result<KeptHistory, NoAnswer> {
        let kept = KeptHistory { asked: self.now(), history: history(key, None).await? };
        self.keep_history(key, &kept).await;
        Ok(kept)
    }

    /// Keeps the newest changes of a record that was opened, if it has changed since; with no network what is kept
    /// stays.
    pub async fn note_opened(self, key: RecordKey) -> Option<KeptHistory> {
        let kept = self.kept_history(key).await;
        let rev = self.inner().store.row(key).await.ok().flatten().map(|row| row.rev);
        let known = kept.as_ref().and_then(|kept| kept.history.changes.first()).map(|change| change.rev);
        let fresh = known.is_some() && known >= rev;
        let away = self.status.try_get_untracked().is_none_or(|status| status.state != SyncState::Synced);
        if fresh || away { kept } else { self.ask_history(key).await.ok().or(kept) }
    }

    async fn keep_history(self, key: RecordKey, kept: &KeptHistory) {
        let store = &self.inner().store;
        let mut notes = vec![(name(key), serde_json::to_vec(kept).ok())];
        let all = store.notes(NAME).await.unwrap_or_default();
        if all.len() >= KEPT_MOST {
            let asked = |note: &[u8]| serde_json::from_slice(note).map_or(0, |kept: KeptHistory| kept.asked);
            let mut by_age: Vec<(i64, String)> = all.into_iter().map(|(name, note)| (asked(&note), name)).collect();
            by_age.sort_unstable();
            let forgotten = by_age.len() + 1 - KEPT_MOST;
            notes.extend(by_age.into_iter().take(forgotten).map(|(_, name)| (name, None)));
        }
        // What is not kept is asked for again.
        drop(store.keep_notes(notes).await);
    }
}
