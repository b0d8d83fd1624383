//! A feed page as received, read once into lines and offsets.

use domain::{
    kind::{Group, RecordKey},
    summary::Summary,
};

use crate::{
    protocol::{Item, NoPage, Outcome, PageEnd},
    wire::{self, Line, NotAFeed},
};

/// A received row. Its body lies in the page's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) key: RecordKey,
    pub(crate) group: Group,
    pub(crate) rev: u64,
    pub(crate) start: usize,
    pub(crate) len: usize,
    pub(crate) summary: Summary,
}

/// What leaves sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forget {
    Record(RecordKey),
    Group(Group),
}

/// One step of a page, in feed order.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Row(Received),
    Forget(Forget),
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Page {
    /// The bodies, one after the other.
    pub(crate) bodies: Vec<u8>,
    pub(crate) happenings: Vec<Happening>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) end: PageEnd,
}

impl Page {
    /// Reads a page's lines, its end included.
    ///
    /// # Errors
    /// The text is no feed page, or is cut.
    pub fn read(text: &str) -> Result<Result<Page, NoPage>, NotAFeed> {
        let mut page = (Vec::with_capacity(text.len()), Vec::new(), Vec::new());
        for line in text.lines() {
            match wire::read_line(line)? {
                Line::Item(item) => take(item, &mut page.0, &mut page.1, &mut page.2),
                Line::End(end) => {
                    let (bodies, happenings, outcomes) = page;
                    return Ok(Ok(Page { bodies, happenings, outcomes, end }));
                }
                Line::NoPage(why) => return Ok(Err(why)),
                Line::Unknown => {}
            }
        }
        // A feed page without its end is a cut stream.
        Err(NotAFeed::cut())
    }

    /// Returns the server's clock when the page was made; ms UTC.
    pub fn server_time(&self) -> i64 {
        self.end.time
    }

    /// Says whether more pages follow.
    pub fn more(&self) -> bool {
        self.end.more
    }
}

fn take(item: Item<'_>, bodies: &mut Vec<u8>, happenings: &mut Vec<Happening>, outcomes: &mut Vec<Outcome>) {
    match item {
        Item::Upsert { key, group, rev, body } => {
            let start = bodies.len();
            bodies.extend_from_slice(body.as_bytes());
            // A body of a later build that this one cannot read is kept, and shown as nothing.
            let summary = Summary::of(key.kind, body).unwrap_or_default();
            happenings.push(Happening::Row(Received { key, group, rev, start, len: body.len(), summary }));
        }
        Item::Forget { key } => happenings.push(Happening::Forget(Forget::Record(key))),
        Item::ForgetGroup { group } => happenings.push(Happening::Forget(Forget::Group(group))),
        Item::Outcome(outcome) => outcomes.push(outcome),
    }
}
