//! The keyboard in the calendar: left and right move an entry by a day, with the shift key up and down by an hour; up and
//! down alone go to its neighbours.

use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Where an entry is moved by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Day { later: bool },
    Hour { later: bool },
}

/// Gives the focus back to an entry that was drawn anew; `false` if it is not drawn. Whoever has put the focus elsewhere
/// meanwhile keeps it.
pub fn focus_entry(id: Uuid) -> bool {
    let elsewhere = document().active_element().is_some_and(|active| active.tag_name() != "BODY");
    elsewhere || focus(document().query_selector(&format!("[data-entry='{id}']")).ok().flatten())
}

fn focus(element: Option<Element>) -> bool {
    element.and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

/// Moves by a key.
pub fn on_key(event: &KeyboardEvent, step: Callback<(Uuid, Step)>) {
    if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some((id, entry)) = entry_of(event) else { return };
    let known = match (event.shift_key(), event.key().as_str()) {
        (false, "ArrowDown") => focus(neighbour(&entry, true)),
        (false, "ArrowUp") => focus(neighbour(&entry, false)),
        (shift, key) => {
            let to = match (shift, key) {
                (false, "ArrowRight") => Step::Day { later: true },
                (false, "ArrowLeft") => Step::Day { later: false },
                (true, "ArrowDown") => Step::Hour { later: true },
                (true, "ArrowUp") => Step::Hour { later: false },
                _ => return,
            };
            // A key that is held would run through the weeks, each day with an undo of its own.
            if !event.repeat() {
                step.run((id, to));
            }
            true
        }
    };
    if known {
        event.prevent_default();
    }
}

/// Returns the entry that an event comes from.
fn entry_of(event: &KeyboardEvent) -> Option<(Uuid, Element)> {
    let element = event.target()?.dyn_into::<Element>().ok()?.closest("[data-entry]").ok()??;
    let id = Uuid::try_parse(&element.get_attribute("data-entry")?).ok()?;
    Some((id, element))
}

/// Returns the entry before or behind, over the days; focusing brings it into sight.
fn neighbour(entry: &Element, behind: bool) -> Option<Element> {
    let all = document().query_selector_all("[data-entry]").ok()?;
    let all: Vec<Element> = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<Element>().ok()).collect();
    let at = all.iter().position(|other| other == entry)?;
    let at = if behind { at + 1 } else { at.checked_sub(1)? };
    all.get(at).cloned()
}
