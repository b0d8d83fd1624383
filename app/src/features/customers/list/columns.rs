//! The columns of the wide list: which there are, and which this browser's person wants.

use domain::{customer::CustomerSort, kind::Kind, summary::customer_field};
use leptos::prelude::*;
use uuid::Uuid;

use super::asked::Asked;
use crate::{
    data::{Data, customers::Customers, own::use_own},
    i18n::{Key, Locale, t},
    platform::{intl, preferences},
    ui::{
        button::Button,
        dialog::Dialog,
        language::{text, use_locale},
    },
};
use sync::device::Shown;

const KEY: &str = "changke.customer-columns";

/// A column beside the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListColumn {
    Owner,
    Level,
    LastContact,
    Phone,
    Region,
    Tags,
    Source,
    TaxId,
    Address,
    Changed,
}

impl ListColumn {
    pub const ALL: [ListColumn; 10] = [
        Self::Owner,
        Self::Level,
        Self::LastContact,
        Self::Phone,
        Self::Region,
        Self::Tags,
        Self::Source,
        Self::TaxId,
        Self::Address,
        Self::Changed,
    ];
    /// Those that begin in sight.
    const FIRST: [ListColumn; 5] = [Self::Owner, Self::Level, Self::LastContact, Self::Phone, Self::Tags];

    fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Level => "level",
            Self::LastContact => "last_contact",
            Self::Phone => "phone",
            Self::Region => "region",
            Self::Tags => "tags",
            Self::Source => "source",
            Self::TaxId => "tax_id",
            Self::Address => "address",
            Self::Changed => "changed",
        }
    }

    fn label(self) -> Key {
        match self {
            Self::Owner => t::customers::owner,
            Self::Level => t::customers::level,
            Self::LastContact => t::customers::sort_last_contact,
            Self::Phone => t::customers::phone,
            Self::Region => t::customers::region,
            Self::Tags => t::customers::tags,
            Self::Source => t::customers::source,
            Self::TaxId => t::customers::tax_id,
            Self::Address => t::customers::address,
            Self::Changed => t::customers::last_changed,
        }
    }

    /// The order in which its heading puts the list.
    fn order(self) -> Option<CustomerSort> {
        match self {
            Self::LastContact => Some(CustomerSort::LastContact),
            Self::Changed => Some(CustomerSort::Changed),
            _ => None,
        }
    }

    /// What stands in the column for a customer.
    pub fn cell(self, locale: Locale, data: Data, customers: Customers, shown: &Shown) -> String {
        let field = |place: usize| shown.summary.field(place).to_owned();
        match self {
            Self::Owner => Uuid::try_parse(shown.summary.field(customer_field::OWNER))
                .map(|owner| data.user_name(owner.into()))
                .unwrap_or_default(),
            Self::Level => field(customer_field::LEVEL),
            Self::LastContact => {
                let last = customers.last_contact(shown.key.id);
                last.map(|at| intl::ago(locale, at, data.now())).unwrap_or_default()
            }
            Self::Phone => field(customer_field::PHONE),
            Self::Region => field(customer_field::REGION),
            Self::Tags => shown.summary.field(customer_field::TAGS).lines().collect::<Vec<_>>().join(" · "),
            Self::Source => field(customer_field::SOURCE),
            Self::TaxId => field(customer_field::TAX_ID),
            Self::Address => field(customer_field::ADDRESS),
            Self::Changed => {
                let at = shown.summary.field(customer_field::CHANGED_AT).parse().ok();
                at.map(|at| intl::ago(locale, at, data.now())).unwrap_or_default()
            }
        }
    }
}

/// Writes columns down, with commas between their names.
pub fn column_names(columns: &[ListColumn]) -> String {
    columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(",")
}

/// Reads what [`column_names`] wrote; a name of a later build is passed over.
pub fn columns_named(names: &str) -> Vec<ListColumn> {
    let names: Vec<&str> = names.split(',').collect();
    ListColumn::ALL.into_iter().filter(|column| names.contains(&column.name())).collect()
}

/// Returns the columns that are wanted, remembered from the last time.
pub fn wanted_columns() -> RwSignal<Vec<ListColumn>> {
    let kept = preferences::get(KEY);
    let columns = RwSignal::new(kept.map_or_else(|| ListColumn::FIRST.to_vec(), |names| columns_named(&names)));
    Effect::new(move |before: Option<()>| {
        let names = columns.with(|columns| column_names(columns));
        if before.is_some() {
            preferences::set(KEY, &names);
        }
    });
    columns
}

/// The button that chooses columns.
#[component]
pub fn ColumnChoice(columns: RwSignal<Vec<ListColumn>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let label = text(t::customers::columns);
    view! {
        <Button label testid="customers-columns" on_press=Callback::new(move |()| open.set(true))/>
        <Dialog open title=label testid="columns-dialog">
            <div class="checks">
                {ListColumn::ALL.map(|column| {
                    let ticked = move || columns.with(|columns| columns.contains(&column));
                    let toggle = move |_| {
                        let now = columns.get_untracked();
                        let wanted = |other: &ListColumn| (*other == column) != now.contains(other);
                        columns.set(ListColumn::ALL.into_iter().filter(wanted).collect());
                    };
                    view! {
                        <label class="check">
                            <input type="checkbox" data-testid=format!("column-{}", column.name()) prop:checked=ticked on:change=toggle/>
                            <span>{text(column.label())}</span>
                        </label>
                    }
                }).collect_view()}
            </div>
        </Dialog>
    }
}

/// The heading of the wide list; the orders that there are stand in it as buttons.
#[component]
pub fn ColumnHeads(asked: Asked, columns: RwSignal<Vec<ListColumn>>) -> impl IntoView {
    let sorted = move |sort: CustomerSort| move || asked.filter.with(|filter| filter.sort == sort).to_string();
    let by = move |sort: CustomerSort| move |_| asked.filter.update(|filter| filter.sort = sort);
    let (locale, own) = (use_locale(), use_own());
    view! {
        <div class="list-head wide-row" data-testid="list-head">
            <button type="button" class="plain-button" aria-pressed=sorted(CustomerSort::Name) on:click=by(CustomerSort::Name)>{text(t::customers::name)}</button>
            {move || columns.get().into_iter().map(|column| {
                let label = column.label()(locale.get());
                match column.order() {
                    Some(order) => view! {
                        <button type="button" class="plain-button" data-testid=format!("sort-{}", order.name().replace('_', "-"))
                            aria-pressed=sorted(order) on:click=by(order)>{label}</button>
                    }.into_any(),
                    None => view! { <span>{label}</span> }.into_any(),
                }
            }).collect_view()}
            {move || own.listed(Kind::Customer).into_iter().map(|field| view! { <span>{field.label}</span> }).collect_view()}
        </div>
    }
}
