//! People, departments and branches. Everybody reads them on the device; the administrator changes them online.

pub mod department;
pub mod devices;
pub mod edit;
pub mod link;
pub mod page;
pub mod quarantine;
pub mod tree;

pub use department::{DepartmentNewPage, DepartmentPage};
pub use edit::{PersonEditPage, PersonNewPage};
pub use page::PersonPage;
pub use quarantine::QuarantinePage;

use domain::{id::Id, user::UserId};
use leptos::prelude::*;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};
use uuid::Uuid;

use self::tree::PeopleTree;
use crate::{
    data::{
        Data,
        people::{People, live_people},
        use_data,
    },
    i18n::t,
    layout::split::Split,
    ui::{
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        select::Choice,
    },
};

/// Everybody, for the pages of this capability.
#[derive(Clone, Copy)]
pub struct PeopleHere {
    pub people: Memo<People>,
    /// Whether whoever looks is an administrator.
    pub administers: Memo<bool>,
}

/// The tree, which stays while one person after another opens beside it.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let data = use_data();
    let people = live_people(data, use_locale());
    let administers = Memo::new(move |_| people.with(|people| people.administers(data.user())));
    provide_context(PeopleHere { people, administers });
    let path = use_location().pathname;
    let detail_open = Signal::derive(move || path.with(|path| path.trim_end_matches('/') != "/people"));
    view! {
        <Split
            detail_open
            list=Box::new(|| view! { <PeopleTree/> }.into_any())
            detail=Box::new(|| view! { <Outlet/> }.into_any())
        />
    }
}

/// What stands beside the tree before somebody is chosen.
#[component]
pub fn ChoosePerson() -> impl IntoView {
    view! { <EmptyState icon=Icon::Users title=text(t::people::choose_one) testid="people-choose"/> }
}

/// The record that the address names; none where it names nothing.
pub(super) fn use_id<R: 'static>() -> Memo<Option<Id<R>>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::try_parse(&id).ok()).map(Id::new))
}

pub(super) fn use_people() -> PeopleHere {
    expect_context()
}

/// Looks for what the server has just written, without waiting for its word.
pub(super) fn fetch(data: Data) {
    data.follow();
    if let Some(window) = web_sys::window()
        && let Ok(event) = web_sys::Event::new("focus")
    {
        // The loop looks whenever the page comes into focus.
        drop(window.dispatch_event(&event));
    }
}

/// Active people to choose from, but for one; whoever is chosen already stays on the list.
fn choices_of(people: &People, without: Option<UserId>, chosen: Option<UserId>) -> Vec<Choice> {
    let offered =
        people.users.iter().filter(|user| (user.active || Some(user.id) == chosen) && Some(user.id) != without);
    offered.map(|user| Choice::new(user.id.to_string(), user.name.clone())).collect()
}

/// Departments to choose from, indented as they lie.
fn department_choices(people: &People, without: Option<domain::department::DepartmentId>) -> Vec<Choice> {
    let lines = people.lines().into_iter().filter_map(|line| match line {
        crate::data::people::Line::Department { department, depth } => Some((department, depth)),
        _ => None,
    });
    lines
        .filter(|(department, _)| Some(department.id) != without)
        .map(|(department, depth)| {
            Choice::new(department.id.to_string(), format!("{}{}", "\u{3000}".repeat(depth), department.name))
        })
        .collect()
}

/// Reads the chosen id of a list.
fn chosen<R>(value: RwSignal<String>) -> Option<Id<R>> {
    value.with_untracked(|value| Uuid::try_parse(value).ok()).map(Id::new)
}
