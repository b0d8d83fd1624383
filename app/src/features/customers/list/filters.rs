//! The dialog that narrows the list down, and the chips that say how it is narrowed.

use std::collections::BTreeSet;

use domain::{
    customer::{CustomerFilter, CustomerSort, OwnedBy},
    kind::Kind,
};
use leptos::prelude::*;
use uuid::Uuid;

use super::{
    asked::Asked,
    own::{OwnFilterField, own_chip},
};
use crate::{
    data::{Data, customers::use_customers, own::use_own, use_data},
    i18n::{Key, Locale, t},
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
        select::{Choice, Select},
    },
};

/// The silences that are asked for most; days.
const SILENCES: [u16; 5] = [7, 14, 30, 60, 90];

/// The name of an order.
pub fn sort_name(sort: CustomerSort) -> Key {
    match sort {
        CustomerSort::Name => t::customers::sort_name,
        CustomerSort::LastContact => t::customers::sort_last_contact,
        CustomerSort::Created => t::customers::sort_created,
        CustomerSort::Changed => t::customers::sort_changed,
    }
}

fn owner_name(locale: Locale, data: Data, owner: OwnedBy) -> String {
    match owner {
        OwnedBy::Nobody => t::customers::no_owner(locale).to_owned(),
        OwnedBy::User(user) if user == data.user() => t::next_actions::me(locale).to_owned(),
        OwnedBy::User(user) => data.user_name(user),
    }
}

/// One field of the filter as text, for a list of choices.
fn bound(
    asked: Asked,
    read: fn(&CustomerFilter) -> String,
    write: fn(&mut CustomerFilter, String),
) -> RwSignal<String> {
    let value = RwSignal::new(asked.filter.with_untracked(read));
    Effect::new(move |before: Option<()>| {
        let chosen = value.get();
        if before.is_some() && asked.filter.with_untracked(read) != chosen {
            asked.filter.update(|filter| write(filter, chosen));
        }
    });
    value
}

fn choices(words: &BTreeSet<String>) -> Vec<Choice> {
    words.iter().map(|word| Choice::new(word.clone(), word.clone())).collect()
}

/// The button and its dialog.
#[component]
pub fn Filters(asked: Asked) -> impl IntoView {
    let open = RwSignal::new(false);
    let locale = use_locale();
    let label = move || match asked.filter.with(CustomerFilter::count) {
        0 => t::customers::filter(locale.get()).to_owned(),
        count => t::customers::filter_count(locale.get(), count as u64),
    };
    view! {
        <Button label testid="customers-filter" icon=Icon::Menu on_press=Callback::new(move |()| open.set(true))/>
        <Dialog open title=text(t::customers::filter) testid="filter-dialog">
            <FilterFields asked open/>
        </Dialog>
    }
}

