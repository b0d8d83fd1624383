//! A choice among few, all in sight.

use leptos::{prelude::*, text_prop::TextProp};

use super::field::fresh_id;

/// One segment.
#[derive(Clone)]
pub struct Segment<T> {
    pub value: T,
    pub label: TextProp,
    pub testid: &'static str,
}

/// Radio buttons side by side.
#[component]
pub fn Segmented<T>(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] on_choose: Callback<T>,
    segments: Vec<Segment<T>>,
    /// Its label is only spoken: the segments say what they are.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = fresh_id("segmented");
    let segments = segments
        .into_iter()
        .map(|segment| {
            let Segment { value: own, label, testid } = segment;
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name=group.clone()
                        data-testid=testid
                        prop:checked=move || value.get() == own
                        on:change=move |_| on_choose.run(own)
                    />
                    <span>{move || label.get()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend class=if quiet { "visually-hidden" } else { "field-label" }>{move || label.get()}</legend>
            <div class="segmented">{segments}</div>
        </fieldset>
    }
}
