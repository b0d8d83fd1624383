//! What was put into the recycle bin before the server knew to purge it goes as well.

use domain::{
    customer::{Customer, CustomerBin, CustomerCreate},
    id::Id,
};
use server::store::Store;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection, raw_sql};
use sync::server::{ServerStore as _, apply_as_system, purge_binned};
use uuid::Uuid;

use crate::{
    stores::{Fresh, postgres, sqlite},
    world::{FakeClock, set_up},
};

/// One of them lies there in a shape that this build cannot read; the server starts all the same.
const FORGET: &str = "UPDATE record SET due = NULL; \
    UPDATE record SET body = '{}' WHERE id = '00000000-0000-0000-0000-000000000008'";
const DAY: i64 = 24 * 3600 * 1000;

async fn goes_as_well(fresh: Fresh) {
    let clock = FakeClock::new();
    let [id, broken]: [Id<Customer>; 2] = [7, 8].map(|number| Uuid::from_u128(number).into());
    let entries = [
        (Uuid::from_u128(1), set_up(Uuid::from_u128(100).into())),
        (Uuid::from_u128(2), CustomerCreate { customer: Customer::named(id, "鼎盛") }.into()),
        (Uuid::from_u128(3), CustomerBin { id, binned: true }.into()),
        (Uuid::from_u128(4), CustomerCreate { customer: Customer::named(broken, "讀不出來") }.into()),
        (Uuid::from_u128(5), CustomerBin { id: broken, binned: true }.into()),
    ];
    apply_as_system(&fresh.store, &entries, &clock).await.expect("the store").expect("applied");
    let store = if fresh.name == "SQLite" {
        let mut conn = SqliteConnection::connect(&fresh.address).await.expect("the file opens");
        conn.execute(raw_sql(FORGET)).await.expect("an older state");
        Store::open_sqlite(fresh.address.as_ref()).await
    } else {
        let mut conn = PgConnection::connect(&fresh.address).await.expect("the database opens");
        conn.execute(raw_sql(FORGET)).await.expect("an older state");
        Store::open_postgres(&fresh.address).await
    };
    let store = store.expect("it opens");
    let there = async || store.read().await.expect("a snapshot").record(id).await.expect("the store").is_some();
    clock.advance(30 * DAY);
    purge_binned(&store, &clock).await.expect("nothing to purge");
    assert!(there().await);
    clock.advance(2 * DAY);
    purge_binned(&store, &clock).await.expect("purged");
    assert!(!there().await);
}

#[tokio::test]
async fn what_was_binned_long_ago_goes_on_sqlite() {
    goes_as_well(sqlite().await).await;
}

#[tokio::test]
async fn what_was_binned_long_ago_goes_on_postgres() {
    goes_as_well(postgres().await).await;
}
