//! Taking in what the server says: push answers, feed pages, and starts from zero.

mod batch;
mod check;
mod client_id;
mod doubt;
mod pages;
mod plan;
mod push;
mod settlement;
mod start_over;

pub(crate) use doubt::Doubt;
pub(crate) use plan::delta_key;
