//! Cases for who may write: refused by default, late additions, and edits that are left for the owner.

use domain::{
    access::{Right, Role},
    conflict::{Conflict, ConflictResolve},
    contact::{Contact, ContactEdit},
    contact_record::ContactRecord,
    customer::{Customer, CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerShare},
    edit::{Edit, FieldEdit, SetEdit},
    organisation::{Organisation, OrganisationEdit},
    refusal::Refusal,
};
use serde_json::json;

use super::support::{DAY, ORGANISATION, Office, renamed};
use crate::{protocol::Verdict, server::ServerStore};

fn not_allowed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(Refusal::NotAllowed { .. }))
}

pub async fn strangers_write_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    for user in [office.south, office.finance, office.buyer] {
        let mut device = office.device(user);
        for verdict in [
            office.act(&mut device, renamed(id, "鼎盛", "鼎新")).await,
            office.act(&mut device, CustomerBin { id, binned: true }).await,
            office.act(&mut device, CustomerAssign { id, owner: Some(user), pool: None }).await,
            office.act(&mut device, office.visit(id, user)).await,
        ] {
            assert!(not_allowed(&verdict), "{verdict:?}");
        }
    }
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!(stored, Customer { id, ..office.customer(office.north) });
}

pub async fn a_right_to_read_is_no_right_to_write<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let share = |right| CustomerShare { id, user: office.south, right, until: None };
    let mut south = office.device(office.south);
    office.system(share(Some(Right::Read))).await;
    assert!(office.caught_up(office.south).await.holds(id));
    assert!(not_allowed(&office.act(&mut south, renamed(id, "鼎盛", "鼎新")).await));
    office.system(share(Some(Right::Write))).await;
    office.done(&mut south, renamed(id, "鼎盛", "鼎新")).await;
    office.system(share(None)).await;
    assert!(not_allowed(&office.act(&mut south, renamed(id, "鼎新", "鼎豐")).await));
}

pub async fn a_record_is_not_moved_to_where_one_may_not_write<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut north = office.device(office.north);
    let verdict = office.act(&mut north, CustomerCreate { customer: office.customer(office.south) }).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::RoleNotAllowed));
    let mut boss = office.device(office.boss);
    office.done(&mut boss, CustomerCreate { customer: office.customer(office.south) }).await;
}

pub async fn a_late_addition_is_taken_and_marked<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut north = office.caught_up(office.north).await;
    let visit = office.visit(id, office.north);
    let record = visit.record.id;
    let entry = office.entry(&mut north, visit);
    office.assign(id, office.south).await;
    office.advance(29 * DAY);
    assert_eq!(office.answered(&north, &[entry]).await[0].verdict, Verdict::Applied);
    assert!(office.last_line().await.late);
    let seen = office.caught_up(office.south).await.get(record);
    assert!(seen.is_some_and(|record: ContactRecord| record.late), "the present owner sees it, marked");
}

pub async fn an_addition_is_too_late_after_thirty_days<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut north = office.caught_up(office.north).await;
    let entry = office.entry(&mut north, office.visit(id, office.north));
    office.assign(id, office.south).await;
    office.advance(31 * DAY);
    assert!(not_allowed(&office.answered(&north, &[entry]).await[0].verdict));
}

pub async fn an_addition_made_after_the_loss_is_refused<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    office.assign(id, office.south).await;
    // The device knew that the customer was gone.
    let mut north = office.caught_up(office.north).await;
    assert!(not_allowed(&office.act(&mut north, office.visit(id, office.north)).await));
}

/// A customer that was taken from the north while a device there had not heard of it.
async fn taken_away<S: ServerStore>(office: &Office<S>) -> (domain::customer::CustomerId, super::support::Device) {
    let id = office.customer_of(office.north).await;
    let north = office.caught_up(office.north).await;
    office.assign(id, office.south).await;
    (id, north)
}

