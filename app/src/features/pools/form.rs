//! The settings of a pool. They are an entry like any other: they work with no network.

use std::collections::BTreeSet;

use domain::{
    kind::Kind,
    mutation::Action,
    pool::{Pool, PoolCreate, PoolEdit, PoolId},
    record::Record as _,
    refusal::Problem,
    user::UserId,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map};
use uuid::Uuid;

use super::rules::{RulesFields, RulesInputs, Tick};
use crate::{
    data::{live, people::live_people, use_data},
    features::{
        customers::NotOnDevice,
        entry_form::{EntryForm, Said},
        form::{DraftHint, Errors, FormButtons},
        history::Stamped,
    },
    i18n::{Key, fields::field_name, t},
    layout::page::PageHeader,
    ui::{
        field::Need,
        group::Group,
        input::{Input, InputKind},
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// The most that a number of the form may be.
const NUMBER_MOST: u32 = 10_000;

/// The form's fields.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    members: RwSignal<BTreeSet<UserId>>,
    administrators: RwSignal<BTreeSet<UserId>>,
    rules: RulesInputs,
    quota: RwSignal<String>,
    capacity: RwSignal<String>,
    cooling_off: RwSignal<String>,
    wait: RwSignal<String>,
    shown: RwSignal<BTreeSet<String>>,
    off: RwSignal<bool>,
}

impl Fields {
    fn of(pool: &Pool) -> Self {
        let number = |value: Option<u32>| RwSignal::new(value.map(|value| value.to_string()).unwrap_or_default());
        Self {
            name: RwSignal::new(pool.name.clone()),
            members: RwSignal::new(pool.members.clone()),
            administrators: RwSignal::new(pool.administrators.clone()),
            rules: RulesInputs::of(&pool.rules),
            quota: number(pool.quota_per_day),
            capacity: number(pool.capacity),
            cooling_off: number(Some(pool.cooling_off_days)),
            wait: number(Some(pool.wait_days)),
            shown: RwSignal::new(pool.shown.clone()),
            off: RwSignal::new(pool.off),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("name", self.name),
            ("quota_per_day", self.quota),
            ("capacity", self.capacity),
            ("cooling_off_days", self.cooling_off),
            ("wait_days", self.wait),
        ]
    }

    /// Reads the form into a pool, or notes what is wrong.
    fn read(self, base: &Pool, errors: Errors) -> Option<Pool> {
        let number = |field: &str, value: RwSignal<String>, least: u32| {
            errors.parsed_if_any(field, value, |text| {
                let number = text.parse().ok().filter(|number| (least..=NUMBER_MOST).contains(number));
                number.ok_or(Problem::NotANumber { least, most: NUMBER_MOST })
            })
        };
        let pool = Pool {
            name: self.name.with_untracked(|name| clean(name)),
            members: self.members.get_untracked(),
            administrators: self.administrators.get_untracked(),
            rules: self.rules.read(errors),
            quota_per_day: number("quota_per_day", self.quota, 1),
            capacity: number("capacity", self.capacity, 1),
            cooling_off_days: number("cooling_off_days", self.cooling_off, 0).unwrap_or_default(),
            wait_days: number("wait_days", self.wait, 0).unwrap_or(Pool::WAIT_DAYS),
            shown: self.shown.get_untracked(),
            off: self.off.get_untracked(),
            ..base.clone()
        };
        if let Err(error) = pool.validate()
            && !errors.any()
        {
            errors.field(error);
        }
        (!errors.any()).then_some(pool)
    }
}

/// A new pool.
#[component]
pub fn PoolNewPage() -> impl IntoView {
    let data = use_data();
    let shown = Pool::named(data.fresh(), "");
    view! {
        <div class="page" data-testid="pool-form">
            <PageHeader title=text(t::pools::new) back="/pools"/>
            <div class="page-body"><PoolForm shown before=None/></div>
        </div>
    }
}

/// A pool that is there.
#[component]
pub fn PoolSettingsPage() -> impl IntoView {
    let (data, params) = (use_data(), use_params_map());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id"))?;
        Uuid::try_parse(&id).ok().map(PoolId::new)
    });
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get::<Pool>(id).await,
                None => None,
            }
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Pool>>>| match before.cloned().flatten().flatten() {
        Some(kept) if id.get() == Some(kept.id) => Some(Some(kept)),
        _ => loaded.get(),
    });
    view! {
        <div class="page" data-testid="pool-form">
            <PageHeader title=text(t::pools::edit_title) back="/pools"/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some(pool)) => view! {
                        <PoolForm shown=pool.clone() before=Some(pool.clone())/>
                        <Stamped id=pool.id.uuid() stamp=Signal::stored(pool.unknown.stamp)/>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn PoolForm(shown: Pool, before: Option<Pool>) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let fields = Fields::of(&shown);
    let name = before.as_ref().map_or("pool/new".to_owned(), |before| format!("pool/{}", before.id));
    let form = EntryForm::follow(data, name, fields.named(), None);
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let people = live_people(data, locale);
    // Whoever has left and is still named can be taken out.
    let named: BTreeSet<UserId> = shown.members.union(&shown.administrators).copied().collect();
    let users = Memo::new(move |_| {
        let active = |user: &&domain::user::User| user.active || named.contains(&user.id);
        people.with(|people| {
            people.users.iter().filter(active).map(|user| (user.id, user.name.clone())).collect::<Vec<_>>()
        })
    });
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let pool = fields.read(&shown, errors)?;
            let about = pool.name.clone();
            let action = match &before {
                None => Some(Action::from(PoolCreate { pool })),
                Some(before) => form.edit(before, &pool).ok()?.map(|edit| PoolEdit(edit).into()),
            };
            Some(Said { actions: action.into_iter().collect(), about, attach_to: None })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate("/pools", Default::default());
        });
    };
    let columns = Pool::SHOWABLE.map(|column| {
        let ticked = move || fields.shown.with(|shown| shown.contains(column));
        let label = field_name(Kind::Customer, column).map(text);
        view! {
            <label class="check">
                <input type="checkbox" data-testid=format!("shown-{column}") prop:checked=ticked
                    on:change:target=move |event| put(fields.shown, column.to_owned(), event.target().checked())/>
                <span>{label}</span>
            </label>
        }
    });
    let number = |name: &'static str, label: Key, value: RwSignal<String>| {
        view! { <Input name label=text(label) value kind=InputKind::Number error=errors.of(name)/> }
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <Input name="name" label=text(t::pools::name) value=fields.name need=Need::Required error=errors.of("name")/>
            <PeopleGroup title=t::pools::members hint=t::pools::members_hint testid="pool-members" users chosen=fields.members/>
            <PeopleGroup title=t::pools::administrators hint=t::pools::administrators_hint testid="pool-administrators" users
                chosen=fields.administrators/>
            <RulesFields rules=fields.rules errors/>
            <div class="form-pair">
                {number("quota_per_day", t::pools::quota_per_day, fields.quota)}
                {number("capacity", t::pools::capacity, fields.capacity)}
            </div>
            <p class="muted small">{text(t::pools::quota_hint)}</p>
            <div class="form-pair">
                {number("cooling_off_days", t::pools::cooling_off_days, fields.cooling_off)}
                <Input name="wait_days" label=text(t::pools::wait_days) hint=text(t::pools::wait_hint) value=fields.wait
                    kind=InputKind::Number error=errors.of("wait_days")/>
            </div>
            <Group title=text(t::pools::shown) testid="pool-shown" open=false wrong=errors.any_of(&["shown"])>
                <div class="pool-checks">{columns.into_iter().collect_view()}</div>
            </Group>
            <Tick value=fields.off label=t::pools::off_long/>
            <FormButtons busy=form.busy cancel="/pools"/>
        </form>
    }
}

fn put<T: Ord + Send + Sync + 'static>(set: RwSignal<BTreeSet<T>>, value: T, there: bool) {
    set.update(|set| {
        if there {
            set.insert(value);
        } else {
            set.remove(&value);
        }
    });
}

/// People to tick.
#[component]
fn PeopleGroup(
    title: Key,
    hint: Key,
    testid: &'static str,
    users: Memo<Vec<(UserId, String)>>,
    chosen: RwSignal<BTreeSet<UserId>>,
) -> impl IntoView {
    let locale = use_locale();
    let heading = move || format!("{} · {}", title(locale.get()), chosen.with(BTreeSet::len));
    let boxes = move || {
        let one = |(id, name): (UserId, String)| {
            let ticked = move || chosen.with(|chosen| chosen.contains(&id));
            view! {
                <label class="check">
                    <input type="checkbox" prop:checked=ticked
                        on:change:target=move |event| put(chosen, id, event.target().checked())/>
                    <span>{name}</span>
                </label>
            }
        };
        users.get().into_iter().map(one).collect_view()
    };
    view! {
        <Group title=heading testid open=false wrong=Signal::stored(false)>
            <p class="muted small">{text(hint)}</p>
            <div class="pool-checks">{boxes}</div>
        </Group>
    }
}
