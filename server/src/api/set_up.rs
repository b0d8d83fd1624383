//! The first start: an organisation and its administrator.

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use domain::value::Currency;
use serde::Deserialize;
use uuid::Uuid;

use super::{cookie::Cookie, error::ApiError, json::JsonBody, session};
use crate::{
    App,
    people::{self, NewOrganisation, NewUser},
};

/// Founds the organisation.
#[derive(Deserialize)]
pub(super) struct SetUp {
    organisation: SetUpOrganisation,
    name: String,
    sign_in: String,
    password: String,
    #[serde(default)]
    client: Option<Uuid>,
}

#[derive(Deserialize)]
struct SetUpOrganisation {
    name: String,
    language: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    currency: Option<Currency>,
}

/// `POST /set-up`
pub(super) async fn set_up(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SetUp>,
) -> Result<impl IntoResponse, ApiError> {
    let SetUpOrganisation { name, language, time_zone, currency } = request.organisation;
    let organisation = NewOrganisation { name, language, time_zone, currency };
    let administrator = NewUser {
        name: request.name,
        sign_in: request.sign_in,
        roles: BTreeSet::new(),
        department: None,
        password: request.password,
    };
    let user = people::set_up(&app.store, &app.clock, &app.passwords, organisation, administrator).await?;
    app.learn().await?;
    let device = Cookie::Device.read(&headers, &app.settings);
    session::open(&app, user, request.client, device).await
}
