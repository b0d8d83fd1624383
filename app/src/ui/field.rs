//! The frame of every form control: label, control, hint, and the error below in words.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{prelude::*, text_prop::TextProp};

use super::{icon::Icon, language::text, picture::Picture};
use crate::i18n::t;

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    #[default]
    Optional,
    Required,
    /// A question that may be asked, as in a filter: with nothing chosen it is about all.
    Question,
}

/// What ties a control to its label, hint and error.
#[derive(Clone)]
pub struct Wiring {
    pub id: String,
    pub testid: String,
    pub described_by: Signal<Option<String>>,
    pub invalid: Signal<bool>,
    pub required: bool,
}

static FIELDS: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has; the same field may stand in a page and in a dialog.
pub fn fresh_id(stem: &str) -> String {
    format!("{stem}-{}", FIELDS.fetch_add(1, Ordering::Relaxed))
}

/// A label, a control, and what belongs to them.
#[component]
pub fn Field(
    /// The column's name; the control's `data-testid` is `field-NAME`.
    #[prop(into)]
    name: String,
    #[prop(into)] label: TextProp,
    hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] need: Need,
    /// Draws the control with the ids that it needs.
    control: impl FnOnce(Wiring) -> AnyView + 'static,
) -> impl IntoView {
    let id = fresh_id(&name);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let described_by = Signal::derive({
        let (hint_id, error_id) = (hint.is_some().then(|| hint_id.clone()), error_id.clone());
        move || {
            let error_id = invalid.get().then(|| error_id.clone());
            let ids: Vec<String> = error_id.into_iter().chain(hint_id.clone()).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    });
    let wiring = Wiring {
        id: id.clone(),
        testid: format!("field-{name}"),
        described_by,
        invalid,
        required: need == Need::Required,
    };
    let testid = format!("error-{name}");
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {move || label.get()}
                {(need == Need::Optional)
                    .then(|| view! { <span class="field-optional">{text(t::common::optional)}</span> })}
            </label>
            {control(wiring)}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{move || hint.get()}</p> })}
            <div role="alert" id=error_id data-testid=testid>
                {move || {
                    error
                        .get()
                        .map(|words| {
                            view! {
                                <p class="field-error">
                                    <Picture icon=Icon::CircleAlert/>
                                    <span>{words}</span>
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
}
