//! The tree of departments and branches with their people.

use domain::{department::Department, user::User};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::use_people;
use crate::{
    data::{people::Line, use_data},
    i18n::{fields::role_name, t},
    layout::page::PageHeader,
    online::quarantine,
    platform::{intl, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// Everybody by department.
#[component]
pub fn PeopleTree() -> impl IntoView {
    let here = use_people();
    let (invite, department) = (text(t::people::invite), text(t::people::department_new));
    let lines = Memo::new(move |_| here.people.with(|people| people.lines()));
    view! {
        <div class="page" data-testid="people">
            <PageHeader title=text(t::people::title) back="/settings"/>
            <div class="page-body stack">
                {move || if here.administers.get() {
                    view! {
                        <div class="button-row">
                            <ButtonLink href="/people/new" label=invite testid="person-new" tone=Tone::Primary icon=Icon::UserPlus/>
                            <ButtonLink href="/people/departments/new" label=department testid="department-new" icon=Icon::Plus/>
                        </div>
                        <Waiting/>
                    }
                    .into_any()
                } else {
                    view! { <p class="muted small" data-testid="people-read-only">{text(t::people::only_administrators)}</p> }.into_any()
                }}
                <div class="card people-tree">
                    <For each=move || lines.get() key=|line| format!("{line:?}") let:line>
                        {match line {
                            Line::Department { department, depth } => view! { <DepartmentRow department depth/> }.into_any(),
                            Line::Person { user, depth } => view! { <PersonRow user depth/> }.into_any(),
                            Line::NoDepartment => view! { <div class="row people-group">{text(t::people::no_department)}</div> }.into_any(),
                        }}
                    </For>
                </div>
            </div>
        </div>
    }
}

/// What waits for the administrator's word.
#[component]
fn Waiting() -> impl IntoView {
    let locale = use_locale();
    let review = text(t::quarantine::review);
    let count = RwSignal::new(0);
    // Asked again whenever another page of this capability opens: something may have been decided there.
    let path = use_location().pathname;
    Effect::new(move || {
        path.track();
        spawn(async move {
            // With no network there is nothing to review.
            if let Ok(held) = quarantine::held().await {
                count.try_set(held.len() as u64);
            }
        });
    });
    move || {
        let waiting = count.get();
        (waiting > 0).then(|| {
            let title = move || t::quarantine::waiting(locale.get(), waiting);
            view! {
                <Banner tone=BannerTone::Due title testid="quarantine-waiting">
                    <ButtonLink href="/people/quarantine" label=review testid="quarantine-review"/>
                </Banner>
            }
        })
    }
}

#[component]
fn DepartmentRow(department: Department, depth: usize) -> impl IntoView {
    let here = use_people();
    let href = format!("/people/departments/{}", department.id);
    let head = department.head;
    let head = move || head.and_then(|head| here.people.with(|people| people.user(head).map(|user| user.name.clone())));
    let icon = if department.branch { Icon::MapPin } else { Icon::Building };
    let name = department.name.clone();
    let inside = view! {
        <Picture icon/>
        <span class="row-main one-line">{name}</span>
        {department.branch.then(|| view! { <span class="pill small">{text(t::people::branch)}</span> })}
        <span class="muted small one-line" data-testid="department-head">{head}</span>
    };
    let indent = indent(depth);
    // Only who may change it is led to its form.
    if here.administers.get_untracked() {
        view! { <a class="row people-group" data-depth=indent href=href data-testid="department-row">{inside}</a> }
            .into_any()
    } else {
        view! { <div class="row people-group" data-depth=indent data-testid="department-row">{inside}</div> }.into_any()
    }
}

#[component]
fn PersonRow(user: User, depth: usize) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let href = format!("/people/{}", user.id);
    let path = use_location().pathname;
    let current = {
        let href = href.clone();
        move || path.with(|path| path.starts_with(&href)).then_some("page")
    };
    let own = user.id == data.user();
    let roles = user.roles.clone();
    let roles = move || {
        let locale = locale.get();
        intl::list(locale, &roles.iter().map(|role| role_name(*role)(locale)).collect::<Vec<_>>())
    };
    view! {
        <a class="row" data-depth=indent(depth) href=href aria-current=current data-testid="person-row">
            <span class="row-main">
                <span class="row-title">
                    <span class="one-line">{user.name}</span>
                    {own.then(|| view! { <span class="pill small">{text(t::people::you)}</span> })}
                    {(!user.active).then(|| view! { <span class="pill small" data-testid="inactive">{text(t::people::inactive)}</span> })}
                </span>
                <span class="row-sub one-line">{roles}</span>
            </span>
            <Picture icon=Icon::ChevronRight/>
        </a>
    }
}

/// How far in a line stands. The style sheet knows four steps, which is all that a phone has room for.
fn indent(depth: usize) -> String {
    depth.min(4).to_string()
}
