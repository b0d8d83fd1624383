use serde::{Deserialize, Serialize};

use super::{Customer, CustomerId, joined::today, merge::require_lead_of};
use crate::{
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    redirect::{kinds_below, restore, return_children},
    refusal::Refusal,
    view::{Found, Need, Stop, View},
};

/// Makes two customers of one again, for [`UNMERGE_DAYS`](super::UNMERGE_DAYS) after the merge, by the day on which the
/// server hears of it. What came from the dead one goes back, and what was written to its id since; what was written to
/// the survivor stays there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerUnmerge {
    pub survivor: CustomerId,
    pub dead: CustomerId,
    /// Which merge of the two is meant: the moment in the survivor's note of it, ms UTC.
    pub merged_at: i64,
}

fn key(id: CustomerId) -> RecordKey {
    RecordKey::new(Kind::Customer, id.uuid())
}

/// Reads a customer under exactly this id; `None` means that this device cannot tell.
pub(super) fn exactly(id: CustomerId, view: &mut View) -> Result<Option<Customer>, Stop> {
    match view.get_exact(id)? {
        Found::Here(customer) => Ok(Some(customer)),
        Found::NotHere => Ok(None),
        Found::Absent => Err(Refusal::Missing { id: id.uuid() }.into()),
    }
}

impl Mutation for CustomerUnmerge {
    const NAME: &'static str = "customer_unmerge";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let (Some(survivor), Some(dead)) = (exactly(self.survivor, view)?, exactly(self.dead, view)?) else {
            return Ok(());
        };
        require_lead_of([survivor.id, dead.id], at, view)?;
        let note = survivor.joined.iter().find(|note| note.dead == dead.id);
        match dead.merged_into {
            None => return Ok(()), // somebody else was first
            Some(into) if into != survivor.id => return Err(Refusal::NotMerged.into()),
            // Somebody else was first, and they have become one again since.
            Some(_) if note.is_some_and(|note| note.at != self.merged_at) => return Ok(()),
            Some(_) if survivor.merged_into.is_some() => return Err(Refusal::MergedOnward.into()),
            Some(_) => {}
        }
        let note = note.filter(|note| today(at) <= note.last_day()).cloned().ok_or(Refusal::UnmergeTooLate)?;
        // What a later merge noted as it was is what this one made of it.
        if survivor.joined.last().is_some_and(|newest| newest.dead != dead.id) {
            return Err(Refusal::MergedSince.into());
        }
        let (mut parted, held) = note.take_back(&survivor)?;
        parted.joined.retain(|note| note.dead != dead.id);
        view.put(&parted)?;
        if let Some(line) = note.line.filter(|_| held) {
            view.purge(RecordKey::new(Kind::Claim, line.uuid()))?;
        }
        let id = dead.id.uuid();
        // Nobody could see to it meanwhile: its owner's days begin anew, or a pool takes it the same night.
        let back = match dead.owner {
            Some(_) => Customer { received_on: Some(today(at)), recycle_since: None, ..dead },
            None => dead,
        };
        view.put(&Customer { merged_into: None, ..back })?;
        return_children(view, key(survivor.id), id)?;
        restore(view, &note.aside)
    }

    fn needs(&self) -> Vec<Need> {
        let parent = key(self.survivor);
        let children = kinds_below(Kind::Customer).map(|kind| Need::Children { kind, parent });
        [parent, key(self.dead)].map(Need::Record).into_iter().chain(children).collect()
    }
}
