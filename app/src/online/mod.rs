//! Server functions: the forms that need the network.
//!
//! One file a topic. It holds what is asked and answered, the functions, and a trait `Desk` by which their
//! bodies ask the server. Features `csr` and `ssr` compile the two halves; the types exist once.

#[cfg(feature = "ssr")]
mod desk;
pub mod devices;
pub mod handover;
pub mod history;
mod no_answer;
pub mod password;
pub mod people;
mod protocol;
pub mod quarantine;
pub mod session;
pub mod set_up;
pub mod status;
pub mod strangers;

#[cfg(feature = "ssr")]
pub use desk::{Desk, addresses, provide_desk};
pub use no_answer::{Code, NoAnswer, Problem};
