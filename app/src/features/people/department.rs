//! A department's form: for a new one, and for one that is there.

use domain::department::Department;
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{choices_of, chosen, department_choices, fetch, use_id, use_people};
use crate::{
    data::use_data,
    features::{
        customers::NotOnDevice,
        history::Stamped,
        online_form::{NotDone, OnlineForm},
    },
    i18n::t,
    layout::page::PageHeader,
    online::people,
    ui::{
        button::{Button, ButtonLink, Tone},
        field::Need,
        input::Input,
        language::text,
        select::Select,
        toast::use_toasts,
    },
};

/// A new department or branch.
#[component]
pub fn DepartmentNewPage() -> impl IntoView {
    view! {
        <div class="page" data-testid="department-form">
            <PageHeader title=text(t::people::department_new) back="/people"/>
            <div class="page-body"><DepartmentForm department=None/></div>
        </div>
    }
}

/// A department or branch that is there.
#[component]
pub fn DepartmentPage() -> impl IntoView {
    let (here, id) = (use_people(), use_id::<Department>());
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Department>>| match before.cloned().flatten() {
        Some(kept) if id.get() == Some(kept.id) => Some(kept),
        _ => id.get().and_then(|id| here.people.with(|people| people.department(id).cloned())),
    });
    let loaded = Memo::new(move |_| here.people.with(|people| !people.users.is_empty()));
    view! {
        <div class="page" data-testid="department-form">
            <PageHeader title=text(t::people::department_edit) back="/people"/>
            <div class="page-body">
                {move || match first.get() {
                    Some(department) => view! { <DepartmentForm department=Some(department)/> }.into_any(),
                    None if loaded.get() => view! { <NotOnDevice/> }.into_any(),
                    None => ().into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn DepartmentForm(department: Option<Department>) -> impl IntoView {
    let (data, here, toasts, navigate) = (use_data(), use_people(), use_toasts(), use_navigate());
    let field = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
    let name = field(department.as_ref().map(|it| it.name.clone()));
    let parent = field(department.as_ref().and_then(|it| it.parent).map(|id| id.to_string()));
    let head = field(department.as_ref().and_then(|it| it.head).map(|id| id.to_string()));
    let branch = RwSignal::new(department.as_ref().is_some_and(|it| it.branch));
    let stamped = department.clone().map(|it| {
        view! { <Stamped id=it.id.uuid() stamp=Signal::stored(it.unknown.stamp)/> }
    });
    let (id, known_head) = (department.as_ref().map(|it| it.id), department.and_then(|it| it.head));
    let parents = Signal::derive(move || here.people.with(|people| department_choices(people, id)));
    let heads = Signal::derive(move || here.people.with(|people| choices_of(people, None, known_head)));
    let form = OnlineForm::default();
    let errors = form.errors;
    let saved = text(t::people::saved);
    let submit = move |event: SubmitEvent| {
        let navigate = navigate.clone();
        let ask = move || async move {
            let name = name.get_untracked().trim().to_owned();
            let (parent, head, branch) = (chosen(parent), chosen(head), branch.get_untracked());
            match id {
                Some(id) => people::place_department(id, name, parent, head, branch).await,
                None => people::add_department(name, parent, head, branch).await.map(drop),
            }
        };
        form.submit(
            &event,
            |errors| errors.require("name", &name.get_untracked()),
            ask,
            move |()| {
                fetch(data);
                toasts.show(saved);
                navigate("/people", Default::default());
            },
        );
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <Input name="name" label=text(t::organisation::department_name) value=name need=Need::Required error=errors.of("name")/>
            <label class="check">
                <input type="checkbox" data-testid="department-branch" prop:checked=branch
                    on:change:target=move |event| branch.set(event.target().checked())/>
                <span>{text(t::people::department_branch)}</span>
                <span class="muted small">{text(t::people::department_branch_hint)}</span>
            </label>
            <Select name="parent" label=text(t::organisation::department_parent) value=parent choices=parents error=errors.of("parent")/>
            <Select name="head" label=text(t::organisation::department_head) value=head choices=heads
                hint=text(t::people::department_head_hint) error=errors.of("head")/>
            <NotDone form/>
            <div class="form-buttons">
                <Button label=text(t::common::save) testid="save" tone=Tone::Primary disabled=form.busy/>
                <ButtonLink href="/people" label=text(t::common::cancel) testid="cancel"/>
            </div>
            <p class="muted small">{text(t::people::needs_network)}</p>
            {stamped}
        </form>
    }
}
