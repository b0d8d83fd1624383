//! What the file will become: four piles with their first rows, before anything is entered.

use domain::{
    customer::{Customer, CustomerId},
    exchange::{Pile, Sample, update},
    record::Record,
};
use leptos::prelude::*;

use super::{Import, words};
use crate::{
    data::{Data, live},
    i18n::{Key, Locale, fields::field_name, t},
    ui::language::{text, use_locale},
};

/// The piles of the file.
#[component]
pub fn Piles(import: Import) -> impl IntoView {
    let locale = import.locale;
    let busy = move || {
        let (done, of) = import.working.get()?;
        Some(view! {
            <div class="card padded stack" role="status" data-testid="import-sorting">
                <p>{t::import::sorting(locale.get())}</p>
                <progress max=of.max(1).to_string() value=done.to_string()></progress>
            </div>
        })
    };
    let piles = move || {
        let sorted = import.sorted.get()?;
        let piles = Pile::ALL.into_iter().zip(sorted.counts).map(|(pile, count)| {
            let samples = sorted.samples.iter().filter(|sample| sample.pile == pile).cloned().collect();
            view! { <OnePile import pile count samples/> }
        });
        Some(view! {
            <h2>{t::import::step_preview(locale.get())}</h2>
            {piles.collect_view()}
        })
    };
    view! {
        {busy}
        {piles}
    }
}

/// One pile: how many rows, what is done with them, the first ones.
#[component]
fn OnePile(import: Import, pile: Pile, count: u32, samples: Vec<Sample>) -> impl IntoView {
    let locale = import.locale;
    let (title, explanation, testid): (fn(Locale, u64) -> String, Key, &'static str) = match pile {
        Pile::New => (t::import::pile_new, t::import::pile_new_text, "import-pile-new"),
        Pile::Update => (t::import::pile_update, t::import::pile_update_text, "import-pile-update"),
        Pile::Suspected => (t::import::pile_suspected, t::import::pile_suspected_text, "import-pile-suspected"),
        Pile::Faulty => (t::import::pile_faulty, t::import::problems_text, "import-pile-faulty"),
    };
    let choice = match pile {
        Pile::Update => Some(("import-update", t::import::update_them as Key)),
        Pile::Suspected => Some(("import-add-suspected", t::import::duplicates_add as Key)),
        Pile::New | Pile::Faulty => None,
    };
    let checked = move || {
        let choice = import.choice.get();
        if pile == Pile::Update { choice.update } else { choice.add_suspected }
    };
    let turn = move |_| {
        import.choice.update(|choice| match pile {
            Pile::Update => choice.update = !choice.update,
            _ => choice.add_suspected = !choice.add_suspected,
        });
    };
    let rest = u64::from(count).saturating_sub(samples.len() as u64);
    (count > 0).then(|| {
        view! {
            <details class="card padded import-pile" data-testid=testid open=pile != Pile::New || count <= 10>
                <summary><strong>{move || title(locale.get(), u64::from(count))}</strong></summary>
                <p class="muted small">{text(explanation)}</p>
                {choice.map(|(testid, label)| {
                    view! {
                        <label class="check">
                            <input type="checkbox" data-testid=testid prop:checked=checked on:change=turn/>
                            <span>{text(label)}</span>
                        </label>
                    }
                })}
                <ul class="import-samples">
                    {samples.into_iter().map(|sample| view! { <OneRow import sample/> }).collect_view()}
                </ul>
                {(rest > 0).then(|| view! { <p class="muted small">{move || t::import::and_more(locale.get(), rest)}</p> })}
            </details>
        }
    })
}

/// One row: where it stands, what it brings, and what is to be known of it.
#[component]
fn OneRow(import: Import, sample: Sample) -> impl IntoView {
    let (data, locale) = (import.data, import.locale);
    let line = u64::from(sample.line);
    let what = sample.records.as_ref().map(|records| {
        let customer = &records.customer;
        let phones = customer.phones.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
        let contact = records.contact.as_ref().map(|contact| format!("{} {}", contact.name, contact.title));
        let parts = [phones, customer.address.clone(), contact.unwrap_or_default()];
        let parts = parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            <span class="muted">{parts}</span>
        }
    });
    let name = sample.name.clone();
    let faults = sample.errors.clone();
    let faults =
        move || faults.iter().map(|error| words::fault(locale.get(), data, error)).collect::<Vec<_>>().join(" · ");
    let suspicion = sample.suspicion;
    let changed = sample.known.zip(sample.records).map(|(known, records)| {
        view! { <Changes known=domain::id::Id::new(known) row=records.customer/> }
    });
    view! {
        <li data-testid="import-row">
            <span class="muted small figures">{move || t::import::row(locale.get(), line)}</span>
            <strong>{name}</strong>
            {what}
            {suspicion.map(|suspicion| {
                view! { <span class="import-why">{move || words::suspicion(locale.get(), data, suspicion)}</span> }
            })}
            {(!sample.errors.is_empty()).then(|| view! { <span class="import-why" data-testid="import-problem">{faults}</span> })}
            {changed}
        </li>
    }
}

/// Which fields of a customer a row changes.
#[component]
fn Changes(known: CustomerId, row: Customer) -> impl IntoView {
    let locale = use_locale();
    let data = crate::data::use_data();
    let changed = live(move || {
        let row = row.clone();
        async move { changed_fields(data, known, &row).await }
    });
    move || {
        changed.get().map(|fields| {
            let words = move || {
                if fields.is_empty() {
                    return t::import::nothing_new(locale.get()).to_owned();
                }
                let names: Vec<&str> = fields
                    .iter()
                    .map(|name| field_name(Customer::KIND, name).map_or(name.as_str(), |key| key(locale.get())))
                    .collect();
                t::import::will_change(locale.get(), &crate::platform::intl::list(locale.get(), &names))
            };
            view! { <span class="import-why">{words}</span> }
        })
    }
}

async fn changed_fields(data: Data, known: CustomerId, row: &Customer) -> Vec<String> {
    let Some(edit) = data.get(known).await.and_then(|stored| update(&stored, row).ok()) else { return Vec::new() };
    let fields = edit.fields.into_iter().filter_map(|edit| match edit.field {
        domain::edit::FieldName::Name(name) => Some(name),
        domain::edit::FieldName::Own(id) => data.own_label(id),
    });
    fields.chain(edit.sets.into_iter().map(|edit| edit.field)).collect()
}
