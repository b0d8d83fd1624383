//! Departments and branches: a tree. A head sees the customers of everybody below.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, column, fixed},
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Refusal},
    user::{User, roots_of},
    value::required,
    view::{Stop, View},
};

/// The id of a department.
pub type DepartmentId = Id<Department>;

/// How deep the tree may be.
const DEPTH_MOST: usize = 32;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Id<User>>,
    /// A branch (分店): a place of its own, with the departments below it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub branch: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Record for Department {
    const KIND: Kind = Kind::Department;
    const PARENTS: &'static [Kind] = &[Kind::Department];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        self.parent.map(|p| RecordKey::new(Kind::Department, p.uuid())).into_iter().collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.parent == Some(Id::new(from)) {
            self.parent = Some(Id::new(to));
        }
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Department>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("parent", ColumnType::Reference(Kind::Department), |r| Cell::shown(r.parent)),
            fixed("head", ColumnType::Reference(Kind::User), |r| Cell::shown(r.head)),
            fixed("branch", ColumnType::Flag, |r| Cell::Flag(r.branch)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 80)
    }

    fn roots_affected(before: Option<&Self>, after: Option<&Self>, view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        let place = |d: Option<&Self>| d.map(|d| (d.parent, d.head));
        match (before, after) {
            (Some(department), _) if place(before) != place(after) => roots_below(department.id, view),
            _ => Ok(Vec::new()),
        }
    }
}

/// Returns a department and those above it, from the lowest up.
///
/// # Errors
/// Not loaded, or a tree deeper than 32.
pub fn departments_above(department: DepartmentId, view: &mut View) -> Result<Vec<DepartmentId>, Stop> {
    Ok(chain(department, view)?.into_iter().map(|department| department.id).collect())
}

/// Returns the heads of a department and of those above it.
///
/// # Errors
/// Not loaded, or a tree deeper than 32.
pub fn heads_above(department: DepartmentId, view: &mut View) -> Result<Vec<Id<User>>, Stop> {
    Ok(chain(department, view)?.into_iter().filter_map(|department| department.head).collect())
}

fn chain(department: DepartmentId, view: &mut View) -> Result<Vec<Department>, Stop> {
    let (mut chain, mut next) = (Vec::new(), Some(department));
    for _ in 0..DEPTH_MOST {
        let Some(id) = next else { return Ok(chain) };
        let Some(department) = view.get(id)?.here() else { return Ok(chain) };
        next = department.parent;
        chain.push(department);
    }
    Err(Stop::Broken(format!("departments above {department} are deeper than {DEPTH_MOST}")))
}

/// Returns the roots of those who work in a department or below it.
fn roots_below(department: DepartmentId, view: &mut View) -> Result<Vec<RecordKey>, Stop> {
    let (mut roots, mut waiting) = (Vec::new(), vec![department.uuid()]);
    while let Some(id) = waiting.pop() {
        let key = RecordKey::new(Kind::Department, id);
        waiting.extend(view.children(Kind::Department, key)?);
        for user in view.children(Kind::User, key)? {
            roots.extend(roots_of(user, view)?);
        }
    }
    Ok(roots)
}

/// Adds a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentCreate {
    pub department: Department,
}

impl Mutation for DepartmentCreate {
    const NAME: &'static str = "department_create";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        view.create(&self.department)
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Department, self.department.id.uuid())]
    }
}

/// Puts a department under another and names its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentPlace {
    pub id: DepartmentId,
    pub name: String,
    pub parent: Option<DepartmentId>,
    pub head: Option<Id<User>>,
    #[serde(default)]
    pub branch: bool,
}

impl Mutation for DepartmentPlace {
    const NAME: &'static str = "department_place";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(department) = view.require(self.id)? else { return Ok(()) };
        let mut above = self.parent;
        for _ in 0..DEPTH_MOST {
            let Some(id) = above else { break };
            if id == self.id {
                return Err(Refusal::DepartmentLoop.into());
            }
            above = view.get(id)?.here().and_then(|d| d.parent);
        }
        if above.is_some() {
            return Err(Refusal::DepartmentLoop.into());
        }
        let placed = Department {
            name: self.name.clone(),
            parent: self.parent,
            head: self.head,
            branch: self.branch,
            ..department
        };
        placed.validate().map_err(Refusal::from)?;
        view.put(&placed)
    }
}
