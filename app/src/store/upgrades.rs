//! The versions of the database. Upgrades only add: an older build of another tab must not lose anything.

use sync::device::Area;
use wasm_bindgen::JsValue;
use web_sys::IdbDatabase;

/// The version that this build reads and writes.
pub const VERSION: u32 = 1;

/// Brings a database from one version to the next.
type Upgrade = fn(&IdbDatabase) -> Result<(), JsValue>;

/// What each version added, from version 1 on. Lines are only ever appended.
const UPGRADES: [Upgrade; VERSION as usize] = [areas];

/// Runs what a database of version `from` lacks; 0 is a new one.
///
/// # Errors
/// The browser refused; the upgrade leaves nothing behind.
pub(super) fn run(database: &IdbDatabase, from: u32) -> Result<(), JsValue> {
    UPGRADES.iter().skip(from as usize).try_for_each(|upgrade| upgrade(database))
}

/// Version 1: one object store per area.
fn areas(database: &IdbDatabase) -> Result<(), JsValue> {
    Area::ALL.into_iter().try_for_each(|area| database.create_object_store(area.name()).map(drop))
}
