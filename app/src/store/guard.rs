//! What is being replayed, noted where a crash of the program cannot wipe it out.

use sync::device::{Guard, Replaying};
use uuid::Uuid;

use crate::platform::preferences;

/// The note that stands for many entries.
const MANY: &str = "many";

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
    fn before(&self, replaying: Replaying) {
        match replaying {
            Replaying::Entry(entry) => preferences::set(&self.key, &entry.to_string()),
            Replaying::Many => preferences::set(&self.key, MANY),
        }
    }

    fn after(&self) {
        preferences::remove(&self.key);
    }

    fn left_behind(&self) -> Option<Replaying> {
        let note = preferences::get(&self.key)?;
        preferences::remove(&self.key);
        match note.as_str() {
            MANY => Some(Replaying::Many),
            entry => Uuid::try_parse(entry).ok().map(Replaying::Entry),
        }
    }
}
