//! Pools on this device: their cards, how much may still be claimed, and which own customers fall back soon.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{
    customer::Customer,
    kind::Kind,
    pool::{DaysLeft, Held, Pool, PoolId, What, days_left, fits},
    search::{Field, Search, SearchBuffer, search_text},
    stamp::created_at,
    summary::{claim_field, contact_record_field, customer_field, pool_card_field},
    user::UserId,
};
use leptos::prelude::*;
use sync::device::Line;
use uuid::Uuid;

use super::{Data, agenda::each_open_action, live};
use crate::platform::zone;

/// A card as its line tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The customer.
    pub id: Uuid,
    pub name: String,
    /// What the pool shows, one a line.
    pub shown: String,
    pub since: String,
    /// Claimed on this device; the server has not decided yet.
    pub claimed: bool,
    /// Who had it wants it back, as far as one may see.
    pub asked_back: bool,
}

/// A pool's cards, the newest first, and what a search reads of them.
#[derive(Debug, Default)]
pub struct Cards {
    all: Vec<Card>,
    buffer: SearchBuffer,
}

impl Cards {
    /// Returns at most `most` cards that hold the words, and how many there are.
    pub fn find(&self, words: &str, most: usize) -> (Vec<Card>, usize) {
        if words.trim().is_empty() {
            return (self.all.iter().take(most).cloned().collect(), self.all.len());
        }
        let mut search = Search::default();
        let count = search.find(&self.buffer, words).len();
        let best = search.best(&self.buffer, most).into_iter();
        (best.filter_map(|row| self.all.get(row as usize).cloned()).collect(), count)
    }
}

/// An own customer that a rule will take, or that waits to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Falling {
    pub left: DaysLeft,
    pub waits: bool,
}

impl Falling {
    /// One that was noted as waiting and has been contacted since waits no more.
    fn of(left: DaysLeft, since: Option<NaiveDate>) -> Self {
        Self { left, waits: since.is_some() && left.days <= 0 }
    }
}

/// The own customers that fall back within so many days, by id.
pub type Fallings = HashMap<Uuid, Falling>;

impl Data {
    /// Reads the pools by their names.
    pub async fn pools(self) -> Vec<Pool> {
        let mut pools: Vec<Pool> = self.all().await;
        pools.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        pools
    }

    /// Returns the cards of a pool. A customer that this device knows to be owned by now is none of them.
    pub fn pool_cards(self, pool: PoolId) -> Cards {
        let mut all = Vec::new();
        self.with(|store| {
            store.each_line(Kind::PoolCard, |line| {
                if line.parent().is_some_and(|parent| parent.id == pool.uuid()) {
                    all.push(Card {
                        id: line.key.id,
                        name: line.field(pool_card_field::NAME).to_owned(),
                        shown: line.field(pool_card_field::SHOWN).to_owned(),
                        since: line.field(pool_card_field::SINCE).to_owned(),
                        claimed: !line.field(pool_card_field::CLAIMED_BY).is_empty(),
                        asked_back: false,
                    });
                }
            });
            let mut asked: HashMap<Uuid, String> = HashMap::new();
            store.each_line(Kind::Claim, |line| {
                if let (Some(customer), true) = (line.parent(), line.field(claim_field::WHAT) == What::AskedBack.name())
                {
                    let day = asked.entry(customer.id).or_default();
                    *day = line.field(claim_field::DAY).to_owned().max(std::mem::take(day));
                }
            });
            for card in &mut all {
                card.asked_back = asked.get(&card.id).is_some_and(|day| *day >= card.since);
            }
            all.retain(|card: &Card| {
                let shown = store.shown(domain::kind::RecordKey::new(Kind::Customer, card.id));
                shown.is_none_or(|shown| shown.summary.field(customer_field::OWNER).is_empty())
            });
        });
        all.sort_by(|a, b| b.since.cmp(&a.since).then_with(|| a.name.cmp(&b.name)));
        let mut buffer = SearchBuffer::default();
        for card in &all {
            let texts = card.shown.lines().map(Field::Text);
            buffer.push(&search_text(&[Field::Name(&card.name)].into_iter().chain(texts).collect::<Vec<_>>()));
        }
        Cards { all, buffer }
    }

