//! What staff do: enter, edit, hand over, merge. They know nothing of checkers.

use std::collections::BTreeSet;

use domain::{
    access::{Right, Role},
    contact::{Contact, ContactCreate, ContactId},
    contact_record::{Channel, ContactRecord, ContactRecordAdd, ContactRecordId},
    customer::{
        Customer, CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerId, CustomerMerge, CustomerShare,
    },
    department::DepartmentPlace,
    edit::{Edit, FieldEdit, SetEdit},
    kind::Kind,
    mutation::Action,
    next_action::{NextAction, NextActionAdd, NextActionFinish, NextActionId},
    own::{OwnFields, Unknown},
    user::{UserId, UserPlace},
    view::NEWER_FIELD,
};
use uuid::Uuid;

use super::{
    device::{Failed, now},
    host::Host,
    world::{World, day_of},
};

impl<H: Host> World<H> {
    /// Somebody works on a device, online or not.
    pub(super) fn act(&mut self, index: usize) -> Failed {
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(()) };
        let known = self.customers_on(index);
        let Some(customer) = self.rng.pick(&known).copied().filter(|_| !self.rng_chance(20)) else {
            return self.create_customer(index, user);
        };
        match self.rng.below(12) {
            0..=3 => self.edit_customer(index, customer),
            4 | 5 => self.add_contact(index, customer),
            6..=8 => self.record_contact(index, user, customer),
            9 => self.add_action(index, user, customer),
            10 => self.finish_action(index, customer),
            _ => self.bigger_step(index, customer, &known),
        }
    }

    fn rng_chance(&mut self, percent: usize) -> bool {
        self.rng.chance(percent)
    }

    fn say(&mut self, index: usize, action: impl Into<Action>) -> Failed {
        let action: Action = action.into();
        let args = action.args().map_err(|e| e.to_string())?;
        self.enter(index, action.name(), action.version(), args)
    }

    pub(super) fn customers_on(&self, index: usize) -> Vec<CustomerId> {
        let Some(tab) = self.devices.get(index).and_then(super::device::Device::tab) else { return Vec::new() };
        let mut ids: BTreeSet<Uuid> = BTreeSet::new();
        tab.with_base(|base| {
            base.scan(Kind::Customer, |id| {
                ids.insert(id);
            })
        });
        tab.with_preview(|preview| {
            ids.extend(preview.changes.keys().filter(|key| key.kind == Kind::Customer).map(|key| key.id));
        });
        ids.into_iter().map(CustomerId::new).collect()
    }

    fn create_customer(&mut self, index: usize, user: UserId) -> Failed {
        let id = CustomerId::new(self.rng.uuid(self.now));
        let mut customer = Customer { owner: Some(user), ..Customer::named(id, &self.word("客戶")) };
        if self.devices.get(index).is_some_and(|device| device.newer) {
            customer.unknown.rest.insert(NEWER_FIELD.into(), "kept".into());
            self.newer.insert(id.uuid());
        }
        self.say(index, CustomerCreate { customer })
    }

    fn word(&mut self, word: &str) -> String {
        format!("{word}{}", self.rng.below(10_000))
    }

    fn edit_customer(&mut self, index: usize, id: CustomerId) -> Failed {
        let Some(Some(customer)) = self.on_tab(index, |tab| now(tab.get(id)))? else { return Ok(()) };
        let field = |customer: &Customer, name: &str| match name {
            "name" => customer.name.clone(),
            "address" => customer.address.clone(),
            _ => customer.remark.clone(),
        };
        let name = *self.rng.pick(&["name", "name", "address", "remark"]).unwrap_or(&"name");
        let old = field(&customer, name);
        let from = if old.is_empty() { serde_json::Value::Null } else { old.into() };
        let to = self.word(name);
        let mut edit = Edit::fields(id, vec![FieldEdit::new(name, from, to)]);
        if self.rng.chance(30) {
            edit.sets.push(SetEdit {
                field: "tags".into(),
                add: vec![self.word("標籤").into()],
                remove: customer.tags.iter().take(1).map(|tag| tag.as_str().into()).collect(),
            });
        }
        self.say(index, CustomerEdit(edit))
    }

    fn add_contact(&mut self, index: usize, customer: CustomerId) -> Failed {
        let id = ContactId::new(self.rng.uuid(self.now));
        let contact = Contact::named(id, customer, &self.word("聯絡人"));
        self.say(index, ContactCreate { contact })
    }

    fn record_contact(&mut self, index: usize, user: UserId, customer: CustomerId) -> Failed {
        let record = ContactRecord {
            id: ContactRecordId::new(self.rng.uuid(self.now)),
            customer,
            channel: *self.rng.pick(&Channel::ALL).unwrap_or(&Channel::Phone),
            happened_at: self.now,
            minutes: None,
            met: vec![ContactId::new(self.rng.uuid(self.now))],
            result: String::new(),
            text: self.word("談"),
            check_in: None,
            left_at: None,
            author: user,
            late: false,
            written_to: None,
            deleted_at: None,
            own: OwnFields::new(),
            unknown: Unknown::new(),
        };
        let next = self.rng.chance(60).then(|| self.action(user, customer));
        let add = ContactRecordAdd { record, finishes: Vec::new(), next };
        if self.devices.get(index).is_some_and(|device| device.older) {
            return self.say_as_version_1(index, &add);
        }
        self.say(index, add)
    }

    /// What a device of an older build sends: one person met, not a list.
    fn say_as_version_1(&mut self, index: usize, add: &ContactRecordAdd) -> Failed {
        let mut args = serde_json::to_value(add).map_err(|e| e.to_string())?;
        if let Some(met) = args.get_mut("record").and_then(|record| record.get_mut("met")) {
            *met = met.get_mut(0).map(serde_json::Value::take).unwrap_or_default();
        }
        self.enter(index, "contact_record_add", 1, args.to_string())
    }

    fn action(&mut self, user: UserId, customer: CustomerId) -> NextAction {
        NextAction {
            id: NextActionId::new(self.rng.uuid(self.now)),
            customer,
            contact: None,
            due: day_of(self.now),
            time: None,
            what: self.word("回電"),
            assignee: user,
            done: None,
            deleted_at: None,
            unknown: Unknown::new(),
        }
    }

    fn add_action(&mut self, index: usize, user: UserId, customer: CustomerId) -> Failed {
        let action = self.action(user, customer);
        self.say(index, NextActionAdd { action })
    }

    fn finish_action(&mut self, index: usize, customer: CustomerId) -> Failed {
        let key = domain::kind::RecordKey::new(Kind::Customer, customer.uuid());
        let actions = self.on_tab(index, |tab| Ok(tab.children(Kind::NextAction, key)))?.unwrap_or_default();
        match actions.into_iter().next() {
            Some(id) => self.say(index, NextActionFinish { id: id.into(), done: true }),
            None => Ok(()),
        }
    }

    fn bigger_step(&mut self, index: usize, id: CustomerId, known: &[CustomerId]) -> Failed {
        let user = self.rng.pick(&self.users).copied();
        match self.rng.below(5) {
            0 | 1 => self.say(index, CustomerAssign { id, owner: user, pool: None }),
            2 => self.share(index, id, user),
            3 => {
                let binned = self.rng.chance(50);
                self.say(index, CustomerBin { id, binned })
            }
            _ => match self.rng.pick(known).copied() {
                Some(dead) => {
                    let keep_owner = self.rng.chance(70);
                    self.say(index, CustomerMerge { survivor: id, dead, take: vec!["address".into()], keep_owner })
                }
                None => Ok(()),
            },
        }
    }

    fn share(&mut self, index: usize, id: CustomerId, user: Option<UserId>) -> Failed {
        let Some(user) = user else { return Ok(()) };
        let right = match self.rng.below(3) {
            0 => None,
            1 => Some(Right::Read),
            _ => Some(Right::Write),
        };
        let until = self.rng.chance(50).then(|| day_of(self.now));
        self.say(index, CustomerShare { id, user, right, until })
    }

    /// The administrator changes who sees what, while devices may be away for weeks.
    pub(super) fn administrate(&mut self) -> Failed {
        let customers: Vec<CustomerId> = self
            .server
            .tables()
            .records
            .keys()
            .filter(|key| key.kind == Kind::Customer)
            .map(|key| CustomerId::new(key.id))
            .collect();
        match self.rng.below(6) {
            0 => self.change_role()?,
            1 | 2 => {
                let (department, head) = (self.rng.below(3), self.rng.below(self.users.len() + 1));
                self.place_head(department, (head < self.users.len()).then_some(head))?;
            }
            _ => {
                let owner = self.rng.pick(&self.users).copied();
                if let Some(id) = self.rng.pick(&customers).copied() {
                    self.command(CustomerAssign { id, owner, pool: None })?;
                    if self.rng.chance(40) {
                        let back = self.rng.pick(&self.users).copied();
                        self.command(CustomerAssign { id, owner: back, pool: None })?;
                        self.command(CustomerAssign { id, owner, pool: None })?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn place_head(&mut self, department: usize, head: Option<usize>) -> Failed {
        let (Some(id), top) = (self.departments.get(department).copied(), self.departments.first().copied()) else {
            return Ok(());
        };
        let head = head.and_then(|index| self.users.get(index).copied());
        let parent = top.filter(|top| *top != id);
        self.command(DepartmentPlace { id, name: "業務部".into(), parent, head, branch: false })
    }

    fn change_role(&mut self) -> Failed {
        // Never the administrator, or nobody is left.
        let index = 1 + self.rng.below(self.users.len() - 1);
        let (Some(id), Some(role)) = (self.users.get(index).copied(), self.rng.pick(&Role::ALL).copied()) else {
            return Ok(());
        };
        if role.sees_all_groups() {
            self.saw_all.insert(id);
        }
        let department = self.rng.pick(&self.departments).copied();
        self.command(UserPlace {
            id,
            name: format!("user{index}"),
            roles: [role].into(),
            department,
            superior: None,
            active: !self.has_left(id),
        })
    }
}
