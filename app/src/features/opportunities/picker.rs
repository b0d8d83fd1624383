//! Choosing the customer of an opportunity that is entered from the board.

use domain::{customer::CustomerId, summary::customer_field};
use leptos::prelude::*;

use crate::{
    data::{customers::use_customers, use_data},
    features::form::Errors,
    i18n::t,
    ui::{
        button::{Button, Tone},
        field::Need,
        input::Input,
        language::text,
    },
};

/// So many are offered.
const OFFERED_MOST: usize = 6;

/// Finds a customer by words; `chosen` holds its id.
#[component]
pub fn CustomerPicker(chosen: RwSignal<String>, errors: Errors) -> impl IntoView {
    let (data, customers) = (use_data(), use_customers());
    let words = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        customers.version.track();
        words.with(|words| {
            if words.trim().is_empty() {
                return Vec::new();
            }
            let rows = customers.find(words).into_iter().take(OFFERED_MOST);
            let named = rows.filter_map(|row| customers.shown(row));
            named
                .map(|shown| (shown.key.id.to_string(), shown.summary.field(customer_field::NAME).to_owned()))
                .collect::<Vec<_>>()
        })
    });
    let label = text(t::contact_records::customer);
    let change = text(t::opportunities::customer_change);
    let search = text(t::opportunities::customer_search);
    let offered = move || {
        let one = |(id, name): (String, String)| {
            view! {
                <button type="button" class="sheet-choice" data-testid="customer-offered" on:click=move |_| chosen.set(id.clone())>
                    {name}
                </button>
            }
        };
        found.get().into_iter().map(one).collect_view()
    };
    let name = move || {
        data.version.track();
        let id = chosen.get();
        id.parse::<CustomerId>().map(|id| data.customer_name(id)).unwrap_or_default()
    };
    let again = Callback::new(move |()| chosen.set(String::new()));
    let none = Memo::new(move |_| chosen.with(String::is_empty));
    move || {
        if none.get() {
            view! {
                <div class="stack">
                    <Input name="customer" label=label hint=search value=words need=Need::Required error=errors.of("customer")/>
                    <div class="card picker-offers" hidden=move || found.with(Vec::is_empty)>{offered}</div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <p class="picked" data-testid="opportunity-customer">
                    <span>{name}</span>
                    <Button label=change testid="customer-change" tone=Tone::Quiet on_press=again/>
                </p>
            }
            .into_any()
        }
    }
}
