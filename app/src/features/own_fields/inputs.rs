//! Own fields in a form. What is typed lies in one text, so that a draft keeps it whatever fields there are.

use std::collections::BTreeMap;

use domain::{
    kind::Kind,
    own::{OwnField, OwnFields, OwnShape, name_of},
    refusal::FieldError,
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::own::{OwnHere, use_own},
    features::form::Errors,
    i18n::t,
    layout::viewport::{Width, use_width},
    ui::{
        field::Need,
        group::Group,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

/// The texts of the fields by id; see `OwnValue`'s text form.
type Texts = BTreeMap<Uuid, String>;

/// The own fields of a form. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct OwnInputs {
    kind: Kind,
    here: OwnHere,
    /// [`Texts`] as JSON.
    texts: RwSignal<String>,
}

impl OwnInputs {
    /// Begins with what a record holds.
    pub fn of(kind: Kind, own: &OwnFields) -> Self {
        let texts: Texts = own.iter().map(|(id, value)| (*id, value.to_string())).collect();
        Self { kind, here: use_own(), texts: RwSignal::new(written(&texts)) }
    }

    /// The field by its name, for the draft.
    pub fn named(self) -> (&'static str, RwSignal<String>) {
        ("own", self.texts)
    }

    /// Follows whether one of the fields has to be filled in.
    pub fn asks(self) -> Memo<bool> {
        Memo::new(move |_| self.here.of(self.kind).iter().any(|field| field.required))
    }

    /// Reads the fields, or notes what is wrong. What the form does not show stays as it is in `base`.
    pub fn read(self, base: &OwnFields, errors: Errors) -> OwnFields {
        let texts = self.texts.with_untracked(|texts| read(texts));
        let mut own = base.clone();
        for field in untrack(|| self.here.of(self.kind)) {
            let id = field.id.uuid();
            let text = texts.get(&id).map(String::as_str).unwrap_or_default();
            // A choice that was taken off the list may stay where it is.
            if base.get(&id).is_some_and(|value| value.to_string() == text) {
                continue;
            }
            match field.read(text) {
                Ok(Some(value)) => drop(own.insert(id, value)),
                Ok(None) => drop(own.remove(&id)),
                Err(problem) => errors.field(FieldError::new(&name_of(id), problem)),
            }
        }
        own
    }

    /// One field's text, followed both ways.
    fn text(self, id: Uuid) -> RwSignal<String> {
        let stored = move || self.texts.with(|texts| read(texts).remove(&id).unwrap_or_default());
        let own = RwSignal::new(untrack(stored));
        Effect::new(move || {
            let stored = stored();
            if own.with_untracked(|own| *own != stored) {
                own.set(stored);
            }
        });
        Effect::new(move |before: Option<()>| {
            let typed = own.get();
            if before.is_some() {
                let mut texts = self.texts.with_untracked(|texts| read(texts));
                if texts.get(&id).map(String::as_str).unwrap_or_default() != typed {
                    if typed.is_empty() {
                        drop(texts.remove(&id))
                    } else {
                        drop(texts.insert(id, typed))
                    }
                    self.texts.set(written(&texts));
                }
            }
        });
        own
    }
}

fn read(texts: &str) -> Texts {
    serde_json::from_str(texts).unwrap_or_default()
}

fn written(texts: &Texts) -> String {
    if texts.is_empty() { String::new() } else { serde_json::to_string(texts).unwrap_or_default() }
}

/// The fields in a group of their own; nothing where the company has none.
#[component]
pub fn OwnGroup(own: OwnInputs, errors: Errors, new: bool) -> impl IntoView {
    let roomy = use_width().get_untracked() != Width::Phone && !new;
    let fields = Memo::new(move |_| own.here.of(own.kind));
    move || {
        let fields = fields.get();
        let filled = own.texts.with_untracked(|texts| !texts.is_empty());
        (!fields.is_empty()).then(|| {
            let open = roomy || filled || fields.iter().any(|field| field.required);
            view! {
                <Group title=text(t::own_fields::title) testid="group-own" open wrong=errors.any_own()>
                    <div class="form-pair">
                        {fields.into_iter().map(|field| view! { <OwnInput own field errors/> }).collect_view()}
                    </div>
                </Group>
            }
        })
    }
}

#[component]
fn OwnInput(own: OwnInputs, field: OwnField, errors: Errors) -> impl IntoView {
    let (locale, value, name) = (use_locale(), own.text(field.id.uuid()), name_of(field.id.uuid()));
    let error = errors.at(name.clone());
    let need = if field.required { Need::Required } else { Need::Optional };
    let OwnField { label, mut choices, .. } = field;
    let kind = match field.shape {
        OwnShape::Text => InputKind::Text,
        OwnShape::Number => InputKind::Amount,
        OwnShape::Date => InputKind::Date,
        OwnShape::Several => return view! { <Boxes name label need choices value error/> }.into_any(),
        OwnShape::Flag => {
            let choices = Signal::derive(move || {
                let locale = locale.get();
                vec![Choice::new("1", t::own_fields::yes(locale)), Choice::new("0", t::own_fields::no(locale))]
            });
            return view! { <Select name label value choices need error/> }.into_any();
        }
        OwnShape::Choice => {
            // What was chosen before it was taken off the list is still what stands there.
            let chosen = value.get_untracked();
            if !chosen.is_empty() && !choices.contains(&chosen) {
                choices.push(chosen);
            }
            let choices = choices.into_iter().map(|choice| Choice::new(choice.clone(), choice)).collect::<Vec<_>>();
            return view! { <Select name label value choices=Signal::stored(choices) need error/> }.into_any();
        }
    };
    view! { <Input name label value kind need error/> }.into_any()
}

/// Choices to tick; the value holds those that are, one a line.
#[component]
fn Boxes(
    name: String,
    label: String,
    need: Need,
    choices: Vec<String>,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let chosen = move || value.with(|value| value.lines().map(str::to_owned).collect::<Vec<_>>());
    let gone = untrack(chosen).into_iter().filter(|choice| !choices.contains(choice)).collect::<Vec<_>>();
    let all: Vec<String> = choices.into_iter().chain(gone).collect();
    let boxes = all.clone().into_iter().map(|choice| {
        let (named, all) = (choice.clone(), all.clone());
        let ticked = {
            let choice = choice.clone();
            move || chosen().contains(&choice)
        };
        let toggle = move |_| {
            let now = untrack(chosen);
            let wanted = |other: &&String| (**other == choice) != now.contains(other);
            value.set(all.iter().filter(wanted).cloned().collect::<Vec<_>>().join("\n"));
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=ticked on:change=toggle
                    aria-invalid=move || error.with(Option::is_some).then_some("true")/>
                <span>{named}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field" data-testid=format!("field-{name}")>
            <legend class="field-label">
                {label}
                {(need == Need::Optional).then(|| view! { <span class="field-optional">{text(t::common::optional)}</span> })}
            </legend>
            <div class="checks">{boxes.collect_view()}</div>
            {move || error.get().map(|words| view! { <p class="field-error" role="alert">{words}</p> })}
        </fieldset>
    }
}
