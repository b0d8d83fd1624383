//! In-memory stores: the reference that the others are compared with.

mod kv;
mod server;

pub use kv::{MemoryDisk, MemoryKv};
pub use server::{MemoryServer, Tables};
