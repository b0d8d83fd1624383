//! Whom one has just called or written to from here: remembered until the contact is written down, also where
//! the browser ends the page while somebody talks.

use domain::{contact::ContactId, contact_record::Channel, customer::CustomerId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::VisibilityState;

use super::Data;
use crate::platform::preferences;

/// After this nobody wants to be asked any more; ms.
const ASKED_FOR_MS: i64 = 12 * 3600 * 1000;
/// A longer absence was not all talk; minutes.
const TALK_MOST: i64 = 4 * 60;
const MINUTE_MS: i64 = 60_000;

/// A contact that began with a tap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    pub customer: CustomerId,
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// What the person or the company is called.
    pub name: String,
    pub channel: Channel,
    /// When it began; ms UTC.
    pub at: i64,
    /// When one came back to this page; ms UTC.
    #[serde(default)]
    pub back: Option<i64>,
}

impl Reached {
    /// Returns how long it took in minutes, where that is known.
    pub fn minutes(&self) -> Option<u16> {
        let minutes = (self.back? - self.at + MINUTE_MS / 2) / MINUTE_MS;
        u16::try_from(minutes).ok().filter(|minutes| (1..=TALK_MOST).contains(&i64::from(*minutes)))
    }
}

/// The last contact that began here. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct LastReached {
    data: Data,
    reached: RwSignal<Option<Reached>>,
}

/// Returns the last contact of whoever works here.
pub fn use_reached() -> LastReached {
    expect_context()
}

impl LastReached {
    /// Puts it into the context.
    pub fn provide(data: Data) {
        let kept = preferences::get(&key(data)).and_then(|text| serde_json::from_str::<Reached>(&text).ok());
        let kept = kept.filter(|reached| (0..ASKED_FOR_MS).contains(&(data.now() - reached.at)));
        let last = Self { data, reached: RwSignal::new(kept) };
        last.notice_return();
        provide_context(last);
    }

    /// Follows it.
    pub fn get(self) -> Option<Reached> {
        self.reached.get()
    }

    /// Returns it if it was with this customer.
    pub fn with_customer(self, customer: CustomerId) -> Option<Reached> {
        self.reached.get_untracked().filter(|reached| reached.customer == customer)
    }

    /// A contact begins.
    pub fn begin(self, customer: CustomerId, contact: Option<ContactId>, name: &str, channel: Channel) {
        let at = self.data.now();
        self.keep(Some(Reached { customer, contact, name: name.to_owned(), channel, at, back: None }));
    }

    /// It was written down, or is not to be.
    pub fn forget(self) {
        self.keep(None);
    }

    fn keep(self, reached: Option<Reached>) {
        match reached.as_ref().and_then(|reached| serde_json::to_string(reached).ok()) {
            Some(text) => preferences::set(&key(self.data), &text),
            None => preferences::remove(&key(self.data)),
        }
        self.reached.set(reached);
    }

    fn notice_return(self) {
        let document = document();
        let seen = document.clone();
        let changed = Closure::<dyn Fn()>::new(move || {
            let visible = seen.visibility_state() == VisibilityState::Visible;
            if let Some(reached) = self.reached.get_untracked().filter(|reached| visible && reached.back.is_none()) {
                self.keep(Some(Reached { back: Some(self.data.now()), ..reached }));
            }
        });
        // Listening fails for no name.
        drop(document.add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local(changed);
        on_cleanup(move || {
            kept.with_value(|changed| {
                let listener = changed.as_ref().unchecked_ref();
                drop(document.remove_event_listener_with_callback("visibilitychange", listener));
            });
        });
    }
}

fn key(data: Data) -> String {
    format!("{}.reached", data.inner().person.database())
}
