//! One person: what they do, to whom they report, how their access stands, and their devices.

use domain::user::{User, UserId};
use leptos::{prelude::*, text_prop::TextProp};

use super::{
    devices::Devices,
    fetch,
    link::{LinkDialog, ShownLink},
    use_id, use_people,
};
use crate::{
    data::use_data,
    features::{
        customers::NotOnDevice,
        handover,
        history::Stamped,
        online_form::{NotDone, OnlineForm},
    },
    i18n::{fields::role_name, t},
    layout::page::PageHeader,
    online::people::{self, Account},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// One person.
#[component]
pub fn PersonPage() -> impl IntoView {
    let (data, here, id) = (use_data(), use_people(), use_id::<User>());
    let user = Memo::new(move |_| id.get().and_then(|id| here.people.with(|people| people.user(id).cloned())));
    let loaded = Memo::new(move |_| here.people.with(|people| !people.users.is_empty()));
    let title = move || user.with(|user| user.as_ref().map(|user| user.name.clone()).unwrap_or_default());
    let people = text(t::people::title);
    // Another person is another page; a change of this one is drawn in its place.
    let shown = Memo::new(move |_| user.with(|user| user.as_ref().map(|user| user.id)));
    move || {
        match shown.get() {
        None if !loaded.get() => ().into_any(),
        None => view! {
            <div class="page">
                <PageHeader title=people back="/people"/>
                <NotOnDevice/>
            </div>
        }
        .into_any(),
        Some(id) => view! {
            <div class="page" data-testid="person">
                <PageHeader title=TextProp::from(title) back="/people">
                    {move || here.administers.get().then(|| view! {
                        <ButtonLink href=format!("/people/{id}/edit") label=text(t::people::edit) testid="person-edit-link" icon=Icon::Pencil/>
                    })}
                </PageHeader>
                <div class="page-body stack">
                    <Facts user/>
                    {move || here.administers.get().then(|| view! { <Access id user/> })}
                    {move || here.people.with(|people| handover::may(people, data.user(), id)).then(|| view! {
                        <section class="card padded stack">
                            <p class="muted">{text(t::handovers::intro)}</p>
                            <div class="button-row">
                                <ButtonLink href=format!("/people/{id}/handover") label=text(t::handovers::hand_over)
                                    testid="person-handover" icon=Icon::Send/>
                            </div>
                        </section>
                    })}
                    {move || (here.administers.get() || id == data.user()).then(|| view! { <Devices user=id/> })}
                </div>
            </div>
        }
        .into_any(),
    }
    }
}

#[component]
fn Facts(user: Memo<Option<User>>) -> impl IntoView {
    let (here, locale) = (use_people(), use_locale());
    let facts = move || {
        let (user, locale) = (user.get()?, locale.get());
        let roles: Vec<_> = user.roles.iter().map(|role| role_name(*role)(locale)).collect();
        let (department, superior) = here.people.with(|people| {
            let department = user.department.and_then(|id| people.department(id)).map(|found| found.name.clone());
            let chosen = user.superior.and_then(|id| people.user(id)).map(|superior| superior.name.clone());
            let by_department = || people.head_above(&user).map(|head| t::people::by_department(locale, &head.name));
            (department, chosen.or_else(by_department))
        });
        let none = || t::people::no_department(locale).to_owned();
        let nobody = || t::people::nobody_above(locale).to_owned();
        Some(view! {
            <dt>{t::users::roles(locale)}</dt>
            <dd data-testid="person-roles">{intl::list(locale, &roles)}</dd>
            <dt>{t::users::department(locale)}</dt>
            <dd data-testid="person-department">{department.unwrap_or_else(none)}</dd>
            <dt>{t::users::superior(locale)}</dt>
            <dd data-testid="person-superior">{superior.unwrap_or_else(nobody)}</dd>
            <dt>{t::users::sign_in(locale)}</dt>
            <dd>{user.sign_in}</dd>
        })
    };
    view! {
        <section class="card padded">
            <dl class="facts">{facts}</dl>
            {move || user.get().map(|user| view! { <Stamped id=user.id.uuid() stamp=Signal::stored(user.unknown.stamp)/> })}
        </section>
    }
}

/// What an administrator does about somebody's access.
#[component]
fn Access(id: UserId, user: Memo<Option<User>>) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let account: RwSignal<Option<Account>> = RwSignal::new(None);
    let look = Callback::new(move |()| {
        spawn(async move {
            if let Ok(all) = people::accounts().await {
                account.try_set(all.into_iter().find(|account| account.user == id));
            }
        });
    });
    look.run(());
    let form = OnlineForm::default();
    let link: ShownLink = RwSignal::new(None);
    let (resetting, deactivating) = (RwSignal::new(false), RwSignal::new(false));
    let name = move || user.with(|user| user.as_ref().map(|user| user.name.clone()).unwrap_or_default());
    let active = Memo::new(move |_| user.with(|user| user.as_ref().is_some_and(|user| user.active)));
    let invited = Memo::new(move |_| account.with(|account| account.as_ref().is_some_and(|it| !it.has_password)));
    let renew = Callback::new(move |()| {
        form.ask(
            move || people::renew_link(id),
            move |made| {
                link.set(Some((untrack(name), made)));
                look.run(());
            },
        );
    });
    let place = move |active: bool| {
        let Some(user) = user.get_untracked() else { return };
        let User { id, name, roles, department, superior, .. } = user;
        let called = name.clone();
        form.ask(
            move || people::place_person(id, name, roles, department, superior, active),
            move |()| {
                fetch(data);
                toasts.show(move || match active {
                    true => t::people::activated(locale.get(), &called),
                    false => t::people::deactivated(locale.get(), &called),
                });
            },
        );
    };
    let state = move || {
        let (locale, account) = (locale.get(), account.get()?);
        if !active.get() {
            return Some(t::people::inactive(locale).to_owned());
        }
        let until = account.link_until.map(|until| intl::instant(locale, until, Style::DayOfYear));
        match (account.has_password, until) {
            (true, None) => None,
            (false, None) => Some(t::people::link_ran_out(locale).to_owned()),
            (true, Some(until)) => Some(t::people::link_open(locale, &until)),
            (false, Some(until)) => {
                Some(format!("{} · {}", t::people::invited(locale), t::people::link_open(locale, &until)))
            }
        }
    };
    let (renew_label, reset, deactivate, activate) =
        (text(t::people::link_renew), text(t::people::reset), text(t::people::deactivate), text(t::people::activate));
    let own = id == data.user();
    view! {
        <section class="card padded stack">
            {move || state().map(|words| view! { <p class="muted" data-testid="person-state">{words}</p> })}
            <NotDone form/>
            <div class="button-row">
                {move || match (active.get(), invited.get()) {
                    (true, true) => view! { <Button label=renew_label testid="person-link" icon=Icon::Link on_press=renew/> }.into_any(),
                    (true, false) => {
                        let ask = Callback::new(move |()| resetting.set(true));
                        view! { <Button label=reset testid="person-reset" icon=Icon::Link on_press=ask/> }.into_any()
                    }
                    (false, _) => {
                        let back = Callback::new(move |()| place(true));
                        view! { <Button label=activate testid="person-activate" icon=Icon::Undo on_press=back/> }.into_any()
                    }
                }}
                {move || (active.get() && !own).then(|| {
                    let ask = Callback::new(move |()| deactivating.set(true));
                    view! { <Button label=deactivate testid="person-deactivate" tone=Tone::Danger on_press=ask/> }
                })}
            </div>
            <Confirm
                open=resetting
                title=reset
                question=move || t::people::reset_question(locale.get(), &name())
                yes=text(t::people::reset_yes)
                tone=Tone::Primary
                on_yes=renew
            />
            <Confirm
                open=deactivating
                title=move || t::people::deactivate_title(locale.get(), &name())
                question=text(t::people::deactivate_question)
                yes=deactivate
                on_yes=Callback::new(move |()| place(false))
            />
            <LinkDialog shown=link on_close=Callback::new(|()| ())/>
        </section>
    }
}
