//! The people and departments of this device, read whole: they are few.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    access::{Right, Role},
    customer::{Collaborator, Customer},
    department::{Department, DepartmentId},
    kind::RecordKey,
    record::{BodyError, Record},
    user::{User, UserId},
};
use js_sys::JsString;
use leptos::prelude::*;

use super::{Data, live};
use crate::i18n::Locale;

/// Everybody, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    pub users: Vec<User>,
    pub departments: Vec<Department>,
}

/// One line of the department tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Department {
        department: Department,
        depth: usize,
    },
    Person {
        user: User,
        depth: usize,
    },
    /// Those in no department follow.
    NoDepartment,
}

impl People {
    /// Finds a person.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// Finds a department.
    pub fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|department| department.id == id)
    }

    /// Says whether a person is an administrator.
    pub fn administers(&self, id: UserId) -> bool {
        self.user(id).is_some_and(|user| user.roles.contains(&Role::Administrator))
    }

    /// Returns the next head above a person: of the own department, or where that is they themselves, of one above.
    pub fn head_above(&self, user: &User) -> Option<&User> {
        let mut next = user.department;
        // A tree is no deeper than it has departments.
        for _ in 0..=self.departments.len() {
            let department = self.department(next?)?;
            match department.head.filter(|head| *head != user.id).and_then(|head| self.user(head)) {
                Some(head) => return Some(head),
                None => next = department.parent,
            }
        }
        None
    }

    /// Says whether one person heads a department above another, or the other's own.
    pub fn leads(&self, head: UserId, other: UserId) -> bool {
        let mut next = self.user(other).and_then(|user| user.department);
        // A tree is no deeper than it has departments.
        for _ in 0..=self.departments.len() {
            let Some(department) = next.and_then(|id| self.department(id)) else { return false };
            if department.head == Some(head) {
                return head != other;
            }
            next = department.parent;
        }
        false
    }

    /// Says whether a customer is in a person's sight: their own, shared with them, below a department that they head, or
    /// in sight of their roles.
    pub fn sees(&self, person: UserId, customer: &Customer) -> bool {
        customer.owner == Some(person)
            || customer.collaborators.iter().any(|collaborator| collaborator.user == person)
            || customer.owner.is_some_and(|owner| self.leads(person, owner))
            || self.user(person).is_some_and(|user| user.roles.iter().any(|role| role.sees_all_groups()))
    }

    /// Says whether a customer is open to a person's writing on a day, whatever their roles: it is their own, below a
    /// department that they head, or shared with them for that. What lies in a pool is its administrators'.
    pub fn writes(&self, person: UserId, customer: &Customer, day: NaiveDate) -> bool {
        let shares = |shared: &Collaborator| {
            shared.user == person && shared.right == Right::Write && shared.until.is_none_or(|until| day <= until)
        };
        customer.owner == Some(person)
            || customer.owner.is_some_and(|owner| self.leads(person, owner))
            || customer.collaborators.iter().any(shares)
    }

    /// Lays the tree out in lines: each department with its people, the head first, then what is below it.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut seen = BTreeSet::new();
        let roots = self.departments.iter().filter(|d| d.parent.is_none_or(|parent| self.department(parent).is_none()));
        for root in roots {
            self.lay_out(root, 0, &mut seen, &mut lines);
        }
        let lost: Vec<&User> =
            self.users.iter().filter(|user| user.department.is_none_or(|d| !seen.contains(&d))).collect();
        if !lost.is_empty() {
            if !self.departments.is_empty() {
                lines.push(Line::NoDepartment);
            }
            let depth = usize::from(!self.departments.is_empty());
            lines.extend(lost.into_iter().map(|user| Line::Person { user: user.clone(), depth }));
        }
        lines
    }

    fn lay_out(&self, department: &Department, depth: usize, seen: &mut BTreeSet<DepartmentId>, lines: &mut Vec<Line>) {
        if !seen.insert(department.id) {
            return;
        }
        lines.push(Line::Department { department: department.clone(), depth });
        let mut members: Vec<&User> = self.users.iter().filter(|user| user.department == Some(department.id)).collect();
        members.sort_by_key(|user| (!user.active, department.head != Some(user.id)));
        lines.extend(members.into_iter().map(|user| Line::Person { user: user.clone(), depth: depth + 1 }));
        for below in self.departments.iter().filter(|below| below.parent == Some(department.id)) {
            self.lay_out(below, depth + 1, seen, lines);
        }
    }
}

/// Follows everybody on this device, sorted as a language sorts.
pub fn live_people(data: Data, locale: ReadSignal<Locale>) -> Memo<People> {
    let loaded = live(move || {
        let locale = locale.get();
        async move {
            let mut people = People { users: data.all().await, departments: data.all().await };
            people.users.sort_by(|a, b| compare(locale, &a.name, &b.name));
            // Branches after the departments beside them.
            people.departments.sort_by(|a, b| a.branch.cmp(&b.branch).then_with(|| compare(locale, &a.name, &b.name)));
            people
        }
    });
    Memo::new(move |_| loaded.get().unwrap_or_default())
}

fn compare(locale: Locale, a: &str, b: &str) -> std::cmp::Ordering {
    let order =
        JsString::from(a).locale_compare(b, &js_sys::Array::of1(&locale.format_tag().into()), &js_sys::Object::new());
    order.cmp(&0)
}

impl Data {
    /// Reads every record of a kind as it is shown, for kinds of which there are few.
    pub async fn all<R: Record>(self) -> Vec<R> {
        let mut keys = Vec::new();
        self.with(|store| {
            store.with_base(|base| base.scan(R::KIND, |id| keys.push(RecordKey::new(R::KIND, id))));
            // What is not sent yet may be new.
            store.with_preview(|preview| {
                keys.extend(preview.changes.keys().filter(|key| key.kind == R::KIND));
            });
        });
        keys.sort_unstable();
        keys.dedup();
        let inner = self.inner();
        match inner.store.rows(&keys).await {
            Ok(rows) => rows.iter().filter_map(|row| BodyError::parse(&row.body).ok()).collect(),
            Err(error) => {
                self.tell(&error, false);
                Vec::new()
            }
        }
    }
}
