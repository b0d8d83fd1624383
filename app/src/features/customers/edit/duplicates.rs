//! Customers that may be the one being entered, while it is entered.

use std::sync::Arc;

use domain::{
    customer::CustomerId,
    duplicate::{Alike, LIKELY, NameKey, alike},
    fingerprints::Likeness,
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
        fingerprints::Strangers,
        use_data,
    },
    features::clashes::WhoseIsIt,
    i18n::{Key, t},
    online::strangers::Wanted,
    platform::time::spawn,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// So many are shown: with more, the words typed are too common to say anything.
const SHOWN_MOST: usize = 3;
/// So many names with the same word are compared; with more, the word says nothing, and the person is told so.
const COMPARED_MOST: usize = 300;

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
    Alike(Alike),
}

impl Why {
    fn words(self) -> Key {
        match self {
            Why::TaxId => t::customers::duplicate_by_tax_id,
            Why::Phone => t::customers::duplicate_by_phone,
            Why::Name | Why::Alike(Alike::Same) => t::customers::duplicate_by_name,
            Why::Alike(Alike::Misspelt) => t::duplicates::misspelt,
            Why::Alike(Alike::Romanised) => t::duplicates::romanised,
            Why::Alike(Alike::Elsewhere) => t::duplicates::elsewhere,
            Why::Alike(Alike::Shorter | Alike::OtherTrade) => t::duplicates::alike,
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

/// What names say beyond being equal.
#[derive(Clone, Debug, Default, PartialEq)]
struct ByName {
    likely: Vec<Likely>,
    /// A word that stands in too many names to compare them.
    too_common: Option<String>,
}

/// Looks for customers whose names are alike, the most alike first.
fn look_by_name(customers: Customers, own: CustomerId, names: [&str; 2]) -> ByName {
    let mut by_name = ByName::default();
    let mut found: Vec<(Alike, Likely)> = Vec::new();
    for name in names.into_iter().filter(|name| name.chars().count() >= 2) {
        let typed = NameKey::of(name);
        // Names that share the part that is their own, or its sound, are all that can be alike.
        let cores = typed.cores.iter().filter(|core| core.stem.chars().count() >= 2);
        for (stem, word) in cores.flat_map(|core| [(&core.stem, &core.stem), (&core.stem, &core.sound)]) {
            let rows = customers.find(word);
            if rows.len() > COMPARED_MOST {
                by_name.too_common = Some(stem.clone());
                continue;
            }
            for row in rows {
                let Some(shown) = customers.shown(row).filter(|shown| shown.key.id != own.uuid()) else { continue };
                let name = shown.summary.field(customer_field::NAME);
                let how = alike(&typed, &NameKey::of(name)).filter(|how| how.weight() >= LIKELY);
                if let (Some(how), true) = (how, found.iter().all(|(_, likely)| likely.id != shown.key.id)) {
                    let owner = Uuid::try_parse(shown.summary.field(customer_field::OWNER)).ok();
                    let likely = Likely { id: shown.key.id, name: name.to_owned(), owner, why: Why::Alike(how) };
                    found.push((how, likely));
                }
            }
        }
    }
    found.sort_by_key(|(how, _)| *how);
    by_name.likely = found.into_iter().map(|(_, likely)| likely).collect();
    by_name
}

/// What is said of a customer whom the person does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Number,
    Name,
}

impl Said {
    fn of(likeness: Likeness) -> Option<Self> {
        match likeness {
            Likeness { numbers: 1.., .. } => Some(Said::Number),
            Likeness { names: 1.., .. } => Some(Said::Name),
            _ => None,
        }
    }

    fn words(self) -> Key {
        match self {
            Said::Number => t::fingerprints::by_number,
            Said::Name => t::fingerprints::by_name,
        }
    }
}

/// Says whether all that is known is that a sign is too common.
fn says_nothing(likeness: Likeness) -> bool {
    likeness == Likeness { too_many: true, ..Likeness::default() }
}

/// Links to customers with the same telephone or tax number, or a name that is the same or alike.
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
        fields.name.with(|name| {
            fields.short_name.with(|short| {
                let signs = fields.tax_id.with(|tax_id| signs(name, short, &phones, tax_id));
                let mut found = look(customers, own, &signs);
                let ByName { likely, too_common } = look_by_name(customers, own, [name, short]);
                let more = likely.into_iter().filter(|more| found.iter().all(|known| known.id != more.id));
                found.extend(more.collect::<Vec<_>>());
                found.truncate(SHOWN_MOST);
                (found, too_common)
            })
        })
    });
    // Customers of others: only that there may be one, never which.
    let strangers = RwSignal::new(None::<Arc<Strangers>>);
    spawn(async move { drop(strangers.try_set(Some(data.strangers().await))) });
    let wanted = Memo::new(move |_| {
        let filled = |texts: Vec<String>| texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
        let lines = [fields.phones.get(), phones.get()].join("\n");
        Wanted {
            names: filled(vec![fields.name.get(), fields.short_name.get()]),
            phones: filled(lines.lines().map(str::to_owned).collect()),
            tax_id: fields.tax_id.get(),
        }
    });
    let stranger = Memo::new(move |_| {
        let signs = wanted.with(Wanted::signs);
        strangers.with(|strangers| strangers.as_ref().map(|known| known.look_up(&signs)).unwrap_or_default())
    });
    // The card stays while only the number of strangers changes: the server's answer stands in it.
    let said = Memo::new(move |_| Said::of(stranger.get()));
    let title = text(t::customers::possible_duplicate);
    let owner_of = move |data: Data, owner: Option<Uuid>| match owner {
        Some(owner) => data.user_name(owner.into()),
        None => t::customers::no_owner(locale.get()).to_owned(),
    };
    view! {
        <div role="status">
            {move || {
                let (found, too_common) = found.get();
                let common = too_common.filter(|_| found.is_empty()).map(|word| {
                    view! { <p class="muted small" data-testid="duplicates-too-many">{t::duplicates::too_many(locale.get(), &word)}</p> }
                });
                let found = (!found.is_empty()).then(|| {
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
                });
                (found, common)
            }}
            {move || said.get().map(|said| view! {
                <div class="duplicates" data-testid="possible-stranger">
                    <Picture icon=Icon::TriangleAlert/>
                    <div>
                        <strong>{text(said.words())}</strong>
                        <p class="small">{text(t::fingerprints::ask)}</p>
                        <WhoseIsIt wanted/>
                    </div>
                </div>
            })}
            {move || says_nothing(stranger.get()).then(|| view! {
                <p class="muted small" data-testid="strangers-too-many">{text(t::fingerprints::too_many)}</p>
            })}
        </div>
    }
}
