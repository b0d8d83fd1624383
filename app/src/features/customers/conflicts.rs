//! Two values for one field: both can be brought back.

use domain::{
    conflict::{Conflict, ConflictResolve},
    edit::FieldName,
    value::Money,
};
use leptos::prelude::*;
use serde::Deserialize as _;
use serde_json::Value;

use super::page::{ShownSignal, read};
use crate::{
    data::{Data, use_data},
    i18n::{
        Locale,
        fields::{field_name, value_words},
        t,
    },
    platform::time::spawn,
    ui::{
        button::Button,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// The open conflicts of a customer and of what belongs to it.
#[component]
pub fn Conflicts(shown: ShownSignal) -> impl IntoView {
    let conflicts = Memo::new(move |_| read(shown, |shown| shown.conflicts.clone()));
    let customer = Memo::new(move |_| read(shown, |shown| shown.customer.name.clone()));
    move || {
        let found = conflicts.get();
        (!found.is_empty()).then(|| {
            view! {
                <section class="stack" data-testid="conflicts">
                    {found
                        .into_iter()
                        .map(|conflict| view! { <ConflictCard conflict customer=customer.get_untracked()/> })
                        .collect_view()}
                </section>
            }
        })
    }
}

fn field_of(locale: Locale, data: Data, conflict: &Conflict) -> String {
    match &conflict.field {
        FieldName::Name(name) => match field_name(conflict.about.kind, name) {
            Some(key) => key(locale).to_owned(),
            None => name.clone(),
        },
        FieldName::Own(id) => data.own_label(*id).unwrap_or_else(|| t::own_fields::title(locale).to_owned()),
    }
}

fn value_of(locale: Locale, conflict: &Conflict, value: &Value) -> String {
    if let FieldName::Name(name) = &conflict.field
        && let Some(words) = value.as_str().and_then(|value| value_words(locale, conflict.about.kind, name, value))
    {
        return words;
    }
    match value {
        Value::Null => t::outbox::empty_value(locale).to_owned(),
        Value::String(text) if text.is_empty() => t::outbox::empty_value(locale).to_owned(),
        Value::String(text) => text.clone(),
        other => match Money::deserialize(other) {
            Ok(amount) => format!("{} {amount}", amount.currency.code()),
            Err(_) => other.to_string(),
        },
    }
}

/// Returns what stands in the field now.
async fn standing(data: Data, conflict: &Conflict) -> Option<Value> {
    let inner = data.inner();
    let row = inner.store.row(conflict.about).await.ok().flatten()?;
    let body: Value = serde_json::from_str(&row.body).ok()?;
    let value = match &conflict.field {
        FieldName::Name(name) => body.get(name),
        FieldName::Own(id) => body.get("own").and_then(|own| own.get(id.to_string())),
    };
    Some(value.cloned().unwrap_or(Value::Null))
}

async fn settle(data: Data, conflict: Conflict, value: Value, about: String) -> bool {
    let Some(standing) = standing(data, &conflict).await else { return false };
    data.enter(ConflictResolve { id: conflict.id, standing, value }, &about).await.is_ok()
}

#[component]
fn ConflictCard(conflict: Conflict, customer: String) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let title = {
        let (conflict, customer) = (conflict.clone(), customer.clone());
        move || t::outbox::conflict_title(locale.get(), &customer, &field_of(locale.get(), data, &conflict))
    };
    let author = conflict.author.map(|author| data.user_name(author)).unwrap_or_default();
    let values = [
        (t::outbox::before as crate::i18n::Key, conflict.seen.clone(), "conflict-before"),
        (t::outbox::arrived_first, conflict.theirs.clone(), "conflict-theirs"),
        (t::outbox::arrived_later, conflict.mine.clone(), "conflict-mine"),
    ];
    // What was written to a merged customer does not stand; otherwise the later one does.
    let in_use = if conflict.held { "conflict-theirs" } else { "conflict-mine" };
    let lines = values
        .into_iter()
        .map(|(label, value, testid)| {
            let (conflict, customer, author) = (conflict.clone(), customer.clone(), author.clone());
            let (shown, shown_in) = (value.clone(), conflict.clone());
            let stands = testid == in_use;
            let choose = Callback::new(move |()| {
                let (conflict, value, customer) = (conflict.clone(), value.clone(), customer.clone());
                spawn(async move {
                    let words = value_of(locale.get_untracked(), &conflict, &value);
                    if settle(data, conflict, value, customer).await {
                        toasts.show(move || t::outbox::restored(locale.get(), &words));
                    }
                });
            });
            let button = match (stands, testid) {
                (true, "conflict-mine") => Some((text(t::outbox::keep), "conflict-use-mine")),
                (true, _) => Some((text(t::outbox::keep), "conflict-use-theirs")),
                (false, "conflict-theirs") => Some((text(t::outbox::restore), "conflict-use-theirs")),
                (false, "conflict-mine") => Some((text(t::outbox::restore), "conflict-use-mine")),
                _ => Some((text(t::outbox::restore), "conflict-use-before")),
            };
            view! {
                <div class="conflict-value" data-testid=testid>
                    <span class="muted small">
                        {move || label(locale.get())}
                        {(testid == "conflict-mine" && !author.is_empty()).then(|| format!(" · {author}"))}
                    </span>
                    <strong>{move || value_of(locale.get(), &shown_in, &shown)}</strong>
                    {stands.then(|| view! { <span class="pill small">{text(t::outbox::in_use)}</span> })}
                    {button.map(|(label, testid)| view! { <Button label testid on_press=choose/> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <article class="card padded conflict" data-testid="conflict">
            <h2>{title}</h2>
            <p class="muted small">{text(t::outbox::conflict_text)}</p>
            <div class="conflict-values">{lines}</div>
        </article>
    }
}
