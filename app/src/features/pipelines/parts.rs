//! The stages and reasons of a pipeline in its form. What was saved once is switched off and never removed: opportunities
//! may stand in it on devices that have not been heard of.

use std::collections::BTreeSet;

use domain::{
    kind::Kind,
    opportunity::Opportunity,
    pipeline::{LossReason, Stage},
    refusal::Problem,
    value::clean,
};
use leptos::prelude::*;

use crate::{
    data::{Data, use_data},
    features::{
        form::{Errors, Fault},
        pools::rules::Tick,
    },
    i18n::{Key, Locale, fields::field_name, t},
    ui::{
        button::{Button, IconButton, Tone},
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
    },
};

/// A list that grows and is put in order. Copy it into handlers.
struct Inputs<T: 'static>(RwSignal<Vec<T>>);

impl<T> Clone for Inputs<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Inputs<T> {}

/// One part on its way.
trait Part: Copy + Send + Sync + 'static {
    fn number(self) -> u64;
}

impl<T: Part> Inputs<T> {
    fn next(self) -> u64 {
        self.0.with_untracked(|all| all.iter().map(|part| part.number() + 1).max().unwrap_or_default())
    }

    fn place(self, number: u64) -> usize {
        self.0.with(|all| all.iter().position(|part| part.number() == number)).unwrap_or_default()
    }

    fn remove(self, number: u64) {
        self.0.update(|all| all.retain(|part| part.number() != number));
    }

    /// Lets a part change places with the one before, or the one behind.
    fn swap(self, number: u64, ahead: bool) {
        self.0.update(|all| {
            let Some(at) = all.iter().position(|part| part.number() == number) else { return };
            let other = if ahead { at.checked_add(1) } else { at.checked_sub(1) };
            if let Some(other) = other.filter(|other| *other < all.len()) {
                all.swap(at, other);
            }
        });
    }
}

/// What stands at the head of a part: its number, and what moves or removes it.
#[component]
fn PartHead<T: Part>(inputs: Inputs<T>, number: u64, title: fn(Locale, u64) -> String, new: bool) -> impl IntoView {
    let locale = use_locale();
    let press = move |run: fn(Inputs<T>, u64)| Callback::new(move |_| run(inputs, number));
    view! {
        <div class="part-head">
            <span class="field-label">{move || title(locale.get(), inputs.place(number) as u64 + 1)}</span>
            <IconButton icon=Icon::ChevronUp label=text(t::pipelines::up) testid="part-up" on_press=press(|all, it| all.swap(it, false))/>
            <IconButton icon=Icon::ChevronDown label=text(t::pipelines::down) testid="part-down" on_press=press(|all, it| all.swap(it, true))/>
            {new.then(|| view! {
                <IconButton icon=Icon::Trash label=text(t::pipelines::remove) testid="part-remove" on_press=press(Inputs::remove)/>
            })}
        </div>
    }
}

#[derive(Clone, Copy)]
struct StageInput {
    number: u64,
    base: StoredValue<Stage>,
    /// It was not saved yet.
    new: bool,
    name: RwSignal<String>,
    probability: RwSignal<String>,
    days: RwSignal<String>,
    required: RwSignal<BTreeSet<String>>,
    off: RwSignal<bool>,
}

impl Part for StageInput {
    fn number(self) -> u64 {
        self.number
    }
}

impl StageInput {
    fn of(number: u64, stage: &Stage, new: bool) -> Self {
        Self {
            number,
            new,
            name: RwSignal::new(stage.name.clone()),
            probability: RwSignal::new(stage.probability.to_string()),
            days: RwSignal::new(stage.days.map(|days| days.to_string()).unwrap_or_default()),
            required: RwSignal::new(stage.required.clone()),
            off: RwSignal::new(stage.off),
            base: StoredValue::new(stage.clone()),
        }
    }

    fn field(self, name: &str) -> String {
        format!("stage-{}-{name}", self.number)
    }

    fn read(self, at: u32, errors: Errors) -> Stage {
        let name = self.name.with_untracked(|name| clean(name));
        errors.require(&self.field("name"), &name);
        let number = |field: &str, value: RwSignal<String>, least: u32, most: u32| {
            errors.parsed_if_any(&self.field(field), value, |text| {
                let number = text.parse().ok().filter(|number| (least..=most).contains(number));
                number.ok_or(Problem::NotANumber { least, most })
            })
        };
        let probability = number("probability", self.probability, 0, 100);
        if probability.is_none() {
            errors.set(&self.field("probability"), Fault::Problem(Problem::Required));
        }
        let days = number("days", self.days, 1, Stage::DAYS_MOST.into());
        Stage {
            at,
            name,
            probability: probability.and_then(|number| u8::try_from(number).ok()).unwrap_or_default(),
            days: days.and_then(|number| u16::try_from(number).ok()),
            required: self.required.get_untracked(),
            off: self.off.get_untracked(),
            ..self.base.get_value()
        }
    }
}

/// The stages on their way. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct StageInputs(Inputs<StageInput>);

impl StageInputs {
    /// Begins with what a pipeline says; of a new one each can still be taken out.
    pub fn of(stages: &[Stage], new: bool) -> Self {
        let inputs = (0..).zip(stages).map(|(number, stage)| StageInput::of(number, stage, new));
        Self(Inputs(RwSignal::new(inputs.collect())))
    }

    /// Reads the stages, or notes what is wrong.
    pub fn read(self, errors: Errors) -> Vec<Stage> {
        self.0.0.with_untracked(|all| (0..).zip(all).map(|(at, stage)| stage.read(at, errors)).collect())
    }

    fn add(self, data: Data) {
        let stage = StageInput::of(self.0.next(), &Stage::named(data.fresh(), 0, "", 50), true);
        self.0.0.update(|all| all.push(stage));
    }
}

