//! The second check: on a device that was off for a week nobody could know what a colleague has entered meanwhile.

use std::time::Duration;

use domain::{
    clash::{Clash, ClashOpen},
    customer::CustomerId,
    distinct::Distinct,
    duplicate::{PRESSING, Signs},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    record::{BodyError, Record},
    user::UserId,
    view::{Loaded, Need},
};
use sync::server::{Clock as _, ReadTx as _, ServerStore, StoreError, apply_as_system};
use tokio::time::sleep;

use super::book::Arrived;
use crate::{App, store::Tx};

/// Pushes come in bursts; they are looked at together.
const CALM: Duration = Duration::from_secs(2);
/// So many clashes the entries of one person open on a day. An import brings more at once than anybody settles one by
/// one; the page of suspected duplicates has them all.
const A_DAY: usize = 20;

impl App {
    /// Compares what arrives with all customers, for as long as the server runs.
    pub(crate) async fn watch_clashes(&self) {
        let mut heads = self.heads.follow();
        loop {
            heads.borrow_and_update();
            if let Err(error) = self.find_clashes().await {
                tracing::warn!(%error, "what arrived was not compared with all customers; it is tried again");
            }
            sleep(CALM).await;
            if heads.changed().await.is_err() {
                return;
            }
        }
    }

    /// Opens a task for each customer that has arrived since and that somebody else has already.
    ///
    /// # Errors
    /// The database is away; what was not compared is so the next time.
    pub async fn find_clashes(&self) -> Result<(), StoreError> {
        let _alone = self.clashes.finding.lock().await;
        self.catch_up_with_customers().await?;
        let mut opened = false;
        while let Some(arrived) = self.next_arrived().await {
            for clash in self.clashes_of(arrived).await? {
                opened |= self.open(clash, arrived.by).await?;
            }
            self.clashes.book.lock().await.arrived.pop_front();
        }
        if opened { self.learn().await } else { Ok(()) }
    }

    /// Learns of the customers that have changed.
    ///
    /// # Errors
    /// The database is away.
    pub(crate) async fn catch_up_with_customers(&self) -> Result<(), StoreError> {
        let mut book = self.clashes.book.lock().await;
        let mut tx = self.store.read().await?;
        book.catch_up(&mut tx).await
    }

    async fn next_arrived(&self) -> Option<Arrived> {
        self.clashes.book.lock().await.arrived.front().copied()
    }

    /// Opens a clash, if it is not open already and its author's entries have not opened enough today.
    ///
    /// # Errors
    /// The database is away.
    async fn open(&self, clash: Clash, by: Option<UserId>) -> Result<bool, StoreError> {
        if self.store.read().await?.record(clash.id).await?.is_some() {
            return Ok(false);
        }
        {
            let (today, mut book) = (self.clock.today(), self.clashes.book.lock().await);
            book.opened.retain(|(_, day), _| *day == today);
            let opened = book.opened.entry((by, today)).or_default();
            if *opened >= A_DAY {
                return Ok(false);
            }
            *opened += 1;
        }
        self.open_clash(clash).await?;
        Ok(true)
    }

    /// Opens a clash.
    ///
    /// # Errors
    /// The database is away.
    pub(crate) async fn open_clash(&self, clash: Clash) -> Result<(), StoreError> {
        // Two servers on one database find the same: the rule opens it once.
        let id = derived_uuid(clash.id.uuid(), &format!("opened at {}", clash.found_at));
        match apply_as_system(&self.store, &[(id, ClashOpen { clash }.into())], &self.clock).await? {
            Ok(()) => Ok(()),
            // Purged meanwhile: there is nothing to be settled.
            Err(refusal) => {
                tracing::info!(%refusal, "a clash was not opened");
                Ok(())
            }
        }
    }

