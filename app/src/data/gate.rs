//! What stands between the page and the data: somebody must be known here.

use ::sync::device::DeviceError;
use leptos::prelude::*;

use super::{
    Data,
    customers::Customers,
    leaving,
    own::OwnHere,
    person::{self, Person},
    reached::LastReached,
};
use crate::{
    online::{session, status::status},
    platform::time::{idle, spawn},
    sync,
};

/// Where the start has come to.
#[derive(Clone, Debug)]
pub enum Gate {
    /// The database is being opened.
    Opening,
    /// It waits for another tab with an older version to be closed.
    Blocked,
    SignIn,
    /// The server has no organisation yet.
    SetUp,
    Ready(Data),
    /// The storage cannot be opened.
    Broken(DeviceError),
}

/// The gate's context. Screens are drawn only once it is open.
pub type GateSignal = RwSignal<Gate>;

/// Puts the gate into the context and opens it for whoever worked here last, with or without a network.
pub fn provide_gate() {
    let gate = GateSignal::new(Gate::Opening);
    provide_context(gate);
    let Some(owner) = Owner::current() else { return };
    spawn(async move {
        let found = match Person::last() {
            Some(person) => Stranger::Known(person),
            None => match person::by_databases().await {
                Some(person) => Stranger::Known(person),
                None => stranger().await,
            },
        };
        let person = match found {
            Stranger::Known(person) => person,
            Stranger::Unknown | Stranger::First => {
                gate.set(if matches!(found, Stranger::First) { Gate::SetUp } else { Gate::SignIn });
                return leaving::look_and_begin_anew().await;
            }
        };
        let blocked = move || {
            // Later the page has forms with words in them, which stay.
            if matches!(gate.get_untracked(), Gate::Opening) {
                gate.set(Gate::Blocked);
            }
        };
        match owner.with(|| Data::open(person, blocked)).await {
            Ok(data) => {
                owner.with(|| {
                    Customers::provide(data);
                    LastReached::provide(data);
                    OwnHere::provide(data);
                });
                gate.set(Gate::Ready(data));
                sync::start(data);
                // Not before there is something to see. It stays where the storage fails: the next start signs anew.
                idle().await;
                drop(person::sign(data).await);
            }
            Err(error) => gate.set(Gate::Broken(error)),
        }
        // Others may have worked on this device, too.
        leaving::look_and_begin_anew().await;
    });
}

/// Somebody whom this device does not remember.
#[derive(Clone, Debug)]
pub enum Stranger {
    /// The server knows them by the session.
    Known(Person),
    Unknown,
    /// There is no organisation yet.
    First,
}

/// Asks the server who is there.
pub async fn stranger() -> Stranger {
    if let Some(person) = signed_in().await {
        return Stranger::Known(person);
    }
    match status().await {
        Ok(status) if !status.set_up => Stranger::First,
        _ => Stranger::Unknown,
    }
}

/// Returns whom the server knows by the session, unless they have signed out here.
async fn signed_in() -> Option<Person> {
    if person::signing_out() {
        if session::sign_out().await.is_ok() {
            person::signed_out();
        }
        return None;
    }
    let person = Person::from(session::who().await.ok()?);
    person.remember();
    Some(person)
}
