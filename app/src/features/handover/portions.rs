//! Portions by region and level: rows that come and go.

use domain::{handover::Portion, id::Id};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::customers::use_customers,
    features::form::Errors,
    i18n::t,
    ui::{
        button::{Button, Tone},
        field::Need,
        icon::Icon,
        input::Input,
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

/// One portion on its way.
#[derive(Clone, Copy)]
struct PortionInputs {
    number: u64,
    region: RwSignal<String>,
    level: RwSignal<String>,
    to: RwSignal<String>,
}

impl PortionInputs {
    /// The name of the field of its receiver.
    fn receiver_field(self) -> String {
        format!("portion-to-{}", self.number)
    }

    /// Follows whether nothing stands in it.
    fn blank(self) -> bool {
        [self.region, self.level, self.to].into_iter().all(|value| value.with(|value| value.trim().is_empty()))
    }
}

/// The portions. Copy them into handlers.
#[derive(Clone, Copy)]
pub struct Portions {
    all: RwSignal<Vec<PortionInputs>>,
    next: StoredValue<u64>,
}

impl Portions {
    /// Begins with one empty portion.
    pub fn empty() -> Self {
        let portions = Self { all: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
        portions.add();
        portions
    }

    fn add(self) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let text = || RwSignal::new(String::new());
        let portion = PortionInputs { number, region: text(), level: text(), to: text() };
        self.all.update(|all| all.push(portion));
    }

    /// Follows what is chosen; an empty portion is none. `None` while one has no receiver.
    pub fn read(self) -> Option<Vec<Portion>> {
        let one = |portion: PortionInputs| {
            let to = portion.to.with(|to| Uuid::try_parse(to).ok()).map(Id::new)?;
            let trimmed = |value: RwSignal<String>| value.with(|value| value.trim().to_owned());
            Some(Portion { region: trimmed(portion.region), level: trimmed(portion.level), to })
        };
        self.all.get().into_iter().filter(|portion| !portion.blank()).map(one).collect()
    }

    /// Notes whose receiver is missing.
    pub fn check(self, errors: Errors) {
        let filled = |value: RwSignal<String>| value.with_untracked(|value| !value.trim().is_empty());
        for portion in self.all.get_untracked() {
            if filled(portion.region) || filled(portion.level) {
                errors.require(&portion.receiver_field(), &portion.to.get_untracked());
            }
        }
    }
}

/// The rows.
#[component]
pub fn PortionsFields(portions: Portions, #[prop(into)] people: Signal<Vec<Choice>>, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    let add = Callback::new(move |()| portions.add());
    let place = move |number: u64| {
        portions.all.with(|all| all.iter().position(|portion| portion.number == number)).unwrap_or_default()
    };
    let one = move |portion: PortionInputs| {
        let number = portion.number;
        let remove = Callback::new(move |()| portions.all.update(|all| all.retain(|other| other.number != number)));
        let title = move || t::handovers::portion(locale.get(), place(number) as u64 + 1);
        let in_use = use_customers().in_use();
        let regions: Vec<String> = in_use.regions.into_iter().collect();
        let levels: Vec<String> = in_use.levels.into_iter().collect();
        view! {
            <fieldset class="pool-rule" data-testid="handover-portion">
                <legend class="field-label">{title}</legend>
                <div class="form-pair">
                    <Input name=format!("region-{number}") label=text(t::customers::region) value=portion.region
                        suggestions=regions/>
                    <Input name=format!("level-{number}") label=text(t::customers::level) value=portion.level
                        suggestions=levels/>
                </div>
                <Select name=portion.receiver_field() label=text(t::handovers::to) value=portion.to choices=people
                    need=Need::Required error=errors.at(portion.receiver_field())/>
                <Button label=text(t::handovers::portion_remove) testid="portion-remove" tone=Tone::Quiet icon=Icon::Trash
                    on_press=remove/>
            </fieldset>
        }
    };
    view! {
        <section class="stack">
            <p class="muted small">{text(t::handovers::portions_hint)}</p>
            <For each=move || portions.all.get() key=|portion| portion.number children=one/>
            <div class="button-row">
                <Button label=text(t::handovers::portion_add) testid="portion-add" icon=Icon::Plus on_press=add/>
            </div>
        </section>
    }
}
