//! A small company whose people push at random, the same for the same seed.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDate};
use domain::{
    access::{Right, Role},
    contact::{Contact, ContactCreate},
    contact_record::{Channel, ContactRecord, ContactRecordAdd},
    customer::{Customer, CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerMerge, CustomerShare},
    department::{Department, DepartmentCreate, DepartmentPlace},
    edit::{Edit, FieldEdit},
    id::{Id, uuid_v7},
    kind::Kind,
    mutation::{Action, Void},
    organisation::{Organisation, OrganisationSetUp},
    user::{User, UserCreate, UserId, UserPlace},
    value::Currency,
};
use serde_json::value::RawValue;
use sync::{
    protocol::{Caller, Cursor, Entry, PROTOCOL, PullRequest, PushRequest},
    server::{Clock, Session},
};
use uuid::Uuid;

pub(crate) const ORGANISATION: Uuid = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
const START: i64 = 1_780_000_000_000;

/// A clock that moves only when told.
pub(crate) struct FakeClock {
    now: AtomicI64,
}

impl FakeClock {
    pub(crate) fn new() -> Self {
        Self { now: AtomicI64::new(START) }
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn today(&self) -> NaiveDate {
        DateTime::from_timestamp_millis(self.now()).unwrap_or_default().date_naive()
    }
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    pub(crate) fn id(&mut self, at: i64) -> Uuid {
        let (a, b) = (self.next().to_le_bytes(), self.next().to_le_bytes());
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&a);
        bytes[8..].copy_from_slice(&b[..2]);
        uuid_v7(at, bytes)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.below(of.len())]) }
    }
}

/// One browser of one person.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) user: UserId,
    pub(crate) client: Uuid,
    next: u64,
    seen: u64,
}

impl Device {
    pub(crate) fn new(user: UserId, client: Uuid) -> Self {
        Self { user, client, next: 1, seen: 0 }
    }

    pub(crate) fn session(&self) -> Session {
        Session { organisation: ORGANISATION, user: self.user }
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller { protocol: PROTOCOL, organisation: ORGANISATION, user: self.user, client: self.client }
    }

    pub(crate) fn pull(&self, cursor: Option<Cursor>) -> PullRequest {
        PullRequest { caller: self.caller(), kinds: Kind::ALL.len() as u8, cursor, seen: None, unsent: 0 }
    }

    /// Numbers actions as entries of a push.
    pub(crate) fn push(&mut self, actions: Vec<(Uuid, Action)>, now: i64) -> PushRequest {
        let first = self.next;
        self.next += actions.len() as u64;
        let entries = (first..).zip(actions).map(|(n, (id, action))| entry(id, n, &action, now, self.seen)).collect();
        PushRequest { caller: self.caller(), entries }
    }
}

pub(crate) fn entry(id: Uuid, n: u64, action: &Action, now: i64, seen: u64) -> Entry {
    let day = DateTime::from_timestamp_millis(now).expect("a time").date_naive();
    Entry {
        id,
        n,
        name: action.name().to_owned(),
        v: action.version(),
        args: RawValue::from_string(action.args().expect("arguments")).expect("JSON"),
        happened: now,
        happened_raw: now + 17,
        business_date: day,
        seen,
        about: "長興工業".to_owned(),
    }
}

pub(crate) fn user(id: UserId, name: &str, roles: &[Role]) -> User {
    User {
        id,
        name: name.to_owned(),
        sign_in: name.to_owned(),
        roles: roles.iter().copied().collect(),
        department: None,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

pub(crate) fn set_up(administrator: UserId) -> Action {
    let organisation = Organisation {
        id: ORGANISATION.into(),
        name: "常客貿易".to_owned(),
        language: "zh-Hant".to_owned(),
        currency: Currency::Twd,
        time_zone: "Asia/Taipei".to_owned(),
        region: None,
        silent_after: None,
        unknown: Default::default(),
    };
    OrganisationSetUp { organisation, administrator: user(administrator, "boss", &[Role::Administrator]) }.into()
}

/// The company and what it has made so far.
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) devices: Vec<Device>,
    departments: Vec<Id<Department>>,
    customers: Vec<Id<Customer>>,
    sent: Vec<PushRequest>,
}

