//! Who sees one record now.

use domain::{
    kind::{Group, RecordKey},
    user::User,
    view::Row,
};

use super::store::{ReadTx, StoreError};

/// Returns a record if a person sees it.
///
/// # Errors
/// The database is away.
pub async fn seen<T: ReadTx>(tx: &mut T, user: &User, key: RecordKey) -> Result<Option<Row>, StoreError> {
    let scope = user.scope();
    let Some(row) = tx.rows(&[key]).await?.into_iter().next().filter(|row| scope.sees(row.key.kind)) else {
        return Ok(None);
    };
    if row.group == Group::Org || scope.all_groups {
        return Ok(Some(row));
    }
    let members = tx.members(&[row.group]).await?;
    let is_member = members.iter().any(|member| member.user == user.id && member.until_rev.is_none());
    Ok(is_member.then_some(row))
}
