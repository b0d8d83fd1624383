//! A dialog on the native element: it keeps the focus inside and gives it back when it closes.

use leptos::{html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast as _;
use web_sys::{MouseEvent, Node};

use super::{button::IconButton, field::fresh_id, icon::Icon, language::text};
use crate::i18n::t;

/// A dialog; on a phone it is a sheet that rises from below. Its content lives only while open.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    testid: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = fresh_id("dialog");
    let close = Callback::new(move |_: MouseEvent| open.set(false));
    Effect::new(move || {
        let Some(element) = dialog.get() else { return };
        match (open.get(), element.open()) {
            // Opening fails only where the element has left the page.
            (true, false) => drop(element.show_modal()),
            (false, true) => element.close(),
            _ => {}
        }
    });
    // A press beside the dialog lands on the element itself, one inside on a child.
    let on_click = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let beside = dialog.get().is_some_and(|element| element.is_same_node(target.as_ref()));
        // A press with the Enter key has no position and belongs to a form inside.
        if beside && event.detail() > 0 {
            open.set(false);
        }
    };
    let labelled_by = title_id.clone();
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            data-testid=testid
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
            on:click=on_click
        >
            <Show when=move || open.get()>
                <header class="dialog-head">
                    <h2 id=title_id.clone()>{
                        let title = title.clone();
                        move || title.get()
                    }</h2>
                    <IconButton icon=Icon::X label=text(t::common::close) testid="dialog-close" on_press=close/>
                </header>
                <div class="dialog-body">{children()}</div>
            </Show>
        </dialog>
    }
}
