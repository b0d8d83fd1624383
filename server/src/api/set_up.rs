//! The first start: an organisation and its administrator.

use std::collections::BTreeSet;

use app::online::{
    Code, NoAnswer,
    session::Who,
    set_up::{self, SetUp, SetUpDemo, SetUpOrganisation},
};
use async_trait::async_trait;
use sync::server::Clock as _;

use super::{desk::Desk, error::ApiError, session};
use crate::{
    demo,
    people::{self, NewOrganisation, NewUser},
};

#[async_trait]
impl set_up::Desk for Desk {
    async fn set_up(&self, request: SetUp) -> Result<Who, NoAnswer> {
        Ok(set_up(self, request).await?)
    }

    async fn set_up_demo(&self, request: SetUpDemo) -> Result<Who, NoAnswer> {
        Ok(set_up_demo(self, request).await?)
    }
}

async fn set_up(desk: &Desk, request: SetUp) -> Result<Who, ApiError> {
    let SetUp { organisation, name, sign_in, password, client } = request;
    let SetUpOrganisation { name: company, language, region, time_zone, currency } = organisation;
    let organisation = NewOrganisation { name: company, language, region, time_zone, currency };
    let administrator = NewUser { name, sign_in, roles: BTreeSet::new(), department: None, password };
    let app = &desk.app;
    let user = people::set_up(&app.store, &app.clock, &app.passwords, organisation, administrator).await?;
    app.learn().await?;
    session::open(desk, user, client).await
}

async fn set_up_demo(desk: &Desk, request: SetUpDemo) -> Result<Who, ApiError> {
    let SetUpDemo { language, password, client } = request;
    let app = &desk.app;
    let (filled, now) = (app.clone(), app.clock.now());
    // A page that is closed meanwhile leaves no half of a company.
    let fill = async move { demo::fill(&filled.store, &filled.passwords, &language, password, now).await };
    let user = tokio::spawn(fill).await.map_err(|_| Code::Incident)??;
    app.learn().await?;
    session::open(desk, user, client).await
}
