//! The device's half: what the server said (the base), what waits (the outbox), and what is shown.
//!
//! Everything lies in a [`Kv`]: a handful of areas with atomic transactions. IndexedDB is one, memory
//! another. The engine keeps what it needs in memory and writes each change of state in one transaction.

mod base;
mod blobs;
mod block;
mod columns;
mod compact;
mod ending;
mod entering;
mod index;
mod kept;
mod kv;
mod lines;
mod loading;
pub(crate) mod meta;
mod notes;
mod outbox;
mod page;
mod rebase;
mod replica;
mod settle;

pub use base::{Base, Shown};
pub use blobs::{Piece, PieceAnswer, Whereabouts};
pub use columns::{Columns, Order};
pub use ending::{forget_note, note_of};
pub use entering::{Making, Saved};
pub use kv::{Area, Durability, Kv, KvError, Read, Rows, Write, key_of};
pub use lines::Line;
#[cfg(feature = "sim")]
pub(crate) use meta::{BASES, Bases};
pub use meta::{Identity, Meta};
pub use outbox::{Attention, Chain, Confirmed, EntryState, Pending, chains};
pub use page::Page;
pub use rebase::Preview;
pub use replica::{DeviceError, Guard, Guardless, Opened, Replaying, Replica, Stance};
