//! Handovers as a work of the server's own: in batches, each a transaction with its progress, so that a server that goes down
//! in the middle goes on where it stood.

use std::collections::BTreeMap;

use domain::{
    customer::Customer,
    handover::{Estate, Given, Handover, HandoverFinish, HandoverGive, HandoverId, HandoverReturn, State},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    mutation::{Action, Mutation as _},
    next_action::NextAction,
    opportunity::Opportunity,
    pool::{Pool, PoolId},
    record::{BodyError, Record},
    refusal::Refusal,
    user::UserId,
    visit::Visit,
};
use uuid::Uuid;

use super::{
    Clock,
    house::apply_as_system,
    store::{ReadTx, ServerStore, StoreError},
};
use crate::protocol::Verdict;

/// How many records are read at once, and how many customers change hands in one transaction.
const READ_AT_ONCE: usize = 500;
const GIVEN_AT_ONCE: usize = 25;
/// How often the server looks for what came meanwhile before it lets that wait for the next time.
const ROUNDS_MOST: usize = 8;

/// Goes on with every handover that runs, forth or back; with at most so many batches. Runs when one is started, and now and
/// then: a second time finds nothing.
///
/// # Errors
/// The database is away, or something cannot be carried out; the rest is.
pub async fn hand_over<S: ServerStore>(store: &S, clock: &dyn Clock, most: usize) -> Result<(), StoreError> {
    let due: Vec<HandoverId> = {
        let mut tx = store.read().await?;
        let due = tx.due(clock.today()).await?;
        due.into_iter().filter(|key| key.kind == Kind::Handover).map(|key| key.id.into()).collect()
    };
    let mut left = most;
    let mut failed = None;
    for id in due {
        let ended = work_on(store, clock, id, &mut left).await;
        match ended {
            Err(error @ StoreError::Away(_)) => return Err(error),
            Err(error) => {
                failed.get_or_insert(error);
            }
            Ok(()) => {}
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Returns what somebody leaves: it looks at the whole company, since a next action may hang on anybody's customer.
///
/// # Errors
/// The database is away.
pub async fn estate_of<T: ReadTx>(tx: &mut T, from: UserId) -> Result<Estate, StoreError> {
    let mut estate = Estate::new(from);
    each(tx, |customer: Customer| estate.customer(customer)).await?;
    each(tx, |action: NextAction| estate.next_action(&action)).await?;
    each(tx, |visit: Visit| estate.visit(&visit)).await?;
    each(tx, |opportunity: Opportunity| estate.opportunity(&opportunity)).await?;
    let unseen: Vec<RecordKey> =
        estate.unseen().into_iter().map(|id| RecordKey::new(Kind::Customer, id.uuid())).collect();
    for keys in unseen.chunks(READ_AT_ONCE) {
        for row in tx.rows(keys).await? {
            if let Ok(customer) = BodyError::parse::<Customer>(&row.body) {
                estate.see(customer);
            }
        }
    }
    Ok(estate)
}

/// Divides what somebody leaves.
///
/// # Errors
/// The database is away.
pub async fn divide<T: ReadTx>(tx: &mut T, handover: &Handover, estate: &Estate) -> Result<Vec<Given>, StoreError> {
    let mut administrators: BTreeMap<PoolId, UserId> = BTreeMap::new();
    each(tx, |pool: Pool| {
        if let Some(first) = pool.administrators.iter().find(|user| **user != handover.from) {
            administrators.insert(pool.id, *first);
        }
    })
    .await?;
    Ok(estate.divide(handover, |pool| administrators.get(&pool).copied()))
}

async fn work_on<S: ServerStore>(
    store: &S,
    clock: &dyn Clock,
    id: HandoverId,
    left: &mut usize,
) -> Result<(), StoreError> {
    for _ in 0..ROUNDS_MOST {
        let (steps, finished) = {
            let mut tx = store.read().await?;
            let Some(handover) = stored(&mut tx, id).await? else { return Ok(()) };
            match handover.state {
                State::Running => {
                    let estate = estate_of(&mut tx, handover.from).await?;
                    let given = divide(&mut tx, &handover, &estate).await?;
                    let gives: Vec<Action> = given.into_iter().map(|given| given.give.into()).collect();
                    let finished = gives.is_empty();
                    (gives, finished)
                }
                // Whatever of it was given back already is not given back twice.
                State::Returning => (returns(&mut tx, &handover).await?, true),
                State::Done { .. } | State::Undone { .. } => return Ok(()),
            }
        };
        for batch in steps.chunks(GIVEN_AT_ONCE) {
            let Some(rest) = left.checked_sub(1) else { return Ok(()) };
            *left = rest;
            carry_out(store, clock, batch).await?;
        }
        if finished {
            return carry_out(store, clock, &[HandoverFinish { handover: id }.into()]).await;
        }
    }
    Ok(())
}

/// Carries steps out in one transaction; where one is refused, each by itself.
async fn carry_out<S: ServerStore>(store: &S, clock: &dyn Clock, steps: &[Action]) -> Result<(), StoreError> {
    let head = store.read().await?.head().await?;
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    let moment = derived_uuid(head.incarnation, &format!("handover:{}:{}", head.rev, clock.now()));
    let entries: Vec<(Uuid, Action)> = (0..)
        .zip(steps)
        .map(|(at, step): (usize, &Action)| (derived_uuid(moment, &at.to_string()), step.clone()))
        .collect();
    if apply_as_system(store, &entries, clock).await?.is_ok() {
        return Ok(());
    }
    let mut refused: Option<Refusal> = None;
    for one in &entries {
        if let Err(refusal) = apply_as_system(store, std::slice::from_ref(one), clock).await? {
            refused.get_or_insert(refusal);
        }
    }
    refused.map_or(Ok(()), |refusal| Err(StoreError::Fatal(refusal.to_string())))
}

/// Reads in the journal what was given, and returns what gives it back, the last step first: a customer may have been given
/// twice.
async fn returns<T: ReadTx>(tx: &mut T, handover: &Handover) -> Result<Vec<Action>, StoreError> {
    let mut back: Vec<Action> = Vec::new();
    let mut after = handover.base;
    loop {
        let rows = tx.journal(after, READ_AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = last.rev;
        let own = rows.iter().filter(|row| row.author.is_none() && row.verdict == Verdict::Applied);
        for row in own {
            if row.entry.name == HandoverFinish::NAME && row.before.iter().any(|(key, _)| key.id == handover.id.uuid())
            {
                back.reverse();
                return Ok(back);
            }
            if row.entry.name != HandoverGive::NAME {
                continue;
            }
            let Ok(Action::HandoverGive(give)) = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get())
            else {
                continue;
            };
            if give.handover == handover.id {
                let before = row.before.iter().map(|(key, before)| (*key, before.as_ref()));
                back.extend(HandoverReturn::of(&give, handover, before).map(Action::from));
            }
        }
    }
    back.reverse();
    Ok(back)
}

async fn stored<T: ReadTx>(tx: &mut T, id: HandoverId) -> Result<Option<Handover>, StoreError> {
    let rows = tx.rows(&[RecordKey::new(Kind::Handover, id.uuid())]).await?;
    Ok(rows.first().and_then(|row| BodyError::parse(&row.body).ok()))
}

/// Shows every record of a kind; one that this build cannot read stays as it is.
async fn each<R: Record, T: ReadTx>(tx: &mut T, mut look: impl FnMut(R) + Send) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let ids = tx.of_kind(R::KIND, after, READ_AT_ONCE).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        let keys: Vec<RecordKey> = ids.iter().map(|id| RecordKey::new(R::KIND, *id)).collect();
        for row in tx.rows(&keys).await? {
            if let Ok(record) = BodyError::parse::<R>(&row.body) {
                look(record);
            }
        }
    }
}
