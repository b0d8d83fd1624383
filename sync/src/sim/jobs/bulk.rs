//! Another owner, one more tag, or the recycle bin for several customers.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    customer::{Customer, CustomerAssign, CustomerBin, CustomerEdit, CustomerId},
    edit::{Edit, SetEdit},
    kind::{Kind, RecordKey},
    mutation::Action,
    user::UserId,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        device::{Failed, now},
        host::Host,
        world::World,
    },
    Back, Job, State,
};

/// The most customers at once.
const CHOSEN_MOST: usize = 6;

/// What is done to each.
enum Deed {
    Assign(UserId),
    Tag(String),
    Bin,
}

impl Deed {
    /// Returns one customer's share, and what takes it back; none where there is nothing to do.
    fn steps(&self, customer: &Customer) -> Option<(Action, Action)> {
        let id = customer.id;
        match self {
            Deed::Assign(owner) => {
                let assign = |owner, pool| Action::from(CustomerAssign { id, owner, pool });
                let back = assign(customer.owner, customer.pool);
                (customer.owner != Some(*owner)).then(|| (assign(Some(*owner), None), back))
            }
            Deed::Tag(tag) => {
                let tagged =
                    |set: SetEdit| Action::from(CustomerEdit(Edit { id, fields: Vec::new(), sets: vec![set] }));
                let (field, items) = ("tags".to_owned(), vec![Value::from(tag.as_str())]);
                let add = SetEdit { field: field.clone(), add: items.clone(), remove: Vec::new() };
                let remove = SetEdit { field, add: Vec::new(), remove: items };
                (!customer.tags.contains(tag)).then(|| (tagged(add), tagged(remove)))
            }
            Deed::Bin => {
                let bin = |binned| Action::from(CustomerBin { id, binned });
                Some((bin(true), bin(false)))
            }
        }
    }
}

impl<H: Host> World<H> {
    pub(super) fn do_in_bulk(&mut self, index: usize) -> Failed {
        let known = self.customers_on(index);
        let chosen: BTreeSet<CustomerId> =
            (0..CHOSEN_MOST).filter_map(|_| self.jobs.luck.pick(&known).copied()).collect();
        let deed = match self.jobs.luck.below(3) {
            0 => match self.jobs.luck.pick(&self.users).copied() {
                Some(owner) => Deed::Assign(owner),
                None => return Ok(()),
            },
            1 => Deed::Tag(format!("批{}", self.jobs.luck.below(20))),
            _ => Deed::Bin,
        };
        let (mut before, mut forth, mut entries, mut back) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), Vec::new());
        for id in chosen {
            let Some(customer): Option<Customer> = self.on_tab(index, |tab| now(tab.get(id)))?.flatten() else {
                continue;
            };
            let listed = customer.deleted_at.is_none() && customer.merged_into.is_none();
            let Some((there, again)) = deed.steps(&customer).filter(|_| listed) else { continue };
            let key = RecordKey::new(Kind::Customer, id.uuid());
            let entry: Uuid = self.jobs.luck.uuid(self.now);
            if self.is_as_the_server_says(index, key) {
                before.insert(key, Some(serde_json::to_value(&customer).map_err(|e| e.to_string())?));
            }
            forth.insert(entry, key);
            entries.push((entry, there));
            back.push((key, again));
        }
        if entries.is_empty() || !self.enter_together(index, entries, Vec::new())? {
            return Ok(());
        }
        let regretted_at = self.regret();
        self.jobs.jobs.push(Job {
            device: index,
            back: Back::Known(back),
            regretted_at,
            before,
            forth,
            taken_back: BTreeMap::new(),
            excused: BTreeSet::new(),
            state: State::Done,
        });
        Ok(())
    }
}
