//! How fast pushes and first syncs are, beside plain statements that move the same rows.
//!
//! `cargo run --release -p server --example push_speed [CUSTOMERS]` prints a JSON array of
//! {name, unit, ours, limit, ratio}.

#[path = "../../tests/it/cluster.rs"]
mod cluster;
mod limit;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests; a part of it is enough here")]
mod world;

use std::time::Instant;

use domain::{
    access::Role,
    customer::{Customer, CustomerCreate},
    department::{Department, DepartmentCreate},
    id::Id,
    mutation::Action,
    user::{User, UserCreate},
    value::Phone,
};
use server::store::Store;
use sync::{
    protocol::{PAGE_ROWS, PushAnswer, PushRequest},
    server::{Clock, Pulled, apply_as_system, pull, push},
};
use uuid::Uuid;

use cluster::Cluster;
use limit::Limit;
use world::{Device, FakeClock, Random, set_up, user};

/// Entries per push, and how many pushes are measured.
const BATCHES: [(usize, usize); 3] = [(1, 400), (50, 60), (500, 12)];

struct Figure {
    name: String,
    unit: &'static str,
    ours: f64,
    limit: f64,
}

/// An organisation with a rep under a head, who push and pull.
struct Company {
    store: Store,
    clock: FakeClock,
    random: Random,
    boss: Device,
    rep: Device,
    head: Id<User>,
}

impl Company {
    async fn found(store: Store) -> Self {
        let (clock, mut random) = (FakeClock::new(), Random(1));
        let now = clock.now();
        let [boss, rep, head] = [(); 3].map(|()| Id::<User>::new(random.id(now)));
        let department: Id<Department> = random.id(now).into();
        let sales = Department {
            id: department,
            name: "北區".into(),
            parent: None,
            head: Some(head),
            branch: false,
            unknown: Default::default(),
        };
        let actions: [Action; 4] = [
            set_up(boss),
            DepartmentCreate { department: sales }.into(),
            UserCreate { user: User { department: Some(department), ..user(rep, "rep", &[Role::SalesRep]) } }.into(),
            UserCreate { user: user(head, "head", &[Role::Manager]) }.into(),
        ];
        let actions: Vec<(Uuid, Action)> = actions.into_iter().map(|action| (random.id(now), action)).collect();
        apply_as_system(&store, &actions, &clock).await.expect("the database").expect("applied");
        let [boss, rep] = [boss, rep].map(|user| Device::new(user, random.id(now)));
        Self { store, clock, random, boss, rep, head }
    }

    /// A push of new customers of about 600 bytes each.
    fn request(&mut self, customers: usize) -> PushRequest {
        let now = self.clock.now();
        let actions = (0..customers).map(|at| {
            let id: Id<Customer> = self.random.id(now).into();
            let mut customer =
                Customer { owner: Some(self.rep.user), ..Customer::named(id, "長興精密工業股份有限公司") };
            customer.phones = Phone::parse(&format!("+886 2 2715 {at:04}")).into_iter().collect();
            customer.address = "臺北市松山區南京東路四段一百二十號十二樓之三".into();
            customer.remark = "去年秋天的展覽上認識，對不銹鋼零件有興趣。".repeat(4);
            customer.tags = ["展覽", "零件"].map(String::from).into();
            (self.random.id(now), CustomerCreate { customer }.into())
        });
        let actions = actions.collect();
        self.rep.push(actions, now)
    }

    async fn push(&self, request: &PushRequest) {
        let answer = push(&self.store, &self.rep.session(), request, &self.clock).await.expect("a push");
        let whole = matches!(&answer, PushAnswer::Answered { outcomes, .. } if outcomes.len() == request.entries.len());
        assert!(whole, "{answer:?}");
    }

    /// Pulls everything; returns the rows and the seconds.
    async fn first_sync(&self, device: &Device) -> (usize, f64) {
        let started = Instant::now();
        let request = device.pull(None);
        let pulled = pull(&self.store, &device.session(), &request, &self.clock).await.expect("a feed");
        let Pulled::Feed(mut feed) = pulled else { panic!("no feed") };
        let mut rows = 0;
        loop {
            let mut page = Vec::new();
            let end = feed.page(&self.store, &self.clock, PAGE_ROWS, &mut page).await.expect("a page");
            rows += page.iter().filter(|byte| **byte == b'\n').count() - 1;
            if !end.more {
                return (rows, started.elapsed().as_secs_f64());
            }
        }
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

async fn measure(name: &str, store: Store, mut limit: Limit, customers: usize, figures: &mut Vec<Figure>) {
    let mut company = Company::found(store).await;
    let mut made = 0;
    for (entries, pushes) in BATCHES {
        // As a running server keeps them.
        company.store.refresh_statistics().await.expect("statistics");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // In turn, so that both see the same moods of the machine.
        for _ in 0..pushes {
            let request = company.request(entries);
            let started = Instant::now();
            company.push(&request).await;
            ours.push(started.elapsed().as_secs_f64());
            made += entries;
            let rows = limit.rows(&request, [company.rep.user, company.head]);
            let started = Instant::now();
            limit.write(&rows).await;
            theirs.push(started.elapsed().as_secs_f64());
        }
        figures.push(Figure {
            name: format!("push of {entries} on {name}"),
            unit: "entries/s",
            ours: entries as f64 / median(ours),
            limit: entries as f64 / median(theirs),
        });
    }
    while made < customers {
        let request = company.request(500);
        company.push(&request).await;
        let rows = limit.rows(&request, [company.rep.user, company.head]);
        limit.write(&rows).await;
        made += 500;
    }
    // A fresh device each: the rep's own outcomes are no part of a first sync.
    let fresh = |company: &mut Company, user| Device::new(user, company.random.id(0));
    company.store.refresh_statistics().await.expect("statistics");
    limit.refresh_statistics().await;
    let viewers = [("all groups", company.boss.user), ("member", company.rep.user)];
    for (whose, user) in viewers {
        let device = fresh(&mut company, user);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let (rows, seconds) = company.first_sync(&device).await;
            assert!(rows >= made, "{rows} of {made}");
            ours.push(rows as f64 / seconds);
            let started = Instant::now();
            let rows = limit.read_all().await;
            theirs.push(rows as f64 / started.elapsed().as_secs_f64());
        }
        figures.push(Figure {
            name: format!("first sync of {made} ({whose}) on {name}"),
            unit: "rows/s",
            ours: median(ours),
            limit: median(theirs),
        });
    }
}

#[tokio::main]
async fn main() {
    let customers = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let mut figures = Vec::new();

    let folder = tempfile::tempdir().expect("a folder");
    let (ours, plain) = (folder.path().join("ours.sqlite"), folder.path().join("plain.sqlite"));
    let store = Store::open_sqlite(&ours).await.expect("SQLite opens");
    measure("SQLite", store, Limit::sqlite(&plain).await, customers, &mut figures).await;

    let mut cluster = Cluster::start();
    let (ours, plain) = (cluster.database(), cluster.database());
    let store = Store::open_postgres(&ours).await.expect("PostgreSQL opens");
    measure("PostgreSQL", store.clone(), Limit::postgres(&plain).await, customers, &mut figures).await;
    store.close().await;

    let figures: Vec<_> = figures
        .iter()
        .map(|figure| {
            serde_json::json!({
                "name": figure.name,
                "unit": figure.unit,
                "ours": figure.ours.round(),
                "limit": figure.limit.round(),
                "ratio": (figure.ours / figure.limit * 100.0).round() / 100.0,
            })
        })
        .collect();
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
}
