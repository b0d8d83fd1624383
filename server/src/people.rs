//! Founding the organisation and adding its people, for the first start and the command line.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    department::{Department, DepartmentCreate, DepartmentId},
    mutation::Action,
    organisation::{Organisation, OrganisationSetUp, Region},
    refusal::{FieldError, Problem, Refusal},
    user::{User, UserCreate, UserId},
    value::Currency,
};
use sync::server::{Clock, ServerStore, StoreError, WriteTx, apply_as_system};

use crate::{
    password::{self, Passwords},
    random,
    store::Store,
};

/// Why a person or an organisation was not made.
#[derive(Debug)]
pub(crate) enum NotMade {
    /// The rules refuse it.
    Refused(Refusal),
    PasswordTooShort,
    AlreadySetUp,
    Store(StoreError),
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        NotMade::Store(error)
    }
}

impl std::fmt::Display for NotMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotMade::Refused(refusal) => write!(f, "refused: {refusal}"),
            NotMade::PasswordTooShort => write!(f, "the password needs {} characters", password::LENGTH_LEAST),
            NotMade::AlreadySetUp => f.write_str("the organisation is set up already"),
            NotMade::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotMade {}

/// A new person.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) sign_in: String,
    pub(crate) roles: BTreeSet<Role>,
    pub(crate) department: Option<DepartmentId>,
    pub(crate) password: String,
}

/// A new organisation. What is not given follows from the region, or from the language.
#[derive(Clone, Debug)]
pub(crate) struct NewOrganisation {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) region: Option<Region>,
    pub(crate) time_zone: Option<String>,
    pub(crate) currency: Option<Currency>,
}

/// Founds the organisation with its administrator.
///
/// # Errors
/// It exists already, a value breaks a rule, or the database is away.
pub(crate) async fn set_up(
    store: &Store,
    clock: &dyn Clock,
    passwords: &Passwords,
    new: NewOrganisation,
    administrator: NewUser,
) -> Result<User, NotMade> {
    let organisation = organisation(store, new)?;
    let roles = BTreeSet::from([Role::Administrator]);
    let (user, password) = user(NewUser { roles, ..administrator })?;
    if store.read().await?.organisation().await?.is_some() {
        return Err(NotMade::AlreadySetUp);
    }
    // The password first: a crash in between leaves an organisation that can still be set up.
    set_password(store, passwords, user.id, password).await?;
    let action: Action = OrganisationSetUp { organisation, administrator: user.clone() }.into();
    match make(store, clock, action).await {
        // Two at once: the first one founded it.
        Err(NotMade::Refused(Refusal::Exists { .. })) => Err(NotMade::AlreadySetUp),
        made => made.map(|()| user),
    }
}

/// Adds a person.
///
/// # Errors
/// A value breaks a rule, or the database is away.
pub(crate) async fn add_user(
    store: &Store,
    clock: &dyn Clock,
    passwords: &Passwords,
    new: NewUser,
) -> Result<User, NotMade> {
    let (user, password) = user(new)?;
    set_password(store, passwords, user.id, password).await?;
    make(store, clock, UserCreate { user: user.clone() }.into()).await?;
    Ok(user)
}

/// Adds a department.
///
/// # Errors
/// A value breaks a rule, or the database is away.
pub(crate) async fn add_department(
    store: &Store,
    clock: &dyn Clock,
    name: String,
    parent: Option<DepartmentId>,
    head: Option<UserId>,
) -> Result<Department, NotMade> {
    let department =
        Department { id: random::id()?.into(), name, parent, head, branch: false, unknown: Default::default() };
    make(store, clock, DepartmentCreate { department: department.clone() }.into()).await?;
    Ok(department)
}

/// Sets a password and ends the person's sessions.
///
/// # Errors
/// It is too short, or the database is away.
pub(crate) async fn set_password(
    store: &Store,
    passwords: &Passwords,
    user: UserId,
    password: String,
) -> Result<(), NotMade> {
    let hash = hash(passwords, password).await?;
    let mut tx = store.write().await?;
    tx.set_password(user, &hash, random::now()).await?;
    tx.end_sessions_of(user, None).await?;
    Ok(tx.commit().await?)
}

/// Hashes a new password.
///
/// # Errors
/// It is too short, or the server is stopping.
pub(crate) async fn hash(passwords: &Passwords, password: String) -> Result<String, NotMade> {
    if !password::is_long_enough(&password) {
        return Err(NotMade::PasswordTooShort);
    }
    Ok(passwords.hash(password).await?)
}

async fn make(store: &Store, clock: &dyn Clock, action: Action) -> Result<(), NotMade> {
    apply_as_system(store, &[(random::id()?, action)], clock).await?.map_err(NotMade::Refused)
}

fn user(new: NewUser) -> Result<(User, String), NotMade> {
    if !password::is_long_enough(&new.password) {
        return Err(NotMade::PasswordTooShort);
    }
    let user = User {
        id: random::id()?.into(),
        name: new.name.trim().to_owned(),
        sign_in: new.sign_in.trim().to_owned(),
        roles: new.roles,
        department: new.department,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    };
    Ok((user, new.password))
}

/// Puts the organisation together.
///
/// # Errors
/// A value breaks a rule.
pub(crate) fn organisation(store: &Store, new: NewOrganisation) -> Result<Organisation, NotMade> {
    let wrong = |field: &str| NotMade::Refused(FieldError::new(field, Problem::NotAChoice).into());
    let (zone, currency) = match new.language.as_str() {
        "zh-Hant" => ("Asia/Taipei", Currency::Twd),
        "zh-Hans" => ("Asia/Shanghai", Currency::Cny),
        "en" => ("UTC", Currency::Usd),
        _ => return Err(wrong("language")),
    };
    let (zone, currency) = new.region.map_or((zone, currency), |region| (region.time_zone(), region.currency()));
    let time_zone = new.time_zone.unwrap_or_else(|| zone.to_owned());
    if time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(wrong("time_zone"));
    }
    Ok(Organisation {
        id: store.organisation().into(),
        name: new.name.trim().to_owned(),
        language: new.language,
        currency: new.currency.unwrap_or(currency),
        time_zone,
        region: new.region,
        silent_after: None,
        unknown: Default::default(),
    })
}
