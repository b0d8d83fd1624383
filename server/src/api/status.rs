//! What anybody may know.

use app::online::{
    NoAnswer,
    status::{self, PublicOrganisation, Status},
};
use async_trait::async_trait;
use sync::{
    protocol::{PROTOCOL, PROTOCOL_OLDEST},
    server::{Clock as _, ServerStore},
};

use super::{desk::Desk, error::ApiError};
use crate::App;

#[async_trait]
impl status::Desk for Desk {
    async fn status(&self) -> Result<Status, NoAnswer> {
        Ok(status(&self.app).await?)
    }
}

async fn status(app: &App) -> Result<Status, ApiError> {
    let organisation = app.store.read().await?.organisation().await?;
    Ok(Status {
        set_up: organisation.is_some(),
        organisation: organisation.map(|organisation| PublicOrganisation {
            id: organisation.id.uuid(),
            name: organisation.name,
            language: organisation.language,
        }),
        time: app.clock.now(),
        build: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL,
        protocol_oldest: PROTOCOL_OLDEST,
    })
}
