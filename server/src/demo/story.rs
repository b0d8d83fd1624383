//! What the people of a demo company do in a year.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Weekday};
use domain::{
    access::Role,
    contact::{Contact, ContactCreate},
    contact_record::{Channel, ContactRecord, ContactRecordAdd},
    customer::{Customer, CustomerCreate, CustomerId},
    id::uuid_v7,
    mutation::Action,
    next_action::{NextAction, NextActionId},
    pool::{Condition, Pool, PoolCreate, PoolId, Rule, Since},
    user::{User, UserId},
    value::{Email, Phone, Position},
};
use sync::server::StoreError;
use uuid::Uuid;

use super::words::{Talk, Words};

const CUSTOMERS: usize = 300;
/// One customer of so many has no owner and lies in the pool.
const POOLED_EACH: usize = 25;
pub(super) const DAY_MS: i64 = 24 * 3600 * 1000;
/// The first department in [`Words::departments`] that is a branch.
const FIRST_BRANCH: usize = 4;

/// Where the luck of opportunities begins.
const DEALS_SEED: u64 = 20_261_128;

/// SplitMix64: the same story for the same seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or_default()
    }

    /// Makes a UUIDv7.
    pub(super) fn id(&mut self, at: i64) -> Uuid {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes()[..2]);
        uuid_v7(at, bytes)
    }
}

/// One entry, at its time; ms UTC.
pub(super) struct Step {
    pub(super) at: i64,
    pub(super) by: UserId,
    pub(super) action: Action,
    pub(super) about: String,
}

/// A year of a company.
pub(super) struct Story<'a> {
    pub(super) words: &'static Words,
    pub(super) users: &'a [User],
    /// ms UTC.
    pub(super) from: i64,
    /// ms UTC.
    pub(super) to: i64,
}

/// Makes a new customer one that nobody owns.
fn lay_into(pool: PoolId, step: &mut Step) {
    if let Action::CustomerCreate(create) = &mut step.action {
        (create.customer.owner, create.customer.pool) = (None, Some(pool));
    }
}

/// Two people come upon one company: the last customer that was entered bears the name of the first one.
fn meet(steps: &mut [Step]) {
    let mut owned = steps.iter_mut().filter_map(|step| match &mut step.action {
        Action::CustomerCreate(create) if create.customer.owner.is_some() => Some(&mut create.customer),
        _ => None,
    });
    let Some(first) = owned.next() else { return };
    let Some(last) = owned.rfind(|customer| customer.owner != first.owner) else { return };
    let about = std::mem::replace(&mut last.short_name, first.short_name.clone());
    last.name.clone_from(&first.name);
    let short = first.short_name.clone();
    steps.iter_mut().filter(|step| step.about == about).for_each(|step| step.about.clone_from(&short));
}

/// One customer while its story is told.
pub(super) struct Told {
    pub(super) id: CustomerId,
    about: String,
    pub(super) owner: UserId,
    /// When it was entered; ms UTC.
    pub(super) since: i64,
    contacts: Vec<Contact>,
    /// The next action that is still open.
    open: Option<NextActionId>,
    /// Where it is.
    door: Option<Position>,
}

