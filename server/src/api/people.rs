//! People and departments, changed by an administrator.

use app::online::{
    Code, NoAnswer,
    people::{self, Account, AddDepartment, Invite, Link, PlaceDepartment, PlacePerson, RenewLink},
};
use async_trait::async_trait;
use domain::{
    access::Role,
    department::{Department, DepartmentCreate, DepartmentId, DepartmentPlace},
    mutation::Action,
    user::{User, UserCreate, UserId, UserPlace},
};
use sync::server::{Clock as _, ServerStore, WriteTx, apply_as};
use uuid::Uuid;

use super::{cookie::new_token, desk::Desk, error::ApiError};
use crate::{App, people::NotMade, random};

/// How long an invitation or a reset waits; ms.
const LINK_MS: i64 = 7 * 24 * 3600 * 1000;

#[async_trait]
impl people::Desk for Desk {
    async fn accounts(&self) -> Result<Vec<Account>, NoAnswer> {
        Ok(accounts(self).await?)
    }

    async fn invite(&self, request: Invite) -> Result<Link, NoAnswer> {
        Ok(invite(self, request).await?)
    }

    async fn renew_link(&self, RenewLink { user }: RenewLink) -> Result<Link, NoAnswer> {
        self.administrator().await?;
        let known = self.app.store.read().await.map_err(ApiError::from)?.record(user).await.map_err(ApiError::from)?;
        if !known.is_some_and(|user| user.active) {
            return Err(Code::Disabled.into());
        }
        Ok(link(&self.app, user).await?)
    }

    async fn place_person(&self, request: PlacePerson) -> Result<(), NoAnswer> {
        let PlacePerson { id, name, roles, department, superior, active } = request;
        let name = name.trim().to_owned();
        self.act(UserPlace { id, name, roles, department, superior, active }).await?;
        if !active {
            shut_out(&self.app, id).await?;
        }
        Ok(())
    }

    async fn add_department(&self, request: AddDepartment) -> Result<DepartmentId, NoAnswer> {
        let AddDepartment { name, parent, head, branch } = request;
        let id = DepartmentId::new(random::id().map_err(ApiError::from)?);
        let name = name.trim().to_owned();
        let department = Department { id, name, parent, head, branch, unknown: Default::default() };
        self.act(DepartmentCreate { department }).await?;
        Ok(id)
    }

    async fn place_department(&self, request: PlaceDepartment) -> Result<(), NoAnswer> {
        let PlaceDepartment { id, name, parent, head, branch } = request;
        self.act(DepartmentPlace { id, name: name.trim().to_owned(), parent, head, branch }).await?;
        Ok(())
    }
}

/// Ends the sessions and the link of somebody who is not active any more: neither comes back with them.
pub(super) async fn shut_out(app: &App, user: UserId) -> Result<(), ApiError> {
    let mut tx = app.store.write().await?;
    tx.end_sessions_of(user, None).await?;
    tx.end_link(user).await?;
    Ok(tx.commit().await?)
}

impl Desk {
    /// Returns who asks, if it is an administrator.
    pub(super) async fn administrator(&self) -> Result<UserId, ApiError> {
        let user = self.signed_in().await?.user;
        if user.roles.contains(&Role::Administrator) { Ok(user.id) } else { Err(Code::NotAllowed.into()) }
    }

    /// Carries an action out in the administrator's name.
    pub(super) async fn act(&self, action: impl Into<Action>) -> Result<(), ApiError> {
        let administrator = self.administrator().await?;
        self.act_once(administrator, random::id()?, action.into()).await
    }

    /// The same with an id by which it is done once, however often it is asked for.
    pub(super) async fn act_once(&self, administrator: UserId, id: Uuid, action: Action) -> Result<(), ApiError> {
        let app = &self.app;
        apply_as(&app.store, administrator, &[(id, action)], &app.clock).await?.map_err(NotMade::Refused)?;
        // Devices that listen are told.
        Ok(app.learn().await?)
    }
}

async fn accounts(desk: &Desk) -> Result<Vec<Account>, ApiError> {
    desk.administrator().await?;
    let mut tx = desk.app.store.read().await?;
    let users: Vec<User> = tx.records().await?;
    let (links, known) = (tx.open_links(desk.app.clock.now()).await?, tx.with_password().await?);
    let account = |user: User| Account {
        user: user.id,
        has_password: known.contains(&user.id.uuid()),
        link_until: links.iter().find(|(whose, _)| *whose == user.id.uuid()).map(|(_, until)| *until),
    };
    Ok(users.into_iter().map(account).collect())
}

async fn invite(desk: &Desk, request: Invite) -> Result<Link, ApiError> {
    let Invite { name, sign_in, roles, department, superior } = request;
    let user = User {
        id: random::id()?.into(),
        name: name.trim().to_owned(),
        sign_in: sign_in.trim().to_owned(),
        roles,
        department,
        superior,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    };
    let id = user.id;
    desk.act(UserCreate { user }).await?;
    link(&desk.app, id).await
}

async fn link(app: &App, user: UserId) -> Result<Link, ApiError> {
    let (token, token_hash) = new_token()?;
    let expires = app.clock.now() + LINK_MS;
    let mut tx = app.store.write().await?;
    tx.keep_link(user, &token_hash, expires).await?;
    tx.commit().await?;
    tracing::info!(%user, "a link was made");
    Ok(Link { user, token, expires })
}
