//! JSON bodies. Only a script of the same site can send this content type without being asked first.

use app::online::Code;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A body of a known shape.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().is_none_or(|kind| kind.trim() != "application/json") {
            return Err(Code::BadRequest.into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(cut)?;
        serde_json::from_slice(&bytes).map(JsonBody).map_err(|_| Code::BadRequest.into())
    }
}

/// Why a body did not arrive.
pub(super) fn cut(error: BytesRejection) -> ApiError {
    let large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    ApiError::from(if large { Code::TooLarge } else { Code::BadRequest })
}
