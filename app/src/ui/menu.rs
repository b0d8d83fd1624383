//! A menu in a native popover: Escape and a press elsewhere close it without our help.

use leptos::{html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

use super::{button::IconButton, icon::Icon, picture::Picture};

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: TextProp,
    pub icon: Icon,
    pub testid: &'static str,
    /// Takes something away.
    pub danger: bool,
    pub run: Callback<()>,
}

/// The gap between a button and its menu, and the least distance from the page's edge.
const GAP: f64 = 4.0;

/// A round button that opens a menu below itself.
#[component]
pub fn Menu(
    #[prop(into)] label: TextProp,
    testid: &'static str,
    #[prop(default = Icon::Ellipsis)] icon: Icon,
    items: Vec<MenuItem>,
) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    let named = label.clone();
    let open = Callback::new(move |event: MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if let (Some(menu), Some(button)) = (menu.get(), button) {
            show_below(&menu, &button);
        }
    });
    view! {
        <IconButton icon label testid on_press=open/>
        <div
            node_ref=menu
            class="menu"
            popover="auto"
            role="menu"
            data-testid="menu"
            aria-label=move || named.get()
            on:keydown=move_focus
        >
            {items.into_iter().map(|item| view! { <Line item menu/> }).collect_view()}
        </div>
    }
}

#[component]
fn Line(item: MenuItem, menu: NodeRef<html::Div>) -> impl IntoView {
    let MenuItem { label, icon, testid, danger, run } = item;
    view! {
        <button
            type="button"
            role="menuitem"
            class=if danger { "menu-item danger" } else { "menu-item" }
            data-testid=testid
            on:click=move |_| {
                if let Some(menu) = menu.get() {
                    // It fails only where the menu has left the page.
                    drop(menu.hide_popover());
                }
                run.run(());
            }
        >
            <Picture icon/>
            <span>{move || label.get()}</span>
        </button>
    }
}

/// Opens the menu under its button, ends aligned, inside the page; above it where there is no room.
fn show_below(menu: &HtmlElement, button: &HtmlElement) {
    if menu.show_popover().is_err() {
        return; // it is open already
    }
    let (anchor, size) = (button.get_bounding_client_rect(), menu.get_bounding_client_rect());
    let page = document().document_element().map(|root| (root.client_width(), root.client_height()));
    let (width, height) = page.unwrap_or_default();
    let left = (anchor.right() - size.width()).min(f64::from(width) - size.width() - GAP).max(GAP);
    let below = anchor.bottom() + GAP;
    let fits = below + size.height() <= f64::from(height);
    let top = if fits { below } else { (anchor.top() - GAP - size.height()).max(GAP) };
    for (name, value) in [("left", left), ("top", top)] {
        // Both are valid lengths.
        drop(menu.style().set_property(name, &format!("{value}px")));
    }
    focus(menu.first_element_child());
}

/// The arrow keys walk through the lines, round the ends.
fn move_focus(event: KeyboardEvent) {
    let Some(menu) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let active = document().active_element();
    let to = match event.key().as_str() {
        "ArrowDown" => active.and_then(|line| line.next_element_sibling()).or_else(|| menu.first_element_child()),
        "ArrowUp" => active.and_then(|line| line.previous_element_sibling()).or_else(|| menu.last_element_child()),
        "Home" => menu.first_element_child(),
        "End" => menu.last_element_child(),
        _ => return,
    };
    event.prevent_default();
    focus(to);
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element of the page can always be asked to take the focus.
        drop(element.focus());
    }
}
