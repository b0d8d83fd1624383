//! The bytes of photos and files: read through the record that names them, never by hash alone.

use app::online::Code;
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, Query, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    attachment::{Attachment, AttachmentAdd, BlobHash, Media},
    kind::{Kind, RecordKey},
    mutation::Action,
    record::{BodyError, Record as _},
    user::{User, UserId},
};
use futures_util::stream;
use serde::Deserialize;
use sync::{
    protocol::{BLOB_PIECE_BYTES, BlobHeld},
    server::{Clock as _, ReadTx, ServerStore, StoreError, WriteTx, expire_shares, seen},
};
use uuid::Uuid;

use super::{cookie::Cookie, error::ApiError, json::cut, signed_in::SignedIn};
use crate::{
    App,
    store::{BlobKey, Held, Tx},
};

/// Where the bytes of a record are.
pub(super) const PATH: &str = "/records/{kind}/{id}/blobs/{hash}";

/// The kind, id and hash of the address; what is none of these is not found.
pub(super) type Address = Path<(String, String, String)>;

/// Where a piece begins.
#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    from: u64,
    /// Whose it is, from a device whose access has ended.
    #[serde(default)]
    user: Option<UserId>,
}

fn key_of(Path((kind, id, hash)): &Address) -> Result<BlobKey, ApiError> {
    let kind = Kind::parse(kind).filter(|kind| *kind == Kind::Attachment).ok_or(Code::NotFound)?;
    let id = Uuid::try_parse(id).map_err(|_| Code::NotFound)?;
    let hash = BlobHash::parse(hash).map_err(|_| Code::NotFound)?;
    Ok(BlobKey { record: RecordKey::new(kind, id), hash })
}

/// Reads a body as an attachment that names the hash of the address.
fn naming(key: BlobKey, body: &str) -> Result<Attachment, ApiError> {
    let attachment = BodyError::parse::<Attachment>(body).map_err(|e| StoreError::Fatal(e.to_string()))?;
    if attachment.hash == key.hash { Ok(attachment) } else { Err(Code::NotFound.into()) }
}

/// `PUT /records/{kind}/{id}/blobs/{hash}?from=0`: takes the piece that begins where what has arrived ends. The
/// answer says where the next one begins, whatever was sent, so that a sender that was cut off goes on from there.
///
/// It is for the author, whatever he sees now, and for those who see the record and have the bytes: a server that
/// was restored from an older backup gets them back.
/// A device whose access has ended hands over what belongs to its entries in quarantine.
pub(super) async fn put(
    State(app): State<App>,
    headers: HeaderMap,
    signed_in: Result<SignedIn, ApiError>,
    address: Address,
    Query(From { from, user }): Query<From>,
    piece: Result<Bytes, BytesRejection>,
) -> Result<Json<BlobHeld>, ApiError> {
    let mut tx = app.store.read().await?;
    let attachment = match (signed_in, user) {
        (Err(error), None) => return Err(error),
        (Ok(signed_in), _) => of_record(&mut tx, &signed_in.user, key_of(&address)?).await?,
        (Err(error), Some(user)) => {
            let browser = Cookie::Device.read(&headers, &app.settings).ok_or(error)?;
            if !tx.access_ended(&browser, user).await? {
                return Err(Code::NotAllowed.into());
            }
            left_behind(&mut tx, user, key_of(&address)?).await?
        }
    };
    drop(tx);
    let (key, piece) = (key_of(&address)?, piece.map_err(cut)?);
    let size = u64::from(attachment.bytes);
    let mut tx = app.store.write().await?;
    let so_far = tx.blob_held(key).await?;
    let fits = from == so_far.held && !piece.is_empty() && piece.len() <= BLOB_PIECE_BYTES;
    if so_far.whole || !fits || from + piece.len() as u64 > size {
        return Ok(Json(answer(so_far)));
    }
    let now = tx.append_to_blob(key, so_far, &piece, size, app.clock.now()).await?;
    tx.commit().await?;
    if now.whole {
        tracing::info!(attachment = %attachment.id, bytes = size, "a file has arrived");
    }
    Ok(Json(answer(now)))
}

