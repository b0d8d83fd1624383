//! A pull: one ordered feed after a cursor, page by page.

use std::collections::BTreeMap;

use domain::{
    access::Scope,
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
    record::BodyError,
    user::User,
    view::{Loaded, Need, Row, Slot},
};

use super::{
    Clock, MEMBERS_KEPT_MS, Session, caller_fits, expire_shares,
    store::{ClientRow, Placed, ReadTx, ServerStore, StoreError, Viewer, WriteTx},
};
use crate::{
    protocol::{
        Cursor, Item, NoPage, Outcome, PAGE_ROWS, PROTOCOL, PROTOCOL_OLDEST, PageEnd, Place, PullRequest, step,
    },
    wire,
};

/// What a pull answers.
#[derive(Clone, Debug)]
pub enum Pulled {
    /// Pages follow, each from [`Feed::page`].
    Feed(Feed),
    NoPage(NoPage),
}

/// A feed in progress. Every page reads in a transaction of its own, so a slow device holds none open.
#[derive(Clone, Debug)]
pub struct Feed {
    viewer: Viewer,
    cursor: Cursor,
}

/// Begins a pull: checks the caller and the cursor.
///
/// # Errors
/// The database is away.
pub async fn pull<S: ServerStore>(
    store: &S,
    session: &Session,
    request: &PullRequest,
    clock: &dyn Clock,
) -> Result<Pulled, StoreError> {
    let caller = &request.caller;
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&caller.protocol) {
        return Ok(Pulled::NoPage(NoPage::Outdated));
    }
    if !caller_fits(session, caller) {
        return Ok(Pulled::NoPage(NoPage::OtherSession));
    }
    expire_shares(store, clock).await?;
    let mut tx = store.read().await?;
    let client = tx.client(caller.client).await?;
    if client.as_ref().is_some_and(|row| row.user != session.user) && !planted(Plant::UserCheckOff) {
        return Ok(Pulled::NoPage(NoPage::OtherSession));
    }
    let key = RecordKey::new(Kind::User, caller.user.uuid());
    let mut loaded = Loaded::default();
    tx.load(&[Need::Record(key)], &mut loaded).await?;
    let user = match loaded.records.get(&key) {
        Some(Slot::Here(row)) => BodyError::parse::<User>(&row.body).map_err(|e| StoreError::Fatal(e.to_string()))?,
        _ => return Ok(Pulled::NoPage(NoPage::OtherSession)),
    };
    let kinds = request.kinds.min(u8::try_from(Kind::ALL.len()).unwrap_or(u8::MAX));
    let scope = known_kinds(user.scope(), kinds);
    let head = tx.head().await?;
    if let Some(seen) = request.seen.filter(|seen| seen.head > 0 && !planted(Plant::MarkNotCompared)) {
        let same = seen.head <= head.rev && tx.mark(seen.head).await? == Some(seen.mark);
        if !same {
            return Ok(Pulled::NoPage(NoPage::OtherHistory));
        }
    }
    let cursor = match &request.cursor {
        None => Cursor {
            incarnation: head.incarnation,
            epoch: user.epoch,
            scope,
            kinds,
            place: Place::default(),
            head: 0,
            mark: None,
        },
        Some(cursor) => match judge(&mut tx, cursor, head.rev, &user, scope, kinds, clock).await? {
            Some(no_page) => return Ok(Pulled::NoPage(no_page)),
            None => Cursor { incarnation: head.incarnation, ..cursor.clone() },
        },
    };
    drop(tx);
    note_contact(store, request, client, clock).await?;
    let viewer = Viewer { user: caller.user, scope, client: caller.client };
    Ok(Pulled::Feed(Feed { viewer, cursor }))
}

fn known_kinds(scope: Scope, kinds: u8) -> Scope {
    let known = if kinds >= 64 { u64::MAX } else { (1 << kinds) - 1 };
    Scope { kinds: scope.kinds & known, ..scope }
}