const STAFF: [(&str, Role); 7] = [
    ("boss", Role::Administrator),
    ("head", Role::Manager),
    ("north", Role::SalesRep),
    ("south", Role::SalesRep),
    ("helper", Role::SalesAssistant),
    ("books", Role::Finance),
    ("buyer", Role::Purchaser),
];

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let devices = STAFF.iter().map(|_| Device::new(random.id(START).into(), random.id(START))).collect::<Vec<_>>();
        Self { random, devices, departments: Vec::new(), customers: Vec::new(), sent: Vec::new() }
    }

    /// What the administrator enters first.
    pub(crate) fn staff(&mut self, now: i64) -> PushRequest {
        let mut actions: Vec<Action> = Vec::new();
        for (name, head, above) in [("sales", Some(1), None), ("field", None, Some(0))] {
            let id: Id<Department> = self.random.id(now).into();
            let above: Option<usize> = above;
            let parent = above.map(|at: usize| self.departments[at]);
            let head = head.map(|at: usize| self.devices[at].user);
            self.departments.push(id);
            let department =
                Department { id, name: name.to_owned(), parent, head, branch: false, unknown: Default::default() };
            actions.push(DepartmentCreate { department }.into());
        }
        for (at, (name, role)) in STAFF.iter().enumerate().skip(1) {
            let department = (at < 4).then(|| self.departments[at % 2]);
            let user = User { department, ..user(self.devices[at].user, name, &[*role]) };
            actions.push(UserCreate { user }.into());
        }
        let actions = actions.into_iter().map(|action| (self.random.id(now), action)).collect();
        self.devices[0].push(actions, now)
    }

    /// Returns what somebody pushes next: new entries, now and then old ones again, or with a gap.
    pub(crate) fn step(&mut self, now: i64, head: u64) -> (Session, PushRequest) {
        // Every other push is the administrator's, so that much happens.
        let at = if self.random.below(2) == 0 { 0 } else { self.random.below(self.devices.len()) };
        match self.random.below(20) {
            0 if !self.sent.is_empty() => {
                let again = self.random.below(self.sent.len());
                let request = self.sent[again].clone();
                return (Session { organisation: ORGANISATION, user: request.caller.user }, request);
            }
            1 => {
                let mut ahead = self.devices[at].clone();
                ahead.next += 2;
                let id = self.random.id(now);
                return (ahead.session(), ahead.push(vec![(id, Void {}.into())], now));
            }
            _ => {}
        }
        let count = 1 + self.random.below(5);
        let actions: Vec<Action> = (0..count).map(|_| self.action(at, now)).collect();
        let actions = actions.into_iter().map(|action| (self.random.id(now), action)).collect();
        self.devices[at].seen = head.saturating_sub(self.random.below(30) as u64);
        let mut request = self.devices[at].push(actions, now);
        if self.random.below(15) == 0 {
            // Arguments that no build understands.
            request.entries[0].args = RawValue::from_string("{\"id\":7}".to_owned()).expect("JSON");
        }
        self.sent.push(request.clone());
        (self.devices[at].session(), request)
    }

    fn action(&mut self, at: usize, now: i64) -> Action {
        let me = self.devices[at].user;
        let someone = self.devices[self.random.below(self.devices.len())].user;
        let some = self.random.pick(&self.customers);
        let Some(id) = some.filter(|_| self.random.below(4) > 0) else { return self.new_customer(me, someone, now) };
        let other = self.random.pick(&self.customers).unwrap_or(id);
        match self.random.below(14) {
            0 | 1 => CustomerAssign { id, owner: (self.random.below(5) > 0).then_some(someone), pool: None }.into(),
            2 | 3 => {
                let right = [None, Some(Right::Read), Some(Right::Write)][self.random.below(3)];
                let until = DateTime::from_timestamp_millis(now + 86_400_000 * self.random.below(3) as i64);
                let until = until.filter(|_| self.random.below(2) == 0).map(|time| time.date_naive());
                CustomerShare { id, user: someone, right, until }.into()
            }
            4 => CustomerBin { id, binned: self.random.below(2) == 0 }.into(),
            5 => merge(other, id),
            6 => {
                let from = if self.random.below(2) == 0 { "" } else { "另一個" };
                let to = format!("備註 {}", self.random.below(50));
                CustomerEdit(Edit::fields(id, vec![FieldEdit::new("address", from, to)])).into()
            }
            7 | 8 => {
                let contact = Contact::named(self.random.id(now).into(), id, "林小姐");
                ContactCreate { contact }.into()
            }
            9 if at == 0 => {
                let below = self.random.below(2);
                let parent = self.random.pick(&self.departments);
                DepartmentPlace {
                    id: self.departments[below],
                    name: "部".to_owned(),
                    parent,
                    head: Some(someone),
                    branch: false,
                }
                .into()
            }
            10 if at == 0 => {
                let place = 1 + self.random.below(STAFF.len() - 1);
                let (name, role) = STAFF[place];
                let roles: BTreeSet<Role> =
                    if self.random.below(2) == 0 { [role].into() } else { [Role::SalesRep].into() };
                let department = self.random.pick(&self.departments);
                let active = self.random.below(12) > 0;
                UserPlace {
                    id: self.devices[place].user,
                    name: name.to_owned(),
                    roles,
                    department,
                    superior: None,
                    active,
                }
                .into()
            }
            11 => Void {}.into(),
            _ => ContactRecordAdd {
                record: contact_record(self.random.id(now), id, me, now),
                finishes: vec![],
                next: None,
            }
            .into(),
        }
    }

    fn new_customer(&mut self, me: UserId, someone: UserId, now: i64) -> Action {
        let id: Id<Customer> = self.random.id(now).into();
        self.customers.push(id);
        let owner = if self.random.below(3) > 0 { me } else { someone };
        let customer = Customer { owner: Some(owner), ..Customer::named(id, "新客戶") };
        CustomerCreate { customer }.into()
    }
}

fn merge(survivor: Id<Customer>, dead: Id<Customer>) -> Action {
    CustomerMerge { survivor, dead, take: Vec::new(), keep_owner: true }.into()
}

pub(crate) fn contact_record(id: Uuid, customer: Id<Customer>, author: UserId, now: i64) -> ContactRecord {
    ContactRecord {
        id: id.into(),
        customer,
        channel: Channel::Visit,
        happened_at: now,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: "談了下一季的交期".to_owned(),
        check_in: None,
        left_at: None,
        author,
        late: false,
        written_to: None,
        deleted_at: None,
        own: Default::default(),
        unknown: Default::default(),
    }
}
