//! Entering and changing an opportunity. Where a stage asks for something before a move, this form asks for it and moves.

use domain::{
    customer::CustomerId,
    mutation::Action,
    opportunity::{
        Opportunity, OpportunityAdd, OpportunityEdit, OpportunityId, OpportunityMove, Outcome, StageMoveId, Step,
    },
    organisation::Organisation,
    own::Unknown,
    pipeline::{Pipeline, Stage, StageId},
    record::Record as _,
    refusal::Problem,
    value::{Currency, Money, clean},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use sync::device::Pending;
use uuid::Uuid;

use super::picker::CustomerPicker;
use crate::{
    data::{
        Data, live,
        opportunities::{live_pipelines, worded},
        use_data,
    },
    features::{
        customers::NotOnDevice,
        entry_form::{EntryForm, Said},
        form::{DraftHint, Errors, Fault, FormButtons, overlaid, use_correction},
    },
    i18n::t,
    layout::page::PageHeader,
    ui::{
        banner::{Banner, BannerTone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::{Choice, Select},
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// What the form needs to know before it is drawn.
#[derive(Clone, PartialEq)]
struct Known {
    currency: Option<Currency>,
    pipelines: Vec<Pipeline>,
    before: Option<Opportunity>,
}

async fn known(data: Data, id: Option<OpportunityId>) -> Known {
    let organisation = data.with(|store| store.meta().identity.organisation);
    let organisation = data.get::<Organisation>(organisation.into()).await;
    let before = match id {
        Some(id) => data.get::<Opportunity>(id).await,
        None => None,
    };
    Known {
        currency: organisation.map(|organisation| organisation.currency),
        pipelines: data.pipelines().await,
        before,
    }
}

/// The opportunity that the address names.
pub fn use_opportunity_id() -> Memo<Option<OpportunityId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse().ok()))
}

#[derive(Clone, Copy)]
struct Fields {
    customer: RwSignal<String>,
    name: RwSignal<String>,
    /// The id of a stage of any pipeline.
    stage: RwSignal<String>,
    amount: RwSignal<String>,
    currency: RwSignal<String>,
    expected_close: RwSignal<String>,
    products: RwSignal<String>,
    remark: RwSignal<String>,
}

impl Fields {
    fn of(shown: &Opportunity) -> Self {
        let customer = shown.customer.uuid();
        Self {
            customer: RwSignal::new(if customer.is_nil() { String::new() } else { customer.to_string() }),
            name: RwSignal::new(shown.name.clone()),
            stage: RwSignal::new(shown.stage.to_string()),
            amount: RwSignal::new(shown.amount.map(|amount| amount.to_string()).unwrap_or_default()),
            currency: RwSignal::new(shown.amount.map(|amount| amount.currency.code().to_owned()).unwrap_or_default()),
            expected_close: RwSignal::new(shown.expected_close.map(|day| day.to_string()).unwrap_or_default()),
            products: RwSignal::new(shown.products.clone()),
            remark: RwSignal::new(shown.remark.clone()),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("customer", self.customer),
            ("name", self.name),
            ("stage", self.stage),
            ("amount", self.amount),
            ("currency", self.currency),
            ("expected_close", self.expected_close),
            ("products", self.products),
            ("remark", self.remark),
        ]
    }

    /// Reads the form, or notes what is wrong. A new one also says its customer and stage.
    fn read(self, base: &Opportunity, known: &Known, new: bool, errors: Errors) -> Option<Opportunity> {
        let mut read = Opportunity {
            name: self.name.with_untracked(|name| clean(name)),
            amount: match self.currency.with_untracked(|code| Currency::parse(code)).or(known.currency) {
                Some(currency) => errors.parsed_if_any("amount", self.amount, |text| Money::parse(text, currency)),
                None => base.amount,
            },
            expected_close: errors.parsed_if_any("expected_close", self.expected_close, |text| {
                text.parse().map_err(|_| Problem::NotADate)
            }),
            products: self.products.with_untracked(|text| clean(text)),
            remark: self.remark.with_untracked(|text| clean(text)),
            ..base.clone()
        };
        if new {
            let customer = self.customer.get_untracked();
            errors.require("customer", &customer);
            read.customer = customer.parse().ok().unwrap_or(base.customer);
            let stage: Option<StageId> = self.stage.get_untracked().parse().ok();
            let found = known.pipelines.iter().find_map(|it| Some((it.id, it.stage(stage?)?)));
            match found {
                Some((pipeline, stage)) => {
                    (read.pipeline, read.stage) = (pipeline, stage.id);
                    asked_for(&read, stage, errors);
                }
                None => errors.set("stage", Fault::Problem(Problem::Required)),
            }
        }
        if let Err(error) = read.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(read)
    }
}

/// Notes what a stage asks for and is not there.
fn asked_for(opportunity: &Opportunity, stage: &Stage, errors: Errors) {
    for field in stage.missing(opportunity) {
        errors.set(field, Fault::Problem(Problem::Required));
    }
}

/// A new opportunity, or a refused new one to correct.
#[component]
pub fn OpportunityNewPage() -> impl IntoView {
    let (data, query) = (use_data(), use_query_map());
    let correction = use_correction(data);
    let loaded = live(move || known(data, None));
    let first = Memo::new(move |before: Option<&Option<Known>>| before.cloned().flatten().or_else(|| loaded.get()));
    let customer = query.with_untracked(|query| query.get("customer")).and_then(|id| Uuid::try_parse(&id).ok());
    let back = customer.map_or("/opportunities".to_owned(), |id| format!("/customers/{id}"));
    let to = back.clone();
    view! {
        <div class="page" data-testid="opportunity-form">
            <PageHeader title=text(t::opportunities::new) back=back/>
            <div class="page-body">
                {move || first.get().map(|known| {
                    let refused = correction.as_ref().and_then(|pending| match pending.action() {
                        Some(Action::OpportunityAdd(add)) => Some((add.opportunity, add.line)),
                        _ => None,
                    });
                    let fresh = || (begun(data, customer.unwrap_or_default().into(), &known), data.fresh());
                    let (shown, line) = refused.unwrap_or_else(fresh);
                    let entering = Entering::New { line };
                    view! { <OpportunityForm shown entering known correction=correction.clone() back=to.clone()/> }
                })}
            </div>
        </div>
    }
}

/// Returns what a new one begins with: the first stage of the first pipeline.
fn begun(data: Data, customer: CustomerId, known: &Known) -> Opportunity {
    let pipeline = known.pipelines.iter().find(|it| !it.off).cloned().unwrap_or_else(Pipeline::usual);
    let stage = pipeline.open_stages().next().map(|stage| stage.id);
    Opportunity {
        id: data.fresh(),
        customer,
        name: String::new(),
        pipeline: pipeline.id,
        stage: stage.unwrap_or(StageId::new(Uuid::nil())),
        stage_since: data.today(),
        amount: None,
        expected_close: None,
        products: String::new(),
        remark: String::new(),
        outcome: Outcome::Open,
        deleted_at: None,
        unknown: Unknown::new(),
    }
}

/// One that is there; with `to` in the address it is moved to that stage as well.
#[component]
pub fn OpportunityEditPage() -> impl IntoView {
    let (data, id, query) = (use_data(), use_opportunity_id(), use_query_map());
    let correction = use_correction(data);
    let loaded = live(move || known(data, id.get()));
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Known>>| match before.cloned().flatten() {
        Some(kept) if kept.before.as_ref().map(|it| it.id) == id.get() => Some(kept),
        _ => loaded.get(),
    });
    let to: Option<StageId> = query.with_untracked(|query| query.get("to")).and_then(|id| id.parse().ok());
    let back = id.get_untracked().map(|id| format!("/opportunities/{id}")).unwrap_or_default();
    let cancel = back.clone();
    view! {
        <div class="page" data-testid="opportunity-form">
            <PageHeader title=text(t::opportunities::edit_title) back=back/>
            <div class="page-body">
                {move || first.get().map(|known| match known.before.clone() {
                    None => view! { <NotOnDevice/> }.into_any(),
                    Some(before) => {
                        let wanted = correction.as_ref().and_then(|pending| match pending.action() {
                            Some(Action::OpportunityEdit(edit)) => overlaid(&edit.0, &before),
                            _ => None,
                        });
                        let shown = wanted.unwrap_or_else(|| before.clone());
                        let entering = Entering::Edit { before: Box::new(before), to };
                        view! { <OpportunityForm shown entering known correction=correction.clone() back=cancel.clone()/> }.into_any()
                    }
                })}
            </div>
        </div>
    }
}

