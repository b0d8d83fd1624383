//! The form of one pipeline. It is an entry like any other: it works with no network.

use domain::{
    mutation::Action,
    pipeline::{Pipeline, PipelineCreate, PipelineEdit, PipelineId, Stage},
    record::Record as _,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map};

use super::{
    parts::{ReasonInputs, ReasonsFields, StageInputs, StagesFields},
    use_writes_pipelines,
};
use crate::{
    data::{live, opportunities::worded, use_data},
    features::{
        customers::NotOnDevice,
        entry_form::{EntryForm, Said},
        form::{DraftHint, Errors, FormButtons},
        history::Stamped,
        pools::rules::Tick,
    },
    i18n::t,
    layout::page::PageHeader,
    ui::{
        field::Need,
        input::Input,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    stages: StageInputs,
    reasons: ReasonInputs,
    off: RwSignal<bool>,
}

impl Fields {
    fn of(pipeline: &Pipeline, new: bool) -> Self {
        Self {
            name: RwSignal::new(pipeline.name.clone()),
            stages: StageInputs::of(&pipeline.stages, new),
            reasons: ReasonInputs::of(&pipeline.loss_reasons, new),
            off: RwSignal::new(pipeline.off),
        }
    }

    /// Reads the form into a pipeline, or notes what is wrong.
    fn read(self, base: &Pipeline, errors: Errors) -> Option<Pipeline> {
        let pipeline = Pipeline {
            name: self.name.with_untracked(|name| clean(name)),
            stages: self.stages.read(errors),
            loss_reasons: self.reasons.read(errors),
            off: self.off.get_untracked(),
            ..base.clone()
        };
        if let Err(error) = pipeline.validate()
            && !errors.any()
        {
            errors.field(error);
        }
        (!errors.any()).then_some(pipeline)
    }
}

/// A new pipeline: it begins like the one that every company has.
#[component]
pub fn PipelineNewPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let usual = worded(locale.get_untracked(), Pipeline::usual());
    let mut shown = Pipeline { id: data.fresh(), name: String::new(), ..usual };
    shown.stages.iter_mut().for_each(|stage: &mut Stage| stage.id = data.fresh());
    shown.loss_reasons.iter_mut().for_each(|reason| reason.id = data.fresh());
    view! {
        <div class="page" data-testid="pipeline-form">
            <PageHeader title=text(t::pipelines::new) back="/pipelines"/>
            <div class="page-body"><PipelineForm shown before=None/></div>
        </div>
    }
}

/// A pipeline that is there, or the usual one before somebody has written it.
#[component]
pub fn PipelinePage() -> impl IntoView {
    let (data, params, locale) = (use_data(), use_params_map(), use_locale());
    let id = Memo::new(move |_| params.with(|params| params.get("id"))?.parse::<PipelineId>().ok());
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get::<Pipeline>(id).await,
                None => None,
            }
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Pipeline>>>| match before.cloned().flatten().flatten() {
        Some(kept) if id.get() == Some(kept.id) => Some(Some(kept)),
        // The usual one, which nobody had written when it was opened.
        None if before.cloned().flatten().is_some() && id.get() == Some(Pipeline::USUAL) => Some(None),
        _ => loaded.get(),
    });
    let writes = use_writes_pipelines();
    view! {
        <div class="page" data-testid="pipeline-form">
            <PageHeader title=text(t::pipelines::edit_title) back="/pipelines"/>
            <div class="page-body">
                {move || match (first.get(), writes.get()) {
                    (None, _) | (_, None) => ().into_any(),
                    (_, Some(false)) => view! { <p class="muted">{text(t::pipelines::read_only)}</p> }.into_any(),
                    (Some(Some(pipeline)), _) => view! {
                        <PipelineForm shown=pipeline.clone() before=Some(pipeline.clone())/>
                        <Stamped id=pipeline.id.uuid() stamp=Signal::stored(pipeline.unknown.stamp)/>
                    }
                    .into_any(),
                    (Some(None), _) if id.get() == Some(Pipeline::USUAL) => {
                        let shown = worded(locale.get_untracked(), Pipeline::usual());
                        view! { <PipelineForm shown before=None/> }.into_any()
                    }
                    (Some(None), _) => view! { <NotOnDevice/> }.into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn PipelineForm(shown: Pipeline, before: Option<Pipeline>) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let new = before.is_none() && shown.id != Pipeline::USUAL;
    let fields = Fields::of(&shown, new);
    let name = if new { "pipeline/new".to_owned() } else { format!("pipeline/{}", shown.id) };
    let form = EntryForm::follow(data, name, vec![("name", fields.name)], None);
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let pipeline = fields.read(&shown, errors)?;
            let about = pipeline.name.clone();
            let action = match &before {
                None => Some(Action::from(PipelineCreate { pipeline })),
                Some(before) => form.edit(before, &pipeline).ok()?.map(|edit| PipelineEdit(edit).into()),
            };
            Some(Said { actions: action.into_iter().collect(), about, attach_to: None })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate("/pipelines", Default::default());
        });
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <Input name="name" label=text(t::pipelines::name) value=fields.name need=Need::Required error=errors.of("name")/>
            <StagesFields stages=fields.stages errors/>
            <ReasonsFields reasons=fields.reasons errors/>
            <Tick value=fields.off label=t::pipelines::off_long/>
            <FormButtons busy=form.busy cancel="/pipelines"/>
        </form>
    }
}
