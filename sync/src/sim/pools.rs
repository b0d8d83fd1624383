//! A pool in which people lay customers down and from which they claim, on devices that are away. Luck comes from a stream
//! of its own.

use std::collections::BTreeMap;

use domain::{
    contact_record::ContactRecord,
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
    pool::{
        Condition, CustomerClaim, CustomerRecycle, CustomerRelease, Pool, PoolCard, PoolCreate, PoolEdit, PoolId, Rule,
        Since,
    },
    record::BodyError,
};

use super::{
    checkers::law,
    device::{Device, Failed},
    host::Host,
    rng::Rng,
    world::World,
};
use crate::{memory::Tables, protocol::Verdict};

/// What people do with the pool.
pub(super) struct PoolsActor {
    luck: Rng,
    pool: Option<PoolId>,
}

impl PoolsActor {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck, pool: None }
    }
}

pub(super) fn stored<R: domain::record::Record>(tables: &Tables, id: Id<R>) -> Option<R> {
    let (row, _) = tables.records.get(&RecordKey::new(R::KIND, id.uuid()))?;
    BodyError::parse(&row.body).ok()
}

pub(super) fn all<R: domain::record::Record>(tables: &Tables) -> Vec<R> {
    let of_kind = tables.records.iter().filter(|(key, _)| key.kind == R::KIND);
    of_kind.filter_map(|(_, (row, _))| BodyError::parse(&row.body).ok()).collect()
}

impl<H: Host> World<H> {
    /// Now and then somebody gives a customer up, or claims one.
    pub(super) fn maybe_use_pool(&mut self, index: usize) -> Failed {
        let Some(pool) = self.pools.pool.filter(|_| self.pools.luck.chance(40)) else { return Ok(()) };
        let id = Id::new(self.pools.luck.uuid(self.now));
        let entry = self.pools.luck.uuid(self.now);
        let action: Action = if self.pools.luck.chance(40) {
            let known = self.customers_on(index);
            let Some(customer) = self.pools.luck.pick(&known).copied() else { return Ok(()) };
            CustomerRelease { id, customer, pool, reason: "做不起來".into() }.into()
        } else {
            let mut cards = Vec::new();
            let Some(tab) = self.devices.get(index).and_then(Device::tab) else { return Ok(()) };
            tab.with_base(|base| base.scan(Kind::PoolCard, |id| cards.push(CustomerId::new(id))));
            drop(tab);
            let Some(customer) = self.pools.luck.pick(&cards).copied() else { return Ok(()) };
            CustomerClaim { id, customer, pool, note: String::new() }.into()
        };
        self.enter_together(index, vec![(entry, action)], Vec::new()).map(drop)
    }

    /// Now and then a pool is opened, or changed, or a night takes a customer.
    pub(super) fn maybe_keep_pool(&mut self) -> Failed {
        if !self.pools.luck.chance(50) {
            return Ok(());
        }
        let tables = self.server.tables();
        let action: Option<Action> = match self.pools.pool {
            None => {
                let id = PoolId::new(self.pools.luck.uuid(self.now));
                self.pools.pool = Some(id);
                let when = vec![Condition { since: Since::Contact, days: 1 }];
                let pool = Pool {
                    members: self.users.iter().skip(2).copied().collect(),
                    administrators: self.users.iter().skip(1).take(1).copied().collect(),
                    rules: vec![Rule { when, ..Rule::default() }],
                    quota_per_day: Some(3),
                    cooling_off_days: 2,
                    wait_days: 1,
                    ..Pool::named(id, "公海")
                };
                Some(PoolCreate { pool }.into())
            }
            Some(id) if self.pools.luck.chance(30) => self.pool_edit(&tables, id)?,
            Some(id) => self.night(&tables, id),
        };
        let Some(action) = action else { return Ok(()) };
        let id = self.pools.luck.uuid(self.now);
        self.server.command(id, action, self.clock())
    }

    fn pool_edit(&mut self, tables: &Tables, id: PoolId) -> Result<Option<Action>, String> {
        let Some(before) = stored(tables, id) else { return Ok(None) };
        let mut after: Pool = before.clone();
        match self.pools.luck.below(3) {
            0 => after.administrators = self.pools.luck.pick(&self.users).copied().into_iter().collect(),
            1 => {
                let user = self.pools.luck.pick(&self.users).copied();
                after.members = after.members.symmetric_difference(&user.into_iter().collect()).copied().collect();
            }
            _ => after.shown = [*self.pools.luck.pick(&Pool::SHOWABLE).unwrap_or(&"level")].map(str::to_owned).into(),
        }
        let edit = domain::edit::Edit::between(&before, &after).map_err(|e| e.to_string())?;
        Ok(Some(PoolEdit(edit).into()))
    }

    /// What the night does with one customer.
    fn night(&mut self, tables: &Tables, pool: PoolId) -> Option<Action> {
        let owned: Vec<Customer> = all(tables).into_iter().filter(|it: &Customer| it.owner.is_some()).collect();
        let customer = self.pools.luck.pick(&owned)?;
        let records = all::<ContactRecord>(tables).into_iter();
        let of_customer = records.filter(|it| it.customer == customer.id && it.deleted_at.is_none());
        let last = of_customer.map(|it| it.happened_at).max();
        Some(
            CustomerRecycle {
                customer: customer.id,
                pool,
                owner: customer.owner?,
                received: customer.received_on.or(Some(self.today_at(super::world::START))),
                last_contact: last.map(|at| (at, self.today_at(at))),
                wait: self.pools.luck.chance(50),
            }
            .into(),
        )
    }

    /// Nobody takes what somebody has, what lies in a pool is nobody's, and cards say exactly what customers say.
    pub(super) fn check_pools(&self, tables: &Tables) -> Failed {
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied) {
            let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
            let Ok(Action::CustomerClaim(claim)) = action else { continue };
            let customers = row.before.iter().filter(|(key, _)| key.kind == Kind::Customer);
            for before in customers.filter_map(|(_, before)| before.as_ref()) {
                let before: Customer = BodyError::parse(&before.body).map_err(|e| e.to_string())?;
                let free = before.owner.is_none() && before.pool == Some(claim.pool);
                law(free, || format!("entry {} claimed what {:?} had", row.entry.id, before.owner))?;
            }
        }
        let mut cards: BTreeMap<_, PoolCard> = all(tables).into_iter().map(|card: PoolCard| (card.id, card)).collect();
        for customer in all::<Customer>(tables) {
            let both = customer.owner.is_some() && customer.pool.is_some();
            law(!both, || format!("customer {} lies in a pool and has an owner", customer.id))?;
            let pool: Option<Pool> = customer.pool.and_then(|pool| stored(tables, pool));
            let wanted = pool.and_then(|pool| PoolCard::of(&customer, &pool));
            let found = cards.remove(&Id::new(customer.id.uuid()));
            law(found == wanted, || format!("the card of {} says {found:?}, not {wanted:?}", customer.id))?;
        }
        law(cards.is_empty(), || format!("cards of nobody: {cards:?}"))
    }
}