    /// Returns the name of a customer that this person has claimed and does not hold yet.
    pub fn claimed_name(self, customer: Uuid) -> Option<String> {
        let shown = self.with(|store| store.shown(domain::kind::RecordKey::new(Kind::PoolCard, customer)))?;
        let mine = shown.summary.field(pool_card_field::CLAIMED_BY) == self.user().to_string();
        mine.then(|| shown.summary.field(pool_card_field::NAME).to_owned())
    }

    /// Returns how many customers this person has claimed from a pool today, as far as this device knows.
    pub fn claimed_today(self, pool: PoolId) -> u32 {
        let (me, pool, today) = (self.user().to_string(), pool.to_string(), self.today().to_string());
        let mut count = 0;
        self.with(|store| {
            store.each_line(Kind::Claim, |line| {
                let mine = line.field(claim_field::CLAIMANT) == me && line.field(claim_field::POOL) == pool;
                count += u32::from(mine && line.field(claim_field::DAY) == today);
            });
        });
        count
    }

    /// Returns the own customers that fall back within so many days, or wait for it.
    pub async fn falling(self, within: i64) -> Fallings {
        let (pools, me) = (self.pools().await, self.user());
        let pools: Vec<Pool> = pools.into_iter().filter(|pool| fits(pool, me) && !pool.rules.is_empty()).collect();
        let mut fallings = Fallings::new();
        if pools.is_empty() {
            return fallings;
        }
        let (owner, today) = (me.to_string(), self.today());
        self.with(|store| {
            let (mut last, mut planned) = (HashMap::<Uuid, i64>::new(), HashMap::<Uuid, NaiveDate>::new());
            store.each_line(Kind::ContactRecord, |line| {
                let at = line.field(contact_record_field::HAPPENED_AT).parse().ok();
                if let (false, Some(customer), Some(at)) = (line.hidden(), line.parent(), at) {
                    let known = last.entry(customer.id).or_insert(at);
                    *known = at.max(*known);
                }
            });
            each_open_action(store, |action, _| {
                let known = planned.entry(action.customer).or_insert(action.due);
                *known = action.due.max(*known);
            });
            store.each_line(Kind::Customer, |line| {
                if line.hidden() || line.field(customer_field::OWNER) != owner {
                    return;
                }
                let (id, tags) = (line.key.id, words(&line, customer_field::TAGS));
                let [received, locked_until, since] = held(&line);
                let held = Held {
                    level: line.field(customer_field::LEVEL),
                    region: line.field(customer_field::REGION),
                    tags: &tags,
                    received: received.or_else(|| created_at(id).map(zone::day)),
                    last_contact: last.get(&id).map(|at| zone::day(*at)),
                    locked_until,
                    planned: planned.get(&id).copied(),
                };
                if let Some(left) = days_left(&held, &pools, today).filter(|left| left.days <= within) {
                    fallings.insert(id, Falling::of(left, since));
                }
            });
        });
        fallings
    }
}

fn words(line: &Line<'_>, place: usize) -> BTreeSet<String> {
    line.field(place).lines().map(str::to_owned).collect()
}

/// Reads [`customer_field::HELD`].
fn held(line: &Line<'_>) -> [Option<NaiveDate>; 3] {
    let mut days = line.field(customer_field::HELD).split('/').map(|day| day.parse().ok());
    [(); 3].map(|()| days.next().flatten())
}

/// Returns the pool that [`customer_field::HELD`] names.
pub fn pool_of(held: &str) -> Option<PoolId> {
    held.split('/').nth(3)?.parse().ok()
}

/// When a customer falls back, as its page knows it: `last_contact` in ms UTC.
pub fn falling_of(
    customer: &Customer,
    owner: UserId,
    last_contact: Option<i64>,
    planned: Option<NaiveDate>,
    pools: &[Pool],
    today: NaiveDate,
) -> Option<Falling> {
    let received = customer.received_on.or_else(|| created_at(customer.id.uuid()).map(zone::day));
    let held = Held::of(customer, received, last_contact.map(zone::day), planned);
    let left = days_left(&held, pools.iter().filter(|pool| fits(pool, owner)), today)?;
    Some(Falling::of(left, customer.recycle_since))
}

/// The own customers that fall back soon, followed for the rows of a list.
#[derive(Clone, Copy)]
pub struct FallingHere(pub RwSignal<Option<Fallings>>);

impl FallingHere {
    /// Follows them from now on and puts them into the context.
    pub fn provide(data: Data, within: i64) {
        provide_context(Self(live(move || data.falling(within))));
    }
}
