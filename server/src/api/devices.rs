//! Devices: their list, and the end of somebody's access on one.

use app::online::{
    Code, NoAnswer,
    devices::{self, AskEndedHere, Cleared, DeviceReport, Revoke},
};
use async_trait::async_trait;
use axum::http::{HeaderMap, header::USER_AGENT};
use domain::{access::Role, user::UserId};
use sync::server::{Clock as _, ServerStore, WriteTx};

use super::{cookie::Cookie, desk::Desk, error::ApiError};

/// So many people may be asked for at once.
const ASKED_MOST: usize = 50;

#[async_trait]
impl devices::Desk for Desk {
    async fn devices(&self) -> Result<Vec<DeviceReport>, NoAnswer> {
        Ok(list(self).await?)
    }

    async fn revoke(&self, request: Revoke) -> Result<(), NoAnswer> {
        Ok(revoke(self, request).await?)
    }

    async fn ended_here(&self, request: AskEndedHere) -> Result<Vec<UserId>, NoAnswer> {
        Ok(ended_here(self, request.users).await?)
    }

    async fn cleared(&self, request: Cleared) -> Result<(), NoAnswer> {
        Ok(cleared(self, request.user).await?)
    }
}

async fn list(desk: &Desk) -> Result<Vec<DeviceReport>, ApiError> {
    let user = desk.signed_in().await?.user;
    let of = (!user.roles.contains(&Role::Administrator)).then_some(user.id);
    let here = desk.cookie(Cookie::Device);
    Ok(desk.app.store.read().await?.devices(of, here.as_deref()).await?)
}

async fn revoke(desk: &Desk, Revoke { user, device }: Revoke) -> Result<(), ApiError> {
    let by = desk.signed_in().await?.user;
    if by.id != user && !by.roles.contains(&Role::Administrator) {
        return Err(Code::NotAllowed.into());
    }
    let mut tx = desk.app.store.write().await?;
    if !tx.revoke_device(user, device, desk.app.clock.now()).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    tracing::info!(%user, %device, by = %by.id, "a device was revoked");
    Ok(())
}

async fn ended_here(desk: &Desk, users: Vec<UserId>) -> Result<Vec<UserId>, ApiError> {
    let Some(browser) = desk.cookie(Cookie::Device) else { return Ok(Vec::new()) };
    let mut tx = desk.app.store.read().await?;
    let mut ended = Vec::new();
    for user in users.into_iter().take(ASKED_MOST) {
        if tx.access_ended(&browser, user).await? {
            ended.push(user);
        }
    }
    Ok(ended)
}

async fn cleared(desk: &Desk, user: UserId) -> Result<(), ApiError> {
    let Some(browser) = desk.cookie(Cookie::Device) else { return Err(Code::SignedOut.into()) };
    let mut tx = desk.app.store.write().await?;
    if !tx.access_ended(&browser, user).await? {
        return Err(Code::NotAllowed.into());
    }
    tx.note_cleared(&browser, user, desk.app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(%user, "a device was cleared");
    Ok(())
}

/// What a browser calls itself, short: `Safari · iPhone`. Empty where it says nothing known.
pub(super) fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The first that fits: later names are claimed by the earlier ones too.
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let platform = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]);
    [browser, platform].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                "Edge · Windows",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox · Mac"),
            ("curl/8.5.0", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(label(&headers), expected);
        }
        assert_eq!(label(&HeaderMap::new()), "");
    }
}
