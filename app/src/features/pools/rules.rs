//! The rules of a pool in its form. What the form does not show of a rule stays as it is.

use domain::{
    pool::{Condition, Rule, Since},
    refusal::{FieldError, Problem},
};
use leptos::prelude::*;

use crate::{
    data::customers::use_customers,
    features::form::Errors,
    i18n::{Key, t},
    ui::{
        button::{Button, Tone},
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
        tags::TagsInput,
    },
};

/// The most days that a condition may count.
const DAYS_MOST: u32 = 10_000;

/// One rule on its way. Copy it into handlers.
#[derive(Clone, Copy)]
struct RuleInputs {
    number: u64,
    base: StoredValue<Rule>,
    contact: RwSignal<String>,
    received: RwSignal<String>,
    any: RwSignal<bool>,
    levels: RwSignal<Vec<String>>,
    spare_planned: RwSignal<bool>,
}

impl RuleInputs {
    fn of(number: u64, rule: Rule) -> Self {
        let days =
            |since| rule.when.iter().find(|condition| condition.since == since).map(|found| found.days.to_string());
        Self {
            number,
            contact: RwSignal::new(days(Since::Contact).unwrap_or_default()),
            received: RwSignal::new(days(Since::Received).unwrap_or_default()),
            any: RwSignal::new(rule.any),
            levels: RwSignal::new(rule.levels.iter().cloned().collect()),
            spare_planned: RwSignal::new(rule.spare_planned),
            base: StoredValue::new(rule),
        }
    }

    /// The name of a field in errors.
    fn field(self, name: &str) -> String {
        format!("rule:{}:{name}", self.number)
    }

    fn read(self, errors: Errors) -> Rule {
        let days = |name: &str, value: RwSignal<String>| {
            let number = |text: &str| {
                let days = text.parse().ok().filter(|days| (1..=DAYS_MOST).contains(days));
                days.ok_or(Problem::NotANumber { least: 1, most: DAYS_MOST })
            };
            errors.parsed_if_any(&self.field(name), value, number)
        };
        let shown =
            [(Since::Contact, days("contact", self.contact)), (Since::Received, days("received", self.received))];
        let when: Vec<Condition> =
            shown.into_iter().filter_map(|(since, days)| days.map(|days| Condition { since, days })).collect();
        if when.is_empty() {
            errors.field(FieldError::new(&self.field("contact"), Problem::Required));
        }
        Rule {
            when,
            any: self.any.get_untracked(),
            levels: self.levels.get_untracked().into_iter().collect(),
            spare_planned: self.spare_planned.get_untracked(),
            ..self.base.get_value()
        }
    }
}

/// The rules on their way. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct RulesInputs {
    rules: RwSignal<Vec<RuleInputs>>,
    next: StoredValue<u64>,
}

impl RulesInputs {
    /// Begins with what a pool says.
    pub fn of(rules: &[Rule]) -> Self {
        let inputs: Vec<RuleInputs> =
            (0..).zip(rules).map(|(number, rule)| RuleInputs::of(number, rule.clone())).collect();
        Self { next: StoredValue::new(inputs.len() as u64), rules: RwSignal::new(inputs) }
    }

    /// Reads the rules, or notes what is wrong.
    pub fn read(self, errors: Errors) -> Vec<Rule> {
        self.rules.with_untracked(|rules| rules.iter().map(|rule| rule.read(errors)).collect())
    }

    fn add(self) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.rules.update(|rules| rules.push(RuleInputs::of(number, Rule::default())));
    }
}

/// The rules.
#[component]
pub fn RulesFields(rules: RulesInputs, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    let add = Callback::new(move |()| rules.add());
    let place = move |number: u64| {
        rules.rules.with(|all| all.iter().position(|rule| rule.number == number)).unwrap_or_default()
    };
    let one = move |rule: RuleInputs| {
        let remove = Callback::new(move |()| rules.rules.update(|all| all.retain(|other| other.number != rule.number)));
        let title = move || t::pools::rule(locale.get(), place(rule.number) as u64 + 1);
        let levels = use_customers().in_use().levels;
        view! {
            <fieldset class="pool-rule" data-testid="pool-rule">
                <legend class="field-label">{title}</legend>
                <div class="form-pair">
                    <Input name=rule.field("contact") label=text(t::pools::contact_days) value=rule.contact kind=InputKind::Number
                        error=errors.at(rule.field("contact"))/>
                    <Input name=rule.field("received") label=text(t::pools::received_days) value=rule.received kind=InputKind::Number
                        error=errors.at(rule.field("received"))/>
                </div>
                <Tick value=rule.any label=t::pools::any/>
                <TagsInput name="levels" label=text(t::pools::levels) value=rule.levels
                    suggestions=Signal::stored(levels.into_iter().collect::<Vec<_>>())/>
                <Tick value=rule.spare_planned label=t::pools::spare_planned/>
                <Button label=text(t::pools::rule_remove) testid="rule-remove" tone=Tone::Quiet icon=Icon::Trash on_press=remove/>
            </fieldset>
        }
    };
    view! {
        <section class="stack" data-testid="pool-rules">
            <h2 class="field-label">{text(t::pools::rules)}</h2>
            <p class="muted small">{text(t::pools::rules_hint)}</p>
            <For each=move || rules.rules.get() key=|rule| rule.number children=one/>
            <div class="button-row">
                <Button label=text(t::pools::rule_add) testid="rule-add" icon=Icon::Plus on_press=add/>
            </div>
        </section>
    }
}

/// A box to tick.
#[component]
pub fn Tick(value: RwSignal<bool>, label: Key) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=value on:change:target=move |event| value.set(event.target().checked())/>
            <span>{text(label)}</span>
        </label>
    }
}
