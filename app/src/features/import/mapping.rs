//! Which column goes where, and what the first rows become.

use domain::{exchange::Target, kind::Kind};
use leptos::prelude::*;

use super::{
    Import,
    plan::{Plan, Planned},
};
use crate::{
    i18n::{Key, Locale, fields::field_name, refusals, t},
    ui::{
        banner::{Banner, BannerTone},
        language::{text, use_locale},
    },
};

/// So many rows are shown before the import.
const ROWS_SHOWN: usize = 10;
/// So many problems are told.
const PROBLEMS_SHOWN: usize = 50;

fn target_name(target: Target) -> Key {
    match target {
        Target::Ignore => t::import::ignore,
        Target::Name => t::customers::name,
        Target::ShortName => t::customers::short_name,
        Target::Aliases => t::customers::aliases,
        Target::TaxId => t::customers::tax_id,
        Target::Industry => t::customers::industry,
        Target::SalesRegion => t::customers::region,
        Target::Phone => t::customers::phones,
        Target::Fax => t::import::fax,
        Target::Email => t::customers::email,
        Target::Website => t::customers::website,
        Target::Wechat => t::customers::wechat,
        Target::Line => t::customers::line,
        Target::Qq => t::customers::qq,
        Target::Address => t::customers::address,
        Target::City => t::import::city,
        Target::Region => t::import::region,
        Target::District => t::import::district,
        Target::PostalCode => t::import::postal_code,
        Target::Country => t::import::country,
        Target::Level => t::customers::level,
        Target::Source => t::customers::source,
        Target::Tags => t::customers::tags,
        Target::Remark => t::customers::remark,
        Target::ToRemark => t::import::to_remark,
        Target::ContactName => t::import::contact_name,
        Target::ContactTitle => t::import::contact_title,
        Target::ContactPhone => t::import::contact_phone,
        Target::ContactEmail => t::import::contact_email,
        Target::ContactWechat => t::import::contact_wechat,
        Target::ContactLine => t::import::contact_line,
        Target::ContactQq => t::import::contact_qq,
    }
}

/// The columns of the file with their places.
#[component]
pub fn Columns(import: Import) -> impl IntoView {
    let locale = use_locale();
    let (column, field, sample) = (text(t::import::column), text(t::import::field), text(t::import::sample));
    let nameless = Memo::new(move |_| import.targets.with(|targets| !targets.contains(&Target::Name)));
    let name_needed = text(t::import::name_needed);
    let rows = move || {
        let table = import.table.get()?;
        let rows = table.header.into_iter().enumerate().map(|(at, name)| {
            let sample =
                table.rows.iter().filter_map(|row| row.get(at)).find(|cell| !matches!(cell.trim(), "" | "NULL"));
            let sample = sample.cloned().unwrap_or_default();
            let label = name.clone();
            view! {
                <tr data-testid="import-column">
                    <td class="import-column-name">{name}</td>
                    <td><TargetChoice import at label/></td>
                    <td class="muted">{sample}</td>
                </tr>
            }
        });
        Some(rows.collect_view())
    };
    view! {
        <h2>{move || t::import::step_columns(locale.get())}</h2>
        <Show when=move || nameless.get()>
            <Banner tone=BannerTone::Due title=name_needed testid="import-name-needed"/>
        </Show>
        <div class="card import-scroll">
            <table class="import-table import-columns">
                <thead><tr><th>{column}</th><th>{field}</th><th>{sample}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn TargetChoice(import: Import, at: usize, label: String) -> impl IntoView {
    let locale = use_locale();
    let chosen = move || import.targets.with(|targets| targets.get(at).copied().unwrap_or_default());
    let choose = move |name: String| {
        let Some(target) = Target::parse(&name) else { return };
        import.targets.update(|targets| {
            if let Some(place) = targets.get_mut(at) {
                *place = target;
            }
        });
    };
    let options = Target::ALL
        .map(|target| {
            let name = target_name(target);
            view! {
                <option value=target.name() selected=move || chosen() == target>{move || name(locale.get())}</option>
            }
        })
        .collect_view();
    view! {
        <select
            class="control"
            data-testid="import-target"
            aria-label=label
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
        </select>
    }
}

/// What is wrong with a row, in words.
fn problems_of(locale: Locale, planned: &Planned) -> Option<String> {
    let errors = planned.outcome.as_ref().err()?;
    let words = errors.iter().map(|error| {
        let name = field_name(Kind::Customer, &error.field).map_or(error.field.as_str(), |key| key(locale));
        t::errors::field(locale, name, &refusals::problem(locale, &error.problem))
    });
    Some(words.collect::<Vec<_>>().join(" · "))
}

/// The first rows, what is wrong with others, and which names are taken.
#[component]
pub fn Preview(#[prop(into)] planned: Signal<Option<Plan>>, import: Import) -> impl IntoView {
    let locale = use_locale();
    let heads: [Key; 4] = [t::customers::name, t::customers::phones, t::customers::address, t::contacts::contact];
    let heads = heads.map(|key| view! { <th>{move || key(locale.get())}</th> }).collect_view();
    let rows = move || {
        let plan = planned.get()?;
        let rows = plan.rows.iter().filter_map(|row| row.outcome.as_ref().ok().map(|records| (records, row.duplicate)));
        let rows = rows.take(ROWS_SHOWN).map(|(records, duplicate)| {
            let phones = records.customer.phones.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let contact = records.contact.as_ref().map(|contact| format!("{} {}", contact.name, contact.title));
            view! {
                <tr data-testid="import-row" data-duplicate=duplicate.to_string()>
                    <td><strong>{records.customer.name.clone()}</strong></td>
                    <td class="figures">{phones}</td>
                    <td>{records.customer.address.clone()}</td>
                    <td>{contact}</td>
                </tr>
            }
        });
        Some(rows.collect_view())
    };
    let problems = move || {
        let plan = planned.get()?;
        let lines = plan.rows.iter().filter_map(|row| Some((row.row, problems_of(locale.get(), row)?)));
        // The header is the file's first row.
        let lines = lines.take(PROBLEMS_SHOWN).map(|(row, words)| {
            view! { <li data-testid="import-problem">{t::import::row(locale.get(), row as u64 + 2)} " · " {words}</li> }
        });
        let count = plan.problems() as u64;
        (count > 0).then(|| {
            view! {
                <details class="card padded" data-testid="import-problems" open>
                    <summary>{t::import::problems(locale.get(), count)}</summary>
                    <p class="muted small">{t::import::problems_text(locale.get())}</p>
                    <ul class="chain-list">{lines.collect_view()}</ul>
                </details>
            }
        })
    };
    let duplicates = Memo::new(move |_| planned.with(|plan| plan.as_ref().map_or(0, |plan| plan.duplicates() as u64)));
    let add = text(t::import::duplicates_add);
    view! {
        <h2>{move || t::import::step_preview(locale.get())}</h2>
        {problems}
        <Show when=move || { duplicates.get() > 0 }>
            <div class="card padded stack" data-testid="import-duplicates">
                <p>{move || t::import::duplicates(locale.get(), duplicates.get())}</p>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="import-add-duplicates"
                        prop:checked=import.add_duplicates
                        on:change=move |_| import.add_duplicates.update(|add| *add = !*add)
                    />
                    <span>{add}</span>
                </label>
            </div>
        </Show>
        <div class="card import-scroll">
            <table class="import-table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