/// Returns the attachment whose bytes a person may hand over.
async fn of_record(tx: &mut Tx, user: &User, key: BlobKey) -> Result<Attachment, ApiError> {
    let row = tx.rows(&[key.record]).await?.into_iter().next().ok_or(Code::NotFound)?;
    let attachment = naming(key, &row.body)?;
    let may = attachment.author == user.id || seen(tx, user, key.record).await?.is_some();
    if may { Ok(attachment) } else { Err(Code::NotFound.into()) }
}

/// Returns the attachment whose bytes a device may hand over after its access has ended: of an entry that was carried
/// out before, or of one in quarantine.
async fn left_behind(tx: &mut Tx, user: UserId, key: BlobKey) -> Result<Attachment, ApiError> {
    if let Some(row) = tx.rows(&[key.record]).await?.into_iter().next() {
        let attachment = naming(key, &row.body)?;
        return if attachment.author == user { Ok(attachment) } else { Err(Code::NotFound.into()) };
    }
    let held = tx.held().await?.into_iter().filter(|held| held.author == user);
    let actions = held.filter_map(|held| Action::decode(&held.name, held.v, held.args.get()).ok());
    let mut added = actions.filter_map(|action| match action {
        Action::AttachmentAdd(AttachmentAdd { attachment }) => Some(attachment),
        _ => None,
    });
    let named = |attachment: &Attachment| {
        attachment.id.uuid() == key.record.id && attachment.hash == key.hash && attachment.validate().is_ok()
    };
    added.find(named).ok_or(Code::NotFound.into())
}

fn answer(Held { held, whole }: Held) -> BlobHeld {
    BlobHeld { held, whole }
}

/// `GET /records/{kind}/{id}/blobs/{hash}`
pub(super) async fn get(State(app): State<App>, signed_in: SignedIn, address: Address) -> Result<Response, ApiError> {
    let key = key_of(&address)?;
    expire_shares(&app.store, &app.clock).await?;
    let mut tx = app.store.read().await?;
    let row = seen(&mut tx, &signed_in.user, key.record).await?.ok_or(Code::NotFound)?;
    let attachment = naming(key, &row.body)?;
    if !tx.blob_held(key).await?.whole {
        return Err(Code::NotArrived.into());
    }
    let first = tx.blob_piece(key, 0).await?.unwrap_or_default();
    drop(tx);
    let picture = Media::picture_of(&first);
    let start = first.len() as u64;
    let rest = stream::unfold(Some((app, start)), move |state| async move {
        let (app, start) = state?;
        match piece(&app, key, start).await {
            Ok(Some(bytes)) => {
                let next = start + bytes.len() as u64;
                Some((Ok(Bytes::from(bytes)), Some((app, next))))
            }
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    let first = stream::once(async { Ok::<_, StoreError>(Bytes::from(first)) });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    Ok((headers(&attachment, picture), body).into_response())
}

async fn piece(app: &App, key: BlobKey, start: u64) -> Result<Option<Vec<u8>>, StoreError> {
    app.store.read().await?.blob_piece(key, start).await
}

/// A browser that is led here shows pictures and nothing else, by what they are and not by what was claimed.
fn headers(attachment: &Attachment, picture: Option<Media>) -> [(HeaderName, HeaderValue); 5] {
    let media_type = picture.map_or("application/octet-stream", |media| media.media_type);
    let way = if picture.is_some() { "inline" } else { "attachment" };
    let disposition = format!("{way}; filename*=UTF-8''{}", encoded(&attachment.name));
    let plain = |text: &'static str| HeaderValue::from_static(text);
    [
        (header::CONTENT_TYPE, plain(media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(attachment.bytes)),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(disposition).unwrap_or(plain("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, plain("nosniff")),
        (header::CONTENT_SECURITY_POLICY, plain("default-src 'none'; sandbox")),
    ]
}

/// Writes a file name for a header (RFC 8187).
pub(super) fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
