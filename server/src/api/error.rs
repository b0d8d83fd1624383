//! What an answer says when there is none: a stable code.

use app::online::{Code, NoAnswer, Problem};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use sync::server::StoreError;

use crate::people::NotMade;

/// Seconds after which a database that is away is worth another try.
const AWAY_SECONDS: u32 = 3;

/// Why a request is not answered.
#[derive(Debug)]
pub(crate) struct ApiError(Problem);

impl ApiError {
    /// The attempts of a guesser, or of somebody forgetful.
    pub(crate) fn too_many_attempts(wait_ms: i64) -> Self {
        let seconds = u32::try_from((wait_ms + 999) / 1000).unwrap_or(u32::MAX);
        ApiError(Problem { retry_after: Some(seconds), ..Code::TooManyAttempts.into() })
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        ApiError(code.into())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(why) => {
                tracing::warn!(why, "the database is away");
                ApiError(Problem { retry_after: Some(AWAY_SECONDS), ..Code::Away.into() })
            }
            StoreError::Fatal(why) => {
                tracing::error!(why, "incident");
                Code::Incident.into()
            }
        }
    }
}

impl From<NotMade> for ApiError {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Refused(refusal) => ApiError(Problem { refusal: Some(refusal), ..Code::Refused.into() }),
            NotMade::PasswordTooShort => Code::PasswordTooShort.into(),
            NotMade::AlreadySetUp => Code::AlreadySetUp.into(),
            NotMade::Store(error) => error.into(),
        }
    }
}

/// For the server functions, which carry it to the form.
impl From<ApiError> for NoAnswer {
    fn from(ApiError(problem): ApiError) -> Self {
        problem.into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let ApiError(problem) = self;
        let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after;
        let mut response = (status, Json(problem)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
