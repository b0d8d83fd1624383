use std::{collections::BTreeSet, fmt};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Pool, PoolId};
use crate::{customer::Customer, user::UserId};

/// From when on days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The last contact since the owner has the customer; without one, the day on which they received it.
    Contact,
    /// The day on which the owner received the customer.
    Received,
}

impl Since {
    /// Every beginning, in the order in which they are offered.
    pub const ALL: [Since; 2] = [Since::Contact, Since::Received];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Since::Contact => "contact",
            Since::Received => "received",
        }
    }
}

/// So many whole days have passed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub since: Since,
    pub days: u32,
}

/// When a customer falls back into the pool. A rule without a condition takes nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub when: Vec<Condition>,
    /// One condition is enough; otherwise all of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub any: bool,
    /// Only customers of these levels; of all if none is named. Likewise the next two.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub levels: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub regions: BTreeSet<String>,
    /// Only customers with one of these tags.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Spares customers for as long as something is planned for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spare_planned: bool,
}

/// `contact 30 and received 60`
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = self.when.iter().map(|c| format!("{} {}", c.since.name(), c.days));
        f.write_str(&conditions.collect::<Vec<_>>().join(if self.any { " or " } else { " and " }))
    }
}

/// What the rules look at. All days are those of the organisation's zone.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    pub level: &'a str,
    pub region: &'a str,
    pub tags: &'a BTreeSet<String>,
    /// The day on which the owner received it.
    pub received: Option<NaiveDate>,
    pub last_contact: Option<NaiveDate>,
    /// The last day of a lock.
    pub locked_until: Option<NaiveDate>,
    /// The last day for which something is planned and not done.
    pub planned: Option<NaiveDate>,
}

impl<'a> Held<'a> {
    /// Takes what the customer itself says. `received` is its [`Customer::received_on`], or the day on which it was made.
    pub fn of(
        customer: &'a Customer,
        received: Option<NaiveDate>,
        last_contact: Option<NaiveDate>,
        planned: Option<NaiveDate>,
    ) -> Self {
        Self {
            level: &customer.level,
            region: &customer.region,
            tags: &customer.tags,
            received,
            last_contact,
            locked_until: customer.locked_until,
            planned,
        }
    }

    /// Returns the first day on which a condition holds. What was before the owner does not count against them, and no
    /// contact at all falls back to the day received.
    fn holds_on(&self, condition: Condition) -> Option<NaiveDate> {
        let from = match condition.since {
            Since::Contact => self.last_contact.max(self.received),
            Since::Received => self.received,
        };
        from?.checked_add_days(Days::new(condition.days.into()))
    }

    /// Returns the day on which a rule takes it.
    fn falls_on(&self, rule: &Rule) -> Option<NaiveDate> {
        let named = |words: &BTreeSet<String>, word: &str| {
            words.is_empty() || words.iter().any(|known| known.eq_ignore_ascii_case(word.trim()))
        };
        let meant = named(&rule.levels, self.level)
            && named(&rule.regions, self.region)
            && (rule.tags.is_empty() || !rule.tags.is_disjoint(self.tags));
        if !meant {
            return None;
        }
        let days = rule.when.iter().map(|condition| self.holds_on(*condition));
        let day = if rule.any { days.flatten().min() } else { days.collect::<Option<Vec<_>>>()?.into_iter().max() }?;
        // What keeps it ends on a day, and that day is the deadline: nobody loses it overnight by a plan that has passed.
        let keeps = [self.locked_until, self.planned.filter(|_| rule.spare_planned)];
        let free = keeps.into_iter().flatten().max().map_or(Some(day), |last| last.succ_opt())?;
        Some(day.max(free))
    }
}

/// When and whither a customer falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaysLeft {
    /// Nights until then: at 0 or below it is due.
    pub days: i64,
    pub day: NaiveDate,
    pub pool: PoolId,
}

/// Says whether a pool's rules are meant for the customers of an owner.
pub fn fits(pool: &Pool, owner: UserId) -> bool {
    !pool.off && pool.members.contains(&owner)
}

/// Returns how many days are left until the first rule of some pools takes a customer; `None` if none ever does. The
/// badge, the list of warnings and the nightly recycling all ask here. Of two pools on one day the lesser id takes it.
pub fn days_left<'a>(held: &Held<'_>, pools: impl IntoIterator<Item = &'a Pool>, today: NaiveDate) -> Option<DaysLeft> {
    let falls = pools.into_iter().flat_map(|pool| pool.rules.iter().map(move |rule| (pool.id, rule)));
    let days = falls.filter_map(|(pool, rule)| {
        let day = held.falls_on(rule)?;
        Some(DaysLeft { days: (day - today).num_days(), day, pool })
    });
    days.min()
}
