//! What a device sends after its access has ended, and what an administrator decides on it.

use app::online::{
    Code, NoAnswer,
    quarantine::{self, Decide, Held, NotAccepted},
};
use async_trait::async_trait;
use axum::{Json, extract::State, http::HeaderMap};
use domain::{
    attachment::AttachmentAdd,
    kind::{Kind, RecordKey},
    mutation::Action,
    quarantine::{QuarantineAccept, accepted_id},
    refusal::Refusal,
    user::UserId,
};
use serde::Serialize;
use sync::{
    protocol::{ENTRY_BYTES_MOST, PUSH_ENTRIES_MOST, PushRequest, Verdict},
    server::{Clock as _, ReadTx, ServerStore, WriteTx, accept_held},
};
use uuid::Uuid;

use super::{cookie::Cookie, desk::Desk, error::ApiError, json::JsonBody};
use crate::{App, store::BlobKey};

/// Which entries need not be sent again.
#[derive(Serialize)]
pub(super) struct Received {
    received: Vec<Uuid>,
}

/// `POST /quarantine`: the one thing that a device may do whose access has ended. The browser's own cookie
/// says which device it is, since its session has ended too.
pub(super) async fn push(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PushRequest>,
) -> Result<Json<Received>, ApiError> {
    let browser = Cookie::Device.read(&headers, &app.settings).ok_or(Code::SignedOut)?;
    let caller = &request.caller;
    let mut tx = app.store.write().await?;
    if !tx.access_ended(&browser, caller.user).await? {
        return Err(Code::NotAllowed.into());
    }
    let entries = &request.entries[..request.entries.len().min(PUSH_ENTRIES_MOST)];
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let answered = tx.answered(&ids).await?;
    // What was applied is no news; what was refused may be seen to once more.
    let applied = |id| answered.iter().any(|known| known.id == id && known.verdict == Verdict::Applied);
    let now = app.clock.now();
    for entry in entries.iter().filter(|entry| entry.name != "void" && !applied(entry.id)) {
        if entry.args.get().len() > ENTRY_BYTES_MOST {
            return Err(Code::TooLarge.into());
        }
        tx.hold(caller.user, caller.client, entry, now).await?;
    }
    tx.commit().await?;
    tracing::info!(user = %caller.user, client = %caller.client, entries = ids.len(), "held in quarantine");
    Ok(Json(Received { received: ids }))
}

#[async_trait]
impl quarantine::Desk for Desk {
    async fn held(&self) -> Result<Vec<Held>, NoAnswer> {
        self.administrator().await?;
        Ok(held(&self.app).await?)
    }

    async fn decide(&self, request: Decide) -> Result<Vec<NotAccepted>, NoAnswer> {
        Ok(decide(self, request).await?)
    }
}

async fn held(app: &App) -> Result<Vec<Held>, ApiError> {
    Ok(app.store.read().await?.held().await?)
}

async fn decide(desk: &Desk, Decide { ids, accept }: Decide) -> Result<Vec<NotAccepted>, ApiError> {
    let administrator = desk.administrator().await?;
    let app = &desk.app;
    let mut left = Vec::new();
    for entry in held(app).await?.into_iter().filter(|entry| ids.contains(&entry.id)) {
        let id = entry.id;
        let bytes = bytes_of(&entry);
        if accept && let Err(refusal) = carry_out(app, administrator, entry).await? {
            left.push(NotAccepted { id, refusal });
            continue;
        }
        let mut tx = app.store.write().await?;
        // It may have been carried out before, and the note of it lost: then it is not discarded any more.
        let carried_out = tx.answered(&[accepted_id(id)]).await?;
        let accept = accept || carried_out.iter().any(|known| known.verdict == Verdict::Applied);
        tx.decide(id, accept, administrator, app.clock.now()).await?;
        if !accept && let Some(key) = bytes {
            tx.drop_left_behind(key).await?;
        }
        tx.commit().await?;
        tracing::info!(entry = %id, accept, by = %administrator, "decided on an entry in quarantine");
    }
    app.learn().await?;
    Ok(left)
}

/// Carries an entry out once, even where the note of the decision was lost.
async fn carry_out(app: &App, by: UserId, entry: Held) -> Result<Result<(), Refusal>, ApiError> {
    let Ok(args) = serde_json::from_str(entry.args.get()) else { return Ok(Err(Refusal::BadArguments)) };
    let Held { id, author, name, v, happened, business_date, .. } = entry;
    let action = QuarantineAccept { author, name, v, args, happened, business_date };
    Ok(accept_held(&app.store, by, id, action, &app.clock).await?)
}

/// Returns whose bytes an entry brought along.
fn bytes_of(entry: &Held) -> Option<BlobKey> {
    match Action::decode(&entry.name, entry.v, entry.args.get()) {
        Ok(Action::AttachmentAdd(AttachmentAdd { attachment })) => {
            let record = RecordKey::new(Kind::Attachment, attachment.id.uuid());
            Some(BlobKey { record, hash: attachment.hash })
        }
        _ => None,
    }
}
