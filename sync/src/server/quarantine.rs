//! What an administrator accepts out of quarantine.

use domain::{
    mutation::Action,
    plant::{Plant, planted},
    quarantine::{QuarantineAccept, accepted_id},
    refusal::Refusal,
    user::UserId,
};
use uuid::Uuid;

use super::{
    Clock, Session,
    house::carry_out,
    store::{ReadTx, ServerStore, StoreError},
    work::Work,
};
use crate::protocol::Verdict;

/// Carries an entry out of quarantine with the rights of the administrator who accepts it. Once: not again where the note
/// of the decision was lost, nor if its author has come back and sent it in the ordinary way meanwhile.
///
/// # Errors
/// The database is away. The inner error is why it cannot be carried out.
pub async fn accept_held<S: ServerStore>(
    store: &S,
    administrator: UserId,
    entry: Uuid,
    accept: QuarantineAccept,
    clock: &dyn Clock,
) -> Result<Result<(), Refusal>, StoreError> {
    let mut tx = store.write().await?;
    let id = accepted_id(entry);
    let answered = tx.answered(&[entry, id]).await?;
    let done = answered.iter().any(|known| known.verdict == Verdict::Applied);
    if done && !planted(Plant::AcceptedEachTime) {
        return Ok(Ok(()));
    }
    let session = Session { organisation: Uuid::nil(), user: administrator };
    let work = Work::open(&mut tx, &session).await?;
    carry_out(tx, work, &[(id, Action::from(accept))], clock).await
}