/// The stages.
#[component]
pub fn StagesFields(stages: StageInputs, errors: Errors) -> impl IntoView {
    let data = use_data();
    let add = Callback::new(move |()| stages.add(data));
    let one = move |stage: StageInput| {
        let ticks = Opportunity::REQUIRABLE.map(|column| {
            let ticked = move || stage.required.with(|required| required.contains(column));
            let label = field_name(Kind::Opportunity, column).map(text);
            view! {
                <label class="check">
                    <input type="checkbox" data-testid=format!("required-{column}") prop:checked=ticked
                        on:change:target=move |event| {
                            let there = event.target().checked();
                            stage.required.update(|required| {
                                if there { required.insert(column.to_owned()); } else { required.remove(column); }
                            });
                        }/>
                    <span>{label}</span>
                </label>
            }
        });
        view! {
            <fieldset class="pipeline-part" data-testid="stage-part">
                <PartHead inputs=stages.0 number=stage.number title=t::pipelines::stage_n new=stage.new/>
                <Input name=stage.field("name") label=text(t::pipelines::stage_name) value=stage.name need=Need::Required
                    error=errors.at(stage.field("name"))/>
                <div class="form-pair narrow">
                    <Input name=stage.field("probability") label=text(t::pipelines::probability) value=stage.probability kind=InputKind::Number
                        need=Need::Required error=errors.at(stage.field("probability"))/>
                    <Input name=stage.field("days") label=text(t::pipelines::days) hint=text(t::pipelines::days_hint) value=stage.days
                        kind=InputKind::Number error=errors.at(stage.field("days"))/>
                </div>
                <fieldset class="field">
                    <legend class="field-label">{text(t::pipelines::required)}</legend>
                    <div class="checks">{ticks.into_iter().collect_view()}</div>
                </fieldset>
                {(!stage.new).then(|| view! { <Tick value=stage.off label=t::pipelines::stage_off/> })}
            </fieldset>
        }
    };
    view! { <Parts title=t::pipelines::stages add_label=t::pipelines::stage_add testid="stage-add" add error=errors.of("stages")>
        <For each=move || stages.0.0.get() key=|stage| stage.number children=one/>
    </Parts> }
}

/// A list of parts under its heading.
#[component]
fn Parts(
    title: Key,
    add_label: Key,
    testid: &'static str,
    add: Callback<()>,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="stack">
            <h2 class="field-label">{text(title)}</h2>
            {children()}
            <div role="alert">{move || error.get().map(|words| view! { <p class="field-error">{words}</p> })}</div>
            <div class="button-row"><Button label=text(add_label) testid=testid icon=Icon::Plus tone=Tone::Plain on_press=add/></div>
        </section>
    }
}

#[derive(Clone, Copy)]
struct ReasonInput {
    number: u64,
    base: StoredValue<LossReason>,
    new: bool,
    name: RwSignal<String>,
    off: RwSignal<bool>,
}

impl Part for ReasonInput {
    fn number(self) -> u64 {
        self.number
    }
}

impl ReasonInput {
    fn of(number: u64, reason: &LossReason, new: bool) -> Self {
        let (name, off) = (RwSignal::new(reason.name.clone()), RwSignal::new(reason.off));
        Self { number, base: StoredValue::new(reason.clone()), new, name, off }
    }

    fn field(self) -> String {
        format!("reason-{}", self.number)
    }

    fn read(self, at: u32, errors: Errors) -> LossReason {
        let name = self.name.with_untracked(|name| clean(name));
        errors.require(&self.field(), &name);
        LossReason { at, name, off: self.off.get_untracked(), ..self.base.get_value() }
    }
}

/// The reasons on their way. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct ReasonInputs(Inputs<ReasonInput>);

impl ReasonInputs {
    /// Begins with what a pipeline says.
    pub fn of(reasons: &[LossReason], new: bool) -> Self {
        let inputs = (0..).zip(reasons).map(|(number, reason)| ReasonInput::of(number, reason, new));
        Self(Inputs(RwSignal::new(inputs.collect())))
    }

    /// Reads the reasons, or notes what is wrong.
    pub fn read(self, errors: Errors) -> Vec<LossReason> {
        self.0.0.with_untracked(|all| (0..).zip(all).map(|(at, reason)| reason.read(at, errors)).collect())
    }

    fn add(self, data: Data) {
        let reason = ReasonInput::of(self.0.next(), &LossReason::named(data.fresh(), 0, ""), true);
        self.0.0.update(|all| all.push(reason));
    }
}

/// The reasons.
#[component]
pub fn ReasonsFields(reasons: ReasonInputs, errors: Errors) -> impl IntoView {
    let data = use_data();
    let add = Callback::new(move |()| reasons.add(data));
    let locale = use_locale();
    let one = move |reason: ReasonInput| {
        let label = move || t::pipelines::reason_n(locale.get(), reasons.0.place(reason.number) as u64 + 1);
        let remove = Callback::new(move |_| reasons.0.remove(reason.number));
        view! {
            <div class="pipeline-reason" data-testid="reason-part">
                <Input name=reason.field() label value=reason.name need=Need::Required error=errors.at(reason.field())/>
                {if reason.new {
                    view! { <IconButton icon=Icon::Trash label=text(t::pipelines::remove) testid="reason-remove" on_press=remove/> }.into_any()
                } else {
                    view! { <Tick value=reason.off label=t::pipelines::reason_off/> }.into_any()
                }}
            </div>
        }
    };
    view! { <Parts title=t::pipelines::loss_reasons add_label=t::pipelines::reason_add testid="reason-add" add error=errors.of("loss_reasons")>
        <For each=move || reasons.0.0.get() key=|reason| reason.number children=one/>
    </Parts> }
}
