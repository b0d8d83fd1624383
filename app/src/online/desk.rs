//! The server as its functions see it: `app` does not depend on `server`.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header::RETRY_AFTER};
use leptos::{context::provide_context, prelude::expect_context, server_fn::axum::server_fn_paths};
use leptos_axum::ResponseOptions;

use super::{Problem, devices, handover, history, password, people, quarantine, session, set_up, status, strangers};

/// What the server does for every topic.
pub trait Desk:
    devices::Desk
    + handover::Desk
    + history::Desk
    + password::Desk
    + people::Desk
    + quarantine::Desk
    + session::Desk
    + set_up::Desk
    + status::Desk
    + strangers::Desk
{
}

impl<T> Desk for T where
    T: devices::Desk
        + handover::Desk
        + history::Desk
        + password::Desk
        + people::Desk
        + quarantine::Desk
        + session::Desk
        + set_up::Desk
        + status::Desk
        + strangers::Desk
{
}

/// Puts the desk of one request into the context. The options are for what its answer sets besides the body.
pub fn provide_desk<D: Desk + 'static>(desk: impl FnOnce(ResponseOptions) -> D) {
    let desk: Arc<dyn Desk> = Arc::new(desk(expect_context()));
    provide_context(desk);
}

/// Returns the desk of the request that is being answered.
pub(super) fn desk() -> Arc<dyn Desk> {
    expect_context()
}

/// Returns where the functions are found.
pub fn addresses() -> impl Iterator<Item = (&'static str, Method)> {
    server_fn_paths()
}

/// Gives the answer the status of a problem.
pub(super) fn refuse(problem: &Problem) {
    let answer = expect_context::<ResponseOptions>();
    if let Ok(status) = StatusCode::from_u16(problem.code.status()) {
        answer.set_status(status);
    }
    if let Some(seconds) = problem.retry_after {
        answer.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
    }
}
