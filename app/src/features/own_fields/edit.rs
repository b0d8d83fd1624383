//! The form of one own field. It is an entry like any other: it works with no network.

use domain::{
    edit::Edit,
    kind::Kind,
    mutation::Action,
    own::{OwnField, OwnFieldCreate, OwnFieldEdit, OwnFieldId, OwnShape},
    record::Record as _,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use sync::device::Pending;
use uuid::Uuid;

use super::{kind_name, shape_name};
use crate::{
    data::{own::use_own, use_data},
    features::{
        customers::NotOnDevice,
        entry_form::{EntryForm, Said},
        form::{DraftHint, Errors, FormButtons, lines_as_list, overlaid, use_correction},
        history::Stamped,
    },
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        field::Need,
        input::Input,
        language::{text, use_locale},
        select::{Choice, Select},
        tags::TagsInput,
        toast::use_toasts,
    },
};

/// The form's fields; a mark is `1` or nothing.
#[derive(Clone, Copy)]
struct Fields {
    label: RwSignal<String>,
    shape: RwSignal<String>,
    choices: RwSignal<String>,
    required: RwSignal<String>,
    listed: RwSignal<String>,
}

impl Fields {
    fn of(field: &OwnField) -> Self {
        let mark = |set: bool| RwSignal::new(if set { "1".to_owned() } else { String::new() });
        Self {
            label: RwSignal::new(field.label.clone()),
            shape: RwSignal::new(field.shape.name().to_owned()),
            choices: RwSignal::new(field.choices.join("\n")),
            required: mark(field.required),
            listed: mark(field.listed),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("label", self.label),
            ("shape", self.shape),
            ("choices", self.choices),
            ("required", self.required),
            ("listed", self.listed),
        ]
    }

    fn shape(self) -> OwnShape {
        self.shape.with(|name| OwnShape::parse(name)).unwrap_or_default()
    }

    /// Reads the form into a field, or notes what is wrong.
    fn read(self, base: &OwnField, errors: Errors) -> Option<OwnField> {
        let shape = untrack(|| self.shape());
        let choices = self
            .choices
            .with_untracked(|lines| lines.lines().map(clean).filter(|line| !line.is_empty()).collect::<Vec<_>>());
        let field = OwnField {
            label: self.label.with_untracked(|label| clean(label)),
            shape,
            choices: if shape.has_choices() { choices } else { Vec::new() },
            required: self.required.with_untracked(|mark| !mark.is_empty()),
            listed: self.listed.with_untracked(|mark| !mark.is_empty()),
            ..base.clone()
        };
        if let Err(error) = field.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(field)
    }
}

/// A new field, or a refused new one to correct.
#[component]
pub fn OwnFieldNewPage() -> impl IntoView {
    let (data, own, query) = (use_data(), use_own(), use_query_map());
    let correction = use_correction(data);
    let refused = correction.as_ref().and_then(|pending| match pending.action() {
        Some(Action::OwnFieldCreate(create)) => Some(create.field),
        _ => None,
    });
    let on = query.with_untracked(|query| query.get("on")).and_then(|name| Kind::parse(&name));
    let on = on.filter(|kind| OwnField::KINDS.contains(kind)).unwrap_or(Kind::Customer);
    let last = untrack(|| own.all(on)).iter().map(|field| field.order).max().unwrap_or_default();
    let fresh = || OwnField { order: last + 1, ..OwnField::named(data.fresh(), on, OwnShape::Text, "") };
    let shown = refused.unwrap_or_else(fresh);
    view! {
        <div class="page" data-testid="own-field-form">
            <PageHeader title=text(t::own_fields::new_title) back="/own-fields"/>
            <div class="page-body"><FieldForm shown before=None correction/></div>
        </div>
    }
}