/// Says why a cursor cannot be continued, if it cannot.
async fn judge<T: ReadTx>(
    tx: &mut T,
    cursor: &Cursor,
    head: u64,
    user: &User,
    scope: Scope,
    kinds: u8,
    clock: &dyn Clock,
) -> Result<Option<NoPage>, StoreError> {
    if !planted(Plant::MarkNotCompared) && cursor.head > 0 {
        let same = cursor.head <= head && tx.mark(cursor.head).await? == cursor.mark;
        if !same {
            return Ok(Some(NoPage::OtherHistory));
        }
    }
    if cursor.epoch != user.epoch || (cursor.kinds != kinds && !planted(Plant::EpochNotRaised)) {
        return Ok(Some(NoPage::StartOver { narrowed: !scope.covers(cursor.scope) }));
    }
    let too_old = match cursor.head {
        0 => false,
        read => tx.arrived(read).await?.is_some_and(|arrived| clock.now() - arrived > MEMBERS_KEPT_MS),
    };
    Ok(too_old.then_some(NoPage::StartOver { narrowed: false }))
}

/// Notes the contact, at most once a minute unless the count of unsent entries changed.
async fn note_contact<S: ServerStore>(
    store: &S,
    request: &PullRequest,
    known: Option<ClientRow>,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    let now = clock.now();
    let fresh = known.as_ref().is_some_and(|row| row.unsent == request.unsent && now - row.last_contact < 60_000);
    if fresh {
        return Ok(());
    }
    let row = ClientRow {
        id: request.caller.client,
        user: request.caller.user,
        expected: known.map_or(1, |row| row.expected),
        unsent: request.unsent,
        last_contact: now,
    };
    let mut tx = store.write().await?;
    tx.touch_client(&row).await?;
    tx.commit().await
}

impl Feed {
    /// Writes the next page onto `out` and returns its end.
    ///
    /// # Errors
    /// The database is away; the device continues later from its cursor.
    pub async fn page<S: ServerStore>(
        &mut self,
        store: &S,
        clock: &dyn Clock,
        rows: usize,
        out: &mut Vec<u8>,
    ) -> Result<PageEnd, StoreError> {
        let limit = rows.clamp(1, PAGE_ROWS);
        let mut tx = store.read().await?;
        let head = tx.head().await?;
        let after = self.cursor.place;
        let placed = tx.feed(&self.viewer, after, limit + 1).await?;
        let more = placed.len() > limit;
        let keys: Vec<RecordKey> = placed
            .iter()
            .take(limit)
            .filter_map(|(_, item)| if let Placed::Upsert { key } = item { Some(*key) } else { None })
            .collect();
        let mut bodies: BTreeMap<RecordKey, Row> =
            tx.rows(&keys).await?.into_iter().map(|row| (row.key, row)).collect();
        for (place, item) in placed.iter().take(limit) {
            match item {
                Placed::Upsert { key } => {
                    if let Some(row) = bodies.remove(key) {
                        wire::write_upsert(out, *key, row.group, row.rev, &row.body);
                    }
                }
                Placed::Forget { key } => wire::write_item(out, &Item::Forget { key: *key }),
                Placed::ForgetGroup { group } => wire::write_item(out, &Item::ForgetGroup { group: *group }),
                Placed::Outcome { id, verdict } => {
                    let outcome = Outcome { id: *id, rev: place.position, verdict: verdict.clone(), known: false };
                    if !planted(Plant::OutcomesLeftOut) {
                        wire::write_item(out, &Item::Outcome(outcome));
                    }
                }
            }
        }
        let cut = placed.get(limit.wrapping_sub(1)).filter(|_| more).map(|(place, _)| *place);
        let mut place = cut.unwrap_or(Place::end_of(head.rev).max(after));
        if planted(Plant::CursorWithoutTieBreak) {
            place = Place::end_of(place.position);
        }
        let mark = match head.rev {
            0 => None,
            rev => tx.mark(rev).await?,
        };
        self.cursor = Cursor { place, head: head.rev, mark, ..self.cursor.clone() };
        let end = PageEnd {
            after,
            client: self.viewer.client,
            cursor: self.cursor.clone(),
            head: head.rev,
            more,
            time: clock.now(),
        };
        wire::write_end(out, &end);
        Ok(end)
    }
}

/// Says whether a place stands for an upsert; for stores that build places.
pub(crate) const fn upsert(position: u64, key: RecordKey) -> Place {
    Place { position, step: step::UPSERT, kind: key.kind.number(), id: key.id }
}
