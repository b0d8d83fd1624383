//! Handovers: the preview, the start with the end of the account, and the undoing. The work itself is `sync`'s.

use std::collections::BTreeMap;

use app::online::{
    Code, NoAnswer,
    handover::{self, Preview, PreviewHandover, Share, StartHandover, UndoHandover},
};
use async_trait::async_trait;
use domain::{
    department::{Department, DepartmentId},
    handover::{Counts, Handover, HandoverId, HandoverStart, HandoverUndo, Way, may_hand_over},
    mutation::Action,
    user::{User, UserId, UserPlace},
};
use sync::server::{Clock as _, ReadTx as _, ServerStore, apply_as, divide, estate_of};

use super::{desk::Desk, error::ApiError, people::shut_out};
use crate::{App, people::NotMade, random, store::Tx};

/// For how long back it is told what somebody took along; ms.
const TAKEN_MS: i64 = 30 * 24 * 3600 * 1000;

#[async_trait]
impl handover::Desk for Desk {
    async fn preview_handover(&self, request: PreviewHandover) -> Result<Preview, NoAnswer> {
        Ok(preview(self, request).await?)
    }

    async fn start_handover(&self, request: StartHandover) -> Result<HandoverId, NoAnswer> {
        Ok(start(self, request).await?)
    }

    async fn undo_handover(&self, request: UndoHandover) -> Result<(), NoAnswer> {
        Ok(undo(self, request).await?)
    }
}

/// Refuses whoever may not hand over what somebody leaves; that somebody exists is told to nobody else.
async fn require_right(tx: &mut Tx, who: &User, from: UserId) -> Result<User, ApiError> {
    let users: Vec<User> = tx.records().await?;
    let departments: Vec<Department> = tx.records().await?;
    let user = |id: UserId| -> Result<Option<User>, ApiError> { Ok(users.iter().find(|user| user.id == id).cloned()) };
    let department = |id: DepartmentId| -> Result<Option<Department>, ApiError> {
        Ok(departments.iter().find(|department| department.id == id).cloned())
    };
    if !may_hand_over(who.id, &who.roles, from, user, department)? {
        return Err(Code::NotAllowed.into());
    }
    Ok(users.into_iter().find(|user| user.id == from).ok_or(Code::NotFound)?)
}

async fn preview(desk: &Desk, PreviewHandover { from, way }: PreviewHandover) -> Result<Preview, ApiError> {
    let who = desk.signed_in().await?.user;
    let app = &desk.app;
    let mut tx = app.store.read().await?;
    require_right(&mut tx, &who, from).await?;
    let taken = tx.taken(from, app.clock.now() - TAKEN_MS).await?;
    let (counts, shares) = plan(&mut tx, who.id, from, way).await?;
    Ok(Preview { counts, shares, taken })
}

/// Works out what there is, and who receives how much of it.
async fn plan(tx: &mut Tx, by: UserId, from: UserId, way: Option<Way>) -> Result<(Counts, Vec<Share>), ApiError> {
    let estate = estate_of(tx, from).await?;
    let counts = estate.counts();
    let Some(way) = way else { return Ok((counts, Vec::new())) };
    way.validate(from).map_err(|error| NotMade::Refused(error.into()))?;
    let draft = Handover::draft(from, Some(by), way);
    let mut shares: BTreeMap<Option<UserId>, Counts> = BTreeMap::new();
    for given in divide(tx, &draft, &estate).await? {
        let pooled = given.counts.customers > 0 && given.give.to.is_none();
        let (goods, work) = (
            Counts {
                customers: given.counts.customers,
                opportunities: given.counts.opportunities,
                ..Counts::default()
            },
            Counts { customers: 0, opportunities: 0, shared: 0, ..given.counts },
        );
        let owner = if pooled { None } else { given.give.to.or(given.give.heir) };
        for (to, counts) in [(owner, goods), (given.give.heir, work)] {
            if !counts.is_empty() {
                let share = shares.entry(to).or_default();
                *share = *share + counts;
            }
        }
    }
    Ok((counts, shares.into_iter().map(|(to, counts)| Share { to, counts }).collect()))
}

async fn start(desk: &Desk, request: StartHandover) -> Result<HandoverId, ApiError> {
    let StartHandover { from, way, reason, freeze } = request;
    let who = desk.signed_in().await?.user;
    let app = &desk.app;
    let (base, total) = {
        let mut tx = app.store.read().await?;
        require_right(&mut tx, &who, from).await?;
        let base = tx.head().await?.rev;
        let (total, _) = plan(&mut tx, who.id, from, None).await?;
        (base, total)
    };
    let id = HandoverId::new(random::id()?);
    let start = HandoverStart { id, from, way, reason, frozen: freeze, base, total };
    let mut actions: Vec<(uuid::Uuid, Action)> = vec![(random::id()?, start.into())];
    if freeze {
        // Whoever may not end an account starts nothing: both in one transaction. Counting took a while: the place is the
        // one that they have now.
        let leaver: Option<User> = app.store.read().await?.record(from).await?;
        let User { id, name, roles, department, superior, .. } = leaver.ok_or(Code::NotFound)?;
        let place = UserPlace { id, name, roles, department, superior, active: false };
        actions.push((random::id()?, place.into()));
    }
    apply_as(&app.store, who.id, &actions, &app.clock).await?.map_err(NotMade::Refused)?;
    if freeze {
        shut_out(app, from).await?;
    }
    tracing::info!(%from, by = %who.id, handover = %id, freeze, "a handover was started");
    app.learn().await?;
    go_on(app);
    Ok(id)
}

async fn undo(desk: &Desk, UndoHandover { id }: UndoHandover) -> Result<(), ApiError> {
    let who = desk.signed_in().await?.user;
    let app = &desk.app;
    let handover: Option<Handover> = app.store.read().await?.record(id).await?;
    let mut tx = app.store.read().await?;
    // Who may not see it does not learn whether there is one.
    let from = handover.as_ref().map_or(who.id, |handover| handover.from);
    require_right(&mut tx, &who, from).await?;
    drop(tx);
    if handover.is_none() {
        return Err(Code::NotFound.into());
    }
    let entry = (random::id()?, HandoverUndo { id }.into());
    apply_as(&app.store, who.id, &[entry], &app.clock).await?.map_err(NotMade::Refused)?;
    tracing::info!(handover = %id, by = %who.id, "a handover is taken back");
    app.learn().await?;
    go_on(app);
    Ok(())
}

/// Does the work beside the request; a server that goes down meanwhile goes on when it looks after itself.
fn go_on(app: &App) {
    let app = app.clone();
    drop(tokio::spawn(async move {
        if let Err(error) = app.hand_over().await {
            tracing::warn!(%error, "a handover does not go on; it is tried again");
        }
    }));
}
