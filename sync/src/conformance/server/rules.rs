//! Cases for rules that read what lies around a record: conflicts, merges, redirects, what the same push wrote.

use domain::{
    conflict::{Conflict, ConflictResolve},
    contact::{Contact, ContactCreate, ContactId},
    contact_record::ContactRecord,
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId, CustomerMerge},
    edit::{Edit, FieldEdit},
    kind::{Kind, RecordKey},
    refusal::Refusal,
    view::{Loaded, Need},
};

use super::support::{Office, renamed};
use crate::{
    protocol::Verdict,
    server::{ReadTx, ServerStore},
};

fn merge(survivor: CustomerId, dead: CustomerId) -> CustomerMerge {
    CustomerMerge { survivor, dead, take: Vec::new(), keep_owner: true }
}

async fn children<S: ServerStore>(office: &Office<S>, kind: Kind, parent: CustomerId) -> usize {
    let (parent, mut loaded) = (RecordKey::new(Kind::Customer, parent.uuid()), Loaded::default());
    let mut tx = office.store.read().await.expect("a snapshot");
    tx.load(&[Need::Children { kind, parent }], &mut loaded).await.expect("loaded");
    loaded.children[&(kind, parent)].len()
}

pub async fn an_entry_sees_what_the_same_push_wrote<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    let (id, contact) = (customer.id, Contact::named(ContactId::new(office.id()), customer.id, "林小姐"));
    let entries = [
        office.entry(&mut device, CustomerCreate { customer }),
        office.entry(&mut device, renamed(id, "鼎盛", "鼎新")),
        office.entry(&mut device, ContactCreate { contact: contact.clone() }),
    ];
    assert!(office.answered(&device, &entries).await.iter().all(|outcome| outcome.verdict == Verdict::Applied));
    let stored: Customer = office.stored(id).await.expect("a customer");
    let mut written = contact.clone();
    written.unknown.stamp.created_by = Some(office.north);
    assert_eq!((stored.name.as_str(), office.stored(contact.id).await), ("鼎新", Some(written)));
    assert_eq!(children(&office, Kind::Contact, id).await, 1);
}

pub async fn fields_that_do_not_meet_both_stand<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let (mut one, mut other) = (office.device(office.north), office.device(office.head));
    office.done(&mut one, renamed(id, "鼎盛", "鼎新")).await;
    let edit = Edit::fields(id, vec![FieldEdit::new("address", serde_json::Value::Null, "臺北")]);
    office.done(&mut other, CustomerEdit(edit)).await;
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!((stored.name.as_str(), stored.address.as_str()), ("鼎新", "臺北"));
    assert!(office.caught_up(office.north).await.all::<Conflict>().is_empty());
}

pub async fn two_values_for_one_field_are_shown_to_both<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let (mut one, mut other) = (office.device(office.north), office.device(office.head));
    office.done(&mut one, renamed(id, "鼎盛", "鼎新")).await;
    office.done(&mut other, renamed(id, "鼎盛", "鼎豐")).await;
    for user in [office.north, office.head] {
        let conflicts = office.caught_up(user).await.all::<Conflict>();
        assert_eq!(conflicts.len(), 1);
        let Conflict { seen, theirs, mine, author, held, .. } = &conflicts[0];
        assert_eq!((seen, theirs, mine), (&"鼎盛".into(), &"鼎新".into(), &"鼎豐".into()));
        assert_eq!((*author, *held), (Some(office.head), false));
    }
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!(stored.name, "鼎豐", "the later arrival stands");
}

pub async fn a_conflict_is_resolved_for_everybody<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let (mut one, mut other) = (office.device(office.north), office.device(office.head));
    office.done(&mut one, renamed(id, "鼎盛", "鼎新")).await;
    office.done(&mut other, renamed(id, "鼎盛", "鼎豐")).await;
    let conflict = office.caught_up(office.north).await.all::<Conflict>().remove(0).id;
    let resolve = ConflictResolve { id: conflict, standing: "鼎豐".into(), value: "鼎新".into() };
    office.done(&mut one, resolve).await;
    let seen = office.caught_up(office.head).await;
    assert_eq!(seen.get(id).map(|customer: Customer| customer.name).as_deref(), Some("鼎新"));
    let resolved = seen.get(conflict).and_then(|conflict: Conflict| conflict.resolved);
    assert_eq!(resolved.and_then(|resolved| resolved.by), Some(office.north));
}

