//! A company to try things out: three branches, twelve people, 300 customers and a year of their history.
//!
//! Everything is entered as its people would enter it, through mutations, so that the journal is whole. The
//! seed is fixed: two demo companies that begin on the same day in the same language are alike.

mod deals;
mod en;
mod story;
mod visits;
mod words;
mod zh_hans;
mod zh_hant;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDate};
use domain::{
    department::{Department, DepartmentCreate, DepartmentId},
    mutation::Action,
    organisation::OrganisationSetUp,
    refusal::{FieldError, Problem},
    user::{User, UserCreate, UserId},
};
use serde_json::value::RawValue;
use sync::{
    protocol::{Caller, Entry, PROTOCOL, PUSH_ENTRIES_MOST, PushAnswer, PushRequest, Verdict},
    server::{Clock, ServerStore, Session, StoreError, WriteTx, apply_as_system, push},
};
use uuid::Uuid;

use self::{
    story::{Random, Step, Story},
    words::Words,
};
use crate::{
    password::Passwords,
    people::{self, NewOrganisation, NotMade},
    store::Store,
};

const SEED: u64 = 20_261_101;
/// A demo company looks back on so much; ms.
const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;
/// What each person enters in so much time goes into one push; ms.
const STRETCH_MS: i64 = 14 * 24 * 3600 * 1000;

/// A clock that is turned to the time that is being told.
struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn today(&self) -> NaiveDate {
        DateTime::from_timestamp_millis(self.now()).unwrap_or_default().date_naive()
    }
}

/// Fills an empty store. All people share one password. Returns the administrator.
///
/// # Errors
/// An organisation exists, the language or the password will not do, or the database is away.
pub(crate) async fn fill(
    store: &Store,
    passwords: &Passwords,
    language: &str,
    password: String,
    now: i64,
) -> Result<User, NotMade> {
    let wrong = || NotMade::Refused(FieldError::new("language", Problem::NotAChoice).into());
    let words = Words::of(language).ok_or_else(wrong)?;
    if store.read().await?.organisation().await?.is_some() {
        return Err(NotMade::AlreadySetUp);
    }
    let hash = people::hash(passwords, password).await?;
    let (mut random, clock) = (Random(SEED), StoryClock(AtomicI64::new(now - YEAR_MS)));
    let Staff { users, founding } = staff(store, words, language, &mut random, &clock)?;
    // The passwords first: a crash later on leaves half a company, but none that nobody can enter.
    let mut tx = store.write().await?;
    for user in &users {
        tx.set_password(user.id, &hash, now).await?;
    }
    tx.commit().await?;
    apply_as_system(store, &founding, &clock).await?.map_err(|refusal| match refusal {
        domain::refusal::Refusal::Exists { .. } => NotMade::AlreadySetUp,
        refusal => NotMade::Refused(refusal),
    })?;
    let story = Story { words, users: &users, from: now - YEAR_MS, to: now };
    tell(store, &clock, story.steps(&mut random)?, &mut random).await?;
    users.into_iter().next().ok_or_else(|| StoreError::Fatal("a company without people".to_owned()).into())
}

/// The people, and the actions that found the company with them.
struct Staff {
    users: Vec<User>,
    founding: Vec<(Uuid, Action)>,
}

/// Makes the people and departments, and the actions that found them.
fn staff(
    store: &Store,
    words: &Words,
    language: &str,
    random: &mut Random,
    clock: &StoryClock,
) -> Result<Staff, NotMade> {
    let now = clock.now();
    let departments: Vec<DepartmentId> = words.departments.iter().map(|_| random.id(now).into()).collect();
    let users: Vec<User> = words
        .people
        .iter()
        .map(|person| User {
            id: random.id(now).into(),
            name: person.name.to_owned(),
            sign_in: person.sign_in.to_owned(),
            roles: person.roles.iter().copied().collect(),
            department: departments.get(person.department).copied(),
            superior: None,
            active: true,
            epoch: 0,
            unknown: Default::default(),
        })
        .collect();
    let new = NewOrganisation {
        name: words.company.to_owned(),
        language: language.to_owned(),
        region: words.region,
        time_zone: None,
        currency: None,
    };
    let organisation = people::organisation(store, new)?;
    let mut actions: Vec<Action> = Vec::new();
    let mut rest = users.iter().cloned();
    if let Some(administrator) = rest.next() {
        actions.push(OrganisationSetUp { organisation, administrator }.into());
    }
    let top = departments.first().copied();
    for (place, id) in words.departments.iter().zip(departments.iter().copied()) {
        let parent = top.filter(|top| *top != id);
        let head: Option<UserId> = place.head.and_then(|at| users.get(at)).map(|user| user.id);
        let (name, branch) = (place.name.to_owned(), place.branch);
        let department = Department { id, name, parent, head, branch, unknown: Default::default() };
        actions.push(DepartmentCreate { department }.into());
    }
    actions.extend(rest.map(|user| Action::from(UserCreate { user })));
    let actions = actions.into_iter().map(|action| (random.id(now), action)).collect();
    Ok(Staff { users, founding: actions })
}

/// Lets the people enter their steps, a stretch of time after the other.
async fn tell(store: &Store, clock: &StoryClock, steps: Vec<Step>, random: &mut Random) -> Result<(), NotMade> {
    let begin = clock.now();
    let mut clients: BTreeMap<UserId, (Uuid, u64)> = BTreeMap::new();
    let mut stretches: BTreeMap<(i64, UserId), Vec<Step>> = BTreeMap::new();
    for step in steps {
        stretches.entry(((step.at - begin) / STRETCH_MS, step.by)).or_default().push(step);
    }
    for ((_, by), steps) in stretches {
        for some in steps.chunks(PUSH_ENTRIES_MOST) {
            let (client, next) = clients.entry(by).or_insert_with(|| (random.id(begin), 1));
            let mut entries = Vec::with_capacity(some.len());
            for step in some {
                entries.push(entry(random.id(step.at), *next, step)?);
                *next += 1;
            }
            // A stretch arrives when it is over: history then runs forwards, whoever told it.
            let arrived = some.last().map_or(begin, |last| last.at);
            clock.0.fetch_max(arrived, Ordering::Relaxed);
            let session = Session { organisation: store.organisation(), user: by };
            let caller = Caller { protocol: PROTOCOL, organisation: store.organisation(), user: by, client: *client };
            let count = entries.len();
            let answer = push(store, &session, &PushRequest { caller, entries }, clock).await?;
            let told = match &answer {
                PushAnswer::Answered { outcomes, .. } => {
                    outcomes.len() == count && outcomes.iter().all(|outcome| outcome.verdict == Verdict::Applied)
                }
                _ => false,
            };
            if !told {
                return Err(StoreError::Fatal(format!("the demo company is refused: {answer:?}")).into());
            }
        }
    }
    Ok(())
}

fn entry(id: Uuid, n: u64, step: &Step) -> Result<Entry, StoreError> {
    let fatal = |error: serde_json::Error| StoreError::Fatal(error.to_string());
    Ok(Entry {
        id,
        n,
        name: step.action.name().to_owned(),
        v: step.action.version(),
        args: RawValue::from_string(step.action.args().map_err(fatal)?).map_err(fatal)?,
        happened: step.at,
        happened_raw: step.at,
        business_date: DateTime::from_timestamp_millis(step.at).unwrap_or_default().date_naive(),
        seen: 0,
        about: step.about.clone(),
    })
}
