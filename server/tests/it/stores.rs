//! Fresh stores for tests.

use std::sync::{Mutex, OnceLock, PoisonError, Weak};

use server::store::Store;
use std::sync::Arc;
use tempfile::TempDir;

use crate::cluster::Cluster;

/// A store with whatever it needs to live.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    pub(crate) name: &'static str,
    /// The file, or the database's address.
    pub(crate) address: String,
    _folder: Option<TempDir>,
    _cluster: Option<Arc<Mutex<Cluster>>>,
}

/// A new SQLite file.
pub(crate) async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("changke.sqlite");
    let store = Store::open_sqlite(&file).await.expect("SQLite opens");
    Fresh { store, name: "SQLite", address: file.display().to_string(), _folder: Some(folder), _cluster: None }
}

/// A new database in the cluster that all tests of this run share.
pub(crate) async fn postgres() -> Fresh {
    let cluster = shared_cluster();
    let url = {
        let cluster = cluster.clone();
        let make = move || cluster.lock().unwrap_or_else(PoisonError::into_inner).database();
        tokio::task::spawn_blocking(make).await.expect("a database")
    };
    let store = Store::open_postgres(&url).await.expect("PostgreSQL opens");
    Fresh { store, name: "PostgreSQL", address: url, _folder: None, _cluster: Some(cluster) }
}

/// Starts the cluster for the first test that asks; the last one that holds it stops it.
pub(crate) fn shared_cluster() -> Arc<Mutex<Cluster>> {
    static SHARED: OnceLock<Mutex<Weak<Mutex<Cluster>>>> = OnceLock::new();
    let mut shared = SHARED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(Mutex::new(Cluster::start()));
    *shared = Arc::downgrade(&cluster);
    cluster
}
