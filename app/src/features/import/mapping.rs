//! Which column goes where.

use domain::{exchange::Target, kind::Kind};
use leptos::prelude::*;

use super::Import;
use crate::{
    i18n::{Key, t},
    ui::{
        banner::{Banner, BannerTone},
        language::{text, use_locale},
    },
};

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
        Target::Own(_) => t::own_fields::title,
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
        let seen = import.seen.get()?;
        let rows = seen.header.into_iter().zip(seen.samples).enumerate().map(|(at, (name, sample))| {
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
        import.sort();
    };
    let options = Target::ALL
        .map(|target| {
            let name = target_name(target);
            view! {
                <option value=target.name() selected=move || chosen() == target>{move || name(locale.get())}</option>
            }
        })
        .collect_view();
    let own = import.own_fields().into_iter().map(|field| {
        let target = Target::Own(field.id);
        let contact = field.on == Kind::Contact;
        let name = move || match contact {
            true => t::import::own_of_contact(locale.get(), &field.label),
            false => field.label.clone(),
        };
        view! { <option value=target.name() selected=move || chosen() == target>{name}</option> }
    });
    let own = own.collect_view();
    view! {
        <select
            class="control"
            data-testid="import-target"
            aria-label=label
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
            {own}
        </select>
    }
}