pub async fn a_merge_takes_everything_along<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    let contact = office.contact_of(dead).await;
    office.system(office.visit(dead, office.south)).await;
    let mut boss = office.device(office.boss);
    office.done(&mut boss, merge(survivor, dead)).await;
    assert_eq!(office.stored(contact).await.map(|contact: Contact| contact.customer), Some(survivor));
    let gone: Customer = office.stored(dead).await.expect("still there");
    assert_eq!(gone.merged_into, Some(survivor));
    for kind in [Kind::Contact, Kind::ContactRecord] {
        assert_eq!((children(&office, kind, survivor).await, children(&office, kind, dead).await), (1, 0), "{kind}");
    }
}

pub async fn a_merge_takes_along_more_than_a_rule_may_ask_for_one_by_one<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    for _ in 0..20 {
        office.contact_of(dead).await;
    }
    let mut boss = office.device(office.boss);
    office.done(&mut boss, merge(survivor, dead)).await;
    assert_eq!(children(&office, Kind::Contact, survivor).await, 20);
}

pub async fn a_merge_sees_children_of_the_same_push<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let mut boss = office.device(office.boss);
    let contact = Contact::named(ContactId::new(office.id()), dead, "林小姐");
    let id = contact.id;
    let entries = [office.entry(&mut boss, ContactCreate { contact }), office.entry(&mut boss, merge(survivor, dead))];
    office.answered(&boss, &entries).await;
    assert_eq!(office.stored(id).await.map(|contact: Contact| contact.customer), Some(survivor));
}

pub async fn a_customer_is_not_merged_with_itself<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (one, other) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let mut boss = office.device(office.boss);
    office.done(&mut boss, merge(one, other)).await;
    for again in [merge(one, one), merge(one, other), merge(other, one)] {
        assert_eq!(office.act(&mut boss, again).await, Verdict::Refused(Refusal::AlreadyMerged));
    }
}

pub async fn additions_to_a_merged_customer_go_to_its_survivor<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let ids = [(); 3].map(|()| office.customer(office.north));
    let [first, second, third] = ids.each_ref().map(|customer| customer.id);
    for customer in ids {
        office.system(CustomerCreate { customer }).await;
    }
    // A chain of two merges.
    let mut boss = office.device(office.boss);
    office.done(&mut boss, merge(second, first)).await;
    office.done(&mut boss, merge(third, second)).await;
    let mut north = office.device(office.north);
    let visit = office.visit(first, office.north);
    let id = visit.record.id;
    office.done(&mut north, visit).await;
    let stored: ContactRecord = office.stored(id).await.expect("a record");
    assert_eq!((stored.customer, stored.written_to), (third, Some(first)));
}

pub async fn edits_of_a_merged_customer_wait_beside_its_survivor<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let mut boss = office.device(office.boss);
    office.done(&mut boss, merge(survivor, dead)).await;
    let mut north = office.device(office.north);
    let mut edit = Edit::fields(dead, vec![FieldEdit::new("name", "鼎盛", "鼎新")]);
    let tags = domain::edit::SetEdit { field: "tags".into(), add: vec!["展覽".into()], remove: vec![] };
    edit.sets.push(tags);
    office.done(&mut north, CustomerEdit(edit)).await;
    let stored: Customer = office.stored(survivor).await.expect("a customer");
    assert_eq!((stored.name.as_str(), stored.tags.len()), ("鼎盛", 0), "nothing is applied");
    let mut held = office.caught_up(office.head).await.all::<Conflict>();
    held.retain(|conflict| conflict.held && conflict.about.id == survivor.uuid());
    let mut mine: Vec<_> = held.into_iter().map(|conflict| conflict.mine.to_string()).collect();
    mine.sort();
    assert_eq!(mine, ["\"鼎新\"", "[\"展覽\"]"]);
}

pub async fn a_rep_does_not_merge<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (one, other) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let foreign = office.customer_of(office.south).await;
    let (mut north, mut head) = (office.device(office.north), office.device(office.head));
    let refused = Verdict::Refused(Refusal::RoleNotAllowed);
    assert_eq!(office.act(&mut north, merge(one, other)).await, refused);
    assert_eq!(office.act(&mut head, merge(one, foreign)).await, refused, "a manager only within her people's");
    office.done(&mut head, merge(one, other)).await;
}

pub async fn fields_of_a_later_build_survive<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut customer = office.customer(office.north);
    let id = customer.id;
    customer.unknown.rest.insert("of_a_later_build".into(), serde_json::json!({ "深": [1, null, "\\"] }));
    let mut device = office.device(office.north);
    office.done(&mut device, CustomerCreate { customer: customer.clone() }).await;
    office.done(&mut device, renamed(id, "鼎盛", "鼎新")).await;
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert_eq!(stored.unknown.rest, customer.unknown.rest);
    assert_eq!(stored, Customer { name: "鼎新".into(), unknown: stored.unknown.clone(), ..customer });
}
