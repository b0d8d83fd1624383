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

/// What is done with customers that leaves no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// A page was printed.
    Printed,
    /// Many customers were opened within an hour.
    Opened,
}

/// Notes that somebody printed, or opened many customers one after the other. Like [`ExportNote`] it changes nothing: whoever
/// hands over what they leave reads it in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessNote {
    pub what: Access,
    /// How many pages, or customers in the hour so far.
    pub count: u32,
    /// The address of the page that was printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
}

impl AccessNote {
    /// So many customers within an hour are noted, and as many more again.
    pub const MANY: usize = 50;
}

impl Mutation for AccessNote {
    const NAME: &'static str = "access_note";

    fn apply(&self, _at: &Moment, _view: &mut View) -> Result<(), Stop> {
        Ok(())
    }
}
