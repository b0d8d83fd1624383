use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ALIASES_MOST, Collaborator, Customer, CustomerId,
    joined::{Joined, today},
};
use crate::{
    access::{Right, Role},
    kind::{Group, Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    pool::{Said, What, Whither, hand},
    record::Record,
    redirect::{kinds_below, move_children},
    refusal::Refusal,
    view::{Need, Stop, View},
};

/// Makes one customer of two. What hangs below the dead one moves; its id leads to the survivor. The survivor notes what
/// it was before, so that [`CustomerUnmerge`](super::CustomerUnmerge) can take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMerge {
    pub survivor: CustomerId,
    pub dead: CustomerId,
    /// Columns whose value the survivor takes from the dead one.
    #[serde(default)]
    pub take: Vec<String>,
    /// Whether the dead one's owner stays as a collaborator.
    pub keep_owner: bool,
}

impl CustomerMerge {
    fn join(&self, survivor: &Customer, dead: &Customer) -> Customer {
        let mut joined = survivor.clone();
        for column in &self.take {
            match column.as_str() {
                "name" => joined.name.clone_from(&dead.name),
                "short_name" => joined.short_name.clone_from(&dead.short_name),
                "email" => joined.email.clone_from(&dead.email),
                // The parts of an address belong together.
                "address" => {
                    joined.postal_code.clone_from(&dead.postal_code);
                    joined.province.clone_from(&dead.province);
                    joined.city.clone_from(&dead.city);
                    joined.district.clone_from(&dead.district);
                    joined.address.clone_from(&dead.address);
                    joined.position = dead.position;
                }
                "tax_id" => joined.tax_id.clone_from(&dead.tax_id),
                "industry" => joined.industry.clone_from(&dead.industry),
                "region" => joined.region.clone_from(&dead.region),
                "website" => joined.website.clone_from(&dead.website),
                "wechat" => joined.wechat.clone_from(&dead.wechat),
                "line" => joined.line.clone_from(&dead.line),
                "qq" => joined.qq.clone_from(&dead.qq),
                "payment_terms" => joined.payment_terms = dead.payment_terms,
                "credit_limit" => joined.credit_limit = dead.credit_limit,
                "visit_every" => joined.visit_every = dead.visit_every,
                "level" => joined.level.clone_from(&dead.level),
                "source" => joined.source.clone_from(&dead.source),
                "remark" => joined.remark.clone_from(&dead.remark),
                _ => {}
            }
        }
        for phone in &dead.phones {
            if !joined.phones.contains(phone) {
                joined.phones.push(phone.clone());
            }
        }
        joined.tags.extend(dead.tags.iter().cloned());
        // Where the door is belongs to the address.
        if dead.full_address() == joined.full_address() {
            joined.position = joined.position.or(dead.position);
        }
        joined.visit_every = joined.visit_every.or(dead.visit_every);
        // Whoever looks for the name that went finds the one that stayed.
        for alias in [&survivor.name, &dead.name].into_iter().chain(&dead.aliases) {
            if *alias != joined.name && joined.aliases.len() < ALIASES_MOST {
                joined.aliases.insert(alias.clone());
            }
        }
        for (field, value) in &dead.own {
            joined.own.entry(*field).or_insert_with(|| value.clone());
        }
        let owner = dead.owner.map(|user| Collaborator { user, right: Right::Write, until: None });
        for person in dead.collaborators.iter().cloned().chain(owner.filter(|_| self.keep_owner)) {
            let known = joined.owner == Some(person.user) || joined.collaborators.iter().any(|c| c.user == person.user);
            if !known {
                joined.collaborators.push(person);
            }
        }
        joined
    }
}

impl Mutation for CustomerMerge {
    const NAME: &'static str = "customer_merge";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let (Some(survivor), Some(dead)) = (view.require(self.survivor)?, view.require(self.dead)?) else {
            return Ok(());
        };
        if survivor.id == dead.id {
            return Err(Refusal::AlreadyMerged.into());
        }
        require_lead_of([survivor.id, dead.id], at, view)?;
        // What lies in the recycle bin is purged one day, and the other one would go with it or lose what it brought.
        if let Some(binned) = [&survivor, &dead].into_iter().find(|customer| customer.deleted()) {
            return Err(Refusal::Deleted { id: binned.id.uuid() }.into());
        }
        let (from, to) = (RecordKey::new(Kind::Customer, dead.id.uuid()), survivor.id.uuid());
        let aside = move_children(view, from, to)?;
        // What a pool holds is its administrators' alone: with the owner of the other one it comes out of it.
        let owner = dead.owner.filter(|_| survivor.pool.is_some());
        let stays = Customer { owner: survivor.owner.or(owner), ..survivor.clone() };
        let joined = match (survivor.pool, owner) {
            (Some(_), None) => self.join(&stays, &Customer { collaborators: Vec::new(), ..dead.clone() }),
            _ => self.join(&stays, &dead),
        };
        let line = owner.map(|_| view.derived_id("merged"));
        match owner.zip(line) {
            Some((owner, id)) => {
                let said = Said { id, what: What::Assigned, reason: String::new() };
                hand(Customer { owner: None, ..joined }, Whither::Owner(owner), said, at, view)?;
            }
            None => view.put(&joined)?,
        }
        if let Some(mut after) = view.get_exact(survivor.id)?.here() {
            let note = Joined::of(&survivor, &after, &dead, line, aside, at)?;
            after.joined.retain(|known| known.dead != dead.id && today(at) <= known.last_day());
            after.joined.push(note);
            view.put(&after)?;
        }
        view.put(&Customer { merged_into: Some(survivor.id), ..dead })
    }

    fn needs(&self) -> Vec<Need> {
        let of = |id: Uuid| RecordKey::new(Kind::Customer, id);
        let parent = of(self.dead.uuid());
        let children = kinds_below(Kind::Customer).map(|kind| Need::Children { kind, parent });
        [of(self.survivor.uuid()), parent].map(Need::Record).into_iter().chain(children).collect()
    }
}

/// Refuses whoever is no administrator, nor a manager who may write both customers.
pub(super) fn require_lead_of(both: [CustomerId; 2], at: &Moment, view: &View) -> Result<(), Stop> {
    let Actor::Person { roles, .. } = &at.actor else { return Ok(()) };
    if roles.contains(&Role::Administrator) {
        return Ok(());
    }
    for group in both.map(Customer::group_of) {
        require_manager(roles.contains(&Role::Manager), group, view)?;
    }
    Ok(())
}

fn require_manager(manager: bool, group: Group, view: &View) -> Result<(), Stop> {
    if manager && view.standing(group)?.now == Some(Right::Write) {
        Ok(())
    } else {
        Err(Refusal::RoleNotAllowed.into())
    }
}
