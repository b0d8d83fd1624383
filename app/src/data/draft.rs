//! Half-filled forms: kept while somebody types, back after a reload or a crash, gone once saved.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::window;

use super::Data;
use crate::platform::time::{sleep, spawn};

/// So long after the last key a form is kept; ms.
const PAUSE_MS: i64 = 250;

/// The named fields of a form.
pub type Fields = Vec<(&'static str, RwSignal<String>)>;
type Held = BTreeMap<String, String>;

/// A form's draft. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Draft {
    kept: StoredValue<Rc<Kept>, LocalStorage>,
    /// A draft was brought back.
    pub restored: RwSignal<bool>,
}

/// What outlives the form itself, until its last words are written.
struct Kept {
    data: Data,
    name: String,
    fields: Fields,
    /// What the form held when it was opened: nothing to keep.
    untouched: RefCell<Held>,
    /// What it holds, and how often that has changed.
    held: RefCell<Held>,
    changes: Cell<u64>,
    /// What was brought back has been looked for.
    ready: Cell<bool>,
    /// The form was saved: nothing is kept any more.
    saved: Cell<bool>,
}

impl Kept {
    async fn write(&self) {
        if self.saved.get() || !self.ready.get() {
            return;
        }
        let held = self.held.borrow().clone();
        let bytes = (held != *self.untouched.borrow()).then(|| serde_json::to_vec(&held).ok()).flatten();
        // A draft that cannot be kept stands in the form still.
        drop(self.data.inner().store.keep_draft(&self.name, bytes).await);
    }
}

fn read(fields: &Fields) -> Held {
    fields.iter().map(|(name, field)| ((*name).to_owned(), field.get_untracked())).collect()
}

impl Draft {
    /// Follows a form from now on. Its fields hold what it starts with.
    pub fn follow(data: Data, name: impl Into<String>, fields: Fields) -> Self {
        let untouched = read(&fields);
        let kept = Rc::new(Kept {
            data,
            name: name.into(),
            held: RefCell::new(untouched.clone()),
            untouched: RefCell::new(untouched),
            fields,
            changes: Cell::new(0),
            ready: Cell::new(false),
            saved: Cell::new(false),
        });
        let draft = Self { kept: StoredValue::new_local(kept.clone()), restored: RwSignal::new(false) };
        draft.keep(&kept);
        spawn(draft.bring_back(kept));
        draft
    }

    async fn bring_back(self, kept: Rc<Kept>) {
        let drafts = kept.data.inner().store.drafts().await.unwrap_or_default();
        let found = drafts.into_iter().find(|(name, _)| *name == kept.name);
        let held: Option<Held> = found.and_then(|(_, bytes)| serde_json::from_slice(&bytes).ok());
        // Whoever typed before it was found wants what is typed.
        let typed = *kept.held.borrow() != *kept.untouched.borrow();
        if let Some(held) = held.filter(|_| !typed) {
            for (name, field) in &kept.fields {
                if let Some(value) = held.get(*name) {
                    drop(field.try_set(value.clone()));
                }
            }
            self.restored.try_set(true);
        }
        kept.ready.set(true);
    }

    /// Writes the form down after each pause in typing, and at once when it or the page goes away.
    fn keep(self, kept: &Rc<Kept>) {
        let following = kept.clone();
        Effect::new(move || {
            for (_, field) in &following.fields {
                field.track();
            }
            let held = read(&following.fields);
            if std::mem::replace(&mut *following.held.borrow_mut(), held.clone()) == held {
                return;
            }
            let number = following.changes.get() + 1;
            following.changes.set(number);
            let kept = following.clone();
            spawn(async move {
                sleep(PAUSE_MS).await;
                if kept.changes.get() == number {
                    kept.write().await;
                }
            });
        });
        let Some(window) = window() else { return };
        let leaving = kept.clone();
        let hidden = Closure::<dyn Fn()>::new(move || {
            let kept = leaving.clone();
            spawn(async move { kept.write().await });
        });
        // Listening fails for no name.
        drop(window.add_event_listener_with_callback("pagehide", hidden.as_ref().unchecked_ref()));
        let hidden = StoredValue::new_local((hidden, kept.clone()));
        on_cleanup(move || {
            hidden.with_value(|(hidden, kept)| {
                let kept = kept.clone();
                spawn(async move { kept.write().await });
                drop(window.remove_event_listener_with_callback("pagehide", hidden.as_ref().unchecked_ref()));
            });
        });
    }

    /// The form has been saved: the draft goes.
    pub async fn clear(self) {
        let Some(kept) = self.kept.try_get_value() else { return };
        kept.saved.set(true);
        drop(kept.data.inner().store.keep_draft(&kept.name, None).await);
    }

    /// What the form holds has been saved, and the form stays: what is typed from now on is a draft again.
    pub async fn kept(self) {
        let Some(kept) = self.kept.try_get_value() else { return };
        kept.untouched.replace(kept.held.borrow().clone());
        self.restored.try_set(false);
        drop(kept.data.inner().store.keep_draft(&kept.name, None).await);
    }

    /// Starts again with what the form held when it was opened.
    pub fn start_again(self) {
        let Some(kept) = self.kept.try_get_value() else { return };
        for (name, field) in &kept.fields {
            field.set(kept.untouched.borrow().get(*name).cloned().unwrap_or_default());
        }
        self.restored.set(false);
    }
}
