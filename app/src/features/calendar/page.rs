//! The page: the days that the address asks for, and everything that moves an entry.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{
    calendar::{Slot, days_off, week},
    value::TimeOfDay,
};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_navigate, use_query_map};
use uuid::Uuid;

use super::{
    asked::{Asked, Shape},
    day::{DayView, WeekStrip},
    keys::{Step, focus_entry, on_key},
    moving::Mover,
    tools::Tools,
    week::WeekView,
};
use crate::{
    data::{Data, calendar::Entry, live, use_data},
    i18n::t,
    layout::{
        page::PageHeader,
        viewport::{Width, use_width},
    },
    ui::{
        drag::{Axis, Drag, Surface},
        language::text,
    },
};

/// The days of the week lie above the day.
const SURFACE: Surface<Slot> = Surface {
    read: Slot::parse,
    targets: &[".calendar-strip [data-target]", ".calendar-days [data-target]"],
    scroller: ".calendar-days",
    axis: Axis::Down,
};

/// What the page works with. Copy it into its parts.
#[derive(Clone, Copy)]
pub struct Here {
    pub data: Data,
    pub asked: Memo<Asked>,
    /// The week of the day that is asked for, Monday first.
    pub week: Memo<[NaiveDate; 7]>,
    /// What stands in that week, each day in its order.
    pub entries: Memo<Arc<Vec<Entry>>>,
    go: Callback<Asked>,
}

impl Here {
    fn follow(data: Data) -> Self {
        let (query, width, navigate) = (use_query_map(), use_width(), use_navigate());
        let asked = Memo::new(move |_| {
            let usual = match width.get() {
                Width::Phone => Shape::Day,
                Width::Tablet | Width::Desktop => Shape::Week,
            };
            query.with(|query| Asked::read(query, data.today(), usual))
        });
        let week = Memo::new(move |_| week(asked.get().day));
        let loaded = live(move || {
            let [first, .., last] = week.get();
            async move { Arc::new(data.calendar(first, last).await) }
        });
        let entries = Memo::new(move |_| loaded.get().unwrap_or_default());
        let go = Callback::new(move |asked: Asked| navigate(&asked.href(), Default::default()));
        Self { data, asked, week, entries, go }
    }

    /// Asks for other days.
    pub fn go(self, asked: Asked) {
        self.go.run(asked);
    }

    /// Follows whether a day is today.
    pub fn is_today(self, day: NaiveDate) -> Memo<bool> {
        Memo::new(move |_| {
            self.data.version.track();
            self.data.today() == day
        })
    }

    /// Returns an entry that can be moved.
    fn movable(self, id: Uuid) -> Option<Entry> {
        let entry = self.entries.with_untracked(|entries| entries.iter().find(|entry| entry.id == id).cloned());
        entry.filter(Entry::is_movable)
    }
}

/// Where a key moves an entry; none where it cannot go.
fn stepped(entry: &Entry, step: Step) -> Option<Slot> {
    match step {
        Step::Day { later } => Some(Slot::Day(days_off(entry.day, 1, later))),
        Step::Hour { later } => {
            let hour = entry.time().map(TimeOfDay::hour)?;
            let hour = if later { hour + 1 } else { hour.checked_sub(1)? };
            (hour < 24).then_some(Slot::Hour(entry.day, hour))
        }
    }
}

/// The page.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let data = use_data();
    let (here, mover) = (Here::follow(data), Mover::new(data));
    // The entry that is to be seen and focused once it has come to its slot.
    let reveal = RwSignal::new(None::<(Uuid, Slot)>);
    let put = move |id: Uuid, to: Slot| {
        if let Some(entry) = here.movable(id) {
            mover.put(&entry, to);
        }
    };
    let drag = Drag::new(SURFACE, Callback::new(move |(id, to)| put(id, to)));
    let step = Callback::new(move |(id, step): (Uuid, Step)| {
        let entry = here.movable(id);
        let Some(to) = entry.as_ref().and_then(|entry| stepped(entry, step)) else { return };
        reveal.set(Some((id, to)));
        put(id, to);
        // Whoever moves it with the keys goes with it.
        let asked = here.asked.get_untracked();
        if !asked.shows(to.day()) {
            here.go(Asked { day: to.day(), ..asked });
        }
    });
    Effect::new(move || {
        here.asked.track();
        let Some((id, to)) = reveal.get() else { return };
        let there = |entry: &Entry| entry.id == id && entry.stands(to);
        if here.entries.with(|entries| entries.iter().any(there)) {
            // It is drawn by the frame after the next.
            request_animation_frame(move || {
                request_animation_frame(move || {
                    if focus_entry(id) {
                        // The page may be gone.
                        reveal.try_set(None);
                    }
                });
            });
        }
    });
    let root = NodeRef::<html::Div>::new();
    // A week stays the same, whichever of its days is asked for.
    let one =
        Memo::new(move |_| Some(here.asked.get()).filter(|asked| asked.view == Shape::Day).map(|asked| asked.day));
    let by_day = Memo::new(move |_| one.get().is_some());
    let strip = move || by_day.get().then(|| view! { <WeekStrip here/> });
    let days = move || match one.get() {
        Some(day) => view! { <DayView day here/> }.into_any(),
        None => view! { <WeekView here/> }.into_any(),
    };
    let (by_hand, by_finger) = (text(t::calendar::hint), text(t::calendar::hint_touch));
    view! {
        <div class="page" data-testid="calendar">
            <PageHeader title=text(t::calendar::title) back="/"/>
            <Tools here/>
            <div
                node_ref=root
                class="calendar"
                class:lifting=move || drag.lifting.get()
                on:pointerdown=move |event| drag.press(&event)
                on:pointermove=move |event| drag.follow(&event, root)
                on:pointerup=move |event| drag.end(&event)
                on:pointercancel=move |_| drag.cancel()
                on:touchmove=move |event| if drag.lifting.get_untracked() { event.prevent_default() }
                on:contextmenu=move |event| if drag.by_touch() { event.prevent_default() }
                on:dragstart=move |event| event.prevent_default()
                on:click=move |event| drag.swallow(&event)
                on:keydown=move |event| {
                    if event.key() == "Escape" && drag.lifting.get_untracked() {
                        drag.cancel();
                    } else {
                        on_key(&event, step);
                    }
                }
            >
                {strip}
                <div class="calendar-days">{days}</div>
                <p class="calendar-hint muted small"><span class="by-hand">{by_hand}</span> <span class="by-finger">{by_finger}</span></p>
            </div>
        </div>
    }
}
