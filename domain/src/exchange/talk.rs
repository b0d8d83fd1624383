//! What the page asks of the worker that reads and writes files, and what it answers. Files and what the device
//! knows travel as bytes beside a question or an answer.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Heading, Pile, RowRecords, Suspicion, Target};
use crate::{
    kind::Kind,
    own::OwnField,
    refusal::FieldError,
    summary::{customer_field, found_by},
    user::UserId,
};

/// A question. The worker answers one after the other, and keeps the file between them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Reads a file; without bytes beside it the former one again, in another way.
    Read { name: String, options: Reading },
    /// Sorts the rows into the four piles. Beside it: the customers of the device, as [`put_known`] writes them.
    Sort { targets: Vec<Target>, own: Vec<OwnField>, owner: UserId },
    /// Asks for rows to be entered, from a place among the rows on.
    Take { from: u32, most: u32, choice: Choice },
    /// Asks why rows stay out, each reason once.
    Reasons { choice: Choice, left: Left },
    /// Writes the rows that stay out as a file like the one that was read, with the words for each reason.
    LeftOut { choice: Choice, left: Left, column: String, words: Vec<String> },
    /// Begins a file.
    Begin { columns: Vec<Column>, format: Format, sheet: String },
    /// Adds rows to the file that was begun.
    Rows { rows: Vec<Vec<String>> },
    /// Ends the file and asks for it.
    End,
}

/// How a file is read; what is not said is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// As the Encoding Standard names it.
    pub encoding: Option<String>,
    pub separator: Option<u8>,
    pub sheet: Option<String>,
    pub heading: Heading,
    /// What a person of this region would have made: `tw`, `cn`, or nothing.
    pub region: Option<String>,
}

/// What is done with the two piles that leave a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Customers that are here take what the file knows more.
    pub update: bool,
    /// Rows that look like customers that are here are added all the same.
    pub add_suspected: bool,
}

/// Which rows were not entered beside those of the choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The import was stopped before this row.
    pub stopped_at: Option<u32>,
    /// The device could not take them.
    pub failed: Vec<u32>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Read(Seen),
    Unreadable(Trouble),
    Sorted(Sorted),
    /// `next` is where to go on.
    Taken {
        rows: Vec<Ready>,
        next: Option<u32>,
    },
    Reasons {
        reasons: Vec<Reason>,
        rows: u32,
    },
    /// A file, or what was asked for is done. The bytes are beside it.
    Done {
        kind: String,
        extension: String,
    },
    /// The step is at work: so many of so many rows.
    Working {
        done: u32,
        of: u32,
    },
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    Empty,
    /// Neither text nor a workbook nor a card.
    NotATable,
    /// Larger than a device can hold.
    TooLarge,
    /// A workbook with a password.
    Locked,
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub form: Form,
    pub header: Vec<String>,
    /// A value of each column.
    pub samples: Vec<String>,
    pub rows: u32,
    /// Where each column goes by its name.
    pub targets: Vec<Target>,
}

/// What kind of file it is, and how it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Separated {
        encoding: String,
        separator: u8,
    },
    Workbook {
        sheets: Vec<String>,
        sheet: String,
    },
    #[default]
    Cards,
}

/// The piles of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sorted {
    /// How many rows are on each pile, in its order.
    pub counts: [u32; 4],
    /// The first rows of each.
    pub samples: Vec<Sample>,
}

/// A row that is shown before the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    pub pile: Pile,
    /// Where it stands in the file, from 1.
    pub line: u32,
    /// Its name, also where the row is faulty.
    pub name: String,
    pub records: Option<RowRecords>,
    /// The customer that it changes.
    pub known: Option<Uuid>,
    pub suspicion: Option<Suspicion>,
    pub errors: Vec<FieldError>,
}

/// A row to be entered, with ids that are still to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Its place among the rows.
    pub row: u32,
    pub way: Way,
    pub records: RowRecords,
}

/// How a row is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Create,
    /// The contact joins the customer of an earlier row.
    Join(u32),
    Update(Uuid),
}

/// Why a row stays out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Fault(FieldError),
    SeveralOfTheName,
    SameTaxId,
    SamePhone,
    AlikeName,
    Again,
    /// The person did not want customers changed.
    NoUpdates,
    Stopped,
    Failed,
}

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Separated,
    Workbook,
}

/// A column of a file to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub shape: Shape,
}

/// How a column's cells are written into a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Phones and ids too: nothing is computed and no zero is lost.
    Text,
    /// ISO 8601.
    Date,
}

/// Appends a customer of the device: its id and its shown fields, with their number and their lengths before them.
pub fn put_known<'a>(out: &mut Vec<u8>, id: Uuid, shown: impl Iterator<Item = &'a str>) {
    out.extend_from_slice(id.as_bytes());
    let number = out.len();
    out.push(0);
    for field in shown.take(usize::from(u8::MAX)) {
        out.extend_from_slice(&u32::try_from(field.len()).unwrap_or_default().to_le_bytes());
        out.extend_from_slice(field.as_bytes());
        if let Some(number) = out.get_mut(number) {
            *number += 1;
        }
    }
}

/// Reads what [`put_known`] wrote: id, what a search reads, tax number, names beside the first one; what is cut off is
/// left out.
pub fn each_known(mut bytes: &[u8], mut see: impl FnMut(Uuid, &[u8], &str, &[&str])) {
    while let Some((id, rest)) = bytes.split_first_chunk::<16>()
        && let Some((number, mut rest)) = rest.split_first()
    {
        let mut shown = Vec::with_capacity(usize::from(*number));
        for _ in 0..*number {
            let Some((field, behind)) = part(rest) else { return };
            shown.push(std::str::from_utf8(field).unwrap_or_default());
            rest = behind;
        }
        let field = |place: usize| shown.get(place).copied().unwrap_or_default();
        let names = [customer_field::SHORT_NAME, customer_field::ALIASES];
        let names: Vec<&str> = names.into_iter().flat_map(|place| field(place).split('\n')).collect();
        let search = found_by(Kind::Customer, shown.iter().copied());
        see(Uuid::from_bytes(*id), &search, field(customer_field::TAX_ID), &names);
        bytes = rest;
    }
}

/// Takes off a part that its length stands before.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}
