use serde::{Deserialize, Serialize};

use super::{Clash, ClashId, Settled, settled_by};
use crate::{
    contact::survivor,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation},
    refusal::Refusal,
    view::{Need, Stop, View},
};

/// Opens a clash; only the server does it, since only the server sees both customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClashOpen {
    pub clash: Clash,
}

impl Mutation for ClashOpen {
    const NAME: &'static str = "clash_open";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let customer = survivor(self.clash.customer, view)?;
        // Since it was found, either may have gone over into another.
        let other = match self.clash.other {
            Some(other) => Some(view.get(other)?.here().map_or(other, |survivor| survivor.id)),
            None => None,
        };
        if other == Some(customer) {
            return Ok(());
        }
        let asked_again = self.clash.other.is_none();
        match view.get_exact::<Clash>(self.clash.id)?.here() {
            // A pair that somebody has dealt with stays dealt with; whoever asks again wants an answer again.
            Some(known) if known.settled.is_some() && asked_again => view.put(&Clash {
                words: self.clash.words.clone(),
                found_at: self.clash.found_at,
                settled: None,
                ..known
            }),
            Some(_) => Ok(()),
            None => view.put(&Clash { customer, other, settled: None, ..self.clash.clone() }),
        }
    }

    fn needs(&self) -> Vec<Need> {
        let customers = [self.clash.customer].into_iter().chain(self.clash.other);
        let customers = customers.map(|id| RecordKey::new(Kind::Customer, id.uuid()));
        customers.chain([RecordKey::new(Kind::Clash, self.clash.id.uuid())]).map(Need::Record).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Clash, self.clash.id.uuid())]
    }
}

/// Says that a clash has been dealt with, or opens it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClashSettle {
    pub id: ClashId,
    pub settled: bool,
}

impl Mutation for ClashSettle {
    const NAME: &'static str = "clash_settle";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(clash) = view.require(self.id)? else { return Ok(()) };
        if let Actor::Person { user, roles } = &at.actor {
            let owner = view.require(clash.customer)?.and_then(|customer| customer.owner);
            if !settled_by(clash.by, *user, roles, owner) {
                return Err(Refusal::RoleNotAllowed.into());
            }
        }
        let by = at.actor.user().filter(|_| clash.settled.is_some() != self.settled);
        let Some(by) = by else { return Ok(()) };
        view.put(&Clash { settled: self.settled.then_some(Settled { by, at: at.happened }), ..clash })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::Clash, self.id.uuid()))]
    }
}

/// Notes that somebody has asked the server whose a customer is. It changes nothing: the journal keeps who asked for
/// whom, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClashNote {
    /// What was asked for: the names, telephones and tax number, one a line.
    pub words: String,
    /// How many customers the answer told of.
    pub found: u32,
}

impl Mutation for ClashNote {
    const NAME: &'static str = "clash_note";

    fn apply(&self, _at: &Moment, _view: &mut View) -> Result<(), Stop> {
        Ok(())
    }
}
