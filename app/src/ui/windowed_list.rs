//! A list of any length that draws only the rows in sight.

use leptos::{ev::KeyboardEvent, html, prelude::*, text_prop::TextProp};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Element, ResizeObserver};

use super::{
    field::fresh_id,
    window::{Move, ROW_HEIGHT, drawn, scroll_to_show},
};

/// A windowed list. The arrow keys, `j` and `k` move, Enter opens; keys typed into a field or while
/// an input method composes are left alone. It keeps its place while it is out of sight.
#[component]
pub fn WindowedList<K, Key, Row, V>(
    #[prop(into)] label: TextProp,
    testid: &'static str,
    #[prop(into)] rows: Signal<usize>,
    /// Tells rows apart; a row whose content changed needs another key, or it is not drawn again.
    key: Key,
    /// The row that the keys stand on. Setting it brings that row into sight: after a new search
    /// the first one, after a deep link the one that it names.
    #[prop(into)]
    current: RwSignal<Option<usize>>,
    /// The row whose record is open beside the list.
    #[prop(optional, into)]
    selected: Signal<Option<usize>>,
    /// The list's element, for whoever moves the focus there.
    #[prop(optional)]
    list: NodeRef<html::Div>,
    /// Draws the row of a place.
    row: Row,
    #[prop(into)] on_open: Callback<usize>,
) -> impl IntoView
where
    K: Eq + std::hash::Hash + Clone + Send + Sync + 'static,
    Key: Fn(usize) -> K + Clone + Send + Sync + 'static,
    Row: Fn(usize) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let (scroll_top, height) = (RwSignal::new(0.0), RwSignal::new(0.0));
    watch_height(list, scroll_top, height);
    follow_current(list, current);
    let visible = Memo::new(move |_| drawn(scroll_top.get(), height.get(), rows.get()));
    let stem = fresh_id("row");
    let active = {
        let stem = stem.clone();
        move || current.get().filter(|at| visible.with(|drawn| drawn.contains(at))).map(|at| format!("{stem}-{at}"))
    };
    let on_key = move |event: KeyboardEvent| {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() || from_field(&event) {
            return;
        }
        if event.key() == "Enter" {
            if let Some(at) = current.get_untracked().filter(|at| *at < rows.get_untracked()) {
                event.prevent_default();
                on_open.run(at);
            }
        } else if let Some(step) = Move::from_key(&event.key()) {
            event.prevent_default();
            let to = step.apply(current.get_untracked(), rows.get_untracked(), height.get_untracked());
            current.set(to);
        }
    };
    let each = move || visible.get().map(|at| (at, key(at))).collect::<Vec<_>>();
    view! {
        <div
            node_ref=list
            class="windowed"
            role="grid"
            tabindex="0"
            data-testid=testid
            aria-label=move || label.get()
            aria-rowcount=move || rows.get().to_string()
            aria-activedescendant=active
            on:scroll=on_next_frame(move || {
                // A hidden list reports the top; its place is kept instead.
                if let Some(element) = list.get_untracked().filter(|element| element.client_height() > 0) {
                    scroll_top.set(f64::from(element.scroll_top()));
                }
            })
            on:keydown=on_key
        >
            <div
                class="windowed-space"
                role="presentation"
                style:height=move || format!("{}px", rows.get() as f64 * ROW_HEIGHT)
            >
                <For each key=Clone::clone let((at, _key))>
                    <div
                        class="windowed-row"
                        class:current=move || current.get() == Some(at)
                        role="row"
                        id=format!("{stem}-{at}")
                        aria-rowindex=(at + 1).to_string()
                        aria-selected=move || (selected.get() == Some(at)).to_string()
                        style:transform=format!("translateY({}px)", at as f64 * ROW_HEIGHT)
                        on:click=move |_| {
                            current.set(Some(at));
                            on_open.run(at);
                        }
                    >
                        <div role="gridcell" class="row">{row(at)}</div>
                    </div>
                </For>
            </div>
        </div>
    }
}

/// Scrolls as little as brings the current row into sight.
fn follow_current(list: NodeRef<html::Div>, current: RwSignal<Option<usize>>) {
    Effect::new(move || {
        let (Some(element), Some(at)) = (list.get(), current.get()) else { return };
        let (top, height) = (f64::from(element.scroll_top()), f64::from(element.client_height()));
        if height > 0.0
            && let Some(to) = scroll_to_show(at, top, height)
        {
            element.set_scroll_top(to.round() as i32);
        }
    });
}

/// Follows a list's height, and puts it back in its place when it is shown again.
pub fn watch_height(list: NodeRef<html::Div>, scroll_top: RwSignal<f64>, height: RwSignal<f64>) {
    Effect::new(move || {
        let Some(element) = list.get() else { return };
        let observed = element.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let new = f64::from(element.client_height());
            let Some(old) = height.try_get_untracked() else { return };
            if old == 0.0 && new > 0.0 {
                element.set_scroll_top(scroll_top.get_untracked().round() as i32);
            }
            if old != new {
                height.set(new);
            }
        });
        if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&observed);
            let kept = StoredValue::new_local((observer, changed));
            on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
        }
    });
}

/// Runs at most once a frame, however often the event comes.
pub fn on_next_frame<E>(run: impl Fn() + Copy + Send + Sync + 'static) -> impl Fn(E) {
    let asked = StoredValue::new(false);
    move |_| {
        if !asked.get_value() {
            asked.set_value(true);
            request_animation_frame(move || {
                // The list may have left the page meanwhile.
                if asked.try_set_value(false).is_none() {
                    run();
                }
            });
        }
    }
}

/// Says whether a key was typed into a field inside a row.
fn from_field(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT" | "BUTTON" | "A"))
}
