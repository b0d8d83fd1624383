//! Forms whose entry is saved on this device: what is wrong stands at its field, what was typed is kept as a draft until
//! the entry is saved, and what was attached is saved with it. [`super::online_form`] is for what the server answers.

use domain::{customer::CustomerId, edit::Edit, kind::RecordKey, mutation::Action, record::Record};
use leptos::{ev::SubmitEvent, prelude::*};
use sync::device::Pending;
use uuid::Uuid;

use super::{
    attachments::{choose::Chosen, picked::adding},
    form::Errors,
};
use crate::{
    data::{
        Data,
        draft::{Draft, Fields},
    },
    platform::time::spawn,
};

/// A form on its way into the outbox. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct EntryForm {
    data: Data,
    pub errors: Errors,
    pub draft: Draft,
    /// What is attached to the record; nothing where the form offers no choice.
    pub attached: Chosen,
    /// The entry that needs attention and is corrected here.
    instead: Option<Uuid>,
    saving: RwSignal<bool>,
    /// It cannot be saved yet.
    pub busy: Signal<bool>,
}

/// What a form says.
pub struct Said {
    /// None where nothing was changed.
    pub actions: Vec<Action>,
    /// What they are about, in words.
    pub about: String,
    /// The record that is attached to, and its customer.
    pub attach_to: Option<(CustomerId, RecordKey)>,
}

impl EntryForm {
    /// Follows a form's fields from now on; its draft is kept under a name, or with the entry that it corrects.
    pub fn follow(data: Data, name: String, fields: Fields, correction: Option<&Pending>) -> Self {
        let instead = correction.map(|pending| pending.entry.id);
        let name = instead.map_or(name, |id| format!("correction/{id}"));
        let (attached, saving) = (Chosen::new(), RwSignal::new(false));
        let attaching = attached.busy();
        Self {
            data,
            errors: Errors::new(),
            draft: Draft::follow(data, name, fields),
            attached,
            instead,
            saving,
            busy: Signal::derive(move || saving.get() || attaching.get()),
        }
    }

    /// Returns the edit that the form makes of a record. One that changes nothing is none, but a correction is sent
    /// all the same.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub fn edit<R: Record>(self, before: &R, after: &R) -> Result<Option<Edit<R>>, serde_json::Error> {
        let edit = Edit::between(before, after)?;
        Ok((self.instead.is_some() || !edit.is_empty()).then_some(edit))
    }

    /// Reads the form, saves what it says, and goes on; or shows what is wrong.
    pub fn submit(self, event: &SubmitEvent, read: impl FnOnce(Errors) -> Option<Said>, done: impl FnOnce() + 'static) {
        event.prevent_default();
        self.errors.clear();
        let said = read(self.errors);
        let Some(said) = said.filter(|_| !self.errors.any()) else { return self.errors.show_first() };
        if self.busy.get_untracked() {
            return;
        }
        self.saving.set(true);
        spawn(async move {
            let saved = self.save(said).await;
            // The person may have left the page.
            self.saving.try_set(false);
            if saved {
                self.draft.clear().await;
                done();
            }
        });
    }

    /// Saves what was said. `false`: nothing was, and a banner says so.
    async fn save(self, Said { actions, about, attach_to }: Said) -> bool {
        let (actions, originals) = match attach_to {
            Some((customer, on)) => adding(self.data, actions, self.attached.picked(), customer, on),
            None => (actions, Vec::new()),
        };
        actions.is_empty() || self.data.enter_with(actions, &about, originals, self.instead).await.is_ok()
    }
}
