//! Handovers as a work of the server's own: in batches, each a transaction with its progress, so that a server that goes down
//! in the middle goes on where it stood.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerId},
    handover::{Estate, Given, Handover, HandoverFinish, HandoverGive, HandoverId, HandoverReturn, State},
    id::{Id, derived_uuid},
    kind::{Kind, RecordKey},
    mutation::{Action, Mutation as _},
    next_action::NextAction,
    opportunity::Opportunity,
    pool::{Pool, PoolId},
    record::{BodyError, Record},
    user::{User, UserId},
    view::{Need, Row},
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

/// One step, and the customer that it is about.
type Step = (CustomerId, Action);

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
    let mut active: BTreeSet<UserId> = BTreeSet::new();
    each(tx, |user: User| active.extend(Some(user.id).filter(|_| user.active))).await?;
    let mut administrators: BTreeMap<PoolId, BTreeSet<UserId>> = BTreeMap::new();
    each(tx, |pool: Pool| drop(administrators.insert(pool.id, pool.administrators))).await?;
    let administrators_of = |pool: PoolId| administrators.get(&pool).cloned().unwrap_or_default();
    Ok(estate.divide(handover, |user| active.contains(&user), administrators_of))
}

/// Works on one handover. What cannot be carried out does not hold up the rest, and does not keep it running for ever: how much
/// was moved, of how much, stands in the record.
async fn work_on<S: ServerStore>(
    store: &S,
    clock: &dyn Clock,
    id: HandoverId,
    left: &mut usize,
) -> Result<(), StoreError> {
    let mut failed: Option<StoreError> = None;
    let mut refused: BTreeSet<(bool, CustomerId)> = BTreeSet::new();
    for _ in 0..ROUNDS_MOST {
        let (mut steps, back) = {
            let mut tx = store.read().await?;
            let Some(handover) = stored(&mut tx, id).await? else { break };
            match handover.state {
                State::Running => (gives(&mut tx, &handover).await?, false),
                State::Returning => (returns(&mut tx, &handover, clock.today()).await?, true),
                State::Done { .. } | State::Undone { .. } => break,
            }
        };
        steps.retain(|(customer, _)| !refused.contains(&(back, *customer)));
        if steps.is_empty() {
            let entry = seed(store, clock).await?;
            attempt(store, clock, &[(entry, HandoverFinish { handover: id, back }.into())]).await??;
            break;
        }
        for batch in steps.chunks(GIVEN_AT_ONCE) {
            if *left == 0 {
                return failed.map_or(Ok(()), Err);
            }
            let wrong = carry_out(store, clock, batch).await?;
            // One of which nothing is done does not count, or nobody would get past it.
            *left -= usize::from(wrong.len() < batch.len());
            for (customer, error) in wrong {
                refused.insert((back, customer));
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn gives<T: ReadTx>(tx: &mut T, handover: &Handover) -> Result<Vec<Step>, StoreError> {
    let estate = estate_of(tx, handover.from).await?;
    let given = divide(tx, handover, &estate).await?;
    Ok(given.into_iter().map(|given| (given.give.customer, given.give.into())).collect())
}

/// Returns what the ids of entries are derived from.
async fn seed<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<Uuid, StoreError> {
    let head = store.read().await?.head().await?;
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    Ok(derived_uuid(head.incarnation, &format!("handover:{}:{}", head.rev, clock.now())))
}

/// Carries entries out in one transaction. The inner error is one that trying again does not cure.
async fn attempt<S: ServerStore>(
    store: &S,
    clock: &dyn Clock,
    entries: &[(Uuid, Action)],
) -> Result<Result<(), StoreError>, StoreError> {
    match apply_as_system(store, entries, clock).await {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(refusal)) => Ok(Err(StoreError::Fatal(refusal.to_string()))),
        Err(away @ StoreError::Away(_)) => Err(away),
        Err(fatal @ StoreError::Fatal(_)) => Ok(Err(fatal)),
    }
}

/// Carries steps out in one transaction; where one is refused, each by itself. Returns those that cannot be carried out.
async fn carry_out<S: ServerStore>(
    store: &S,
    clock: &dyn Clock,
    steps: &[Step],
) -> Result<Vec<(CustomerId, StoreError)>, StoreError> {
    let seed = seed(store, clock).await?;
    let entries: Vec<(Uuid, Action)> = (0..)
        .zip(steps)
        .map(|(at, (_, action)): (usize, &Step)| (derived_uuid(seed, &at.to_string()), action.clone()))
        .collect();
    let mut wrong = Vec::new();
    if attempt(store, clock, &entries).await?.is_err() {
        for ((customer, _), entry) in steps.iter().zip(&entries) {
            if let Err(error) = attempt(store, clock, std::slice::from_ref(entry)).await? {
                wrong.push((*customer, error));
            }
        }
    }
    Ok(wrong)
}

/// Reads in the journal what was given, and returns what gives it back, the last step first: a customer may have been given
/// twice.
async fn given_by<T: ReadTx>(tx: &mut T, handover: &Handover) -> Result<Vec<HandoverReturn>, StoreError> {
    let mut back: Vec<HandoverReturn> = Vec::new();
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
                back.extend(HandoverReturn::of(&give, handover, before));
            }
        }
    }
    back.reverse();
    Ok(back)
}

/// Returns the steps back of which something is left: what is done already, or has changed hands since, would hold up the rest
/// of a server that starts anew.
async fn returns<T: ReadTx>(tx: &mut T, handover: &Handover, today: NaiveDate) -> Result<Vec<Step>, StoreError> {
    let mut steps: Vec<Step> = Vec::new();
    for some in given_by(tx, handover).await?.chunks(GIVEN_AT_ONCE) {
        let named = some.iter().flat_map(HandoverReturn::needs).filter_map(|need| match need {
            Need::Record(key) => Some(key),
            Need::Children { .. } | Need::Holder(_) | Need::Standing(_) => None,
        });
        let keys: Vec<RecordKey> = named.collect::<BTreeSet<_>>().into_iter().collect();
        let mut rows: BTreeMap<RecordKey, Row> = BTreeMap::new();
        for keys in keys.chunks(READ_AT_ONCE) {
            rows.extend(tx.rows(keys).await?.into_iter().map(|row| (row.key, row)));
        }
        for back in some {
            let customer: Option<Customer> = read(&rows, back.customer);
            let actions: Vec<NextAction> = back.actions.iter().filter_map(|id| read(&rows, *id)).collect();
            let visits: Vec<Visit> = back.visits.iter().filter_map(|id| read(&rows, *id)).collect();
            if back.has_something(handover, customer.as_ref(), &actions, &visits, today) {
                steps.push((back.customer, back.clone().into()));
            }
        }
    }
    Ok(steps)
}

fn read<R: Record>(rows: &BTreeMap<RecordKey, Row>, id: Id<R>) -> Option<R> {
    BodyError::parse(&rows.get(&RecordKey::new(R::KIND, id.uuid()))?.body).ok()
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
