//! The desk at which files are read and written: a worker, asked in the domain's own words.

use domain::{
    exchange::{Answer, Ask, Column, Format, put_known},
    kind::Kind,
};
use leptos::prelude::document;

use super::Data;
use crate::platform::{download, worker::Worker};

/// Rows that are handed over for a file at a time.
pub const ROWS_AT_ONCE: usize = 500;

/// The worker ended before it answered: it was stopped, or the file was too much for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

/// The desk. It keeps the file that was read, and ends when it is dropped.
pub struct Desk(Worker);

impl Desk {
    /// Opens a desk; `None` where the browser has no workers or the page is not of a whole build.
    pub fn open() -> Option<Desk> {
        let script = document().query_selector("meta[name=changke-exchange]").ok()??.get_attribute("content")?;
        Worker::start(&script).map(Desk)
    }

    /// Asks a question; `working` hears how far a long one has come: rows done, and rows in all.
    ///
    /// # Errors
    /// The worker ended.
    pub async fn ask(
        &self,
        ask: &Ask,
        bytes: Option<Vec<u8>>,
        working: impl Fn(u32, u32),
    ) -> Result<(Answer, Option<Vec<u8>>), Ended> {
        let ask = serde_json::to_string(ask).map_err(|_| Ended)?;
        let is_last = |said: &str| match serde_json::from_str(said) {
            Ok(Answer::Working { done, of }) => {
                working(done, of);
                false
            }
            _ => true,
        };
        let (said, bytes) = self.0.ask(&ask, bytes, is_last).await.ok_or(Ended)?;
        Ok((serde_json::from_str(&said).map_err(|_| Ended)?, bytes))
    }

    /// Ends the work at once; whoever waits for an answer is told.
    pub fn end(&self) {
        self.0.end();
    }

    /// Asks for a file and hands it to the browser's downloads.
    ///
    /// # Errors
    /// The worker ended, or no workbook holds so much.
    pub async fn download(&self, ask: &Ask, name: &str) -> Result<(), Ended> {
        match self.ask(ask, None, |_, _| {}).await? {
            (Answer::Done { kind, extension }, Some(bytes)) => {
                download::save_bytes(&format!("{name}.{extension}"), &kind, &bytes);
                Ok(())
            }
            _ => Err(Ended),
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// The worker ended.
    pub async fn begin(&self, columns: Vec<Column>, format: Format, sheet: String) -> Result<(), Ended> {
        self.ask(&Ask::Begin { columns, format, sheet }, None, |_, _| {}).await.map(drop)
    }

    /// Adds rows to the file that was begun.
    ///
    /// # Errors
    /// The worker ended.
    pub async fn rows(&self, rows: Vec<Vec<String>>) -> Result<(), Ended> {
        self.ask(&Ask::Rows { rows }, None, |_, _| {}).await.map(drop)
    }
}

impl Data {
    /// Writes down the customers of this device for the desk: what tells them apart.
    pub fn known_customers(self) -> Vec<u8> {
        let mut known = Vec::new();
        self.with(|store| {
            store.each_line(Kind::Customer, |line| {
                if !line.hidden() {
                    put_known(&mut known, line.key.id, line.fields());
                }
            });
        });
        known
    }
}
