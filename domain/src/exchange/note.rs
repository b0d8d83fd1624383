use serde::{Deserialize, Serialize};

use super::Format;
use crate::{
    kind::Kind,
    mutation::{Moment, Mutation},
    view::{Stop, View},
};

/// Notes that data left as a file. It changes nothing: the journal keeps who took what, and when, from devices
/// without a network too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportNote {
    pub kind: Kind,
    pub rows: u32,
    pub format: Format,
    /// What was searched for, if the list was not whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// What the list was narrowed down to, as its address says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
}

impl Mutation for ExportNote {
    const NAME: &'static str = "export_note";

    fn apply(&self, _at: &Moment, _view: &mut View) -> Result<(), Stop> {
        Ok(())
    }
}
