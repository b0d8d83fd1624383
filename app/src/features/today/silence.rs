//! After how many days without contact a customer counts as silent: one answer for the company, by level.

use std::collections::BTreeMap;

use domain::{
    agenda::SilentAfter,
    edit::{Edit, FieldEdit},
    organisation::{Organisation, OrganisationEdit, OrganisationId},
    refusal::Problem,
};
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    data::{Data, customers::use_customers, live, use_data},
    features::form::Errors,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// The form, for an administrator.
#[component]
pub fn SilentAfterForm() -> impl IntoView {
    let data = use_data();
    let id: OrganisationId = data.with(|store| store.meta().identity.organisation).into();
    let loaded = live(move || data.get::<Organisation>(id));
    // Drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Organisation>>| match before {
        Some(Some(kept)) => Some(kept.clone()),
        _ => loaded.get().flatten(),
    });
    move || first.get().map(|organisation| view! { <Fields organisation/> })
}

#[component]
fn Fields(organisation: Organisation) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let errors = Errors::new();
    let kept = organisation.silent_after.clone().unwrap_or_default();
    let levels = use_customers().in_use().levels.into_iter().chain(kept.by_level.keys().cloned());
    let typed = |days: u16| RwSignal::new(days.to_string());
    let by_level: BTreeMap<String, RwSignal<String>> =
        levels.map(|level| (level.clone(), typed(kept.days(&level)))).collect();
    let otherwise = typed(kept.otherwise);
    let inputs = by_level
        .iter()
        .map(|(level, value)| {
            let (name, level) = (field(level), level.clone());
            let label = move || t::today::silent_level(locale.get(), &level);
            view! { <Input name=name.clone() label value=*value kind=InputKind::Number need=Need::Required error=errors.at(name)/> }
        })
        .collect_view();
    let saved = text(t::common::saved_on_device);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let days = |name: &str, value: RwSignal<String>| errors.parsed(name, read(&value.get_untracked()));
        let levels = by_level.iter().map(|(level, value)| Some((level.clone(), days(&field(level), *value)?)));
        let levels: Vec<_> = levels.collect();
        let (levels, otherwise) = (levels.into_iter().collect(), days("otherwise", otherwise));
        let (Some(by_level), Some(otherwise)) = (levels, otherwise) else { return errors.show_first() };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            if save(data, organisation.id, SilentAfter { by_level, otherwise }).await {
                toasts.show(saved);
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate data-testid="silent-after">
            <h3>{text(t::today::silent_after)}</h3>
            <p class="muted small">{text(t::today::silent_after_text)}</p>
            <div class="silent-after">
                {inputs}
                <Input name="otherwise" label=text(t::today::silent_otherwise) value=otherwise kind=InputKind::Number need=Need::Required error=errors.of("otherwise")/>
            </div>
            <div class="button-row">
                <Button label=text(t::common::save) testid="silent-after-save" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}

fn field(level: &str) -> String {
    format!("level:{level}")
}

/// Reads a number of days.
fn read(text: &str) -> Result<u16, Problem> {
    let most = SilentAfter::DAYS_MOST;
    let days = text.trim().parse().ok().filter(|days| (1..=most).contains(days));
    days.ok_or(Problem::NotANumber { least: 1, most: most.into() })
}

/// Enters the days in the place of whatever holds by now.
async fn save(data: Data, id: OrganisationId, wanted: SilentAfter) -> bool {
    let Some(organisation) = data.get::<Organisation>(id).await else { return false };
    let json = |after: Option<&SilentAfter>| serde_json::to_value(after).unwrap_or_default();
    let edit = FieldEdit::new("silent_after", json(organisation.silent_after.as_ref()), json(Some(&wanted)));
    data.enter(OrganisationEdit(Edit::fields(id, vec![edit])), &organisation.name).await.is_ok()
}
