//! A push: entries of one client, in order, in one transaction.

use std::collections::BTreeMap;

use domain::{
    mutation::{Action, Mutation as _, Undecoded, Void},
    plant::{Plant, planted},
    quarantine::accepted_id,
    refusal::Refusal,
};
use uuid::Uuid;

use super::{
    Clock, LOCK_MS_MOST, Session, caller_fits,
    store::{Answered, ClientRow, ReadTx, ServerStore, StoreError, WriteTx},
    work::{Origin, Work},
};
use crate::protocol::{
    ClientId, ENTRY_BYTES_MOST, Entry, Outcome, PROTOCOL, PROTOCOL_OLDEST, PUSH_ENTRIES_MOST, PushAnswer, PushRequest,
    Verdict,
};

/// Applies a push and answers a prefix of it for good.
///
/// # Errors
/// The database is away; nothing was written, and the client tries again.
pub async fn push<S: ServerStore>(
    store: &S,
    session: &Session,
    request: &PushRequest,
    clock: &dyn Clock,
) -> Result<PushAnswer, StoreError> {
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&request.caller.protocol) {
        return Ok(PushAnswer::Outdated);
    }
    if !caller_fits(session, &request.caller) {
        return Ok(PushAnswer::OtherSession);
    }
    let most = request.entries.len().min(PUSH_ENTRIES_MOST);
    let entries = &request.entries[..most];
    match attempt(store, session, request.caller.client, entries, clock, false).await {
        Err(StoreError::Fatal(_)) => one_by_one(store, session, request.caller.client, entries, clock).await,
        answer => answer,
    }
}

/// After a failure that trying again cannot cure: each entry in a transaction of its own. One that
/// fails alone becomes an incident and does not block those behind it.
async fn one_by_one<S: ServerStore>(
    store: &S,
    session: &Session,
    client: ClientId,
    entries: &[Entry],
    clock: &dyn Clock,
) -> Result<PushAnswer, StoreError> {
    let mut all = Vec::new();
    let mut last = None;
    for entry in entries {
        let one = std::slice::from_ref(entry);
        let answer = match attempt(store, session, client, one, clock, false).await {
            Err(StoreError::Fatal(_)) => attempt(store, session, client, one, clock, true).await?,
            answer => answer?,
        };
        match answer {
            PushAnswer::Answered { outcomes, expected, head, incarnation } => {
                let stuck = outcomes.is_empty();
                all.extend(outcomes);
                last = Some((expected, head, incarnation));
                if stuck {
                    break;
                }
            }
            other if all.is_empty() => return Ok(other),
            _ => break,
        }
    }
    let (expected, head, incarnation) = last.unwrap_or_default();
    Ok(PushAnswer::Answered { outcomes: all, expected, head, incarnation })
}

async fn attempt<S: ServerStore>(
    store: &S,
    session: &Session,
    client: ClientId,
    entries: &[Entry],
    clock: &dyn Clock,
    as_incident: bool,
) -> Result<PushAnswer, StoreError> {
    let mut tx = store.write().await?;
    // From here on others wait for us. The time that we waited for them does not count.
    let started = clock.now();
    let known_client = tx.client(client).await?;
    if known_client.as_ref().is_some_and(|row| row.user != session.user) && !planted(Plant::UserCheckOff) {
        return Ok(PushAnswer::OtherSession);
    }
    let mut expected = known_client.as_ref().map_or(1, |row| row.expected);
    let ids: Vec<Uuid> = entries.iter().flat_map(|entry| [entry.id, accepted_id(entry.id)]).collect();
    let known: BTreeMap<Uuid, Answered> =
        tx.answered(&ids).await?.into_iter().map(|answered| (answered.id, answered)).collect();

    let mut work = Work::open(&mut tx, session).await?;
    work.look_into_quarantine(known.values().cloned());
    work.load_ahead(&mut tx, entries.iter().filter(|entry| !known.contains_key(&entry.id))).await?;
    let mut outcomes = Vec::new();
    for entry in entries {
        if let Some(answered) = known.get(&entry.id).filter(|_| !planted(Plant::DuplicateCheckOff)) {
            // One of two copies of a profile may have discarded what the other still sends.
            let void = entry.name == Void::NAME
                || answered.verdict == Verdict::Refused(Refusal::Discarded)
                // Accepted out of quarantine before, it counts as applied whatever was sent.
                || answered.hash == Entry::hash_of_void();
            let same = answered.author == Some(session.user) && (void || answered.hash == entry.hash());
            if !same {
                return Ok(PushAnswer::Forked);
            }
            let Answered { id, rev, ref verdict, .. } = *answered;
            outcomes.push(Outcome { id, rev, verdict: verdict.clone(), known: true });
            expected = expected.max(entry.n + 1);
            continue;
        }
        if !planted(Plant::CounterCheckOff) {
            if entry.n < expected {
                return Ok(PushAnswer::Forked);
            }
            if entry.n > expected {
                break;
            }
        }
        // One new entry at least: a push that is sent again must get further.
        let progress = outcomes.iter().any(|outcome| !outcome.known);
        if progress && clock.now() - started > LOCK_MS_MOST {
            break;
        }
        let action = match Action::decode(&entry.name, entry.v, entry.args.get()) {
            Ok(action) => Ok(action),
            Err(Undecoded::Unknown) if planted(Plant::NotYetRefused) => Err(Refusal::BadArguments),
            Err(Undecoded::Unknown) if outcomes.is_empty() => return Ok(PushAnswer::NotYet { n: entry.n }),
            Err(Undecoded::Unknown) => break,
            Err(Undecoded::Refused(refusal)) => Err(refusal),
        };
        let action = action.and_then(|action| match as_incident {
            true => Err(Refusal::Incident),
            false if entry.args.get().len() > ENTRY_BYTES_MOST => Err(Refusal::BadArguments),
            false if action.is_of_the_server() => Err(Refusal::RoleNotAllowed),
            false => Ok(action),
        });
        let origin = Origin { client: Some(client), arrived: started, today: clock.today() };
        outcomes.push(work.take(&mut tx, entry, action, &origin).await?);
        expected = entry.n + 1;
    }
    let answered = outcomes.iter().filter(|outcome| !outcome.known).count();
    let row = ClientRow {
        id: client,
        user: session.user,
        expected,
        unsent: known_client.map_or(0, |row| row.unsent.saturating_sub(u32::try_from(answered).unwrap_or(u32::MAX))),
        last_contact: started,
    };
    let (head, incarnation) = (work.rev, work.incarnation);
    tx.write(&work.into_batch(Some(row))).await?;
    if planted(Plant::AnswerBeforeCommit) {
        // The fault: whoever is answered believes it, whether the commit succeeds or not.
        drop(tx.commit().await);
    } else {
        tx.commit().await?;
    }
    Ok(PushAnswer::Answered { outcomes, expected, head, incarnation })
}
