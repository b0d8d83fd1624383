//! What the sync indicator tells; the store sets it, every page shows it.

use crate::{
    i18n::{Locale, t},
    ui::icon::Icon,
};

/// Where this device stands with the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncState {
    /// Nothing waits.
    #[default]
    Synced,
    /// The first sync has not come to its end: what is not here may still come.
    Receiving,
    /// Entries wait for their turn.
    Waiting(u32),
    /// Entries are on their way.
    Sending(u32),
    /// Entries that a person must see to.
    NeedsAttention(u32),
    /// The last exchange failed; `unsent` says what waits.
    Offline,
    /// The session ended; entries wait until the person signs in again.
    SignedOut,
}

impl SyncState {
    /// A stable name for tests and styles.
    pub fn name(self) -> &'static str {
        match self {
            SyncState::Synced => "synced",
            SyncState::Receiving => "receiving",
            SyncState::Waiting(_) => "waiting",
            SyncState::Sending(_) => "sending",
            SyncState::NeedsAttention(_) => "needs-attention",
            SyncState::Offline => "offline",
            SyncState::SignedOut => "signed-out",
        }
    }
}

/// The state, and what else one wants to know of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncStatus {
    pub state: SyncState,
    /// When the server last answered, by the device's clock.
    pub last_exchange_ms: Option<i64>,
    /// Entries on this device that the server has not answered for good.
    pub unsent: u32,
}

impl SyncStatus {
    /// The state in words, short enough for a pill.
    pub fn label(&self, locale: Locale) -> String {
        match self.state {
            SyncState::Synced => t::sync::synced(locale).to_owned(),
            SyncState::Receiving => t::sync::receiving(locale).to_owned(),
            SyncState::Waiting(n) => t::sync::waiting(locale, n.into()),
            SyncState::Sending(n) => t::sync::sending(locale, n.into()),
            SyncState::NeedsAttention(n) => t::sync::needs_attention(locale, n.into()),
            SyncState::Offline if self.unsent == 0 => t::sync::offline(locale).to_owned(),
            SyncState::Offline => t::sync::offline_waiting(locale, self.unsent.into()),
            SyncState::SignedOut => t::sync::signed_out(locale).to_owned(),
        }
    }

    /// The sign before the words.
    pub fn icon(&self) -> Icon {
        match self.state {
            SyncState::Synced => Icon::CircleCheck,
            SyncState::Waiting(_) => Icon::CloudUpload,
            SyncState::Receiving | SyncState::Sending(_) => Icon::RefreshCw,
            SyncState::NeedsAttention(_) => Icon::TriangleAlert,
            SyncState::Offline => Icon::CloudOff,
            SyncState::SignedOut => Icon::User,
        }
    }

    /// The classes of its pill.
    pub fn tone_class(&self) -> &'static str {
        match self.state {
            SyncState::Synced => "pill ok",
            SyncState::Receiving | SyncState::Waiting(_) | SyncState::Sending(_) => "pill wait",
            SyncState::NeedsAttention(_) | SyncState::SignedOut => "pill late",
            SyncState::Offline if self.unsent == 0 => "pill",
            SyncState::Offline => "pill wait",
        }
    }
}

#[cfg(feature = "csr")]
mod context {
    use leptos::prelude::*;

    use super::SyncStatus;

    /// Puts the status into the context, so that the store can set it.
    pub fn provide_sync_status() {
        provide_context(RwSignal::new(SyncStatus::default()));
    }

    /// The status.
    pub fn use_sync_status() -> RwSignal<SyncStatus> {
        expect_context()
    }
}

#[cfg(feature = "csr")]
pub use context::{provide_sync_status, use_sync_status};

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: SyncState, unsent: u32, expected: [&str; 3]) {
        let status = SyncStatus { state, last_exchange_ms: None, unsent };
        assert_eq!(Locale::ALL.map(|locale| status.label(locale)), expected.map(str::to_owned));
    }

    #[test]
    fn every_state_has_its_words() {
        check(SyncState::Synced, 0, ["已同步", "已同步", "Synced"]);
        check(SyncState::Waiting(3), 3, ["3 待送", "3 待发送", "3 waiting"]);
        check(SyncState::Sending(2), 5, ["傳送中 2", "发送中 2", "Sending 2"]);
        check(SyncState::NeedsAttention(1), 4, ["1 需處理", "1 需处理", "1 needs attention"]);
        check(SyncState::SignedOut, 4, ["請重新登入", "请重新登录", "Sign in again"]);
    }

    #[test]
    fn being_offline_says_how_much_waits() {
        check(SyncState::Offline, 0, ["離線", "离线", "Offline"]);
        check(SyncState::Offline, 1_200, ["1,200 待送 · 離線", "1,200 待发送 · 离线", "1,200 waiting · offline"]);
    }
}
