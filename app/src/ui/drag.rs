//! Dragging: by mouse or pen, or by a finger that rests first. What may be dropped on is measured once, when something is
//! lifted; then each frame sets one transform, however many events come.
//!
//! What is dragged has its id in `data-drag`, what is dropped on says what it is in `data-target`.

use std::time::Duration;

use leptos::{ev::PointerEvent, html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use uuid::Uuid;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget, HtmlElement, MouseEvent};

/// So far a mouse or pen moves before it drags; CSS pixels.
const SLACK: f64 = 6.0;
/// So far a finger may stray while it rests; CSS pixels.
const SLACK_TOUCH: f64 = 10.0;
/// So long a finger rests before it lifts.
const REST: Duration = Duration::from_millis(350);
/// So long after a finger has gone its click may still come.
const LATE: Duration = Duration::from_millis(400);
/// So near the edge what scrolls begins to move, and so far in each frame; CSS pixels.
const EDGE: f64 = 48.0;
const EDGE_STEP: i32 = 14;

/// In which direction a page scrolls while something is dragged over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Across,
    Down,
}

/// A page on which things are dragged; `T` is what they may be dropped on.
#[derive(Clone, Copy, Debug)]
pub struct Surface<T> {
    /// Reads `data-target`; what it does not know is no target.
    pub read: fn(&str) -> Option<T>,
    /// Selectors of the targets, of those that lie above others first.
    pub targets: &'static [&'static str],
    /// The selector of what scrolls where the pointer comes near its edges.
    pub scroller: &'static str,
    pub axis: Axis,
}

/// Returns what may be dragged at an event's target.
pub fn held(target: Option<EventTarget>) -> Option<(Uuid, Element)> {
    let element = target?.dyn_into::<Element>().ok()?.closest("[data-drag]").ok()??;
    let id = Uuid::try_parse(&element.get_attribute("data-drag")?).ok()?;
    Some((id, element))
}

/// A pointer that is down on something and may lift it.
struct Press {
    pointer: i32,
    id: Uuid,
    card: Element,
    touch: bool,
    from: (f64, f64),
    rest: Option<TimeoutHandle>,
}

/// A measured target.
struct Place<T> {
    target: T,
    element: Element,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// It moves with what scrolls.
    scrolls: bool,
}

/// Something in the air.
struct Lift<T> {
    id: Uuid,
    card: Element,
    ghost: HtmlElement,
    /// Where it is held.
    grip: (f64, f64),
    places: Vec<Place<T>>,
    over: Option<usize>,
    axis: Axis,
    scroller: Option<Element>,
    /// The edges between which it scrolls, and how far it was scrolled.
    edges: (f64, f64),
    scrolled: i32,
}

struct State<T> {
    press: Option<Press>,
    lift: Option<Lift<T>>,
    at: (f64, f64),
    framed: bool,
    /// The click that ends a drag opens nothing.
    swallow: bool,
}

/// Dragging on one page. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Drag<T: 'static> {
    state: StoredValue<State<T>, LocalStorage>,
    pub lifting: RwSignal<bool>,
    surface: Surface<T>,
    on_drop: Callback<(Uuid, T)>,
}

