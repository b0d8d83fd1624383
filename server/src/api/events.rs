//! Live: «head is n», and the device pulls. A wake-up only; the feed is the truth.

use std::{convert::Infallible, time::Duration};

use app::online::Code;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Deserialize;
use sync::{
    protocol::Place,
    server::{ReadTx, ServerStore, Viewer},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{error::ApiError, signed_in::SignedIn};
use crate::{App, metrics::Connected};

/// The shortest time between two events of one client; each client has a little more of its own.
const APART: Duration = Duration::from_secs(1);
const JITTER_MS: u128 = 250;
/// So often a silent stream looks whether its session still holds.
const SESSION_CHECK: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
pub(super) struct Listener {
    client: Uuid,
}

struct Live {
    app: App,
    token_hash: String,
    client: Uuid,
    heads: watch::Receiver<u64>,
    /// The head up to which the client knows; `None` before the first event.
    told: Option<u64>,
    _connected: Connected,
}

/// `GET /events?client=…`
pub(super) async fn events(
    State(app): State<App>,
    signed_in: SignedIn,
    listener: Result<Query<Listener>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let Query(Listener { client }) = listener.map_err(|_| Code::BadRequest)?;
    let heads = app.heads.follow();
    let connected = app.metrics.connected();
    let live = Live { app, token_hash: signed_in.token_hash, client, heads, told: None, _connected: connected };
    let events = stream::unfold(live, |mut live| async move {
        let stopping = live.app.clone();
        let head = tokio::select! {
            head = live.next() => head?,
            () = stopping.stopped() => return None,
        };
        Some((Ok(Event::default().event("head").data(head.to_string())), live))
    });
    Ok(Sse::new(events.fuse()).keep_alive(KeepAlive::default()))
}

impl Live {
    /// Waits for the next head that is worth a pull; `None` when the session has ended.
    async fn next(&mut self) -> Option<u64> {
        let Some(mut told) = self.told else {
            // What happened before the stream opened is found by the pull that this one starts.
            let head = *self.heads.borrow_and_update();
            self.told = Some(head);
            return Some(head);
        };
        let jitter = u64::try_from(self.client.as_u128() % JITTER_MS).unwrap_or_default();
        sleep(APART + Duration::from_millis(jitter)).await;
        loop {
            // Nothing for a while: only the session is looked at.
            if let Ok(Err(_)) = timeout(SESSION_CHECK, self.heads.changed()).await {
                return None;
            }
            let head = *self.heads.borrow_and_update();
            let seen = self.sees_change(told, head).await;
            match seen {
                Ok(None) => return None,
                Ok(Some(false)) => told = told.max(head),
                // Away for a moment: the device is told rather than left waiting.
                Ok(Some(true)) | Err(_) => {
                    self.told = Some(head);
                    return Some(head);
                }
            }
            self.told = Some(told);
            sleep(APART).await;
        }
    }

    /// Says whether something in sight lies behind a head; `None` if the session has ended.
    async fn sees_change(&self, told: u64, head: u64) -> Result<Option<bool>, ApiError> {
        let Some(signed_in) = SignedIn::find(&self.app, self.token_hash.clone()).await? else { return Ok(None) };
        if head <= told {
            return Ok(Some(false));
        }
        let viewer = Viewer { user: signed_in.user.id, scope: signed_in.user.scope(), client: self.client };
        let mut tx = self.app.store.read().await?;
        Ok(Some(!tx.feed(&viewer, Place::end_of(told), 1).await?.is_empty()))
    }
}
