//! The choice of the way, and of who receives.

use std::collections::BTreeSet;

use domain::{
    access::Right,
    handover::Way,
    id::Id,
    kind::Kind,
    pool::Pool,
    user::{User, UserId},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::portions::{Portions, PortionsFields};
use crate::{
    data::{live, people::People, use_data},
    features::form::Errors,
    i18n::{Key, archive::handover_way_name, t},
    ui::{
        field::Need,
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

/// The way on its way. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct WayFields {
    how: RwSignal<String>,
    to: RwSignal<String>,
    among: RwSignal<BTreeSet<UserId>>,
    portions: Portions,
    pool: RwSignal<String>,
}

fn chosen<R>(value: RwSignal<String>) -> Option<Id<R>> {
    value.with(|value| Uuid::try_parse(value).ok()).map(Id::new)
}

impl WayFields {
    /// Begins with one receiver, and nobody chosen.
    pub fn empty() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let among = RwSignal::new(BTreeSet::new());
        Self { how: text(Way::NAMES[0]), to: text(""), among, portions: Portions::empty(), pool: text("") }
    }

    /// Follows the way that is chosen; `None` while something is missing.
    pub fn read(self) -> Option<Way> {
        match self.how.get().as_str() {
            "one" => Some(Way::One { to: chosen(self.to)? }),
            "in_turn" => {
                let among: Vec<UserId> = self.among.get().into_iter().collect();
                (!among.is_empty()).then_some(Way::InTurn { among })
            }
            "portions" => Some(Way::Portions { portions: self.portions.read()?, rest: chosen(self.to)? }),
            "pool" => Some(Way::Pool { pool: chosen(self.pool)? }),
            _ => None,
        }
    }

    /// Notes what is missing.
    pub fn check(self, errors: Errors) {
        let how = self.how.get_untracked();
        if how == "portions" {
            self.portions.check(errors);
        }
        match how.as_str() {
            "one" | "portions" => errors.require("to", &self.to.get_untracked()),
            "in_turn" if self.among.with_untracked(BTreeSet::is_empty) => errors.require("to", ""),
            "pool" => errors.require("pool", &self.pool.get_untracked()),
            _ => {}
        }
    }
}

/// Says whether somebody can work with what they receive.
fn works(user: &User, from: UserId) -> bool {
    let writes = user.roles.iter().any(|role| role.right(Kind::Customer) == Some(Right::Write));
    user.active && writes && user.id != from
}

/// The fields.
#[component]
pub fn WayInputs(fields: WayFields, from: UserId, people: Memo<People>, errors: Errors) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let ways = Signal::derive(move || {
        let choice = |way: &'static str| {
            let name = handover_way_name(way).map_or(way, |name| name(locale.get()));
            Choice::new(way, name)
        };
        Way::NAMES.map(choice).to_vec()
    });
    let receivers = Memo::new(move |_| {
        people.with(|people| {
            let works = people.users.iter().filter(|user| works(user, from));
            works.map(|user| (user.id, user.name.clone())).collect::<Vec<_>>()
        })
    });
    let choices = Signal::derive(move || {
        receivers.get().into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect::<Vec<_>>()
    });
    let loaded = live(move || data.pools());
    let pools = Signal::derive(move || {
        let on = loaded.get().unwrap_or_default().into_iter().filter(|pool: &Pool| !pool.off);
        on.map(|pool| Choice::new(pool.id.to_string(), pool.name)).collect::<Vec<_>>()
    });
    let how = Memo::new(move |_| fields.how.get());
    let one = move |label: Key| {
        view! { <Select name="to" label=text(label) value=fields.to choices need=Need::Required error=errors.of("to")/> }
    };
    let chosen = move || match how.get().as_str() {
        "in_turn" => view! { <Several receivers chosen=fields.among errors/> }.into_any(),
        "portions" => view! {
            <PortionsFields portions=fields.portions people=choices errors/>
            {one(t::handovers::rest)}
        }
        .into_any(),
        "pool" => view! {
            <p class="muted small">{text(t::handovers::pool_hint)}</p>
            <Select name="pool" label=text(t::handovers::pool) value=fields.pool choices=pools need=Need::Required
                error=errors.of("pool")/>
        }
        .into_any(),
        _ => one(t::handovers::to).into_any(),
    };
    view! {
        <Select name="how" label=text(t::handovers::way) value=fields.how choices=ways need=Need::Required/>
        {chosen}
    }
}

/// People to tick.
#[component]
fn Several(
    receivers: Memo<Vec<(UserId, String)>>,
    chosen: RwSignal<BTreeSet<UserId>>,
    errors: Errors,
) -> impl IntoView {
    let wrong = errors.of("to");
    let boxes = move || {
        let one = |(id, name): (UserId, String)| {
            let ticked = move || chosen.with(|chosen| chosen.contains(&id));
            let tick = move |there: bool| {
                chosen.update(|chosen| {
                    if there {
                        chosen.insert(id);
                    } else {
                        chosen.remove(&id);
                    }
                });
            };
            view! {
                <label class="check">
                    <input type="checkbox" data-testid="handover-among" prop:checked=ticked
                        on:change:target=move |event| tick(event.target().checked())/>
                    <span>{name}</span>
                </label>
            }
        };
        receivers.get().into_iter().map(one).collect_view()
    };
    view! {
        <fieldset class="field">
            <legend class="field-label">{text(t::handovers::among)}</legend>
            <div class="pool-checks">{boxes}</div>
            <div role="alert">{move || wrong.get().map(|words| view! { <p class="field-error">{words}</p> })}</div>
        </fieldset>
    }
}
