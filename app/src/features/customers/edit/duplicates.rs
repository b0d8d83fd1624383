//! Customers that may be the one being entered, while it is entered.

use domain::{
    customer::CustomerId,
    search::fold,
    summary::customer_field,
    value::{TaxId, clean},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::fields::{CustomerFields, digits_of};
use crate::{
    data::{
        Data,
        customers::{Customers, use_customers},
        use_data,
    },
    i18n::{Key, t},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// So many are shown: with more, the words typed are too common to say anything.
const SHOWN_MOST: usize = 3;

#[derive(Clone, Debug, PartialEq)]
struct Likely {
    id: Uuid,
    name: String,
    owner: Option<Uuid>,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    TaxId,
    Phone,
    Name,
}

impl Why {
    fn words(self) -> Key {
        match self {
            Why::TaxId => t::customers::duplicate_by_tax_id,
            Why::Phone => t::customers::duplicate_by_phone,
            Why::Name => t::customers::duplicate_by_name,
        }
    }
}

/// What is looked for, the strongest sign first.
fn signs(name: &str, short_name: &str, phones: &[String], tax_id: &str) -> Vec<(Why, String)> {
    let tax_id = TaxId::parse(tax_id).ok().map(|id| (Why::TaxId, fold(id.as_str())));
    let phones = phones.iter().map(|digits| (Why::Phone, digits.clone()));
    let names = [name, short_name].into_iter().map(|name| (Why::Name, fold(&clean(name))));
    tax_id.into_iter().chain(phones).chain(names.filter(|(_, name)| !name.is_empty())).collect()
}

fn look(customers: Customers, own: CustomerId, signs: &[(Why, String)]) -> Vec<Likely> {
    let mut found: Vec<Likely> = Vec::new();
    for (why, field) in signs {
        for row in customers.holding(field.as_bytes()) {
            let Some(shown) = customers.shown(row) else { continue };
            let id = shown.key.id;
            if found.len() < SHOWN_MOST && id != own.uuid() && found.iter().all(|likely| likely.id != id) {
                let owner = Uuid::try_parse(shown.summary.field(customer_field::OWNER)).ok();
                found.push(Likely { id, name: shown.summary.field(customer_field::NAME).to_owned(), owner, why: *why });
            }
        }
    }
    found
}

/// Links to customers with the same name, telephone or tax number.
#[component]
pub fn Duplicates(
    fields: CustomerFields,
    /// Another field that holds telephones.
    phones: RwSignal<String>,
    /// The customer of the form itself.
    own: CustomerId,
) -> impl IntoView {
    let (data, customers, locale) = (use_data(), use_customers(), use_locale());
    let found = Memo::new(move |_| {
        customers.version.track();
        let phones = [digits_of(&fields.phones.get()), digits_of(&phones.get())].concat();
        let signs = fields.name.with(|name| {
            fields.short_name.with(|short| fields.tax_id.with(|tax_id| signs(name, short, &phones, tax_id)))
        });
        look(customers, own, &signs)
    });
    let title = text(t::customers::possible_duplicate);
    let owner_of = move |data: Data, owner: Option<Uuid>| match owner {
        Some(owner) => data.user_name(owner.into()),
        None => t::customers::no_owner(locale.get()).to_owned(),
    };
    view! {
        <div role="status">
            {move || {
                let found = found.get();
                (!found.is_empty()).then(|| {
                    let lines = found.into_iter().map(|likely| {
                        let why = text(likely.why.words());
                        view! {
                            <li>
                                <a href=format!("/customers/{}", likely.id)>{likely.name}</a>
                                " " <span class="small">{why} " · " {owner_of(data, likely.owner)}</span>
                            </li>
                        }
                    });
                    view! {
                        <div class="duplicates" data-testid="possible-duplicate">
                            <Picture icon=Icon::TriangleAlert/>
                            <div>
                                <strong>{title}</strong>
                                <ul>{lines.collect_view()}</ul>
                            </div>
                        </div>
                    }
                })
            }}
        </div>
    }
}
