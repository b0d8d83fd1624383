//! The keyboard of the list, wherever the focus is; what somebody types or composes is left alone.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::{
    i18n::{Key, t},
    layout::split::PaneShown,
    ui::{dialog::Dialog, language::text},
};

/// Every key with what it does.
const KEYS: [(&str, Key); 8] = [
    ("Ctrl K", t::palette::title),
    ("/", t::customers::key_search),
    ("↑ ↓  j k", t::customers::key_move),
    ("Enter", t::customers::key_open),
    ("n", t::customers::key_new),
    ("x", t::customers::key_choose),
    ("Esc", t::customers::key_leave),
    ("?", t::customers::key_help),
];

/// What the keys do.
#[derive(Clone, Copy)]
pub struct ListKeys {
    pub search: Callback<()>,
    /// Moves the focus into the list.
    pub list: Callback<()>,
    pub new: Callback<()>,
    pub choose: Callback<()>,
    pub leave: Callback<()>,
}

/// An input method composes: browsers say so in two ways.
fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Whether somebody types into something.
fn types(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
    })
}

fn dialog_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Listens while the list is in sight, and explains itself.
#[component]
pub fn Keys(keys: ListKeys) -> impl IntoView {
    let help = RwSignal::new(false);
    let pane = use_context::<PaneShown>();
    let handle = window_event_listener(ev::keydown, move |event| {
        let shown = pane.is_none_or(|pane| pane.0.try_get_untracked() == Some(true));
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if !shown || modified || event.default_prevented() || composes(&event) || types(&event) || dialog_open() {
            return;
        }
        match event.key().as_str() {
            "/" => keys.search.run(()),
            "n" => keys.new.run(()),
            "x" => keys.choose.run(()),
            "j" | "k" => keys.list.run(()),
            "?" => help.set(true),
            "Escape" => return keys.leave.run(()),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
    view! {
        <Dialog open=help title=text(t::customers::keys) testid="keys-dialog">
            <dl class="facts">
                {KEYS.map(|(key, words)| view! { <dt><kbd>{key}</kbd></dt> <dd>{text(words)}</dd> }).collect_view()}
            </dl>
        </Dialog>
    }
}
