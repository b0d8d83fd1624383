//! What changes here is told: to the screens, to the indicator, to the other tabs.

use leptos::prelude::*;
use sync::device::{Stance, chains};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{MessageEvent, window};

use super::{
    Data, Exchange,
    known::{self, Report},
};
use crate::{
    layout::status::{SyncState, SyncStatus},
    platform::{intl::now_ms, time::spawn},
};

impl Data {
    /// Something changed here: screens follow, the other tabs are told, the loop looks.
    pub(super) fn changed(self) {
        self.refresh();
        self.post("changed");
        self.inner().bell.ring();
    }

    /// Lets screens and indicator follow the replica.
    pub fn refresh(self) {
        self.version.update(|version| *version += 1);
        self.show_exchange();
    }

    /// Brings the indicator up to date.
    pub fn show_exchange(self) {
        let inner = self.inner();
        let exchange = inner.exchange.get();
        let unsent = inner.store.unsent();
        // A chain is one thing to see to, however many entries hang on it.
        let attention = match inner.store.attention() {
            0 => 0,
            _ => u32::try_from(chains(&inner.store.outbox()).len()).unwrap_or(u32::MAX),
        };
        let state = match () {
            () if exchange.signed_out => SyncState::SignedOut,
            () if attention > 0 => SyncState::NeedsAttention(attention),
            () if exchange.failing => SyncState::Offline,
            () if exchange.sending > 0 && unsent > 0 => SyncState::Sending(unsent),
            () if unsent > 0 => SyncState::Waiting(unsent),
            () if !inner.store.whole() => SyncState::Receiving,
            () => SyncState::Synced,
        };
        let status = SyncStatus { state, last_exchange_ms: exchange.last, unsent };
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        let stance = match exchange {
            Exchange { outdated: true, .. } => Stance::Outdated,
            Exchange { signed_out: true, .. } => Stance::SignedOut,
            _ => Stance::Fine,
        };
        if self.trouble.stance.get_untracked() != stance {
            self.trouble.stance.set(stance);
        }
        inner.offset.set(exchange.offset);
        if self.trouble.clock_offset.get_untracked() != exchange.offset {
            self.trouble.clock_offset.set(exchange.offset);
        }
        known::report(&inner.person.database(), Report { at: now_ms(), unsent, exchanged: exchange.last });
    }

    /// The loop has done something: the indicator and the other tabs follow.
    pub fn set_exchange(self, exchange: Exchange) {
        let inner = self.inner();
        if inner.exchange.replace(exchange) != exchange {
            self.show_exchange();
            self.tell_exchange();
        }
    }

    /// Tells the other tabs where the loop stands.
    pub fn tell_exchange(self) {
        if let Ok(text) = serde_json::to_string(&self.inner().exchange.get()) {
            self.post(&text);
        }
    }

    /// Tells the other tabs.
    pub fn post(self, message: &str) {
        if let Some(channel) = &self.inner().channel {
            // A closed channel belongs to a page that is going away.
            drop(channel.post_message(&message.into()));
        }
    }

    /// Runs `hear` with every message of another tab.
    pub fn on_message(self, hear: impl Fn(&str) + 'static) {
        self.inner().on_message.borrow_mut().push(Box::new(hear));
    }

    pub(super) fn listen(self) {
        let inner = self.inner();
        let Some(channel) = &inner.channel else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(message) = event.data().as_string() else { return };
            match message.as_str() {
                "changed" => self.follow(),
                _ => {
                    if let Ok(exchange) = serde_json::from_str::<Exchange>(&message) {
                        if !exchange.signed_out && !exchange.outdated {
                            self.with(|store| store.set_stance(Stance::Fine));
                        }
                        self.inner().exchange.set(exchange);
                        self.show_exchange();
                    }
                }
            }
            for hear in self.inner().on_message.borrow().iter() {
                hear(&message);
            }
        });
        channel.set_onmessage(heard.as_ref().dyn_ref());
        heard.forget(); // as long as the page
    }

    /// A frozen page still hears the other tabs, but what it asked of the database would never be answered,
    /// and no other tab could write as long as that stands open. So it reads when it thaws.
    pub(super) fn notice_freezing(self) {
        let Some(document) = window().and_then(|window| window.document()) else { return };
        for (name, frozen) in [("freeze", true), ("resume", false)] {
            let turned = Closure::<dyn Fn()>::new(move || {
                self.inner().frozen.set(frozen);
                self.follow();
            });
            // Listening fails for no name.
            drop(document.add_event_listener_with_callback(name, turned.as_ref().unchecked_ref()));
            turned.forget(); // as long as the page
        }
    }

    /// Reads again what another tab wrote; several messages in a row are one reading.
    pub fn follow(self) {
        if self.inner().frozen.get() || self.inner().reloading.replace(true) {
            return;
        }
        spawn(async move {
            let inner = self.inner();
            let _turn = inner.turn.lock().await;
            inner.reloading.set(false);
            let read = inner.store.reload().await;
            if self.outcome(read).is_ok() {
                self.refresh();
                inner.bell.ring();
            }
        });
    }
}
