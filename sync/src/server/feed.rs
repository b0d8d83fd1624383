//! A pull: one ordered feed after a cursor, page by page.

use domain::{
    access::Scope,
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
    record::BodyError,
    user::User,
    view::{Loaded, Need, Slot},
};

use super::{
    Clock, Session, caller_fits, expire_shares,
    store::{ClientRow, Head, Placed, ReadTx, ServerStore, StoreError, Viewer, WriteTx},
};
use crate::{
    protocol::{Cursor, Item, NoPage, Outcome, PAGE_ROWS, PROTOCOL, PROTOCOL_OLDEST, PageEnd, Place, PullRequest},
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
    expire_shares(store, clock).await?;
    let begun = begin(&mut store.read().await?, session, request).await?;
    let Begun { feed, client } = match begun {
        Ok(begun) => begun,
        Err(why) => return Ok(Pulled::NoPage(why)),
    };
    note_contact(store, request, client, clock).await?;
    Ok(Pulled::Feed(feed))
}

/// A feed that may begin, and its client as far as it is known.
pub(super) struct Begun {
    pub(super) feed: Feed,
    client: Option<ClientRow>,
}

/// Says with which eyes and from where a caller's feed goes on, or why it does not.
pub(super) async fn begin<T: ReadTx>(
    tx: &mut T,
    session: &Session,
    request: &PullRequest,
) -> Result<Result<Begun, NoPage>, StoreError> {
    let caller = &request.caller;
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&caller.protocol) {
        return Ok(Err(NoPage::Outdated));
    }
    let for_session = planted(Plant::PullForTheSession);
    if !caller_fits(session, caller) && !for_session {
        return Ok(Err(NoPage::OtherSession));
    }
    let client = tx.client(caller.client).await?;
    let others = client.as_ref().is_some_and(|row| row.user != session.user);
    if others && !planted(Plant::UserCheckOff) && !for_session {
        return Ok(Err(NoPage::OtherSession));
    }
    let reader = if for_session { session.user } else { caller.user };
    let key = RecordKey::new(Kind::User, reader.uuid());
    let mut loaded = Loaded::default();
    tx.load(&[Need::Record(key)], &mut loaded).await?;
    let user = match loaded.records.get(&key) {
        Some(Slot::Here(row)) => BodyError::parse::<User>(&row.body).map_err(|e| StoreError::Fatal(e.to_string()))?,
        _ => return Ok(Err(NoPage::OtherSession)),
    };
    let kinds = request.kinds.min(u8::try_from(Kind::ALL.len()).unwrap_or(u8::MAX));
    let scope = known_kinds(user.scope(), kinds);
    let head = tx.head().await?;
    if let Some(seen) = request.seen.filter(|seen| seen.head > 0 && !planted(Plant::MarkNotCompared)) {
        let same = seen.head <= head.rev && tx.mark(seen.head).await? == Some(seen.mark);
        if !same {
            return Ok(Err(NoPage::OtherHistory));
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
            floor: head.rev,
        },
        Some(cursor) => {
            if let Some(why) = judge(tx, cursor, head, &user, scope, kinds).await? {
                return Ok(Err(why));
            }
            Cursor { incarnation: head.incarnation, ..cursor.clone() }
        }
    };
    let viewer = Viewer { user: reader, scope, client: caller.client };
    Ok(Ok(Begun { feed: Feed { viewer, cursor }, client }))
}

fn known_kinds(scope: Scope, kinds: u8) -> Scope {
    let known = if kinds >= 64 { u64::MAX } else { (1 << kinds) - 1 };
    Scope { kinds: scope.kinds & known, ..scope }
}

/// Says why a cursor cannot be continued, if it cannot.
async fn judge<T: ReadTx>(
    tx: &mut T,
    cursor: &Cursor,
    head: Head,
    user: &User,
    scope: Scope,
    kinds: u8,
) -> Result<Option<NoPage>, StoreError> {
    if !planted(Plant::MarkNotCompared) && cursor.head > 0 {
        let same = cursor.head <= head.rev && tx.mark(cursor.head).await? == cursor.mark;
        if !same {
            return Ok(Some(NoPage::OtherHistory));
        }
    }
    if cursor.epoch != user.epoch || (cursor.kinds != kinds && !planted(Plant::EpochNotRaised)) {
        return Ok(Some(NoPage::StartOver { narrowed: !scope.covers(cursor.scope) }));
    }
    // What the device may still hold, and must forget, is no longer told.
    let too_old = cursor.floor < head.pruned;
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
    /// Returns whose feed it is.
    pub(super) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

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
        for (place, item) in placed.iter().take(limit) {
            match item {
                Placed::Upsert(row) => wire::write_upsert(out, row.key, row.group, row.rev, &row.body),
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
        let floor = if more { self.cursor.floor } else { head.rev };
        self.cursor = Cursor { place, head: head.rev, mark, floor, ..self.cursor.clone() };
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
