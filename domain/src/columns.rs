//! A record kind's columns, declared once: SQL views, device index, lists, edits, import and export read them.

use chrono::NaiveDate;

use crate::kind::Kind;

/// How a column's values look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    /// Text of many lines; two changes of it keep both.
    LongText,
    /// A plain date.
    Date,
    /// Milliseconds UTC.
    Instant,
    Integer,
    Flag,
    /// One of a closed list of words.
    Choice,
    /// A set of words; edited by adding and removing.
    Set,
    /// The id of another record.
    Reference(Kind),
}

/// Where a column's values lie in the body, for whoever reads bodies without the typed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Under the column's name.
    Named,
    /// Deeper: the names on the way.
    At(&'static [&'static str]),
    /// In this member of every item of the list under the column's name.
    Each(&'static str),
    /// A list under the column's name, of which one text is made, an item a line.
    Lines,
    /// The key of a record under the column's name, written `kind:id`.
    Key,
    /// The name of a field under the column's name ([`crate::edit::FieldName`]).
    Field,
    /// Set where something lies under the column's name.
    Presence,
    /// Several values of their own shape under the column's name.
    Json,
    /// An amount under the column's name ([`crate::value::Money`]).
    Amount,
}

/// A column without its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// The name in the body, in SQL and in edits.
    pub name: &'static str,
    pub shape: ColumnType,
    /// Whether a field edit may change it; the rest changes only through mutations of their own.
    pub editable: bool,
    pub place: Place,
}

/// A column and how to read it from the typed record.
pub struct Column<R> {
    pub info: ColumnInfo,
    pub read: fn(&R) -> Cell,
}

impl<R> Column<R> {
    /// Says where in the body the values lie, if not under the column's name.
    #[must_use]
    pub const fn in_body(self, place: Place) -> Self {
        Self { info: ColumnInfo { place, ..self.info }, read: self.read }
    }
}

/// Declares an editable column.
pub const fn column<R>(name: &'static str, shape: ColumnType, read: fn(&R) -> Cell) -> Column<R> {
    Column { info: ColumnInfo { name, shape, editable: true, place: Place::Named }, read }
}

/// Declares a column that no field edit may change.
pub const fn fixed<R>(name: &'static str, shape: ColumnType, read: fn(&R) -> Cell) -> Column<R> {
    Column { info: ColumnInfo { name, shape, editable: false, place: Place::Named }, read }
}

/// One value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Integer(i64),
    Flag(bool),
    Date(NaiveDate),
    /// Milliseconds UTC.
    Instant(i64),
    List(Vec<String>),
}

impl Cell {
    /// Takes a text; an empty one is [`Cell::Empty`].
    pub fn text(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }

    /// Takes what can be shown, if there is one.
    pub fn shown<T: ToString>(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, |v| Cell::Text(v.to_string()))
    }

    /// Takes a list of what can be shown.
    pub fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> Cell {
        Cell::List(values.into_iter().map(|v| v.to_string()).collect())
    }
}
