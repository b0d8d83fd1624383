//! When something is due.

use leptos::prelude::*;

use crate::{
    data::{moment, use_data},
    i18n::{Locale, t},
    ui::{
        input::{Input, InputKind},
        language::text,
    },
};

/// A date with the three choices that are made most, and a time for those that are to ring.
#[component]
pub fn DueField(
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] time: Option<RwSignal<String>>,
    #[prop(optional, into)] time_error: Signal<Option<String>>,
) -> impl IntoView {
    let data = use_data();
    let chip = move |label: fn(Locale) -> &'static str, testid: &'static str, days: u64| {
        let words = text(label);
        let day = move || moment::after(data.today(), days).to_string();
        view! {
            <button
                type="button"
                class="chip"
                data-testid=testid
                aria-pressed=move || (value.get() == day()).to_string()
                on:click=move |_| value.set(day())
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="stack">
            <div class="form-pair">
                <Input name="due" label=text(t::next_actions::due) value kind=InputKind::Date error/>
                {time.map(|value| view! {
                    <Input name="time" label=text(t::next_actions::time) value kind=InputKind::Time error=time_error/>
                })}
            </div>
            <div class="chips">
                {chip(t::next_actions::due_today, "due-today", 0)}
                {chip(t::next_actions::due_tomorrow, "due-tomorrow", 1)}
                {chip(t::next_actions::postpone_next_week, "due-next-week", 7)}
            </div>
        </div>
    }
}
