//! Cases for what a push does not carry out: refusals that are kept, entries that wait, incidents.

use domain::{
    contact_record::ContactRecord,
    customer::{Customer, CustomerBin, CustomerCreate, CustomerEdit},
    edit::{Edit, FieldEdit},
    mutation::Void,
    refusal::{Problem, Refusal},
    user::{UserCreate, UserPlace},
};
use serde_json::{Value, value::RawValue};

use super::support::{Office, person, renamed};
use crate::{
    protocol::{ENTRY_BYTES_MOST, Entry, PushAnswer, Verdict},
    server::{ServerStore, apply_as_system},
};

fn with_args(mut entry: Entry, args: &str) -> Entry {
    entry.args = RawValue::from_string(args.to_owned()).expect("JSON");
    entry
}

pub async fn a_refused_entry_is_kept_whole<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, CustomerCreate { customer: office.customer(office.south) });
    office.answered(&device, std::slice::from_ref(&entry)).await;
    let line = office.last_line().await;
    assert_eq!(line.verdict, Verdict::Refused(Refusal::RoleNotAllowed));
    assert_eq!((line.entry.args.get(), line.entry.about.as_str()), (entry.args.get(), "鼎盛"));
    assert_eq!((line.author, line.client, line.hash), (Some(office.north), Some(device.client), entry.hash()));
    assert!(line.before.is_empty());
}

pub async fn a_refusal_does_not_stop_those_behind_it<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let good = office.customer(office.north);
    let id = good.id;
    let entries = [
        office.entry(&mut device, CustomerCreate { customer: office.customer(office.south) }),
        office.entry(&mut device, CustomerCreate { customer: good }),
    ];
    let outcomes = office.answered(&device, &entries).await;
    assert_eq!(outcomes[1].verdict, Verdict::Applied);
    assert!(office.stored(id).await.is_some());
}

pub async fn an_unknown_action_waits<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let head = office.head_rev().await;
    let entry = Entry { name: "customer_teleport".into(), ..office.entry(&mut device, Void {}) };
    assert_eq!(office.send(&device, std::slice::from_ref(&entry)).await, PushAnswer::NotYet { n: 1 });
    assert_eq!(office.head_rev().await, head, "nothing is refused for good");
    // A later build knows it.
    let known = Entry { name: "void".into(), ..entry };
    assert_eq!(office.answered(&device, &[known]).await.len(), 1);
}

pub async fn a_later_version_waits<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, CustomerCreate { customer: office.customer(office.north) });
    let later = Entry { v: entry.v + 1, ..entry };
    assert_eq!(office.send(&device, &[later]).await, PushAnswer::NotYet { n: 1 });
}

pub async fn what_comes_before_an_unknown_action_is_answered<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entries = [
        office.entry(&mut device, Void {}),
        Entry { name: "customer_teleport".into(), ..office.entry(&mut device, Void {}) },
        office.entry(&mut device, Void {}),
    ];
    let answer = office.send(&device, &entries).await;
    assert!(matches!(answer, PushAnswer::Answered { outcomes, expected: 2, .. } if outcomes.len() == 1));
}

pub async fn an_earlier_version_is_upgraded<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customer = office.customer_of(office.north).await;
    let contact = office.contact_of(customer).await;
    let mut device = office.device(office.north);
    let visit = office.visit(customer, office.north);
    let id = visit.record.id;
    let entry = office.entry(&mut device, visit);
    let mut args: Value = serde_json::from_str(entry.args.get()).expect("JSON");
    args["record"]["met"] = contact.to_string().into();
    let entry = Entry { v: 1, ..with_args(entry, &args.to_string()) };
    assert_eq!(office.answered(&device, &[entry]).await[0].verdict, Verdict::Applied);
    let stored: ContactRecord = office.stored(id).await.expect("a record");
    assert_eq!(stored.met, [contact]);
}

pub async fn arguments_of_another_shape_are_refused<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    for args in ["{\"id\":7}", "[]", "null", "{\"customer\":{\"id\":\"not an id\"}}"] {
        let entry = office.entry(&mut device, CustomerCreate { customer: office.customer(office.north) });
        let outcome = office.answered(&device, &[with_args(entry, args)]).await.remove(0);
        assert_eq!(outcome.verdict, Verdict::Refused(Refusal::BadArguments), "{args}");
    }
}

pub async fn bytes_that_no_database_takes_are_refused<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    for (name, about) in [("a\u{0}b", "名"), ("名", "a\u{0}b")] {
        let entry = Entry { about: about.into(), ..office.entry(&mut device, renamed(id, "鼎盛", name)) };
        let outcome = office.answered(&device, &[entry]).await.remove(0);
        let refused = outcome.verdict == Verdict::Refused(Refusal::BadArguments);
        assert_eq!(refused, name.contains('\u{0}'), "{name:?} {about:?}");
    }
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!(stored.name, "名");
}

