//! Entering, and everything else that changes the replica: one after the other, each durable before it counts.

use domain::{attachment::AttachmentId, mutation::Action};
use leptos::prelude::*;
use sync::device::{DeviceError, EntryState, KvError, Making, Pending, chains};
use uuid::Uuid;
use web_sys::window;

use super::{Data, Failure, Store};
use crate::platform::{
    intl::now_ms,
    js,
    time::{fresh_id, spawn},
    timing,
};

impl Data {
    fn making(self, about: &str) -> Making {
        let happened = self.now();
        Making {
            id: fresh_id(happened),
            happened,
            happened_raw: now_ms(),
            business_date: self.today(),
            about: about.to_owned(),
        }
    }

    /// Saves an action; when this returns, it is on the device for good.
    ///
    /// # Errors
    /// Nothing was saved; a banner says so.
    pub async fn enter(self, action: impl Into<Action>, about: &str) -> Result<(), DeviceError> {
        self.enter_instead(action, about, None).await
    }

    /// Saves several actions in one transaction, with notes of this device beside them.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn enter_all(
        self,
        actions: Vec<(Action, String)>,
        notes: Vec<(String, Vec<u8>)>,
    ) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let actions = actions.into_iter().map(|(action, about)| (action, self.making(&about))).collect();
        let entered = inner.store.enter_all(actions, notes).await;
        self.saved(entered)?;
        self.changed();
        self.ask_to_persist();
        Ok(())
    }

    /// Saves the corrected form of an entry that needs attention; what rests on that entry is sent again.
    ///
    /// # Errors
    /// Nothing was saved; a banner says so.
    pub async fn enter_instead(
        self,
        action: impl Into<Action>,
        about: &str,
        instead_of: Option<Uuid>,
    ) -> Result<(), DeviceError> {
        self.enter_with(vec![action.into()], about, Vec::new(), instead_of).await
    }

    /// The same with several actions and the bytes of what they attach, in one transaction.
    ///
    /// # Errors
    /// Nothing was saved; a banner says so.
    pub async fn enter_with(
        self,
        actions: Vec<Action>,
        about: &str,
        originals: Vec<(AttachmentId, Vec<u8>)>,
        instead_of: Option<Uuid>,
    ) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let followers = instead_of.map(|id| self.followers(id)).unwrap_or_default();
        let began = timing::since_start();
        let actions = actions.into_iter().map(|action| (action, self.making(about))).collect();
        let saved = self.saved(inner.store.save_with(actions, originals, instead_of).await)?;
        timing::measure_since("changke:save", began);
        inner.store.show_saved(saved).await;
        for follower in followers {
            if let (EntryState::NeedsAttention(_), Some(action)) = (&follower.state, follower.action()) {
                let making = self.making(&follower.entry.about);
                let entered = inner.store.enter_instead(action, making, Some(follower.entry.id)).await;
                self.saved(entered)?;
            }
        }
        self.changed();
        self.ask_to_persist();
        Ok(())
    }

    /// Sends an entry that needs attention again as it is.
    ///
    /// # Errors
    /// Nothing was changed.
    pub async fn resend(self, pending: &Pending) -> Result<(), DeviceError> {
        match pending.action() {
            Some(action) => self.enter_instead(action, &pending.entry.about, Some(pending.entry.id)).await,
            None => Ok(()),
        }
    }

    /// Discards an entry and what rests on it.
    ///
    /// # Errors
    /// Some of it is still there.
    pub async fn discard(self, id: Uuid) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let followers = self.followers(id).into_iter().map(|pending| pending.entry.id);
        for id in followers.rev().chain([id]) {
            self.saved(inner.store.discard(id).await)?;
        }
        self.changed();
        Ok(())
    }

    /// Returns the entries that rest on one that needs attention.
    fn followers(self, head: Uuid) -> Vec<Pending> {
        let outbox = self.with(Store::outbox);
        let chain = chains(&outbox).into_iter().find(|chain| chain.head == head);
        let ids = chain.map(|chain| chain.followers).unwrap_or_default();
        ids.iter().filter_map(|id| outbox.iter().find(|pending| pending.entry.id == *id).cloned()).collect()
    }

    /// Returns an entry of the outbox.
    pub fn pending(self, id: Uuid) -> Option<Pending> {
        self.with(Store::outbox).into_iter().find(|pending| pending.entry.id == id)
    }

    /// Runs a change of the replica that has its turn, as the loop with the server does.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn change<F: AsyncFnOnce(&Store) -> Result<(), DeviceError>>(self, run: F) -> Result<(), DeviceError> {
        let inner = self.inner();
        let _turn = inner.turn.lock().await;
        let done = run(&inner.store).await;
        self.outcome(done)?;
        self.changed();
        Ok(())
    }

    /// Tells what became of something that a person entered.
    fn saved<T>(self, result: Result<T, DeviceError>) -> Result<T, DeviceError> {
        self.outcome_of(result, true)
    }

    /// Tells what became of something that the program did by itself.
    pub(crate) fn outcome(self, result: Result<(), DeviceError>) -> Result<(), DeviceError> {
        self.outcome_of(result, false)
    }

    fn outcome_of<T>(self, result: Result<T, DeviceError>, entering: bool) -> Result<T, DeviceError> {
        match &result {
            Ok(_) => {
                let told = self.trouble.storage.with_untracked(|told| told.as_ref().map(|told| told.entering));
                // What was not saved stays told until something is.
                if told.is_some_and(|unsaved| entering || !unsaved) {
                    self.trouble.storage.set(None);
                }
                if self.trouble.blocked.get_untracked() {
                    self.trouble.blocked.set(false);
                }
            }
            Err(error) => self.tell(error, entering),
        }
        result
    }

    pub(super) fn tell(self, error: &DeviceError, entering: bool) {
        let storage = match error {
            DeviceError::Storage(error) => error.clone(),
            other => KvError::Failed(other.to_string()),
        };
        leptos::logging::error!("{error}");
        let unsaved = self.trouble.storage.with_untracked(|told| told.as_ref().is_some_and(|told| told.entering));
        self.trouble.storage.set(Some(Failure { error: storage, entering: entering || unsaved }));
    }

    /// Asks the browser once to keep what is here: there is something to keep now.
    fn ask_to_persist(self) {
        if self.inner().asked_to_persist.replace(true) {
            return;
        }
        spawn(async move {
            let storage = window().map(|window| js::get(&window.navigator(), "storage"));
            if let Some(storage) = storage {
                // A browser that does not know it keeps nothing more safely than before.
                drop(js::call_async(&storage, "persist", &[]).await);
            }
        });
    }
}
