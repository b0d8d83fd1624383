//! Many groups gained at one revision: the feed takes another way through the records, with one result.

use domain::{
    access::Role,
    customer::{Customer, CustomerCreate},
    department::{Department, DepartmentCreate},
    id::Id,
    mutation::Action,
    user::{User, UserCreate, UserPlace},
};
use sync::{
    memory::MemoryServer,
    protocol::Place,
    server::{Clock, ReadTx, ServerStore, Viewer, apply_as_system},
};
use uuid::Uuid;

use crate::{
    stores::{Fresh, postgres, sqlite},
    world::{FakeClock, Random, contact_record, set_up, user},
};

const CUSTOMERS: usize = 340;

/// A rep with many customers comes under a head, who gains them all at once.
fn history(random: &mut Random, head: Id<User>, now: i64) -> Vec<(Uuid, Action)> {
    let (boss, rep) = (random.id(now).into(), Id::<User>::new(random.id(now)));
    let department: Id<Department> = random.id(now).into();
    let mut actions: Vec<Action> = vec![
        set_up(boss),
        UserCreate { user: user(head, "head", &[Role::SalesRep]) }.into(),
        UserCreate { user: user(rep, "rep", &[Role::SalesRep]) }.into(),
        DepartmentCreate {
            department: Department {
                id: department,
                name: "北區".into(),
                parent: None,
                head: Some(head),
                branch: false,
                unknown: Default::default(),
            },
        }
        .into(),
    ];
    for at in 0..CUSTOMERS {
        let id: Id<Customer> = random.id(now).into();
        // A few are the head's from the start.
        let owner = if at % 50 == 0 { head } else { rep };
        let customer = Customer { owner: Some(owner), ..Customer::named(id, "客戶") };
        actions.push(CustomerCreate { customer }.into());
        if at % 3 == 0 {
            let record = contact_record(random.id(now), id, rep, now);
            actions.push(domain::contact_record::ContactRecordAdd { record, finishes: vec![], next: None }.into());
        }
    }
    let department = Some(department);
    let roles = [Role::SalesRep].into();
    actions.push(UserPlace { id: rep, name: "rep".into(), roles, department, superior: None, active: true }.into());
    actions.into_iter().map(|action| (random.id(now), action)).collect()
}

/// The whole feed, a page at a time.
async fn walk<S: ServerStore>(store: &S, viewer: &Viewer, rows: usize) -> String {
    let (mut after, mut text) = (Place::default(), String::new());
    loop {
        let page = store.read().await.expect("a snapshot").feed(viewer, after, rows).await.expect("a page");
        let Some((last, _)) = page.last() else { return text };
        after = *last;
        for row in page {
            text += &format!("{row:?}\n");
        }
    }
}

async fn gains_everything(fresh: Fresh) {
    let (clock, mut random) = (FakeClock::new(), Random(11));
    let head: Id<User> = random.id(clock.now()).into();
    let history = history(&mut random, head, clock.now());
    let memory = MemoryServer::new(Uuid::from_u128(7));
    apply_as_system(&memory, &history, &clock).await.expect("memory").expect("applied");
    apply_as_system(&fresh.store, &history, &clock).await.expect("store").expect("applied");
    let viewer = Viewer {
        user: head,
        scope: domain::access::Scope { all_groups: false, kinds: u64::MAX },
        client: random.id(0),
    };
    let expected = walk(&memory, &viewer, 10_000).await;
    assert!(expected.lines().count() > CUSTOMERS, "the head sees them all");
    for rows in [7, 100, 10_000] {
        assert!(walk(&fresh.store, &viewer, rows).await == expected, "{} pages of {rows}", fresh.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_gains_everything_on_sqlite() {
    gains_everything(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_gains_everything_on_postgres() {
    gains_everything(postgres().await).await;
}