impl<T: Copy + 'static> Drag<T> {
    pub fn new(surface: Surface<T>, on_drop: Callback<(Uuid, T)>) -> Self {
        let state = State { press: None, lift: None, at: (0.0, 0.0), framed: false, swallow: false };
        let drag = Self { state: StoredValue::new_local(state), lifting: RwSignal::new(false), surface, on_drop };
        on_cleanup(move || drag.cancel());
        drag
    }

    /// A pointer comes down.
    pub fn press(self, event: &PointerEvent) {
        self.cancel();
        self.state.update_value(|state| state.swallow = false);
        if !event.is_primary() || event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let Some((id, card)) = held(event.target()) else { return };
        let touch = event.pointer_type() == "touch";
        let (pointer, from) = (event.pointer_id(), (f64::from(event.client_x()), f64::from(event.client_y())));
        let rest = touch.then(|| set_timeout_with_handle(move || self.lift(), REST).ok()).flatten();
        self.state.update_value(|state| {
            state.at = from;
            state.press = Some(Press { pointer, id, card, touch, from, rest });
        });
    }

    /// The pointer moves: nothing is done here but noting where it is.
    pub fn follow(self, event: &PointerEvent, root: NodeRef<html::Div>) {
        // It was let go outside, where nothing told us.
        if event.pointer_type() != "touch" && event.buttons() & 1 == 0 {
            return self.cancel();
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let todo = self.state.try_update_value(|state| {
            state.at = at;
            if state.lift.is_some() {
                return Todo::Frame;
            }
            let Some(press) = state.press.as_ref().filter(|press| press.pointer == event.pointer_id()) else {
                return Todo::Nothing;
            };
            let strayed = (at.0 - press.from.0).hypot(at.1 - press.from.1);
            match press.touch {
                false if strayed > SLACK => Todo::Lift,
                // The finger scrolls.
                true if strayed > SLACK_TOUCH => Todo::Cancel,
                _ => Todo::Nothing,
            }
        });
        match todo.unwrap_or(Todo::Nothing) {
            Todo::Nothing => {}
            Todo::Cancel => self.cancel(),
            Todo::Frame => self.ask_frame(),
            Todo::Lift => {
                if let Some(root) = root.get_untracked() {
                    // The pointer may be gone already; then nothing more comes.
                    drop(root.set_pointer_capture(event.pointer_id()));
                }
                self.lift();
            }
        }
    }

    /// Says whether a finger is down on something: its own menu would get in the way.
    pub fn by_touch(self) -> bool {
        self.state.with_value(|state| state.press.as_ref().is_some_and(|press| press.touch) || state.lift.is_some())
    }

    /// Takes the click away that comes behind a drag.
    pub fn swallow(self, event: &MouseEvent) {
        let swallow = self.state.try_update_value(|state| std::mem::take(&mut state.swallow));
        if swallow == Some(true) {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// Lifts what is held.
    fn lift(self) {
        let press = self.state.try_update_value(|state| state.press.take()).flatten();
        let Some(Press { id, card, from, .. }) = press else { return };
        // Targets may show themselves only now, before they are measured.
        self.lifting.set(true);
        request_animation_frame(move || self.measure(id, card, from));
    }

    fn measure(self, id: Uuid, card: Element, from: (f64, f64)) {
        // It was let go meanwhile.
        if self.lifting.try_get_untracked() != Some(true) {
            return;
        }
        let rect = card.get_bounding_client_rect();
        let Some(ghost) = ghost_of(&card, rect.width(), rect.height()) else { return self.cancel() };
        let Surface { axis, .. } = self.surface;
        let scroller = document().query_selector(self.surface.scroller).ok().flatten();
        let edges = scroller.as_ref().map(Element::get_bounding_client_rect).map(|rect| match axis {
            Axis::Across => (rect.left(), rect.right()),
            Axis::Down => (rect.top(), rect.bottom()),
        });
        let lift = Lift {
            id,
            ghost,
            grip: (from.0 - rect.left(), from.1 - rect.top()),
            places: places(self.surface, scroller.as_ref()),
            over: None,
            axis,
            edges: edges.unwrap_or_default(),
            scrolled: scroll_of(scroller.as_ref(), axis),
            scroller,
            card,
        };
        // It fails for no class name.
        drop(lift.card.class_list().add_1("lifted"));
        self.state.update_value(|state| state.lift = Some(lift));
        self.ask_frame();
    }

    fn ask_frame(self) {
        let first = self.state.try_update_value(|state| !std::mem::replace(&mut state.framed, true));
        if first == Some(true) {
            request_animation_frame(move || self.frame());
        }
    }

    /// Draws what has changed since the last frame.
    fn frame(self) {
        let again = self.state.try_update_value(|state| {
            state.framed = false;
            let at = state.at;
            state.lift.as_mut().is_some_and(|lift| lift.draw(at))
        });
        if again == Some(true) {
            self.ask_frame();
        }
    }

    /// The pointer is let go.
    pub fn end(self, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let dropped = self.state.try_update_value(|state| {
            let lift = state.lift.as_mut()?;
            lift.draw(at);
            state.swallow = true;
            Some((lift.id, lift.places.get(lift.over?)?.target))
        });
        self.cancel();
        if let Some(dropped) = dropped.flatten() {
            self.on_drop.run(dropped);
        }
        // Where no click comes, the next one is its own. A finger's comes late.
        let late = if event.pointer_type() == "touch" { LATE } else { Duration::ZERO };
        set_timeout(
            move || {
                self.state.try_update_value(|state| state.swallow = false);
            },
            late,
        );
    }

    /// Lets go without dropping.
    pub fn cancel(self) {
        let held = self.state.try_update_value(|state| (state.press.take(), state.lift.take()));
        if let Some((press, lift)) = held {
            if let Some(rest) = press.and_then(|press| press.rest) {
                rest.clear();
            }
            if let Some(lift) = lift {
                lift.put_down();
            }
        }
        if self.lifting.try_get_untracked() == Some(true) {
            self.lifting.set(false);
        }
    }
}

enum Todo {
    Nothing,
    Cancel,
    Frame,
    Lift,
}

impl<T> Lift<T> {
    /// Puts it under the pointer and marks what it is over. `true`: the page scrolls, and the next frame has work.
    fn draw(&mut self, (x, y): (f64, f64)) -> bool {
        let (left, top) = (x - self.grip.0, y - self.grip.1);
        // A valid transform.
        drop(self.ghost.style().set_property("transform", &format!("translate({left}px, {top}px)")));
        let scrolled = scroll_of(self.scroller.as_ref(), self.axis);
        let shift = f64::from(scrolled - self.scrolled);
        let (along, right, down) = match self.axis {
            Axis::Across => (x, shift, 0.0),
            Axis::Down => (y, 0.0, shift),
        };
        // What was scrolled away lies below the head of the page, and is not meant there.
        let away = self.axis == Axis::Down && !(self.edges.0..self.edges.1).contains(&y);
        let over = self.places.iter().position(|place| {
            let (x, y) = match place.scrolls {
                true if away => return false,
                true => (x + right, y + down),
                false => (x, y),
            };
            (place.left..place.right).contains(&x) && (place.top..place.bottom).contains(&y)
        });
        if over != self.over {
            let element = |at: Option<usize>| at.and_then(|at| self.places.get(at)).map(|place| &place.element);
            // They fail for no class name.
            if let Some(element) = element(self.over) {
                drop(element.class_list().remove_1("over"));
            }
            if let Some(element) = element(over) {
                drop(element.class_list().add_1("over"));
            }
            self.over = over;
        }
        let step = match along {
            _ if along < self.edges.0 + EDGE => -EDGE_STEP,
            _ if along > self.edges.1 - EDGE => EDGE_STEP,
            _ => return false,
        };
        let Some(scroller) = &self.scroller else { return false };
        match self.axis {
            Axis::Across => scroller.set_scroll_left(scrolled + step),
            Axis::Down => scroller.set_scroll_top(scrolled + step),
        }
        scroll_of(Some(scroller), self.axis) != scrolled
    }

    fn put_down(self) {
        self.ghost.remove();
        // They fail for no class name.
        drop(self.card.class_list().remove_1("lifted"));
        if let Some(place) = self.over.and_then(|at| self.places.get(at)) {
            drop(place.element.class_list().remove_1("over"));
        }
    }
}

/// Returns how far something is scrolled; CSS pixels.
fn scroll_of(scroller: Option<&Element>, axis: Axis) -> i32 {
    match (scroller, axis) {
        (Some(scroller), Axis::Across) => scroller.scroll_left(),
        (Some(scroller), Axis::Down) => scroller.scroll_top(),
        (None, _) => 0,
    }
}

/// Makes what follows the pointer.
fn ghost_of(card: &Element, width: f64, height: f64) -> Option<HtmlElement> {
    let ghost = card.clone_node_with_deep(true).ok()?.dyn_into::<HtmlElement>().ok()?;
    for name in ["data-drag", "data-entry", "data-at", "data-testid", "href"] {
        ghost.remove_attribute(name).ok()?;
    }
    ghost.class_list().add_1("drag-ghost").ok()?;
    ghost.set_attribute("aria-hidden", "true").ok()?;
    ghost.style().set_property("width", &format!("{width}px")).ok()?;
    ghost.style().set_property("height", &format!("{height}px")).ok()?;
    document().body()?.append_child(&ghost).ok()?;
    Some(ghost)
}

/// Measures what may be dropped on; what is not to be seen has no size.
fn places<T>(surface: Surface<T>, scroller: Option<&Element>) -> Vec<Place<T>> {
    let mut places = Vec::new();
    for selector in surface.targets {
        let Ok(found) = document().query_selector_all(selector) else { continue };
        for at in 0..found.length() {
            let Some(element) = found.get(at).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let target = element.get_attribute("data-target").and_then(|text| (surface.read)(&text));
            let rect = element.get_bounding_client_rect();
            if let (Some(target), true) = (target, rect.width() > 0.0) {
                let (left, right, top, bottom) = (rect.left(), rect.right(), rect.top(), rect.bottom());
                let scrolls = scroller.is_some_and(|scroller| scroller.contains(Some(element.as_ref())));
                places.push(Place { target, element, left, right, top, bottom, scrolls });
            }
        }
    }
    places
}
