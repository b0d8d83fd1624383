//! One entry, and the list of those of a day or an hour.

use domain::calendar::Slot;
use leptos::prelude::*;
use uuid::Uuid;

use super::page::Here;
use crate::{
    data::calendar::{Entry, Stage, What},
    i18n::t,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// What stands in a slot, in its order.
#[component]
pub fn Entries(here: Here, at: Slot) -> impl IntoView {
    let ids = Memo::new(move |_| {
        here.entries.with(|entries| {
            let there = entries.iter().filter(|entry| at.holds(entry.day, entry.time()));
            there.map(|entry| entry.id).collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="calendar-entries">
            <For each=move || ids.get() key=|id| *id let:id>
                <li><EntryView id here/></li>
            </For>
        </ul>
    }
}

/// The address that an entry opens: the customer, or what is known of the visit.
fn address(entry: &Entry) -> String {
    let customer = entry.customer;
    match &entry.what {
        What::Action { .. } => format!("/customers/{customer}"),
        What::Visit { stage: Stage::Planned, .. } => format!("/visits?day={}", entry.day),
        What::Visit { stage: Stage::CheckedIn(record), .. } => format!("/customers/{customer}/visit/{record}"),
        What::Visit { stage: Stage::Made(record), .. } => format!("/customers/{customer}/records/{record}"),
    }
}

fn icon(entry: &Entry) -> Icon {
    match &entry.what {
        What::Action { done: false, .. } => Icon::CalendarClock,
        What::Action { done: true, .. } => Icon::Check,
        What::Visit { stage: Stage::Made(_), .. } => Icon::CircleCheck,
        What::Visit { .. } => Icon::MapPin,
    }
}

/// An entry. It stays the same element, with its focus, as long as it is in its slot.
#[component]
fn EntryView(id: Uuid, here: Here) -> impl IntoView {
    let (data, locale) = (here.data, use_locale());
    let found = Memo::new(move |before: Option<&Option<Entry>>| {
        let now = here.entries.with(|entries| entries.iter().find(|entry| entry.id == id).cloned());
        // One that leaves the slot keeps its looks for its last frame.
        now.or_else(|| before.cloned().flatten())
    });
    let of = move |read: fn(&Entry) -> bool| found.with(|found| found.as_ref().is_some_and(read));
    let late = Memo::new(move |_| {
        data.version.track();
        found.with(|found| found.as_ref().map_or(0, |entry| entry.late(data.today())))
    });
    let is_late = move || late.get() > 0;
    let picture = Memo::new(move |_| found.with(|found| found.as_ref().map(icon)));
    let href = move || found.with(|found| found.as_ref().map(address)).unwrap_or_default();
    let name = move || found.with(|found| found.as_ref().map(|entry| entry.name.clone()));
    let words = move || {
        let words = found.with(|found| found.as_ref().map(|entry| entry.words.clone()))?;
        (!words.is_empty()).then(|| view! { <span class="row-sub one-line">{words}</span> })
    };
    let time = move || {
        let time = found.with(|found| found.as_ref().and_then(Entry::time))?;
        Some(view! { <span class="calendar-time figures">{time.to_string()}</span> })
    };
    // What the icon says, for those who do not see it, and what nobody may miss.
    let kind = move || {
        let locale = locale.get();
        match found.get()?.what {
            What::Action { .. } => Some(t::next_actions::action(locale)),
            What::Visit { .. } => Some(t::visits::title(locale)),
        }
    };
    let state = move || {
        let (locale, days) = (locale.get(), late.get());
        if days > 0 {
            return Some(t::next_actions::late_days(locale, days));
        }
        let words = match found.get()?.what {
            What::Action { done: false, .. } | What::Visit { stage: Stage::Planned, .. } => return None,
            What::Action { done: true, .. } => t::next_actions::completed(locale),
            What::Visit { stage: Stage::CheckedIn(_), .. } => t::visits::under_way(locale),
            What::Visit { stage: Stage::Made(_), .. } => t::visits::state_made(locale),
        };
        Some(words.to_owned())
    };
    let unsent = text(t::common::unsent);
    view! {
        <a class="calendar-entry" class:visit=move || of(Entry::is_visit) class:done=move || of(Entry::is_done)
            class:late=is_late class:unsent=move || of(|entry| entry.unsent)
            href=href draggable="false" data-entry=id.to_string()
            data-drag=move || of(Entry::is_movable).then(|| id.to_string()) data-testid="calendar-entry">
            <span class="calendar-line">
                {move || picture.get().map(|icon| view! { <Picture icon/> })}
                <span class="visually-hidden">{kind}</span>
                {time}
                <span class="calendar-name one-line">{name}</span>
            </span>
            {words}
            {move || state().map(|state| view! { <span class="calendar-state" data-testid="calendar-state">{state}</span> })}
            {move || of(|entry| entry.unsent).then(|| view! { <span class="calendar-unsent" data-testid="unsent">{unsent}</span> })}
        </a>
    }
}
