use super::guess;

/// A file as rows of cells, with the names of its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Where each row stands in the file, counted from 1: blank ones are left out.
    pub lines: Vec<u32>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("no rows")]
    Empty,
    #[error("not a table: {0}")]
    NotATable(String),
}

/// Where a file's columns have their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// In the row with the most known names among the first ones; what stands above is a title.
    #[default]
    Named,
    /// Nowhere: every row is data.
    Nameless,
}

/// What parts the cells, most frequent first.
pub const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// So many rows show what parts the cells, and where the names stand.
const ROWS_LOOKED_AT: usize = 20;

impl Table {
    /// Reads separated text (RFC 4180); rows may be shorter or longer than the first.
    ///
    /// # Errors
    /// No rows, or not a table.
    pub fn read(text: &str) -> Result<Table, Unreadable> {
        Table::read_with(text, None, Heading::Named)
    }

    /// Reads separated text with a known separator, or with the one that gives the most even rows.
    ///
    /// # Errors
    /// No rows, or not a table.
    pub fn read_with(text: &str, separator: Option<u8>, heading: Heading) -> Result<Table, Unreadable> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = reader(text, separator.unwrap_or_else(|| separator_of(text)));
        let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
        loop {
            let before = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Table::of(rows, heading),
                Err(error) => return Err(Unreadable::NotATable(error.to_string())),
            }
            // The reader passes over blank lines; the person counts them.
            let broken = record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
            let blank = (reader.position().line() - before).saturating_sub(broken + 1);
            rows.extend((0..blank).map(|_| Vec::new()));
            rows.push(record.iter().map(str::to_owned).collect());
        }
    }

    /// Makes a table of rows as they stand in the file.
    ///
    /// # Errors
    /// There are no rows.
    pub fn of(rows: Vec<Vec<String>>, heading: Heading) -> Result<Table, Unreadable> {
        let numbered = rows.into_iter().zip(1..);
        let mut rows: Vec<(Vec<String>, u32)> =
            numbered.filter(|(row, _)| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        let header = match heading {
            Heading::Named => {
                let known = |row: &[String]| guess(row).iter().filter(|target| **target != Default::default()).count();
                let first = rows.iter().take(ROWS_LOOKED_AT).map(|(row, _)| known(row)).enumerate();
                // The first of equals wins: `max_by_key` would take the last.
                let at = first.rev().max_by_key(|(_, known)| *known).map_or(0, |(at, _)| at);
                rows.drain(..rows.len().min(at + 1)).next_back().map(|(row, _)| row).unwrap_or_default()
            }
            Heading::Nameless => {
                let most = rows.iter().map(|(row, _)| row.len()).max().unwrap_or_default();
                (0..most).map(column_name).collect()
            }
        };
        if rows.is_empty() {
            return Err(Unreadable::Empty);
        }
        let (rows, lines) = rows.into_iter().unzip();
        Ok(Table { header, rows, lines })
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// Finds what parts the cells: what cuts the most of the first rows into the same number of them.
pub fn separator_of(text: &str) -> u8 {
    let even = |separator: &u8| {
        let first = reader(text, *separator).into_records().take(ROWS_LOOKED_AT);
        let lengths: Vec<usize> = first.filter_map(Result::ok).map(|record| record.len()).collect();
        let rows = |length: usize| lengths.iter().filter(|other| **other == length).count();
        lengths.iter().filter(|length| **length > 1).map(|length| (rows(*length), *length)).max().unwrap_or_default()
    };
    SEPARATORS.iter().rev().max_by_key(|separator| even(separator)).copied().unwrap_or(b',')
}

/// Names a column as spreadsheets do: `A` to `Z`, then `AA`.
pub fn column_name(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26).to_le_bytes()[0]);
    if at < 26 { letter.to_string() } else { format!("{}{letter}", column_name(at / 26 - 1)) }
}
