//! Which entry is being replayed, noted where a crash of the program cannot wipe it out.

use sync::device::Guard;
use uuid::Uuid;

use crate::platform::preferences;

/// A note in the browser's local storage, one per database.
#[derive(Clone, Debug)]
pub struct LocalGuard {
    key: String,
}

impl LocalGuard {
    /// Names the note after its database.
    pub fn new(database: &str) -> Self {
        Self { key: format!("{database}.replaying") }
    }
}

impl Guard for LocalGuard {
    fn before(&self, entry: Uuid) {
        preferences::set(&self.key, &entry.to_string());
    }

    fn after(&self) {
        preferences::remove(&self.key);
    }

    fn left_behind(&self) -> Option<Uuid> {
        let note = preferences::get(&self.key)?;
        preferences::remove(&self.key);
        Uuid::try_parse(&note).ok()
    }
}
