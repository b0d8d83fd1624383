//! Fields and values of a history in words.

use domain::{
    customer::CustomerId,
    edit::FieldName,
    kind::{Kind, RecordKey},
    own::OwnValue,
    summary::{contact_field, opportunity_field},
    value::Money,
};
use serde::Deserialize as _;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    data::{Data, own::OwnHere},
    features::own_fields,
    i18n::{Locale, archive, fields, t},
    platform::intl,
};

/// What record it is.
pub(super) fn record_words(locale: Locale, data: Data, customer: CustomerId, key: RecordKey) -> String {
    let customer = data.customer_name(customer);
    match key.kind {
        Kind::Contact => {
            let name =
                data.with(|store| store.shown(key)).map(|shown| shown.summary.field(contact_field::NAME).to_owned());
            format!("{customer} · {}", name.unwrap_or_default())
        }
        Kind::Opportunity => {
            let name = data
                .with(|store| store.shown(key))
                .map(|shown| shown.summary.field(opportunity_field::NAME).to_owned());
            format!("{customer} · {}", name.unwrap_or_default())
        }
        Kind::ContactRecord => format!("{customer} · {}", t::contact_records::title(locale)),
        _ => customer,
    }
}

/// What a field is called.
pub(super) fn field_words(locale: Locale, data: Data, kind: Kind, field: &FieldName) -> String {
    let name = match field {
        FieldName::Own(id) => return data.own_label(*id).unwrap_or_else(|| t::own_fields::title(locale).to_owned()),
        FieldName::Name(name) => name.as_str(),
    };
    if let Some(key) = fields::field_name(kind, name) {
        return key(locale).to_owned();
    }
    let words = match name {
        "owner" => t::customers::owner,
        "collaborators" => t::customers::collaborators,
        "deleted_at" => t::customers::bin,
        "merged_into" => t::history::merged_into,
        "customer" => t::customers::customer,
        "author" => t::history::author,
        _ => match archive::column_name(kind, name) {
            Some(words) => words,
            None => return name.to_owned(),
        },
    };
    words(locale).to_owned()
}

/// What a value reads as.
pub(super) fn value_words(
    locale: Locale,
    data: Data,
    own: OwnHere,
    kind: Kind,
    field: &FieldName,
    value: &Value,
) -> String {
    let name = match field {
        FieldName::Own(id) => {
            let shape = own.field((*id).into()).map(|field| field.shape);
            let read = shape.zip(OwnValue::deserialize(value).ok()).filter(|_| !value.is_null());
            let words = read.map(|(shape, value)| own_fields::value_words(locale, shape, &value));
            return words.unwrap_or_else(|| plain(locale, value));
        }
        FieldName::Name(name) => name.as_str(),
    };
    match (name, value) {
        ("deleted_at", Value::Null) => t::history::not_binned(locale).to_owned(),
        ("deleted_at", _) => t::history::binned(locale).to_owned(),
        ("happened_at", Value::Number(at)) => intl::moment(locale, at.as_i64().unwrap_or_default(), data.now()),
        ("owner" | "author", Value::String(id)) => person(data, id),
        ("customer" | "merged_into", Value::String(id)) => {
            Uuid::try_parse(id).map(|id| data.customer_name(id.into())).unwrap_or_default()
        }
        ("pipeline" | "stage", Value::String(id)) if kind == Kind::Opportunity => {
            data.pipeline_word(locale, id).unwrap_or_default()
        }
        ("outcome", Value::Object(outcome)) => {
            let word = |name: &str| outcome.get(name).and_then(Value::as_str).unwrap_or_default();
            let reason = data.pipeline_word(locale, word("reason"));
            let ended = archive::value(locale, kind, "outcome", word("what"));
            [Some(ended), reason].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        ("collaborators", Value::Array(people)) => {
            let ids = people.iter().filter_map(|person| person.get("user")?.as_str());
            intl::list(locale, &ids.map(|id| person(data, id)).collect::<Vec<_>>())
        }
        ("met", Value::Array(people)) => {
            let named = people.iter().filter_map(|id| Uuid::try_parse(id.as_str()?).ok()).map(|id| {
                let shown = data.with(|store| store.shown(RecordKey::new(Kind::Contact, id)));
                shown.map(|shown| shown.summary.field(contact_field::NAME).to_owned()).unwrap_or_default()
            });
            intl::list(locale, &named.collect::<Vec<_>>())
        }
        (_, Value::String(text)) => {
            fields::value_words(locale, kind, name, text).unwrap_or_else(|| plain(locale, value))
        }
        _ => plain(locale, value),
    }
}

fn person(data: Data, id: &str) -> String {
    Uuid::try_parse(id).map(|id| data.user_name(id.into())).unwrap_or_default()
}

fn plain(locale: Locale, value: &Value) -> String {
    match value {
        Value::Null => t::outbox::empty_value(locale).to_owned(),
        Value::String(text) if text.is_empty() => t::outbox::empty_value(locale).to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => intl::list(locale, &items.iter().map(|item| plain(locale, item)).collect::<Vec<_>>()),
        other => match Money::deserialize(other) {
            Ok(amount) => format!("{} {amount}", amount.currency.code()),
            Err(_) => other.to_string(),
        },
    }
}
