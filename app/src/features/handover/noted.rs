//! What a device notes for whoever hands over later: prints, and many customers opened within an hour.

use std::collections::VecDeque;

use domain::exchange::{Access, AccessNote};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use uuid::Uuid;

use crate::{data::use_data, platform::time::spawn};

/// ms.
const HOUR_MS: i64 = 3_600_000;

/// The customers that were opened within the last hour, on this page.
#[derive(Default)]
struct Hour {
    /// Each with when it was last opened (ms UTC), the oldest first.
    opened: VecDeque<(Uuid, i64)>,
    /// How many came since the last note.
    fresh: usize,
}

impl Hour {
    /// Counts a customer; says how many there are where that is worth a note.
    fn open(&mut self, customer: Uuid, now: i64) -> Option<u32> {
        let before = self.opened.len();
        self.opened.retain(|(other, _)| *other != customer);
        self.fresh += usize::from(self.opened.len() == before);
        self.opened.retain(|(_, at)| now - at < HOUR_MS);
        self.opened.push_back((customer, now));
        if self.opened.len() < AccessNote::MANY || self.fresh < AccessNote::MANY {
            return None;
        }
        self.fresh = 0;
        u32::try_from(self.opened.len()).ok()
    }
}

/// Returns the customer whose pages an address is among.
pub fn customer_of(path: &str) -> Option<Uuid> {
    let id = path.strip_prefix("/customers/")?.split('/').next()?;
    Uuid::try_parse(id).ok()
}

/// Watches for as long as the frame is drawn.
pub fn watch() {
    let (data, path) = (use_data(), use_location().pathname);
    let hour = StoredValue::new(Hour::default());
    let note = move |note: AccessNote| {
        spawn(async move {
            // A failure shows as a banner.
            drop(data.enter(note, "").await);
        });
    };
    Effect::new(move || {
        let Some(customer) = path.with(|path| customer_of(path)) else { return };
        let many = hour.try_update_value(|hour| hour.open(customer, data.now())).flatten();
        if let Some(count) = many {
            note(AccessNote { what: Access::Opened, count, page: String::new() });
        }
    });
    let printing = window_event_listener_untyped("beforeprint", move |_| {
        note(AccessNote { what: Access::Printed, count: 1, page: path.get_untracked() });
    });
    on_cleanup(move || printing.remove());
}
