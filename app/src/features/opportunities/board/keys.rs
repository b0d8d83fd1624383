//! The keyboard on the board: left and right move the card, up and down go to its neighbours.

use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::ui::drag::held;

/// Gives the focus to a card; `false` if it is not drawn.
pub fn focus_card(id: Uuid) -> bool {
    let found = document().query_selector(&format!("[data-drag='{id}']")).ok().flatten();
    focus(found)
}

fn focus(element: Option<Element>) -> bool {
    element.and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

/// Moves by a key; `step` takes the card and whether it goes ahead.
pub fn on_key(event: &KeyboardEvent, step: Callback<(Uuid, bool)>) {
    if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return;
    }
    let Some((id, card)) = held(event.target()) else { return };
    let known = match event.key().as_str() {
        "ArrowRight" => {
            step.run((id, true));
            true
        }
        "ArrowLeft" => {
            step.run((id, false));
            true
        }
        "ArrowDown" => focus(neighbour(&card, 1)),
        "ArrowUp" => focus(neighbour(&card, -1)),
        _ => return,
    };
    if known {
        event.prevent_default();
    }
}

/// Returns the card so many places below in the same column; focusing brings it into sight.
fn neighbour(card: &Element, by: i32) -> Option<Element> {
    let at: i32 = card.get_attribute("data-at")?.parse().ok()?;
    card.parent_element()?.query_selector(&format!("[data-at='{}']", at + by)).ok()?
}
