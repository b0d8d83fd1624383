//! One customer in the list: what colleagues call it, who owns it, and whether it is sent.

use domain::{customer::CustomerId, kind::Kind, summary::customer_field};
use leptos::prelude::*;
use uuid::Uuid;

use super::{bulk::Chosen, columns::ListColumn, own::cell as own_cell};
use crate::{
    data::{customers::use_customers, own::use_own, pools::FallingHere, use_data},
    features::pools::FallingBadge,
    i18n::t,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

#[component]
pub fn CustomerRow(row: u32, chosen: Chosen, columns: RwSignal<Vec<ListColumn>>, wide: Memo<bool>) -> impl IntoView {
    let (data, customers, locale) = (use_data(), use_customers(), use_locale());
    let shown = customers.shown(row)?;
    let id = shown.key.id;
    let unsent = data.is_unsent(Kind::Customer, CustomerId::new(id));
    let field = |place: usize| shown.summary.field(place).to_owned();
    let (name, short) = (field(customer_field::NAME), field(customer_field::SHORT_NAME));
    let owner = Uuid::try_parse(&field(customer_field::OWNER)).ok();
    let owner = owner.filter(|owner| data.user().uuid() != *owner).map(|owner| data.user_name(owner.into()));
    let (phone, address, level) =
        (field(customer_field::PHONE), field(customer_field::ADDRESS), field(customer_field::LEVEL));
    let level = move || (!level.is_empty()).then(|| t::customers::level_of(locale.get(), &level));
    let own = use_own();
    let shown_own = shown.clone();
    let own_cells = move || {
        let locale = locale.get();
        own.listed(Kind::Customer).iter().map(|field| own_cell(locale, field, &shown_own)).collect::<Vec<_>>()
    };
    let own_wide = own_cells.clone();
    let full = (!short.is_empty() && short != name).then(|| name.clone());
    let sub = move || {
        let parts = if wide.get() {
            vec![full.clone()]
        } else {
            let own = own_cells().into_iter().map(Some);
            [level(), owner.clone(), Some(phone.clone()), Some(address.clone())].into_iter().chain(own).collect()
        };
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let falling = move || {
        let here = use_context::<FallingHere>()?;
        let falling = here.0.with(|falling| falling.as_ref().and_then(|falling| falling.get(&id).copied()))?;
        Some(view! { <FallingBadge falling/> })
    };
    let choose = text(t::customers::choose);
    let ticked = move || chosen.ids.with(|ids| ids.contains(&id));
    let tick = move || {
        chosen.on.get().then(|| {
            view! {
                <span class="tick" class:ticked=ticked data-testid="row-tick" role="checkbox" aria-label=choose
                    aria-checked=move || ticked().to_string()><Picture icon=Icon::Check/></span>
            }
        })
    };
    let cells = move || {
        wide.get().then(|| {
            let locale = locale.get();
            let cell = |column: ListColumn| {
                view! { <span class="one-line cell figures">{column.cell(locale, data, customers, &shown)}</span> }
            };
            let own = own_wide().into_iter().map(|text| view! { <span class="one-line cell figures">{text}</span> });
            (columns.get().into_iter().map(cell).collect_view(), own.collect_view())
        })
    };
    Some(view! {
        {tick}
        <div class="row-main" class:wide-row=move || wide.get() class:unsent-row=unsent data-testid="customer-row">
            <div class="row-name">
                <div class="row-title">
                    <span class="one-line">{if short.is_empty() { name.clone() } else { short.clone() }}</span>
                    {falling}
                    {unsent.then(|| view! { <span class="pill wait small" data-testid="unsent">{text(t::common::unsent)}</span> })}
                </div>
                <div class="row-sub one-line">{sub}</div>
            </div>
            {cells}
        </div>
    })
}
