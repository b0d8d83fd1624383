use chrono::{DateTime, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Customer, CustomerId};
use crate::{
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    refusal::Refusal,
    view::{Need, Stop, View},
};

/// So long the recycle bin keeps what was put there; days.
pub const BIN_DAYS: u64 = 30;

/// Returns the first day on which a customer that was put into the recycle bin at a moment (ms UTC) may be purged.
/// One day more than [`BIN_DAYS`]: the company's day may be another than that of UTC.
pub fn purge_day(deleted_at: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(deleted_at)?.date_naive().checked_add_days(Days::new(BIN_DAYS + 1))
}

/// Takes a customer out of the recycle bin for good, with everything below it: devices forget it. Only the server does
/// it; the journal still says what there was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPurge {
    pub id: CustomerId,
}

impl CustomerPurge {
    fn key(&self) -> RecordKey {
        RecordKey::new(Kind::Customer, self.id.uuid())
    }
}

impl Mutation for CustomerPurge {
    const NAME: &'static str = "customer_purge";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(customer) = view.get_exact::<Customer>(self.id)?.here() else { return Ok(()) };
        // Somebody may have restored it meanwhile.
        if customer.deleted_at.and_then(purge_day).is_none_or(|day| at.business_date < day) {
            return Ok(());
        }
        for kind in Kind::ALL.iter().filter(|kind| kind.parents().contains(&Kind::Customer)) {
            for child in view.children(*kind, self.key())? {
                view.purge(RecordKey::new(*kind, child))?;
            }
        }
        view.purge(self.key())
    }

    fn needs(&self) -> Vec<Need> {
        let children = Kind::ALL.iter().filter(|kind| kind.parents().contains(&Kind::Customer));
        let children = children.map(|kind| Need::Children { kind: *kind, parent: self.key() });
        [Need::Record(self.key())].into_iter().chain(children).collect()
    }
}