    /// Returns the clashes of what has arrived with customers of other owners. What arrived later is compared in its turn:
    /// whoever was there is not the one who comes.
    async fn clashes_of(&self, arrived: Arrived) -> Result<Vec<Clash>, StoreError> {
        let id = arrived.id;
        let mut tx = self.store.read().await?;
        let Some(customer) = tx.record(id).await? else { return Ok(Vec::new()) };
        drop(tx);
        let looked = self.look_for(&Signs::of(&customer), Some(id.uuid())).await?;
        let later: Vec<CustomerId> = self.clashes.book.lock().await.arrived.iter().map(|later| later.id).collect();
        let mut tx = self.store.read().await?;
        let told = told_of(&mut tx, id).await?;
        let apart = apart_from(&mut tx, id).await?;
        let others: Vec<CustomerId> = looked.found.iter().map(|foreign| foreign.customer.id).collect();
        let apart_by_id = apart_by_id(&mut tx, id, &others).await?;
        let mut clashes = Vec::new();
        for foreign in looked.found {
            let there = foreign.customer.id;
            let pressing = foreign.weight >= PRESSING && foreign.customer.owner != customer.owner;
            if !pressing
                || later.contains(&there)
                || told.contains(&there)
                || apart.contains(&there)
                || apart_by_id.contains(&there)
            {
                continue;
            }
            clashes.push(Clash {
                id: Clash::of_pair(id, there),
                customer: there,
                other: Some(id),
                by: customer.owner.or(arrived.by),
                words: String::new(),
                found_at: self.clock.now(),
                settled: None,
                unknown: Default::default(),
            });
        }
        Ok(clashes)
    }
}

/// Returns the customers that some clash sets beside one already, settled or not: a merge may have brought them together.
async fn told_of(tx: &mut Tx, id: CustomerId) -> Result<Vec<CustomerId>, StoreError> {
    let clashes = below::<Clash>(tx, id).await?;
    let pairs = clashes.into_iter().filter_map(|clash| Some([clash.customer, clash.other?]));
    Ok(pairs.flatten().filter(|other| *other != id).collect())
}

/// Returns the customers of which somebody has said that they are not this one.
async fn apart_from(tx: &mut Tx, id: CustomerId) -> Result<Vec<CustomerId>, StoreError> {
    let pairs = below::<Distinct>(tx, id).await?.into_iter().filter(|pair| pair.deleted_at.is_none());
    Ok(pairs.flat_map(|pair| [pair.one, pair.other]).filter(|other| *other != id).collect())
}

/// The same of some customers, by the ids of the pairs: one that was stored before pairs were children is that of nobody
/// until somebody writes it.
async fn apart_by_id(tx: &mut Tx, id: CustomerId, others: &[CustomerId]) -> Result<Vec<CustomerId>, StoreError> {
    let key = |other: &CustomerId| RecordKey::new(Kind::Distinct, Distinct::id_of(id, *other).uuid());
    let keys: Vec<RecordKey> = others.iter().map(key).collect();
    let rows = if keys.is_empty() { Vec::new() } else { tx.rows(&keys).await? };
    let pairs = rows.iter().filter_map(|row| BodyError::parse::<Distinct>(&row.body).ok());
    // A merge may have made one speak of others.
    let pairs = pairs.filter(|pair| pair.deleted_at.is_none() && (pair.one == id || pair.other == id));
    Ok(pairs.flat_map(|pair| [pair.one, pair.other]).filter(|other| *other != id).collect())
}

async fn below<R: Record>(tx: &mut Tx, id: CustomerId) -> Result<Vec<R>, StoreError> {
    let parent = RecordKey::new(Kind::Customer, id.uuid());
    let mut loaded = Loaded::default();
    tx.load(&[Need::Children { kind: R::KIND, parent }], &mut loaded).await?;
    let keys: Vec<RecordKey> = loaded.children.into_values().flatten().map(|id| RecordKey::new(R::KIND, id)).collect();
    let rows = if keys.is_empty() { Vec::new() } else { tx.rows(&keys).await? };
    Ok(rows.iter().filter_map(|row| BodyError::parse(&row.body).ok()).collect())
}
