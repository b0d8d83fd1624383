//! Separated text as other programs open it.

/// What a spreadsheet takes for a formula when a cell begins with it.
const DANGEROUS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Keeps a spreadsheet from computing a cell (OWASP, CSV injection): the quote makes it text. A phone number that
/// begins with `+` is one that would be computed.
pub fn neutral(cell: &str) -> String {
    if cell.starts_with(DANGEROUS) { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes off what [`neutral`] put on, so that a file can come back.
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(DANGEROUS)).unwrap_or(cell)
}

/// Writes rows for Excel: UTF-8 with its mark, commas, lines ended as RFC 4180 has it.
pub fn write_separated<'a>(rows: impl Iterator<Item = &'a [String]>) -> Vec<u8> {
    write("\u{feff}".into(), rows)
}

/// Writes rows that follow those of [`write_separated`] in the same file.
pub fn write_more<'a>(rows: impl Iterator<Item = &'a [String]>) -> Vec<u8> {
    write(Vec::new(), rows)
}

fn write<'a>(behind: Vec<u8>, rows: impl Iterator<Item = &'a [String]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(behind);
    for row in rows {
        // Writing into memory does not fail.
        drop(writer.write_record(row.iter().map(|cell| neutral(cell))));
    }
    writer.into_inner().unwrap_or_default()
}
