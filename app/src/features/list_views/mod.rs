//! Views of the list of customers under a name: kept for oneself, or shared with a department or everybody.

pub mod bar;
pub mod form;

pub use bar::ViewBar;

use std::collections::BTreeMap;

use domain::{
    department::{Department, DepartmentId},
    kind::Kind,
    list_view::{Audience, ListView, Place},
    record::Record as _,
    user::User,
};
use leptos::prelude::*;

use super::customers::pairs_of;
use crate::{
    data::{Data, live},
    i18n::{Locale, t},
};

/// The name under which a view keeps the columns of the list, beside what the list's address says.
const COLUMNS: &str = "columns";

/// The views for whoever works here, with what decides whom they are for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    views: Vec<ListView>,
    departments: Vec<Department>,
    me: Option<User>,
}

/// Follows the views for whoever works here: their own first, then by name.
fn live_views(data: Data) -> Memo<Known> {
    let loaded = live(move || async move {
        let (views, departments) = (data.all().await, data.all().await);
        let mut known = Known { views, departments, me: data.get(data.user()).await };
        let mut views = std::mem::take(&mut known.views);
        views.retain(|view| !view.deleted() && view.list == Kind::Customer && known.is_for_me(view));
        views.sort_by(|a, b| (a.audience, &a.name, a.id).cmp(&(b.audience, &b.name, b.id)));
        Known { views, ..known }
    });
    Memo::new(move |_| loaded.get().unwrap_or_default())
}

impl Known {
    /// Returns a department and those above it, from the lowest up.
    fn chain(&self, from: DepartmentId) -> Vec<&Department> {
        let mut chain: Vec<&Department> = Vec::new();
        let mut next = Some(from);
        // A tree is no deeper than it has departments.
        while let Some(id) = next.filter(|_| chain.len() <= self.departments.len()) {
            let Some(department) = self.departments.iter().find(|department| department.id == id) else { break };
            chain.push(department);
            next = department.parent;
        }
        chain
    }

    fn place(&self, audience: Audience) -> Place {
        let own = self.me.as_ref().and_then(|me| me.department);
        let within = own.map(|own| self.chain(own).iter().map(|department| department.id).collect());
        let heads = match audience {
            Audience::Department(id) => self.chain(id).iter().filter_map(|department| department.head).collect(),
            Audience::Private | Audience::Organisation => Vec::new(),
        };
        Place { within: within.unwrap_or_default(), heads }
    }

    fn is_for_me(&self, view: &ListView) -> bool {
        self.me.as_ref().is_some_and(|me| view.is_for(me.id, &self.place(view.audience)))
    }

    /// Says whether whoever works here may change a view.
    fn kept_by_me(&self, view: &ListView) -> bool {
        self.me.as_ref().is_some_and(|me| view.is_kept_by(me.id, &me.roles, &self.place(view.audience)))
    }

    /// Returns for whom a view can be; `view` is one that is there already.
    fn audiences(&self, view: Option<&ListView>) -> Vec<Audience> {
        let Some(me) = &self.me else { return Vec::new() };
        let departments = self.departments.iter().map(|department| Audience::Department(department.id));
        let all = [Audience::Private].into_iter().chain(departments).chain([Audience::Organisation]);
        all.filter(|audience| {
            let stands = view.is_some_and(|view| view.audience == *audience);
            let foreign = *audience == Audience::Private && view.is_some_and(|view| view.owner != me.id);
            stands || (!foreign && ListView::may_offer(*audience, me.id, &me.roles, &self.place(*audience)))
        })
        .collect()
    }

    /// What an audience is called.
    fn audience_words(&self, locale: Locale, audience: Audience) -> String {
        match audience {
            Audience::Private => t::list_views::audience_private(locale).to_owned(),
            Audience::Organisation => t::list_views::audience_organisation(locale).to_owned(),
            Audience::Department(id) => {
                let department = self.departments.iter().find(|department| department.id == id);
                department.map(|department| department.name.clone()).unwrap_or_default()
            }
        }
    }
}

/// Says whether a view asks for what the list asks for, columns apart.
fn asks_for(view: &ListView, query: &str) -> bool {
    let mut pairs: BTreeMap<String, String> = pairs_of(&view.query);
    pairs.remove(COLUMNS);
    pairs == pairs_of(query)
}

/// Returns the query of a view: what the list asks for, and its columns.
fn with_columns(query: &str, columns: &str) -> String {
    // Names of columns are plain words.
    let columns = format!("{COLUMNS}={columns}");
    if query.is_empty() { columns } else { format!("{query}&{columns}") }
}
