//! Push, pull and check: the engine over HTTP.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use sync::{
    protocol::{CheckAnswer, CheckRequest, ClientId, PullRequest, PushAnswer, PushRequest},
    server::{self, Feed, Pulled, ServerStore, StoreError, WriteTx},
    wire::{self, FEED_TYPE},
};

use super::{cookie::Cookie, error::ApiError, json::JsonBody, signed_in::SignedIn};
use crate::App;

/// `POST /push`
pub(super) async fn push(
    State(app): State<App>,
    signed_in: SignedIn,
    JsonBody(request): JsonBody<PushRequest>,
) -> Result<Json<PushAnswer>, ApiError> {
    let answer = server::push(&app.store, &signed_in.session, &request, &app.clock).await?;
    app.metrics.pushed(&answer);
    if let PushAnswer::Answered { outcomes, head, .. } = &answer {
        tracing::info!(user = %signed_in.user.id, client = %request.caller.client, answered = outcomes.len(), head, "push");
        app.heads.raise(*head);
    } else {
        tracing::info!(user = %signed_in.user.id, client = %request.caller.client, ?answer, "push not answered");
    }
    Ok(Json(answer))
}

/// `POST /pull`: pages until the device has caught up.
pub(super) async fn pull(
    State(app): State<App>,
    headers: HeaderMap,
    signed_in: SignedIn,
    JsonBody(request): JsonBody<PullRequest>,
) -> Result<Response, ApiError> {
    let body = match server::pull(&app.store, &signed_in.session, &request, &app.clock).await? {
        Pulled::NoPage(why) => {
            let mut line = Vec::new();
            wire::write_no_page(&mut line, &why);
            Body::from(line)
        }
        Pulled::Feed(mut feed) => {
            if let Some(browser) = Cookie::Device.read(&headers, &app.settings) {
                settle(&app, request.caller.client, &browser).await?;
            }
            app.metrics.pulled();
            // The first page before the answer begins: its failure is an answer of its own.
            let (first, more) = page(&app, &mut feed).await?;
            let rest = stream::unfold(more.then_some((app, feed)), |state| async move {
                let (app, mut feed) = state?;
                match page(&app, &mut feed).await {
                    Ok((bytes, more)) => Some((Ok::<_, StoreError>(bytes), more.then_some((app, feed)))),
                    Err(error) => {
                        // The stream ends after its last whole page; the device goes on from there later.
                        tracing::warn!(%error, "a pull ended early");
                        None
                    }
                }
            });
            Body::from_stream(stream::once(async { Ok(first) }).chain(rest).fuse())
        }
    };
    Ok(([(CONTENT_TYPE, FEED_TYPE)], body).into_response())
}

/// Notes in which browser a client lives, once.
async fn settle(app: &App, client: ClientId, browser: &str) -> Result<(), StoreError> {
    if app.store.read().await?.lives_in(client, browser).await? {
        return Ok(());
    }
    let mut tx = app.store.write().await?;
    tx.settle_client(client, browser).await?;
    tx.commit().await
}

async fn page(app: &App, feed: &mut Feed) -> Result<(Bytes, bool), StoreError> {
    let mut bytes = Vec::new();
    let end = feed.page(&app.store, &app.clock, app.settings.page_rows, &mut bytes).await?;
    app.metrics.sent(&bytes);
    Ok((bytes.into(), end.more))
}

/// `POST /check`
pub(super) async fn check(
    State(app): State<App>,
    signed_in: SignedIn,
    JsonBody(request): JsonBody<CheckRequest>,
) -> Result<Json<CheckAnswer>, ApiError> {
    Ok(Json(server::check(&app.store, &signed_in.session, &request, &app.clock).await?))
}
