/// A file as rows of cells; the first row names the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("no rows")]
    Empty,
    #[error("not a table: {0}")]
    NotATable(String),
}

/// What parts the cells, most frequent first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

impl Table {
    /// Reads comma-, tab- or semicolon-separated text (RFC 4180); rows may be shorter or longer than the first.
    ///
    /// # Errors
    /// No rows, or not a table.
    pub fn read(text: &str) -> Result<Table, Unreadable> {
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or_default();
        let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
        // The first of equals wins: `max_by_key` would take the last.
        let separator = SEPARATORS.iter().rev().max_by_key(|separator| count(separator)).copied().unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Vec<String>> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| Unreadable::NotATable(error.to_string()))?;
            let row: Vec<String> = record.iter().map(str::to_owned).collect();
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(row);
            }
        }
        if rows.len() < 2 {
            return Err(Unreadable::Empty);
        }
        let header = rows.remove(0);
        Ok(Table { header, rows })
    }

    /// Writes rows with the header, for those that were left out.
    pub fn write(header: &[String], rows: &[&Vec<String>]) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        // Writing into memory does not fail.
        drop(writer.write_record(header));
        for row in rows {
            drop(writer.write_record(row.iter()));
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
