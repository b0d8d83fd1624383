//! Why there is no answer, in stable codes: one type for the server that says so and the form that shows it.

use domain::refusal::Refusal;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Problem", into = "Problem")]
pub enum NoAnswer {
    /// No network, a captive portal, a cut stream.
    NoNetwork,
    /// The server said no.
    Refused(Problem),
}

/// What the server says when it does not answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    #[serde(default)]
    pub code: Code,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// The rule that was broken, and the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// Which problem. Its words on the wire never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Of the wrong shape.
    BadRequest,
    /// No such address, in this build.
    NotFound,
    TooLarge,
    /// A photo or file that is still on its way from the device where it was added.
    NotArrived,
    /// No session, or one that ended.
    SignedOut,
    WrongPassword,
    /// The person is no longer active.
    Disabled,
    /// A link that was used, replaced, or ran out.
    LinkEnded,
    /// The roles do not allow it.
    NotAllowed,
    TooManyAttempts,
    PasswordTooShort,
    AlreadySetUp,
    /// A rule refuses it; the refusal says which.
    Refused,
    /// The database is away.
    Away,
    /// The operator's business.
    Incident,
    /// One of a later build.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Code {
    /// Returns the status of the HTTP answer.
    pub fn status(self) -> u16 {
        match self {
            Code::BadRequest => 400,
            Code::SignedOut | Code::WrongPassword => 401,
            Code::Disabled | Code::NotAllowed => 403,
            Code::NotFound | Code::NotArrived => 404,
            Code::AlreadySetUp => 409,
            Code::LinkEnded => 410,
            Code::TooLarge => 413,
            Code::PasswordTooShort | Code::Refused => 422,
            Code::TooManyAttempts => 429,
            Code::Incident | Code::Unknown => 500,
            Code::Away => 503,
        }
    }
}

impl NoAnswer {
    /// Says whether the session has ended.
    pub fn signed_out(&self) -> bool {
        matches!(self, NoAnswer::Refused(Problem { code: Code::SignedOut, .. }))
    }

    /// Says whether there is no such thing, or none for this person.
    pub fn not_found(&self) -> bool {
        matches!(self, NoAnswer::Refused(Problem { code: Code::NotFound, .. }))
    }

    /// How long the server wishes to be left alone; ms.
    pub fn after(&self) -> Option<i64> {
        match self {
            NoAnswer::Refused(problem) => problem.retry_after.map(|seconds| i64::from(seconds) * 1000),
            NoAnswer::NoNetwork => None,
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Problem { code, ..Problem::default() }
    }
}

impl From<Code> for NoAnswer {
    fn from(code: Code) -> Self {
        NoAnswer::Refused(code.into())
    }
}

impl From<Problem> for NoAnswer {
    fn from(problem: Problem) -> Self {
        NoAnswer::Refused(problem)
    }
}

impl From<NoAnswer> for Problem {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Refused(problem) => problem,
            NoAnswer::NoNetwork => Problem::default(),
        }
    }
}

impl FromServerFnError for NoAnswer {
    type Encoder = JsonEncoding;

    /// What the library itself finds amiss, before or after the function's body.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Code::BadRequest.into()
            }
            _ => Code::Incident.into(),
        }
    }
}
