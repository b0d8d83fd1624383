//! The company's own fields in the list: what they are narrowed down to, and how a row shows them.

use std::collections::BTreeSet;

use domain::{
    kind::Kind,
    own::{OwnAsked, OwnField, OwnShape, value_in},
    summary::customer_field,
};
use leptos::prelude::*;
use sync::device::Shown;

use super::asked::Asked;
use crate::{
    data::{Data, use_data},
    features::own_fields::text_words,
    i18n::{Locale, t},
    platform::intl,
    ui::{
        field::Need,
        input::{Input, InputKind},
        language::use_locale,
        select::{Choice, Select},
    },
};

/// So many different texts of a field are offered at most.
const OFFERED_MOST: usize = 200;

/// What a customer's row shows of a field.
pub fn cell(locale: Locale, field: &OwnField, shown: &Shown) -> String {
    let lines = shown.summary.field(customer_field::OWN);
    let texts: Vec<String> =
        value_in(lines, field.id.uuid()).map(|text| text_words(locale, field.shape, text)).collect();
    intl::list(locale, &texts)
}

/// What a chip says of a filter.
pub fn own_chip(locale: Locale, field: Option<OwnField>, asked: &OwnAsked) -> String {
    let Some(field) = field else { return t::own_fields::title(locale).to_owned() };
    let words = |text: &str| if text.is_empty() { String::new() } else { text_words(locale, field.shape, text) };
    match asked {
        OwnAsked::Is(text) => format!("{}: {}", field.label, words(text)),
        OwnAsked::Between(least, most) => format!("{}: {} – {}", field.label, words(least), words(most)),
    }
}

/// One field in the dialog: a choice, or from where to where.
#[component]
pub fn OwnFilterField(asked: Asked, field: OwnField) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let (id, shape) = (field.id.uuid(), field.shape);
    let name = format!("filter-{}", domain::own::name_of(id));
    let now = asked.filter.with_untracked(|filter| filter.own.get(&id).cloned());
    if matches!(shape, OwnShape::Number | OwnShape::Date) {
        let (from, to) = match now {
            Some(OwnAsked::Between(from, to)) => (from, to),
            _ => Default::default(),
        };
        let (from, to) = (RwSignal::new(from), RwSignal::new(to));
        write_back(asked, id, move || match (from.get().trim(), to.get().trim()) {
            ("", "") => None,
            (from, to) => Some(OwnAsked::Between(from.to_owned(), to.to_owned())),
        });
        let kind = if shape == OwnShape::Date { InputKind::Date } else { InputKind::Amount };
        let label = field.label.clone();
        return view! {
            <Input name=format!("{name}-from") label=move || t::own_fields::from(locale.get(), &label) value=from kind need=Need::Question/>
            <Input name=format!("{name}-to") label=move || t::own_fields::to(locale.get(), &field.label) value=to kind need=Need::Question/>
        }
        .into_any();
    }
    let value = RwSignal::new(match now {
        Some(OwnAsked::Is(text)) => text,
        _ => String::new(),
    });
    write_back(asked, id, move || Some(value.get()).filter(|text| !text.is_empty()).map(OwnAsked::Is));
    let offered: Vec<String> = match shape {
        OwnShape::Flag => vec!["1".to_owned(), "0".to_owned()],
        // A retired choice is still looked for.
        _ => field
            .choices
            .iter()
            .cloned()
            .chain(in_use(data, id).into_iter().filter(|text| !field.choices.contains(text)))
            .collect(),
    };
    let choices = Signal::derive(move || {
        let choice = |text: &String| Choice::new(text.clone(), text_words(locale.get(), shape, text));
        offered.iter().map(choice).collect::<Vec<_>>()
    });
    view! { <Select name label=field.label.clone() value choices need=Need::Question/> }.into_any()
}

/// Lets the filter follow what a field asks.
fn write_back(asked: Asked, id: uuid::Uuid, wanted: impl Fn() -> Option<OwnAsked> + Send + Sync + 'static) {
    Effect::new(move |before: Option<()>| {
        let wanted = wanted();
        if before.is_some() && asked.filter.with_untracked(|filter| filter.own.get(&id) != wanted.as_ref()) {
            asked.filter.update(|filter| {
                filter.own.remove(&id);
                filter.own.extend(wanted.map(|wanted| (id, wanted)));
            });
        }
    });
}

/// The texts that customers hold in a field.
fn in_use(data: Data, id: uuid::Uuid) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    data.with(|store| {
        store.each_line(Kind::Customer, |line| {
            if used.len() < OFFERED_MOST && !line.hidden() {
                used.extend(value_in(line.field(customer_field::OWN), id).map(str::to_owned));
            }
        });
    });
    used
}
