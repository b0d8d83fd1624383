//! What an answer says when there is none: a stable code.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use domain::refusal::Refusal;
use serde_json::json;
use sync::server::StoreError;

use crate::people::NotMade;

/// Why a request is not answered.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// Of the wrong shape.
    BadRequest,
    /// No such address, in this build.
    NotFound,
    TooLarge,
    /// No session, or one that ended.
    SignedOut,
    WrongPassword,
    TooManyAttempts {
        wait_ms: i64,
    },
    PasswordTooShort,
    AlreadySetUp,
    Refused(Refusal),
    /// The database is away.
    Away,
    /// The operator's business.
    Incident,
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(why) => {
                tracing::warn!(why, "the database is away");
                ApiError::Away
            }
            StoreError::Fatal(why) => {
                tracing::error!(why, "incident");
                ApiError::Incident
            }
        }
    }
}

impl From<NotMade> for ApiError {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Refused(refusal) => ApiError::Refused(refusal),
            NotMade::PasswordTooShort => ApiError::PasswordTooShort,
            NotMade::AlreadySetUp => ApiError::AlreadySetUp,
            NotMade::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = match &self {
            ApiError::BadRequest => (StatusCode::BAD_REQUEST, "bad_request"),
            ApiError::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            ApiError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ApiError::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
            ApiError::WrongPassword => (StatusCode::UNAUTHORIZED, "wrong_password"),
            ApiError::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            ApiError::PasswordTooShort => (StatusCode::UNPROCESSABLE_ENTITY, "password_too_short"),
            ApiError::AlreadySetUp => (StatusCode::CONFLICT, "already_set_up"),
            ApiError::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
            ApiError::Away => (StatusCode::SERVICE_UNAVAILABLE, "away"),
            ApiError::Incident => (StatusCode::INTERNAL_SERVER_ERROR, "incident"),
        };
        let retry_after = match &self {
            ApiError::TooManyAttempts { wait_ms } => Some((wait_ms + 999) / 1000),
            ApiError::Away => Some(3),
            _ => None,
        };
        let body = match self {
            ApiError::Refused(refusal) => json!({ "code": code, "refusal": refusal }),
            ApiError::TooManyAttempts { .. } => json!({ "code": code, "retry_after": retry_after }),
            _ => json!({ "code": code }),
        };
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