impl Story<'_> {
    /// Tells everything, in the order of time.
    pub(super) fn steps(&self, random: &mut Random) -> Result<Vec<Step>, StoreError> {
        let mut steps = Vec::new();
        let (mut names, mut luck) = (BTreeSet::new(), Random(DEALS_SEED));
        let pool = self.pool(random, &mut steps);
        for at in 0..CUSTOMERS {
            let branch = at % self.words.cities.len();
            if let Some((pool, by)) = pool.filter(|_| at % POOLED_EACH == 0) {
                let first = steps.len();
                self.customer(at, branch, by, self.to - DAY_MS * (2 + at as i64 / 10), &mut names, random, &mut steps)?;
                steps.iter_mut().skip(first).for_each(|step| lay_into(pool, step));
                continue;
            }
            let Some(owner) = self.owner(branch, random) else { continue };
            // Four of five were taken over in the first weeks; the others came one by one.
            let weeks = if at % 5 > 0 { 4 } else { 48 };
            let since = self.from + DAY_MS + random.below(weeks * 7) as i64 * DAY_MS;
            let mut told = self.customer(at, branch, owner, since, &mut names, random, &mut steps)?;
            self.follow(&mut told, random, &mut steps);
            steps.extend(self.upcoming(at, told.id, owner, &told.about));
            self.deal(&told, &mut luck, &mut steps);
        }
        self.said(&mut steps);
        steps.sort_by_key(|step| step.at);
        meet(&mut steps);
        Ok(steps)
    }

    /// Tells how the administrator opens the pool, of which every rep is a member.
    fn pool(&self, random: &mut Random, steps: &mut Vec<Step>) -> Option<(PoolId, UserId)> {
        let of = |role: Role| self.users.iter().filter(move |user| user.roles.contains(&role)).map(|user| user.id);
        let by = self.users.first()?.id;
        let at = self.from + DAY_MS;
        let rule = Rule {
            when: vec![Condition { since: Since::Contact, days: 90 }],
            levels: ["C".to_owned()].into(),
            ..Rule::default()
        };
        let pool = Pool {
            members: of(Role::SalesRep).collect(),
            administrators: of(Role::Manager).collect(),
            rules: vec![rule],
            quota_per_day: Some(5),
            cooling_off_days: 7,
            ..Pool::named(random.id(at).into(), self.words.pool)
        };
        let id = pool.id;
        steps.push(Step { at, by, about: pool.name.clone(), action: PoolCreate { pool }.into() });
        Some((id, by))
    }

    /// Chooses who looks after a customer: the people of the branch, its head now and then.
    fn owner(&self, branch: usize, random: &mut Random) -> Option<UserId> {
        let department = self.words.departments.get(FIRST_BRANCH + branch)?;
        let people = self.words.people.iter().zip(self.users);
        let here: Vec<&User> =
            people.filter(|(person, _)| person.department == FIRST_BRANCH + branch).map(|(_, user)| user).collect();
        let reps: Vec<&User> = here.iter().filter(|user| user.roles.contains(&Role::SalesRep)).copied().collect();
        let head = department.head.and_then(|at| self.users.get(at));
        if random.below(8) == 0 { head.map(|head| head.id) } else { random.pick(&reps).map(|rep| rep.id) }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one customer's beginning")]
    fn customer(
        &self,
        number: usize,
        branch: usize,
        owner: UserId,
        since: i64,
        names: &mut BTreeSet<String>,
        random: &mut Random,
        steps: &mut Vec<Step>,
    ) -> Result<Told, StoreError> {
        let words = self.words;
        let city = words.cities.get(branch).map(|cities| random.word(cities)).unwrap_or_default();
        let short = loop {
            let (first, second) = (random.word(words.first), random.word(words.second));
            let second = if words.between.is_empty() { second.to_owned() } else { second.to_lowercase() };
            let name = format!("{first}{second}{}{}", words.between, random.word(words.trades));
            if names.insert(name.clone()) {
                break name;
            }
        };
        let form = random.word(words.forms);
        let name = if words.between.is_empty() { format!("{city}{short}{form}") } else { format!("{short} {form}") };
        let mut customer = Customer { owner: Some(owner), ..Customer::named(random.id(since).into(), &name) };
        customer.short_name.clone_from(&short);
        customer.phones = vec![self.phone(branch, number / words.lines.len())?];
        customer.email = Some(email(&format!("info{number}@example.com"))?);
        let (road, house) = (random.word(words.roads), 1 + random.below(380));
        customer.address = words.address(city, road, house);
        customer.level = ["A", "B", "B", "C", "C"].get(random.below(5)).copied().unwrap_or_default().to_owned();
        customer.source = random.word(words.sources).to_owned();
        customer.tags = (0..random.below(3)).map(|_| random.word(words.tags).to_owned()).collect();
        customer.remark = random.word(words.remarks).to_owned();
        self.locate(&mut customer, number, branch);
        let (id, door) = (customer.id, customer.position);
        let at = self.hour(since, random);
        steps.push(Step { at, by: owner, action: CustomerCreate { customer }.into(), about: short.clone() });
        let mut contacts = Vec::new();
        for which in 0..=random.below(3) {
            let (surname, given) = (random.word(words.surnames), random.word(words.given));
            let name = match words.between {
                "" => format!("{surname}{given}"),
                between => format!("{given}{between}{surname}"),
            };
            let mut contact = Contact::named(random.id(since).into(), id, &name);
            contact.title = random.word(words.titles).to_owned();
            // Behind those of the customers.
            contact.phones = vec![self.phone(branch, CUSTOMERS / words.lines.len() + number + which)?];
            contact.email = Some(email(&format!("contact{number}.{which}@example.com"))?);
            contacts.push(contact.clone());
            let at = at + 60_000 * (which as i64 + 1);
            steps.push(Step { at, by: owner, action: ContactCreate { contact }.into(), about: short.clone() });
        }
        Ok(Told { id, about: short, owner, since: at, contacts, open: None, door })
    }

    /// Tells the talks with a customer, each of which leads to the next.
    fn follow(&self, told: &mut Told, random: &mut Random, steps: &mut Vec<Step>) {
        let mut day = told.since + DAY_MS * (1 + random.below(10) as i64);
        while day < self.to {
            let at = self.hour(day, random);
            let Some(talk) = random.pick(self.words.talks).filter(|_| at < self.to) else { break };
            let wait = 7 + random.below(75) as i64;
            let talk = self.talk(told, talk, at, wait, random);
            steps.extend(self.with_visit(talk, told.door));
            // Most people keep what they planned to the day, some are late.
            day += DAY_MS * (wait + random.below(6) as i64);
        }
    }

    fn talk(&self, told: &mut Told, talk: &Talk, at: i64, wait: i64, random: &mut Random) -> Step {
        let channel = Channel::ALL.get(random.below(4)).copied().unwrap_or_default();
        let met = random.pick(&told.contacts).map(|contact| contact.id);
        let record = ContactRecord {
            id: random.id(at).into(),
            customer: told.id,
            channel,
            happened_at: at - 600_000,
            minutes: u16::try_from(5 + 5 * random.below(12)).ok(),
            met: met.into_iter().collect(),
            result: talk.result.to_owned(),
            text: talk.text.to_owned(),
            check_in: None,
            left_at: None,
            author: told.owner,
            late: false,
            written_to: None,
            deleted_at: None,
            own: Default::default(),
            unknown: Default::default(),
        };
        let due = workday(day_of(at) + Days::new(wait.unsigned_abs()));
        // One in six talks leaves nothing to do.
        let next = (random.below(6) > 0).then(|| NextAction {
            id: random.id(at).into(),
            customer: told.id,
            contact: met,
            due,
            time: None,
            what: talk.next.to_owned(),
            assignee: told.owner,
            done: None,
            deleted_at: None,
            unknown: Default::default(),
        });
        let finishes = told.open.take().into_iter().collect();
        told.open = next.as_ref().map(|next| next.id);
        let action = ContactRecordAdd { record, finishes, next }.into();
        Step { at, by: told.owner, action, about: told.about.clone() }
    }

    /// Returns a telephone number around a branch, another for each of a thousand.
    fn phone(&self, branch: usize, which: usize) -> Result<Phone, StoreError> {
        let line = self.words.lines.get(branch).copied().unwrap_or_default();
        // Neighbours in the list are none on the telephone. 617 and 1000 have no factor in common.
        let text = format!("{line}{:03}", which * 617 % 1000);
        Phone::parse(&text).map_err(|problem| StoreError::Fatal(format!("{text}: {problem:?}")))
    }

    /// Returns an hour of work on a day, or on the next one that is no weekend.
    pub(super) fn hour(&self, day: i64, random: &mut Random) -> i64 {
        let midnight = workday(day_of(day)).and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        // Nine to five in East Asia lies on one day in UTC, too.
        let morning = if self.words.region.is_some() { 1 } else { 9 };
        midnight + morning * 3_600_000 + random.below(8 * 60) as i64 * 60_000
    }
}

pub(super) fn day_of(at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at).unwrap_or_default().date_naive()
}

pub(super) fn workday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

fn email(text: &str) -> Result<Email, StoreError> {
    Email::parse(text).map_err(|problem| StoreError::Fatal(format!("{text}: {problem:?}")))
}
