//! What stands between the page and the data: somebody must be known here.

use leptos::prelude::*;

use super::{
    Data,
    person::{self, Person},
};
use crate::{
    online::{session, status::status},
    platform::time::spawn,
    sync,
};

/// Where the start has come to.
#[derive(Clone, Debug)]
pub enum Gate {
    /// The database is being opened.
    Opening,
    SignIn,
    /// The server has no organisation yet.
    SetUp,
    Ready(Data),
    /// The storage cannot be opened; in words for whoever is asked for help.
    Broken(String),
}

/// The gate's context. Screens are drawn only once it is open.
pub type GateSignal = RwSignal<Gate>;

/// Puts the gate into the context and opens it for whoever worked here last, with or without a network.
pub fn provide_gate() {
    let gate = GateSignal::new(Gate::Opening);
    provide_context(gate);
    let Some(owner) = Owner::current() else { return };
    spawn(async move {
        let person = match Person::last() {
            Some(person) => Some(person),
            None => signed_in().await,
        };
        let Some(person) = person else { return gate.set(nobody().await) };
        match owner.with(|| Data::open(person)).await {
            Ok(data) => {
                gate.set(Gate::Ready(data));
                sync::start(data);
            }
            Err(error) => gate.set(Gate::Broken(error.to_string())),
        }
    });
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

async fn nobody() -> Gate {
    match status().await {
        Ok(status) if !status.set_up => Gate::SetUp,
        _ => Gate::SignIn,
    }
}
