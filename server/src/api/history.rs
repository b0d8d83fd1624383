//! What happened to a record, for whoever sees it now.

use app::online::{
    Code, NoAnswer,
    history::{self, AskHistory, CHANGES_AT_ONCE, Change, History},
};
use async_trait::async_trait;
use domain::{
    history::between,
    kind::{Group, Kind},
    user::User,
    view::Row,
};
use sync::server::{ReadTx, ServerStore};

use super::{desk::Desk, error::ApiError};

#[async_trait]
impl history::Desk for Desk {
    async fn history(&self, request: AskHistory) -> Result<History, NoAnswer> {
        Ok(tell(self, request).await?)
    }
}

async fn tell(desk: &Desk, AskHistory { record, before }: AskHistory) -> Result<History, ApiError> {
    let user = desk.signed_in().await?.user;
    let mut tx = desk.app.store.read().await?;
    // Who may not see a record does not learn whether there is one.
    let row = tx.rows(&[record]).await?.into_iter().next().ok_or(Code::NotFound)?;
    if !sees(&user, &row, &mut tx).await? {
        return Err(Code::NotFound.into());
    }
    // The state after the newest change asked for is the one before the change that follows it.
    let up_to = before.unwrap_or(row.rev);
    let skipped = usize::from(before.is_some());
    let versions = tx.versions(record, up_to, CHANGES_AT_ONCE + 1 + skipped).await?;
    let mut after = match before {
        None => Some(row.body.to_string()),
        Some(_) => versions.first().and_then(|version| version.before.clone()),
    };
    let mut changes = Vec::new();
    for version in versions.iter().skip(skipped) {
        changes.push(Change {
            rev: version.rev,
            author: version.author,
            device: version.device.clone().unwrap_or_default(),
            happened: version.happened,
            arrived: version.arrived,
            created: version.before.is_none(),
            fields: between(record.kind, version.before.as_deref(), after.as_deref()),
        });
        after.clone_from(&version.before);
    }
    let more = changes.len() > CHANGES_AT_ONCE;
    changes.truncate(CHANGES_AT_ONCE);
    Ok(History { changes, more })
}

/// Says whether a person sees a record: their roles its kind, and themselves its group.
pub(super) async fn sees(user: &User, row: &Row, tx: &mut impl ReadTx) -> Result<bool, ApiError> {
    let scope = user.scope();
    if !scope.sees(row.key.kind) || row.key.kind == Kind::User {
        return Ok(false);
    }
    Ok(match row.group {
        Group::Org => true,
        group @ Group::Of(_) => {
            let members = tx.members(&[group]).await?;
            scope.all_groups || members.iter().any(|member| member.user == user.id && member.until_rev.is_none())
        }
    })
}
