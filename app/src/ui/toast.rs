//! Short news at the bottom of the page, with an undo where there is one.

use std::time::Duration;

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    button::{Button, IconButton},
    icon::Icon,
    language::text,
};
use crate::i18n::t;

/// Long enough to read.
const SHOWN_FOR: Duration = Duration::from_secs(5);
/// Long enough to read, decide and reach the button.
const SHOWN_FOR_DECISION: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Toast {
    number: u32,
    words: TextProp,
    undo: Option<Callback<()>>,
    /// A finger, pointer or the focus rests on it: it stays.
    held: RwSignal<bool>,
}

/// Shows toasts. Copy it into any handler.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    count: StoredValue<u32>,
}

impl Toasts {
    /// Shows words for a while.
    pub fn show(self, words: impl Into<TextProp>) {
        self.push(words.into(), None);
    }

    /// Shows words with a button that takes back what they tell of.
    pub fn show_with_undo(self, words: impl Into<TextProp>, undo: impl Into<Callback<()>>) {
        self.push(words.into(), Some(undo.into()));
    }

    fn push(self, words: TextProp, undo: Option<Callback<()>>) {
        self.count.update_value(|count| *count += 1);
        let toast = Toast { number: self.count.get_value(), words, undo, held: RwSignal::new(false) };
        let shown_for = if toast.undo.is_some() { SHOWN_FOR_DECISION } else { SHOWN_FOR };
        self.expire(toast.number, toast.held, shown_for);
        // News of the same kind would pile up over what one works with; what can be undone stays.
        self.list.update(|list| {
            list.retain(|toast| toast.undo.is_some());
            list.push(toast);
        });
    }

    fn expire(self, number: u32, held: RwSignal<bool>, shown_for: Duration) {
        set_timeout(
            move || {
                if held.try_get_untracked() == Some(true) {
                    self.expire(number, held, shown_for);
                } else {
                    self.remove(number);
                }
            },
            shown_for,
        );
    }

    fn remove(self, number: u32) {
        self.list.update(|list| list.retain(|toast| toast.number != number));
    }
}

/// Puts the toasts into the context.
pub fn provide_toasts() {
    provide_context(Toasts { list: RwSignal::new(Vec::new()), count: StoredValue::new(0) });
}

/// The toasts of this page.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where toasts appear; it stands in the page from the start, so that they are read aloud.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" data-testid="toasts">
            <For each=move || toasts.list.get() key=|toast| toast.number let:toast>
                <ToastView toast/>
            </For>
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let toasts = use_toasts();
    let Toast { number, words, undo, held } = toast;
    let undo = undo.map(|undo| {
        let press = Callback::new(move |()| {
            toasts.remove(number);
            undo.run(());
        });
        view! { <Button label=text(t::common::undo) testid="toast-undo" on_press=press/> }
    });
    view! {
        <div
            class="toast"
            data-testid="toast"
            on:pointerenter=move |_| held.set(true)
            on:pointerleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true)
            on:focusout=move |_| held.set(false)
        >
            <span>{move || words.get()}</span>
            {undo}
            <IconButton
                icon=Icon::X
                label=text(t::common::close)
                testid="toast-close"
                on_press=Callback::new(move |_| toasts.remove(number))
            />
        </div>
    }
}
