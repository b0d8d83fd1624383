//! In-memory stores: the reference that the others are compared with.


mod server;


pub use server::{MemoryServer, Tables};
