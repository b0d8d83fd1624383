//! A person's form: to invite somebody, and to change somebody.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    department::DepartmentId,
    refusal::Problem,
    user::{User, UserId},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    choices_of, chosen, department_choices, fetch,
    link::{LinkDialog, ShownLink},
    use_id, use_people,
};
use crate::{
    data::use_data,
    features::{
        customers::NotOnDevice,
        form::{Errors, Fault},
        online_form::{NotDone, OnlineForm},
    },
    i18n::{fields::role_name, t},
    layout::page::PageHeader,
    online::people,
    ui::{
        button::{Button, ButtonLink, Tone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::Select,
        toast::use_toasts,
    },
};

/// The form's fields.
#[derive(Clone, Copy)]
struct PersonFields {
    name: RwSignal<String>,
    sign_in: RwSignal<String>,
    roles: RwSignal<BTreeSet<Role>>,
    department: RwSignal<String>,
    superior: RwSignal<String>,
}

impl PersonFields {
    fn of(user: Option<&User>) -> Self {
        let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        Self {
            name: text(user.map(|user| user.name.clone())),
            sign_in: text(user.map(|user| user.sign_in.clone())),
            roles: RwSignal::new(user.map_or_else(|| [Role::SalesRep].into(), |user| user.roles.clone())),
            department: text(user.and_then(|user| user.department).map(|id| id.to_string())),
            superior: text(user.and_then(|user| user.superior).map(|id| id.to_string())),
        }
    }

    fn check(self, errors: Errors) {
        errors.require("name", &self.name.get_untracked());
        errors.require("sign_in", &self.sign_in.get_untracked());
        if self.roles.with_untracked(BTreeSet::is_empty) {
            errors.set("roles", Fault::Problem(Problem::Required));
        }
    }

    fn placed(self) -> (String, BTreeSet<Role>, Option<DepartmentId>, Option<UserId>) {
        let name = self.name.get_untracked().trim().to_owned();
        (name, self.roles.get_untracked(), chosen(self.department), chosen(self.superior))
    }
}

/// Invites somebody: the form, and then the link.
#[component]
pub fn PersonNewPage() -> impl IntoView {
    let data = use_data();
    let fields = PersonFields::of(None);
    let form = OnlineForm::default();
    let link: ShownLink = RwSignal::new(None);
    let invited = StoredValue::new(None::<UserId>);
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        let ask = move || {
            let (name, roles, department, superior) = fields.placed();
            people::invite(name, fields.sign_in.get_untracked().trim().to_owned(), roles, department, superior)
        };
        form.submit(
            &event,
            |errors| fields.check(errors),
            ask,
            move |made: people::Link| {
                fetch(data);
                invited.set_value(Some(made.user));
                link.set(Some((fields.name.get_untracked(), made)));
            },
        );
    };
    let on_close = Callback::new(move |()| {
        if let Some(user) = invited.get_value() {
            navigate(&format!("/people/{user}"), Default::default());
        }
    });
    view! {
        <div class="page" data-testid="person-invite">
            <PageHeader title=text(t::people::invite) back="/people"/>
            <div class="page-body">
                <form class="form column" on:submit=submit novalidate>
                    <Fields fields form user=None/>
                    <NotDone form/>
                    <div class="form-buttons">
                        <Button label=text(t::people::invite_make) testid="invite" tone=Tone::Primary disabled=form.busy/>
                        <ButtonLink href="/people" label=text(t::common::cancel) testid="cancel"/>
                    </div>
                    <p class="muted small">{text(t::people::needs_network)}</p>
                </form>
                <LinkDialog shown=link on_close/>
            </div>
        </div>
    }
}

/// Changes somebody.
#[component]
pub fn PersonEditPage() -> impl IntoView {
    let (here, id) = (use_people(), use_id::<User>());
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<User>>| match before.cloned().flatten() {
        Some(kept) if id.get() == Some(kept.id) => Some(kept),
        _ => id.get().and_then(|id| here.people.with(|people| people.user(id).cloned())),
    });
    let loaded = Memo::new(move |_| here.people.with(|people| !people.users.is_empty()));
    let back = id.get_untracked().map(|id| format!("/people/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="person-edit">
            <PageHeader title=text(t::people::edit_title) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    Some(user) => view! { <EditForm user/> }.into_any(),
                    None if loaded.get() => view! { <NotOnDevice/> }.into_any(),
                    None => ().into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn EditForm(user: User) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let fields = PersonFields::of(Some(&user));
    let form = OnlineForm::default();
    let (id, active) = (user.id, user.active);
    let page = format!("/people/{id}");
    let cancel = page.clone();
    let saved = text(t::people::saved);
    let submit = move |event: SubmitEvent| {
        let (navigate, page) = (navigate.clone(), page.clone());
        let ask = move || {
            let (name, roles, department, superior) = fields.placed();
            people::place_person(id, name, roles, department, superior, active)
        };
        form.submit(
            &event,
            |errors| fields.check(errors),
            ask,
            move |()| {
                fetch(data);
                toasts.show(saved);
                navigate(&page, Default::default());
            },
        );
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <Fields fields form user=Some(user)/>
            <NotDone form/>
            <div class="form-buttons">
                <Button label=text(t::common::save) testid="save" tone=Tone::Primary disabled=form.busy/>
                <ButtonLink href=cancel label=text(t::common::cancel) testid="cancel"/>
            </div>
            <p class="muted small">{text(t::people::needs_network)}</p>
        </form>
    }
}

#[component]
fn Fields(fields: PersonFields, form: OnlineForm, user: Option<User>) -> impl IntoView {
    let here = use_people();
    let errors = form.errors;
    let (id, superior) = (user.as_ref().map(|user| user.id), user.as_ref().and_then(|user| user.superior));
    let departments = Signal::derive(move || here.people.with(|people| department_choices(people, None)));
    let superiors = Signal::derive(move || here.people.with(|people| choices_of(people, id, superior)));
    let sign_in = user.is_none().then(|| view! {
        <Input name="sign_in" label=text(t::users::sign_in) value=fields.sign_in kind=InputKind::Email need=Need::Required
            hint=text(t::people::sign_in_hint) error=errors.of("sign_in")/>
    });
    view! {
        <Input name="name" label=text(t::users::name) value=fields.name need=Need::Required error=errors.of("name")/>
        {sign_in}
        <Roles value=fields.roles error=errors.of("roles")/>
        <Select name="department" label=text(t::users::department) value=fields.department choices=departments error=errors.of("department")/>
        <Select name="superior" label=text(t::users::superior) value=fields.superior choices=superiors
            hint=text(t::people::superior_hint) error=errors.of("superior")/>
    }
}

/// The roles as boxes to tick.
#[component]
fn Roles(value: RwSignal<BTreeSet<Role>>, error: Signal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let boxes = Role::ALL
        .into_iter()
        .map(|role| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid=format!("role-{role:?}")
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        prop:checked=move || value.with(|roles| roles.contains(&role))
                        on:change:target=move |event| {
                            let ticked = event.target().checked();
                            value.update(|roles| {
                                roles.retain(|other| *other != role);
                                roles.extend(ticked.then_some(role));
                            });
                        }
                    />
                    <span>{move || role_name(role)(locale.get())}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" data-testid="field-roles">
            <legend class="field-label">{text(t::users::roles)}</legend>
            <div class="checks">{boxes}</div>
            <p class="field-hint">{text(t::people::roles_hint)}</p>
            {move || error.get().map(|words| view! { <p class="field-error" role="alert">{words}</p> })}
        </fieldset>
    }
}