#[component]
fn FilterFields(asked: Asked, open: RwSignal<bool>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let used = use_customers().in_use();
    let owners = used.owners.clone();
    let owner_choices = Signal::derive(move || {
        let locale = locale.get();
        let users = owners.iter().map(|id| (id.to_string(), OwnedBy::User((*id).into())));
        let all = [("none".to_owned(), OwnedBy::Nobody)].into_iter().chain(users);
        all.map(|(value, owner)| Choice::new(value, owner_name(locale, data, owner))).collect::<Vec<_>>()
    });
    let owner = bound(
        asked,
        |filter| match filter.owner {
            None => String::new(),
            Some(OwnedBy::Nobody) => "none".to_owned(),
            Some(OwnedBy::User(user)) => user.to_string(),
        },
        |filter, chosen| {
            filter.owner = match chosen.as_str() {
                "none" => Some(OwnedBy::Nobody),
                id => Uuid::try_parse(id).ok().map(|id| OwnedBy::User(id.into())),
            }
        },
    );
    let level = bound(asked, |filter| filter.level.clone(), |filter, chosen| filter.level = chosen);
    let tag = bound(asked, |filter| filter.tag.clone(), |filter, chosen| filter.tag = chosen);
    let region = bound(asked, |filter| filter.region.clone(), |filter, chosen| filter.region = chosen);
    let source = bound(asked, |filter| filter.source.clone(), |filter, chosen| filter.source = chosen);
    let silent = bound(
        asked,
        |filter| filter.silent_days.map(|days| days.to_string()).unwrap_or_default(),
        |filter, chosen| filter.silent_days = chosen.parse().ok(),
    );
    let sort = bound(
        asked,
        |filter| filter.sort.name().to_owned(),
        |filter, chosen| {
            filter.sort = CustomerSort::ALL.into_iter().find(|sort| sort.name() == chosen).unwrap_or_default();
        },
    );
    let silences = Signal::derive(move || {
        let choice = |days: u16| Choice::new(days.to_string(), t::customers::silent_for(locale.get(), days.into()));
        SILENCES.map(choice).to_vec()
    });
    let sorts = Signal::derive(move || {
        CustomerSort::ALL.map(|sort| Choice::new(sort.name(), sort_name(sort)(locale.get()))).to_vec()
    });
    let [levels, tags, regions, sources] =
        [&used.levels, &used.tags, &used.regions, &used.sources].map(|words| Signal::stored(choices(words)));
    let own_fields =
        use_own().of(Kind::Customer).into_iter().map(|field| view! { <OwnFilterField asked field/> }).collect_view();
    let clear = Callback::new(move |()| {
        asked.clear();
        open.set(false);
    });
    view! {
        <div class="form-pair">
            <Select name="filter-owner" label=text(t::customers::owner) value=owner choices=owner_choices need=Need::Question/>
            <Select name="filter-silent" label=text(t::customers::silent) value=silent choices=silences need=Need::Question/>
            <Select name="filter-level" label=text(t::customers::level) value=level choices=levels need=Need::Question/>
            <Select name="filter-tag" label=text(t::customers::tags) value=tag choices=tags need=Need::Question/>
            <Select name="filter-region" label=text(t::customers::region) value=region choices=regions need=Need::Question/>
            <Select name="filter-source" label=text(t::customers::source) value=source choices=sources need=Need::Question/>
            {own_fields}
            <Select name="filter-sort" label=text(t::customers::sort) value=sort choices=sorts need=Need::Required/>
        </div>
        <div class="button-row end">
            <Button label=text(t::customers::filter_clear) testid="filter-clear" tone=Tone::Quiet on_press=clear/>
            <Button label=text(t::customers::filter_show) testid="filter-show" tone=Tone::Primary on_press=Callback::new(move |()| open.set(false))/>
        </div>
    }
}

/// Takes one thing out of a filter.
type Take = Box<dyn Fn(&mut CustomerFilter) + Send + Sync>;

/// What the list is narrowed to, each taken away by a tap.
#[component]
pub fn FilterChips(asked: Asked) -> impl IntoView {
    let (data, locale, own) = (use_data(), use_locale(), use_own());
    let chips = move || {
        let (filter, locale) = (asked.filter.get(), locale.get());
        let mut chips: Vec<(String, Take)> = Vec::new();
        let mut chip = |label: String, clear: fn(&mut CustomerFilter)| chips.push((label, Box::new(clear)));
        if let Some(owner) = filter.owner {
            chip(owner_name(locale, data, owner), |filter| filter.owner = None);
        }
        if let Some(days) = filter.silent_days {
            chip(t::customers::silent_for(locale, days.into()), |filter| filter.silent_days = None);
        }
        if !filter.level.is_empty() {
            chip(t::customers::level_of(locale, &filter.level), |filter| filter.level.clear());
        }
        for (word, clear) in [
            (&filter.tag, (|filter| filter.tag.clear()) as fn(&mut CustomerFilter)),
            (&filter.region, |filter| filter.region.clear()),
            (&filter.source, |filter| filter.source.clear()),
        ] {
            if !word.is_empty() {
                chip(word.clone(), clear);
            }
        }
        if filter.sort != CustomerSort::Name {
            chip(sort_name(filter.sort)(locale).to_owned(), |filter| filter.sort = CustomerSort::Name);
        }
        for (id, asked) in filter.own.clone() {
            let label = own_chip(locale, own.field(id.into()), &asked);
            chips.push((label, Box::new(move |filter| drop(filter.own.remove(&id)))));
        }
        (!chips.is_empty()).then(|| {
            let chips = chips.into_iter().map(|(label, clear)| {
                let named = t::common::remove_item(locale, &label);
                view! {
                    <button type="button" class="chip narrowed" data-testid="filter-chip" aria-label=named
                        on:click=move |_| asked.filter.update(|filter| clear(filter))>
                        <span>{label}</span>
                        <Picture icon=Icon::X/>
                    </button>
                }
            });
            view! { <div class="chips" data-testid="filter-chips">{chips.collect_view()}</div> }
        })
    };
    view! { {chips} }
}
