//! How wide the page is, where style sheets alone do not do.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, closure::Closure};

/// The three shapes of the frame; the style sheet changes at the same widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Phone,
    Tablet,
    Desktop,
}

const TABLET: &str = "(width >= 768px)";
const DESKTOP: &str = "(width >= 1200px)";

/// Puts the width into the context and follows it.
pub fn provide_viewport() {
    let width = RwSignal::new(measure());
    provide_context(width.read_only());
    for query in [TABLET, DESKTOP] {
        let Ok(Some(list)) = window().match_media(query) else { continue };
        let changed = Closure::<dyn FnMut()>::new(move || width.set(measure()));
        // It fails for no event name; the interface lives as long as the page, and so does this.
        drop(list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local((list, changed));
        on_cleanup(move || kept.dispose());
    }
}

/// The width, as a signal.
pub fn use_width() -> Signal<Width> {
    expect_context::<ReadSignal<Width>>().into()
}

fn measure() -> Width {
    let matches = |query| window().match_media(query).ok().flatten().is_some_and(|list| list.matches());
    match (matches(DESKTOP), matches(TABLET)) {
        (true, _) => Width::Desktop,
        (false, true) => Width::Tablet,
        (false, false) => Width::Phone,
    }
}
