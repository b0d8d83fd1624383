//! A feed as it streams in: pages, gathered for one transaction.

use sync::{device::Page, protocol::NoPage};

use super::{http, pages::Pages};
use crate::{
    online::NoAnswer,
    platform::{time::breathe, timing},
};

/// Pages that are stored together at most: a block each, with one index value of one or two MB for all.
const PAGES_MOST: usize = 4;
/// How long a page waits at most for others to be stored with; ms.
const GATHER_MS: f64 = 300.0;

/// A feed on its way.
pub(super) struct Feed {
    stream: http::Stream,
    pages: Pages,
}

/// What comes behind gathered pages.
pub(super) enum Then {
    More,
    End,
    NoPage(NoPage),
    /// The server ended early, or the network did: the rest is asked for again.
    Cut(NoAnswer),
}

impl Feed {
    /// Begins to read a stream.
    pub(super) fn new(stream: http::Stream) -> Self {
        Self { stream, pages: Pages::default() }
    }

    /// Gathers pages for one transaction.
    pub(super) async fn gather(&mut self) -> (Vec<Page>, Then) {
        let (mut pages, mut until) = (Vec::new(), f64::INFINITY);
        loop {
            match self.next().await {
                Ok(Ok(page)) => {
                    let more = page.more();
                    pages.push(page);
                    if !more {
                        return (pages, Then::End);
                    }
                    until = until.min(timing::since_start() + GATHER_MS);
                    if pages.len() >= PAGES_MOST || timing::since_start() > until {
                        return (pages, Then::More);
                    }
                }
                Ok(Err(why)) => return (pages, Then::NoPage(why)),
                Err(cut) => return (pages, Then::Cut(cut)),
            }
        }
    }

    /// Waits for the next whole page and reads it. One page is short work; the browser draws in between.
    ///
    /// # Errors
    /// The stream was cut, or is no feed.
    async fn next(&mut self) -> Result<Result<Page, NoPage>, NoAnswer> {
        loop {
            if let Some(bytes) = self.pages.take() {
                breathe().await;
                let text = String::from_utf8(bytes).map_err(|_| NoAnswer::NoNetwork)?;
                return Page::read(&text).map_err(|_| NoAnswer::NoNetwork);
            }
            if !self.stream.read(self.pages.bytes()).await? {
                return Err(NoAnswer::NoNetwork);
            }
        }
    }
}
