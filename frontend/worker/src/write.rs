//! Rows as a file: separated text for any program, or a workbook.

use domain::exchange::{Column, Format, Shape, write_separated};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};

/// The narrowest and the widest column, in characters of Latin script.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;

/// A file that grows.
#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) rows: Vec<Vec<String>>,
    columns: Vec<Column>,
    format: Format,
    sheet: String,
}

impl Writing {
    pub(crate) fn new(columns: Vec<Column>, format: Format, sheet: String) -> Self {
        Self { rows: Vec::new(), columns, format, sheet }
    }

    /// Returns the media type and the ending of the name.
    pub(crate) fn kind(&self) -> (&'static str, &'static str) {
        match self.format {
            Format::Separated => ("text/csv", "csv"),
            Format::Workbook => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        }
    }

    /// Writes the file; `None` where a workbook cannot hold it.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        match self.format {
            Format::Separated => {
                let header: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
                Some(write_separated(std::iter::once(&header).chain(&self.rows).map(Vec::as_slice)))
            }
            Format::Workbook => self.workbook().ok(),
        }
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&self.sheet))?;
        let (text, date) = (CellFormat::new().set_num_format("@"), CellFormat::new().set_num_format("yyyy-mm-dd"));
        let heading = CellFormat::new().set_bold();
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_format(at, if column.shape == Shape::Date { &date } else { &text })?;
            sheet.set_column_width(
                at,
                width(&column.name, self.rows.iter().filter_map(|row| row.get(usize::from(at)))),
            )?;
            sheet.write_string_with_format(0, at, &column.name, &heading)?;
        }
        for (line, row) in (1..).zip(&self.rows) {
            for ((at, column), cell) in (0..).zip(&self.columns).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let day = ExcelDateTime::parse_from_str(cell).ok().filter(|_| column.shape == Shape::Date);
                // A text cell is never computed, whatever it begins with.
                let _: &mut Worksheet = match day {
                    Some(day) => sheet.write_datetime_with_format(line, at, day, &date)?,
                    None => sheet.write_string_with_format(line, at, cell, &text)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if let (Some(last), rows @ 1..) = (self.columns.len().checked_sub(1), self.rows.len()) {
            let (rows, last) = (u32::try_from(rows).unwrap_or(u32::MAX), u16::try_from(last).unwrap_or(u16::MAX));
            let _: &mut Worksheet = sheet.autofilter(0, 0, rows, last)?;
        }
        workbook.save_to_buffer()
    }
}

/// Excel takes 31 characters, and some not at all.
fn sheet_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.is_empty() { "1".to_owned() } else { name }
}

/// A column is as wide as its widest cell; a Chinese character takes two places.
fn width<'a>(name: &str, cells: impl Iterator<Item = &'a String>) -> f64 {
    let places =
        |text: &str| text.lines().map(|line| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()).max();
    let widest: usize = cells.filter_map(|cell| places(cell)).chain(places(name)).max().unwrap_or_default();
    u32::try_from((widest + 2).clamp(*WIDTHS.start(), *WIDTHS.end())).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbook;

    fn written(format: Format) -> Vec<u8> {
        let column = |name: &str, shape| Column { name: name.to_owned(), shape };
        let columns = vec![column("名稱", Shape::Text), column("電話", Shape::Text), column("日期", Shape::Date)];
        let mut writing = Writing::new(columns, format, "客戶 [全部]".to_owned());
        writing.rows.push(["=HYPERLINK(\"http://a\")", "0912345678", "2026-11-30"].map(str::to_owned).to_vec());
        writing.finish().unwrap()
    }

    #[test]
    fn a_workbook_keeps_zeros_and_computes_nothing() {
        use calamine::{Data, Reader as _, Xlsx};
        let bytes = written(Format::Workbook);
        let mut read = Xlsx::new(std::io::Cursor::new(bytes.as_slice())).unwrap();
        assert_eq!(read.sheet_names(), ["客戶 全部"]);
        let range = read.worksheet_range("客戶 全部").unwrap();
        let cell = |row, at| range.get_value((row, at)).cloned().unwrap();
        assert_eq!(cell(1, 0), Data::String("=HYPERLINK(\"http://a\")".into()));
        assert_eq!(cell(1, 1), Data::String("0912345678".into()));
        assert!(matches!(cell(1, 2), Data::DateTime(_)), "a date is one: {:?}", cell(1, 2));
        assert!(read.worksheet_formula("客戶 全部").unwrap().is_empty(), "something is computed");
        assert_eq!(workbook::read(&bytes, None).unwrap().rows[1][2], "2026-11-30");
    }

    #[test]
    fn separated_text_opens_in_excel_and_computes_nothing() {
        let text = String::from_utf8(written(Format::Separated)).unwrap();
        assert_eq!(text, "\u{feff}名稱,電話,日期\r\n\"'=HYPERLINK(\"\"http://a\"\")\",0912345678,2026-11-30\r\n");
    }
}
