//! Keeping fingerprints: the administrator's switch, and what the server does by it.

use serde::{Deserialize, Serialize};

use super::{Bucket, Fingerprint, Fingerprints, FingerprintsId, Keeping, Tells};
use crate::{
    access::Role,
    customer::{Customer, CustomerId},
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    refusal::Refusal,
    view::{Need, Stop, View},
};

/// Sets how they are kept.
fn keep(keeping: Keeping, view: &mut View) -> Result<(), Stop> {
    let id = Fingerprints::keeping_id();
    let record = view.get_exact::<Fingerprints>(id)?.here();
    let unknown = record.map(|record| record.unknown).unwrap_or_default();
    view.put(&Fingerprints { id, of: Bucket::default(), keeping: Some(keeping), unknown })
}

fn only_the_server(at: &Moment) -> Result<(), Stop> {
    if at.actor == Actor::System { Ok(()) } else { Err(Refusal::RoleNotAllowed.into()) }
}

fn only_administrators(at: &Moment) -> Result<(), Stop> {
    match &at.actor {
        Actor::Person { roles, .. } if !roles.contains(&Role::Administrator) => Err(Refusal::RoleNotAllowed.into()),
        Actor::Person { .. } | Actor::System => Ok(()),
    }
}

/// Switches the fingerprints on or off, for the whole company. The server fills or empties them afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerprintsSwitch {
    pub on: bool,
}

impl Mutation for FingerprintsSwitch {
    const NAME: &'static str = "fingerprints_switch";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        only_administrators(at)?;
        let keeping = Fingerprints::keeping(view)?;
        keep(keeping.switched(self.on), view)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(Fingerprints::keeping_key())]
    }
}

/// Sets how much somebody learns of the owner of a customer that they do not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerprintsTell {
    pub tells: Tells,
}

impl Mutation for FingerprintsTell {
    const NAME: &'static str = "fingerprints_tell";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        only_administrators(at)?;
        let keeping = Fingerprints::keeping(view)?;
        keep(Keeping { tells: self.tells, ..keeping }, view)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(Fingerprints::keeping_key())]
    }
}

/// Puts in the fingerprints of some customers that were there before, or were worked out otherwise; only the server does
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerprintsFill {
    pub customers: Vec<CustomerId>,
}

impl Mutation for FingerprintsFill {
    const NAME: &'static str = "fingerprints_fill";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        only_the_server(at)?;
        if !Fingerprints::keeping(view)?.follows() {
            return Ok(());
        }
        for id in &self.customers {
            // What cannot be read has none, and must not keep the others from having theirs.
            let customer = match view.get_exact::<Customer>(*id) {
                Err(Stop::Broken(_)) => None,
                found => found?.here(),
            };
            Fingerprints::set(id.uuid(), customer.as_ref().and_then(Fingerprint::of).as_ref(), view)?;
        }
        Ok(())
    }

    fn needs(&self) -> Vec<Need> {
        let of_customer = |id: &CustomerId| {
            let bucket = RecordKey::new(Kind::Fingerprints, Bucket::of_customer(id.uuid()).uuid());
            [RecordKey::new(Kind::Customer, id.uuid()), bucket].map(Need::Record)
        };
        self.customers.iter().flat_map(of_customer).chain([Need::Record(Fingerprints::keeping_key())]).collect()
    }
}

/// Takes some out, or says what is there now; only the server does it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerprintsTend {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<FingerprintsId>,
    /// The layout of those that are there from now on, and whether all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<(u16, bool)>,
}

impl Mutation for FingerprintsTend {
    const NAME: &'static str = "fingerprints_tend";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        only_the_server(at)?;
        for id in self.drop.iter().filter(|id| **id != Fingerprints::keeping_id()) {
            view.remove::<Fingerprints>(*id)?;
        }
        match self.now {
            Some((layout, filled)) => {
                let keeping = Fingerprints::keeping(view)?;
                // Somebody has switched them since: they are not what the server has made of them.
                if filled && !keeping.follows() {
                    return Ok(());
                }
                keep(Keeping { layout, filled, ..keeping }, view)
            }
            None => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        let dropped = self.drop.iter().map(|id| RecordKey::new(Kind::Fingerprints, id.uuid()));
        dropped.chain([Fingerprints::keeping_key()]).map(Need::Record).collect()
    }
}