pub async fn a_refused_edit_is_left_for_the_owner<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (id, mut north) = taken_away(&office).await;
    assert!(not_allowed(&office.act(&mut north, renamed(id, "鼎盛", "鼎新")).await));
    let south = office.caught_up(office.south).await;
    assert_eq!(south.get(id).map(|customer: Customer| customer.name).as_deref(), Some("鼎盛"));
    let left = south.all::<Conflict>();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].author, left[0].held, left[0].about.id), (Some(office.north), true, id.uuid()));
    assert_eq!((&left[0].seen, &left[0].theirs, &left[0].mine), (&json!("鼎盛"), &json!("鼎盛"), &json!("鼎新")));
    assert!(office.last_line().await.before.iter().any(|(key, old)| key.id == left[0].id.uuid() && old.is_none()));
}

pub async fn its_author_sees_nothing_of_the_record<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (id, mut north) = taken_away(&office).await;
    office.act(&mut north, renamed(id, "鼎盛", "鼎新")).await;
    office.pull(&mut north).await;
    assert!(!north.holds(id) && north.all::<Conflict>().is_empty());
    assert!(not_allowed(&north.outcomes.last().expect("an outcome").verdict));
}

pub async fn the_owner_takes_over_what_was_left<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (id, mut north) = taken_away(&office).await;
    let phones = SetEdit { field: "phones".into(), add: vec!["02 2715 0001".into()], remove: vec![] };
    let mut edit = Edit::fields(id, vec![FieldEdit::new("name", "鼎盛", "鼎新")]);
    edit.sets.push(phones);
    office.act(&mut north, CustomerEdit(edit)).await;
    let mut south = office.caught_up(office.south).await;
    let left = south.all::<Conflict>();
    assert_eq!(left.len(), 2, "the name and the telephone number");
    for conflict in left {
        let resolve = ConflictResolve { id: conflict.id, standing: conflict.theirs, value: conflict.mine };
        office.done(&mut south, resolve).await;
    }
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!((stored.name.as_str(), stored.phones.len()), ("鼎新", 1));
}

pub async fn a_refused_edit_of_a_child_is_left_too<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let contact = office.contact_of(id).await;
    let mut north = office.caught_up(office.north).await;
    office.assign(id, office.south).await;
    let edit = Edit::fields(contact, vec![FieldEdit::new("name", "林小姐", "林太太")]);
    assert!(not_allowed(&office.act(&mut north, ContactEdit(edit)).await));
    let south = office.caught_up(office.south).await;
    assert_eq!(south.get(contact).map(|contact: Contact| contact.name).as_deref(), Some("林小姐"));
    assert_eq!(south.all::<Conflict>()[0].about.id, contact.uuid());
}

pub async fn a_refused_edit_that_says_nothing_new_leaves_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (id, mut north) = taken_away(&office).await;
    office.system(renamed(id, "鼎盛", "鼎新")).await;
    office.act(&mut north, renamed(id, "鼎盛", "鼎新")).await;
    office.act(&mut north, CustomerBin { id, binned: true }).await;
    assert!(office.caught_up(office.south).await.all::<Conflict>().is_empty());
}

pub async fn what_roles_alone_decide_has_no_owner<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut north = office.device(office.north);
    let edit = Edit::<Organisation>::fields(ORGANISATION.into(), vec![FieldEdit::new("name", "常客", "別的")]);
    assert!(not_allowed(&office.act(&mut north, OrganisationEdit(edit)).await));
    assert!(office.caught_up(office.boss).await.all::<Conflict>().is_empty());
}

pub async fn roles_limit_what_a_right_allows<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    // Finance is made a collaborator who may write: the role reads all the same.
    office.system(CustomerShare { id, user: office.finance, right: Some(Right::Write), until: None }).await;
    let mut finance = office.device(office.finance);
    assert!(not_allowed(&office.act(&mut finance, renamed(id, "鼎盛", "鼎新")).await));
    assert_eq!(Role::Finance.right(domain::kind::Kind::Customer), Some(Right::Read));
}