/// A field that is there.
#[component]
pub fn OwnFieldPage() -> impl IntoView {
    let (data, own, params) = (use_data(), use_own(), use_params_map());
    let correction = use_correction(data);
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id"))?;
        Uuid::try_parse(&id).ok().map(OwnFieldId::new)
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<OwnField>>| match before.cloned().flatten() {
        Some(kept) if id.get() == Some(kept.id) => Some(kept),
        _ => id.get().and_then(|id| own.field(id)),
    });
    view! {
        <div class="page" data-testid="own-field-form">
            <PageHeader title=text(t::own_fields::edit_title) back="/own-fields"/>
            <div class="page-body">
                {move || match first.get() {
                    None => view! { <NotOnDevice/> }.into_any(),
                    Some(before) => {
                        let corrected = correction.as_ref().and_then(|pending| match pending.action() {
                            Some(Action::OwnFieldEdit(edit)) => overlaid(&edit.0, &before),
                            _ => None,
                        });
                        let shown = corrected.unwrap_or_else(|| before.clone());
                        view! {
                            <FieldForm shown before=Some(before.clone()) correction=correction.clone()/>
                            <Stamped id=before.id.uuid() stamp=Signal::stored(before.unknown.stamp.clone())/>
                            <Retire field=before/>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

#[component]
fn FieldForm(shown: OwnField, before: Option<OwnField>, correction: Option<Pending>) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let fields = Fields::of(&shown);
    let name = match &before {
        Some(before) => format!("own-field/{}", before.id),
        None => format!("own-field/new/{}", shown.on),
    };
    let form = EntryForm::follow(data, name, fields.named(), correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let (kind, new) = (shown.on, before.is_none());
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let field = fields.read(&shown, errors)?;
            let about = field.label.clone();
            let action = match &before {
                None => Some(Action::from(OwnFieldCreate { field })),
                Some(before) => form.edit(before, &field).ok()?.map(|edit| OwnFieldEdit(edit).into()),
            };
            Some(Said { actions: action.into_iter().collect(), about, attach_to: None })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate("/own-fields", Default::default());
        });
    };
    let shapes = Signal::derive(move || {
        let choice = |shape: OwnShape| Choice::new(shape.name(), shape_name(shape)(locale.get()));
        OwnShape::ALL.map(choice).to_vec()
    });
    let shape = if new {
        view! {
            <Select name="shape" label=text(t::own_fields::shape) value=fields.shape choices=shapes need=Need::Required
                hint=text(t::own_fields::shape_hint) error=errors.of("shape")/>
        }
        .into_any()
    } else {
        view! { <p class="muted" data-testid="own-field-shape">{move || shape_name(fields.shape())(locale.get())}</p> }
            .into_any()
    };
    let choices = lines_as_list(fields.choices);
    let (choices_label, choices_hint) = (text(t::own_fields::choices), text(t::own_fields::choices_hint));
    let listed = (kind != Kind::ContactRecord)
        .then(|| view! { <Mark value=fields.listed label=t::own_fields::listed_long testid="own-field-listed"/> });
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <p class="muted">{text(kind_name(kind))}</p>
            <Input name="label" label=text(t::own_fields::label) value=fields.label need=Need::Required
                hint=text(t::own_fields::label_hint) error=errors.of("label")/>
            {shape}
            <Show when=move || fields.shape().has_choices()>
                <TagsInput name="choices" label=choices_label value=choices hint=choices_hint error=errors.of("choices")/>
            </Show>
            <Mark value=fields.required label=t::own_fields::required_long testid="own-field-required"/>
            {listed}
            <FormButtons busy=form.busy cancel="/own-fields"/>
        </form>
    }
}

/// A box to tick.
#[component]
fn Mark(value: RwSignal<String>, label: crate::i18n::Key, testid: &'static str) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" data-testid=testid prop:checked=move || value.with(|mark| !mark.is_empty())
                on:change:target=move |event| value.set(if event.target().checked() { "1".to_owned() } else { String::new() })/>
            <span>{text(label)}</span>
        </label>
    }
}

/// Takes a field out of the forms, or brings it back. What records hold in it stays.
#[component]
fn Retire(field: OwnField) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let asking = RwSignal::new(false);
    let (label, retired) = (field.label.clone(), field.retired);
    let words = text(if retired { t::own_fields::bring_back } else { t::own_fields::retire });
    let saved = text(t::common::saved_on_device);
    let run = Callback::new(move |()| {
        let (field, navigate) = (field.clone(), navigate.clone());
        spawn(async move {
            let Ok(edit) = Edit::between(&field, &OwnField { retired: !field.retired, ..field.clone() }) else {
                return;
            };
            if data.enter(OwnFieldEdit(edit), &field.label).await.is_ok() {
                toasts.show(saved);
                navigate("/own-fields", Default::default());
            }
        });
    });
    let press = Callback::new(move |()| if retired { run.run(()) } else { asking.set(true) });
    let tone = if retired { Tone::default() } else { Tone::Danger };
    view! {
        <div class="form-foot">
            <Button label=words testid="own-field-retire" tone on_press=press/>
        </div>
        <Confirm
            open=asking
            title=move || t::own_fields::retire_title(locale.get(), &label)
            question=text(t::own_fields::retire_text)
            yes=words
            on_yes=run
        />
    }
}
