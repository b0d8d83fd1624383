use serde::{Deserialize, Serialize};

use super::{Customer, CustomerId};
use crate::{
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    redirect::kinds_below,
    refusal::Refusal,
    view::{Need, Stop, View},
};

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
        if customer.purge_day().is_none_or(|day| at.business_date < day) {
            return Ok(());
        }
        for kind in kinds_below(Kind::Customer) {
            for child in view.children(kind, self.key())? {
                view.purge(RecordKey::new(kind, child))?;
            }
        }
        view.purge(self.key())
    }

    fn needs(&self) -> Vec<Need> {
        let children = kinds_below(Kind::Customer).map(|kind| Need::Children { kind, parent: self.key() });
        [Need::Record(self.key())].into_iter().chain(children).collect()
    }
}
