//! Users: the people of the organisation, with their roles and place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Role, Scope},
    columns::{Cell, Column, ColumnType, fixed},
    department::DepartmentId,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    own::Unknown,
    plant::{Plant, planted},
    record::{LookupKey, Members, Record},
    refusal::{FieldError, Problem, Refusal},
    value::required,
    view::{Stop, View},
};

/// The id of a user.
pub type UserId = Id<User>;

/// How many people may stand above each other.
const CHAIN_MOST: usize = 32;

/// A person who signs in. Passwords are no part of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    /// The sign-in name, unique in the organisation without regard to case.
    pub sign_in: String,
    pub roles: BTreeSet<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// To whom the person reports, where that is not the head of the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<UserId>,
    pub active: bool,
    /// Rises when what the roles see changes; devices then start their feed again.
    #[serde(default)]
    pub epoch: u32,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl User {
    /// Returns the lookup key of a sign-in name.
    pub fn sign_in_key(name: &str) -> LookupKey {
        LookupKey::new(Kind::User, "sign_in", name.trim().to_lowercase())
    }

    /// Returns what the roles see.
    pub fn scope(&self) -> Scope {
        if self.active { Scope::of(&self.roles) } else { Scope::default() }
    }
}

impl Record for User {
    const KIND: Kind = Kind::User;
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
        self.department.map(|d| RecordKey::new(Kind::Department, d.uuid())).into_iter().collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.department == Some(Id::new(from)) {
            self.department = Some(Id::new(to));
        }
    }

    fn keys(&self) -> Vec<LookupKey> {
        vec![Self::sign_in_key(&self.sign_in)]
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<User>] = &[
            fixed("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("sign_in", ColumnType::Text, |r| Cell::text(&r.sign_in)),
            fixed("roles", ColumnType::Set, |r| Cell::list(r.roles.iter().map(|role| role.name()))),
            fixed("department", ColumnType::Reference(Kind::Department), |r| Cell::shown(r.department)),
            fixed("superior", ColumnType::Reference(Kind::User), |r| Cell::shown(r.superior)),
            fixed("active", ColumnType::Flag, |r| Cell::Flag(r.active)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 60)?;
        required("sign_in", &self.sign_in, 60)?;
        if self.roles.is_empty() {
            return Err(FieldError::new("roles", Problem::Required));
        }
        Ok(())
    }

    /// A user is the root of a private group.
    fn members(&self, _view: &mut View) -> Result<Option<Members>, Stop> {
        Ok(Some(Members::from([(self.id, crate::access::Right::Write)])))
    }

    fn roots_affected(before: Option<&Self>, after: Option<&Self>, view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        let (Some(old), Some(new)) = (before, after) else { return Ok(Vec::new()) };
        if old.department == new.department {
            return Ok(Vec::new());
        }
        roots_of(new.id.uuid(), view)
    }
}

/// Returns the roots whose people follow from the department of a person: the customers owned and the days reported.
///
/// # Errors
/// Not loaded.
pub(crate) fn roots_of(user: Uuid, view: &View) -> Result<Vec<RecordKey>, Stop> {
    let mut roots = Vec::new();
    for kind in [Kind::Customer, Kind::DayReport] {
        let ids = view.children(kind, RecordKey::new(Kind::User, user))?;
        roots.extend(ids.into_iter().map(|id| RecordKey::new(kind, id)));
    }
    Ok(roots)
}

/// Refuses a sign-in name that somebody else has.
fn claim_sign_in(user: &User, view: &mut View) -> Result<(), Stop> {
    match view.holder(&User::sign_in_key(&user.sign_in))? {
        Some(holder) if holder != user.id.uuid() => {
            Err(Refusal::from(FieldError::new("sign_in", Problem::Taken)).into())
        }
        _ => Ok(()),
    }
}

/// Refuses a superior who is not there, or who reports to the person in the end.
fn reports_to_others(id: UserId, superior: Option<UserId>, view: &mut View) -> Result<(), Stop> {
    let mut above = superior;
    for _ in 0..CHAIN_MOST {
        let Some(next) = above else { return Ok(()) };
        let superior = if next == id { None } else { view.get(next)?.here() };
        let Some(superior) = superior else { break };
        above = superior.superior;
    }
    Err(Refusal::from(FieldError::new("superior", Problem::NotAChoice)).into())
}

/// Adds a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCreate {
    pub user: User,
}

impl Mutation for UserCreate {
    const NAME: &'static str = "user_create";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        claim_sign_in(&self.user, view)?;
        reports_to_others(self.user.id, self.user.superior, view)?;
        view.create(&self.user)
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::User, self.user.id.uuid())]
    }
}

/// Changes a person's name, roles, department and superior, or whether they are active.
///
/// Nobody shuts themselves out: that takes another administrator, so there is always one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPlace {
    pub id: UserId,
    pub name: String,
    pub roles: BTreeSet<Role>,
    pub department: Option<DepartmentId>,
    #[serde(default)]
    pub superior: Option<UserId>,
    pub active: bool,
}

impl Mutation for UserPlace {
    const NAME: &'static str = "user_place";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(user) = view.require(self.id)? else { return Ok(()) };
        let loses = |role| user.roles.contains(&role) && !self.roles.contains(&role);
        if at.actor.user() == Some(self.id) && (!self.active || loses(Role::Administrator)) {
            return Err(Refusal::OwnAccess.into());
        }
        reports_to_others(self.id, self.superior, view)?;
        let scope = user.scope();
        let mut placed = User {
            name: self.name.clone(),
            roles: self.roles.clone(),
            department: self.department,
            superior: self.superior,
            active: self.active,
            ..user
        };
        placed.validate().map_err(Refusal::from)?;
        if placed.scope() != scope && !planted(Plant::EpochNotRaised) {
            placed.epoch += 1;
        }
        view.put(&placed)
    }
}