pub async fn an_entry_that_is_too_large_does_not_block<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let long = "長".repeat(ENTRY_BYTES_MOST / 3 + 1);
    let entries =
        [office.entry(&mut device, renamed(id, "鼎盛", &long)), office.entry(&mut device, renamed(id, "鼎盛", "鼎新"))];
    let outcomes = office.answered(&device, &entries).await;
    assert_eq!(outcomes[0].verdict, Verdict::Refused(Refusal::BadArguments));
    assert_eq!(outcomes[1].verdict, Verdict::Applied);
}

pub async fn the_largest_entry_is_taken_whole<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let mut customer = office.customer(office.north);
    let id = customer.id;
    // A later build's field, as large as arguments may be.
    customer.unknown.rest.insert("of_a_later_build".into(), "x".repeat(ENTRY_BYTES_MOST - 400).into());
    office.done(&mut device, CustomerCreate { customer: customer.clone() }).await;
    customer.unknown.stamp.created_by = Some(office.north);
    assert_eq!(office.stored(id).await, Some(customer));
}

pub async fn a_value_that_breaks_a_rule_is_refused<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let verdict = office.act(&mut device, renamed(id, "鼎盛", "")).await;
    assert!(matches!(verdict, Verdict::Refused(Refusal::Field { problem: Problem::Required, .. })), "{verdict:?}");
    let no_field = Edit::fields(id, vec![FieldEdit::new("owner", Value::Null, office.north.to_string())]);
    let verdict = office.act(&mut device, CustomerEdit(no_field)).await;
    assert!(matches!(verdict, Verdict::Refused(Refusal::NoSuchField { .. })), "{verdict:?}");
}

pub async fn what_does_not_exist_is_refused_as_missing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.boss);
    let id = office.customer(office.north).id;
    let verdict = office.act(&mut device, renamed(id, "鼎盛", "鼎新")).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::Missing { id: id.uuid() }));
}

pub async fn an_id_is_used_once<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    // Inside one push, where the first is not in the database yet, and across pushes.
    let entries = [
        office.entry(&mut device, CustomerCreate { customer: customer.clone() }),
        office.entry(&mut device, CustomerCreate { customer: customer.clone() }),
    ];
    let exists = Verdict::Refused(Refusal::Exists { id: customer.id.uuid() });
    assert_eq!(office.answered(&device, &entries).await[1].verdict, exists);
    assert_eq!(office.act(&mut device, CustomerCreate { customer }).await, exists);
}

pub async fn what_lies_in_the_bin_is_not_edited<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    office.done(&mut device, CustomerBin { id, binned: true }).await;
    let verdict = office.act(&mut device, renamed(id, "鼎盛", "鼎新")).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::Deleted { id: id.uuid() }));
    office.done(&mut device, CustomerBin { id, binned: false }).await;
    office.done(&mut device, renamed(id, "鼎盛", "鼎新")).await;
}

pub async fn a_sign_in_name_is_taken_once<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.boss);
    let mut create = |name: &str| {
        let user = person(office.id().into(), name, domain::access::Role::SalesRep);
        office.entry(&mut device, UserCreate { user })
    };
    let entries = [create("lin"), create("LIN "), create("north")];
    let verdicts: Vec<Verdict> = office.answered(&device, &entries).await.into_iter().map(|o| o.verdict).collect();
    let taken = Verdict::Refused(Refusal::Field { field: "sign_in".into(), problem: Problem::Taken });
    assert_eq!(verdicts, [Verdict::Applied, taken.clone(), taken]);
}

pub async fn whoever_is_no_longer_active_writes_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let roles = [domain::access::Role::SalesRep].into();
    office
        .system(UserPlace {
            id: office.north,
            name: "n".into(),
            roles,
            department: None,
            superior: None,
            active: false,
        })
        .await;
    let verdict = office.act(&mut device, renamed(id, "鼎盛", "鼎新")).await;
    assert!(matches!(verdict, Verdict::Refused(Refusal::NotAllowed { .. })), "{verdict:?}");
    let verdict = office.act(&mut device, CustomerCreate { customer: office.customer(office.north) }).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::RoleNotAllowed));
}

pub async fn the_servers_own_actions_are_all_or_none<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let head = office.head_rev().await;
    let customer = office.customer(office.north);
    let id = customer.id;
    let missing = office.customer(office.north).id;
    let actions =
        [(office.id(), CustomerCreate { customer }.into()), (office.id(), renamed(missing, "鼎盛", "鼎新").into())];
    let done = apply_as_system(&office.store, &actions, &office.clock).await;
    assert_eq!(done, Ok(Err(Refusal::Missing { id: missing.uuid() })));
    assert_eq!((office.head_rev().await, office.stored(id).await), (head, None));
}
