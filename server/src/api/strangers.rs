//! Whose a customer is, told to somebody who does not see it as far as the company allows.

use app::online::{
    Code, NoAnswer,
    strangers::{self, AskStrangers, Stranger, Strangers, WantStranger, Wanted},
};
use async_trait::async_trait;
use domain::{
    clash::{Clash, ClashNote},
    duplicate::PRESSING,
    fingerprints::{Fingerprints, Tells},
    kind::Kind,
    user::User,
};
use sync::server::{Clock as _, ServerStore, apply_as};

use super::{desk::Desk, error::ApiError, history::sees};
use crate::{clashes::Foreign, people::NotMade, random, store::Tx};

/// So many are told of: with more, the words say too little.
const TOLD_MOST: usize = 5;

#[async_trait]
impl strangers::Desk for Desk {
    async fn strangers(&self, request: AskStrangers) -> Result<Strangers, NoAnswer> {
        Ok(tell(self, request.wanted.cut()).await?)
    }

    async fn want_stranger(&self, request: WantStranger) -> Result<u32, NoAnswer> {
        Ok(want(self, request.wanted.cut()).await?)
    }
}

/// Those whom somebody asks for and does not see.
struct Asked {
    by: User,
    tells: Tells,
    found: Vec<Foreign>,
    too_many: bool,
}

async fn tell(desk: &Desk, wanted: Wanted) -> Result<Strangers, ApiError> {
    let Asked { tells, found, too_many, .. } = look(desk, &wanted).await?;
    let mut tx = desk.app.store.read().await?;
    let mut strangers = Vec::new();
    for foreign in found {
        strangers.push(describe(foreign, tells, &mut tx).await?);
    }
    Ok(Strangers { found: strangers, too_many })
}

async fn describe(foreign: Foreign, tells: Tells, tx: &mut Tx) -> Result<Stranger, ApiError> {
    let mut stranger = Stranger { reasons: foreign.reasons, ..Stranger::default() };
    if tells == Tells::Nothing {
        return Ok(stranger);
    }
    stranger.free = foreign.customer.owner.is_none();
    let Some(owner) = foreign.customer.owner else { return Ok(stranger) };
    let Some(owner) = tx.record(owner).await? else { return Ok(stranger) };
    if let Some(department) = owner.department {
        stranger.department = tx.record(department).await?.map(|department| department.name);
    }
    stranger.owner = Some(tells.call(&owner.name)).filter(|name| !name.is_empty());
    Ok(stranger)
}

async fn want(desk: &Desk, wanted: Wanted) -> Result<u32, ApiError> {
    let Asked { by, found, .. } = look(desk, &wanted).await?;
    let words: String = wanted.words().lines().next().unwrap_or_default().chars().take(Clash::WORDS_MOST).collect();
    let mut count = 0;
    // Only what is surely meant is anybody's task.
    for foreign in found.into_iter().filter(|foreign| foreign.weight >= PRESSING) {
        let customer = foreign.customer.id;
        let clash = Clash {
            id: Clash::of_asking(customer, by.id),
            customer,
            other: None,
            by: Some(by.id),
            words: words.clone(),
            found_at: desk.app.clock.now(),
            settled: None,
            unknown: Default::default(),
        };
        desk.app.open_clash(clash).await?;
        count += 1;
    }
    desk.app.learn().await?;
    Ok(count)
}

/// Looks for somebody, notes who asked, and leaves out whom the person sees anyway.
async fn look(desk: &Desk, wanted: &Wanted) -> Result<Asked, ApiError> {
    let app = &desk.app;
    let user = desk.signed_in().await?.user;
    if !user.scope().sees(Kind::Fingerprints) {
        return Err(Code::NotAllowed.into());
    }
    let keeping = app.store.read().await?.record(Fingerprints::keeping_id()).await?.and_then(|record| record.keeping);
    let keeping = keeping.unwrap_or_default();
    if keeping.off {
        return Err(Code::NotAllowed.into());
    }
    app.clashes.count(user.id, app.clock.now()).map_err(ApiError::too_many_attempts)?;
    app.catch_up_with_customers().await?;
    let looked = app.look_for(&wanted.signs(), None).await?;
    let (mut tx, mut found) = (app.store.read().await?, Vec::new());
    for foreign in looked.found {
        if found.len() < TOLD_MOST && !sees(&user, &foreign.row, &mut tx).await? {
            found.push(foreign);
        }
    }
    drop(tx);
    let note = ClashNote { words: wanted.words(), found: u32::try_from(found.len()).unwrap_or(u32::MAX) };
    let noted = apply_as(&app.store, user.id, &[(random::id()?, note.into())], &app.clock).await?;
    noted.map_err(NotMade::Refused)?;
    Ok(Asked { by: user, tells: keeping.tells, found, too_many: looked.too_many })
}
