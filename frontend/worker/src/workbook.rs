//! Workbooks as rows of cells: Excel's present form and the one before 2007.

use std::io::{Cursor, Read, Seek};

use calamine::{Data, ExcelDateTime, Reader, Xls, XlsError, Xlsx, XlsxError};
use domain::exchange::Trouble;

const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";

/// The sheets of a workbook, and the cells of one.
pub(crate) struct Sheet {
    pub(crate) names: Vec<String>,
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Says whether bytes may be a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Reads a sheet: the one asked for, or else the first that holds more than one row.
///
/// # Errors
/// It is no workbook, it has a password, or nothing is in it.
pub(crate) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Trouble> {
    let cursor = Cursor::new(bytes);
    if bytes.starts_with(ZIP) {
        return sheet(Xlsx::new(cursor).map_err(xlsx_trouble)?, wanted);
    }
    match Xls::new(cursor.clone()) {
        Ok(workbook) => sheet(workbook, wanted),
        Err(XlsError::Password) => Err(Trouble::Locked),
        // A workbook of today with a password lies in a container of yesterday.
        Err(_) => Err(Xlsx::new(cursor).map_or_else(xlsx_trouble, |_| Trouble::NotATable)),
    }
}

fn xlsx_trouble(error: XlsxError) -> Trouble {
    match error {
        XlsxError::Password => Trouble::Locked,
        _ => Trouble::NotATable,
    }
}

fn sheet<'a, R: Reader<Cursor<&'a [u8]>>>(mut workbook: R, wanted: Option<&str>) -> Result<Sheet, Trouble>
where
    Cursor<&'a [u8]>: Read + Seek,
{
    let names = workbook.sheet_names();
    let mut first = None;
    for name in names.iter().filter(|name| wanted.is_none_or(|wanted| wanted == *name)) {
        let Ok(range) = workbook.worksheet_range(name) else { continue };
        let above = range.start().map_or(0, |(row, _)| row);
        let mut rows = vec![Vec::new(); above as usize];
        rows.extend(range.rows().map(|row| row.iter().map(cell).collect()));
        let filled = rows.iter().filter(|row: &&Vec<String>| row.iter().any(|cell| !cell.is_empty())).count();
        let found = Sheet { names: names.clone(), name: name.clone(), rows };
        if filled > 1 || wanted.is_some() {
            return Ok(found);
        }
        first.get_or_insert(found);
    }
    first.ok_or(Trouble::NotATable)
}

/// Writes a cell as a person reads it: whole numbers without decimals, dates as ISO 8601.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        // No float is written with an exponent: a phone number that Excel made a number of keeps its digits.
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(at) => date(at),
    }
}

fn date(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return at.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}") }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime as Written, Format, Workbook};

    use super::*;

    fn workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("說明").unwrap().write_string(0, 0, "請看下一頁").unwrap();
        let sheet = workbook.add_worksheet().set_name("客戶").unwrap();
        sheet.write_string(2, 0, "客戶名稱").unwrap();
        sheet.write_string(2, 1, "電話").unwrap();
        sheet.write_string(3, 0, " 鼎盛五金 ").unwrap();
        sheet.write_number(3, 1, 886_912_345_678.0).unwrap();
        sheet.write_number(3, 2, 12.5).unwrap();
        let day = Written::from_ymd(2026, 11, 30).unwrap();
        sheet.write_datetime_with_format(3, 3, day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn the_sheet_with_rows_is_read_as_a_person_sees_it() {
        let bytes = workbook();
        assert!(is_workbook(&bytes));
        let sheet = read(&bytes, None).unwrap();
        assert_eq!((sheet.name.as_str(), sheet.names.len(), sheet.rows.len()), ("客戶", 2, 4));
        assert_eq!(sheet.rows[3], ["鼎盛五金", "886912345678", "12.5", "2026-11-30"]);
        assert_eq!(read(&bytes, Some("說明")).unwrap().rows, [["請看下一頁"]]);
    }

    #[test]
    fn what_only_begins_like_a_workbook_is_none() {
        assert_eq!(read(b"PK\x03\x04 and no more", None).err(), Some(Trouble::NotATable));
        assert_eq!(read(b"\xD0\xCF\x11\xE0 and no more", None).err(), Some(Trouble::NotATable));
    }
}