/// What the form says when it is saved.
#[derive(Clone)]
enum Entering {
    New { line: StageMoveId },
    Edit { before: Box<Opportunity>, to: Option<StageId> },
}

impl Entering {
    fn actions(&self, form: EntryForm, read: Opportunity, known: &Known, data: Data) -> Option<Vec<Action>> {
        match self {
            Entering::New { line } => Some(vec![OpportunityAdd { opportunity: read, line: *line }.into()]),
            Entering::Edit { before, to } => {
                let moved = to.and_then(|stage| {
                    let pipeline = known.pipelines.iter().find(|it| it.stage(stage).is_some())?.id;
                    let (from, to) = (before.step(), Step::Stage { stage });
                    Some(OpportunityMove { id: data.fresh(), opportunity: before.id, pipeline, from, to, since: None })
                });
                let edit = form.edit(before.as_ref(), &read).ok()?;
                let edit = edit.filter(|edit| !edit.is_empty() || moved.is_none());
                let edit = edit.map(|edit| OpportunityEdit(edit).into());
                Some(edit.into_iter().chain(moved.map(Action::from)).collect())
            }
        }
    }
}

#[component]
fn OpportunityForm(
    shown: Opportunity,
    entering: Entering,
    known: Known,
    correction: Option<Pending>,
    back: String,
) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let fields = Fields::of(&shown);
    if let Some(currency) = known.currency.filter(|_| shown.amount.is_none()) {
        fields.currency.set(currency.code().to_owned());
    }
    let new = matches!(entering, Entering::New { .. });
    let name = match &entering {
        Entering::New { .. } => format!("opportunity/new/{}", shown.customer),
        Entering::Edit { before, .. } => format!("opportunity/{}", before.id),
    };
    let form = EntryForm::follow(data, name, fields.named(), correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let to = match &entering {
        Entering::Edit { to: Some(to), .. } => known.pipelines.iter().find_map(|it| it.stage(*to)).cloned(),
        _ => None,
    };
    // Somebody who was sent here sees at once what is asked for.
    if let Some(stage) = &to {
        asked_for(&shown, stage, errors);
    }
    let (stored, fixed) = (StoredValue::new(known.clone()), shown.customer);
    let id = shown.id;
    let wanted = to.clone();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let read = stored.with_value(|known| fields.read(&shown, known, new, errors))?;
            if let Some(stage) = &wanted {
                asked_for(&read, stage, errors);
            }
            if errors.any() {
                return None;
            }
            let about = read.name.clone();
            let actions = stored.with_value(|known| entering.actions(form, read, known, data))?;
            Some(Said { actions, about, attach_to: None })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate(&format!("/opportunities/{id}"), Default::default());
        });
    };
    let currencies = Currency::ALL.map(|currency| Choice::new(currency.code(), currency.code())).to_vec();
    let pipelines = live_pipelines(data, locale);
    let stages = Signal::derive(move || {
        let open: Vec<Pipeline> = pipelines.get().into_iter().filter(|it| !it.off).collect();
        let several = open.len() > 1;
        let name =
            |it: &Pipeline, stage: &str| if several { format!("{} · {stage}", it.name) } else { stage.to_owned() };
        let choices = open.iter().flat_map(|it| {
            it.open_stages().map(|stage| Choice::new(stage.id.to_string(), name(it, &stage.name))).collect::<Vec<_>>()
        });
        choices.collect::<Vec<_>>()
    });
    let missing = to.map(|to| {
        let words = move || {
            let known = stored.with_value(|known| known.pipelines.clone());
            let known = known.into_iter().map(|it| worded(locale.get(), it));
            let name = known.filter_map(|it| it.stage(to.id).map(|stage| stage.name.clone())).next();
            t::opportunities::missing(locale.get(), &name.unwrap_or_default())
        };
        view! { <Banner tone=BannerTone::Due title=words testid="stage-asks"/> }
    });
    let head = if new {
        view! {
            <CustomerPicker chosen=fields.customer errors/>
            <Input name="name" label=text(t::opportunities::name) hint=text(t::opportunities::name_hint) value=fields.name
                need=Need::Required error=errors.of("name")/>
            <Select name="stage" label=text(t::opportunities::stage) value=fields.stage choices=stages need=Need::Required error=errors.of("stage")/>
        }
        .into_any()
    } else {
        view! {
            <p class="muted" data-testid="opportunity-customer">{data.customer_name(fixed)}</p>
            <Input name="name" label=text(t::opportunities::name) value=fields.name need=Need::Required error=errors.of("name")/>
        }
        .into_any()
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            {missing}
            {head}
            <div class="form-pair">
                <Input name="amount" label=text(t::opportunities::amount) value=fields.amount kind=InputKind::Amount error=errors.of("amount")/>
                <Select name="currency" label=text(t::opportunities::currency) value=fields.currency choices=Signal::stored(currencies)
                    need=Need::Required/>
                <Input name="expected_close" label=text(t::opportunities::expected_close) value=fields.expected_close kind=InputKind::Date
                    error=errors.of("expected_close")/>
            </div>
            <TextArea name="products" label=text(t::opportunities::products) hint=text(t::opportunities::products_hint)
                value=fields.products error=errors.of("products")/>
            <TextArea name="remark" label=text(t::opportunities::remark) value=fields.remark error=errors.of("remark")/>
            <FormButtons busy=form.busy cancel=back/>
        </form>
    }
}
