//! The safety valve: a feed that would remove more than a fifth of the rows is held back until the server
//! has confirmed, by its sums, what it comes to.

use domain::plant::{Plant, planted};

use super::plan::Plan;
use crate::{
    device::{
        base::Base,
        kv::Kv,
        page::Page,
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{Cursor, Sums},
};

/// Pages that are held in memory at most; a feed that is longer starts from zero, beside what is shown.
const HELD_PAGES_MOST: usize = 50;

/// What the present feed takes away, and what of it is held back.
#[derive(Debug, Default)]
pub(crate) struct Doubt {
    /// How many rows the feed has removed so far.
    removed: usize,
    held: Vec<Page>,
}

impl Doubt {
    /// Says whether pages go on with what is held back.
    fn goes_on(&self, pages: &[Page]) -> bool {
        let end = self.held.last().map(|page| page.end.cursor.place);
        end.is_some() && end == pages.first().map(|page| page.end.after)
    }

    /// Returns where the feed ends that is held back, once all of it is here.
    pub(super) fn question(&self) -> Option<&Cursor> {
        self.held.last().filter(|page| !page.end.more).map(|page| &page.end.cursor)
    }

    /// Says whether a plan would take away too much to be believed at once.
    pub(super) fn asks_about(&self, base: &Base, plan: &Plan) -> bool {
        let removed = self.removed + plan.removes();
        // Derived rows count on neither side: however many there are, they are nothing that somebody entered.
        let entered = || base.keys().filter(|(key, ..)| !key.kind.derived()).count();
        plan.removes() > 0
            && base.meta.whole
            && removed * 5 > entered() + self.removed
            && !planted(Plant::MassRemovalUnconfirmed)
    }

    /// Begins to hold pages back.
    pub(super) fn hold(&mut self, pages: Vec<Page>) {
        self.held = pages;
    }

    /// Notes what a page has taken away; the next feed begins after the last one.
    pub(super) fn note(&mut self, removed: usize, more: bool) {
        self.removed = if more { self.removed + removed } else { 0 };
        self.held.clear();
    }
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Takes feed pages, each change of cursor together with its rows. If they would remove more than a
    /// fifth of the rows, they are held back: see [`Replica::wants_confirmation`].
    ///
    /// # Errors
    /// The storage failed; the pages are pulled again.
    pub async fn take_pages(&self, pages: Vec<Page>) -> Result<(), DeviceError> {
        if !self.state().doubt.goes_on(&pages) {
            return self.settle_pages(pages, false).await;
        }
        let too_many = {
            let mut state = self.state_mut();
            state.doubt.held.extend(pages);
            state.doubt.held.len() > HELD_PAGES_MOST
        };
        if too_many { self.start_over(false, false).await } else { Ok(()) }
    }

    /// Says whether a feed is held back until a check has confirmed it.
    pub fn wants_confirmation(&self) -> bool {
        self.state().doubt.question().is_some()
    }

    /// Takes the server's sums at the end of what is held back; none if it has moved on, and the feed is
    /// followed again.
    pub(super) async fn take_confirmation(&self, theirs: Option<&Sums>) -> Result<(), DeviceError> {
        let held = std::mem::take(&mut self.state_mut().doubt.held);
        let Some(theirs) = theirs else { return Ok(()) };
        let ours = {
            let state = self.state();
            Plan::of(&state.base, held.clone()).sums(&state.base)
        };
        if ours == *theirs {
            return self.settle_pages(held, true).await;
        }
        self.state_mut().repairs += 1;
        self.start_over(false, false).await
    }
}
