//! Cases for merges that are taken back: what goes back to whom, and until when.

use domain::{
    contact::Contact,
    contact_record::ContactRecord,
    customer::{Customer, CustomerId, CustomerMerge, CustomerUnmerge, UNMERGE_DAYS},
    distinct::{CustomersDistinct, Distinct},
    refusal::Refusal,
};

use super::support::{DAY, Office};
use crate::{protocol::Verdict, server::ServerStore};

fn merge(survivor: CustomerId, dead: CustomerId) -> CustomerMerge {
    CustomerMerge { survivor, dead, take: Vec::new(), keep_owner: true }
}

async fn unmerge<S: ServerStore>(office: &Office<S>, survivor: CustomerId, dead: CustomerId) -> CustomerUnmerge {
    let stays: Customer = office.stored(survivor).await.expect("a customer");
    let note = stays.joined.iter().find(|note| note.dead == dead).expect("a note of the merge");
    CustomerUnmerge { survivor, dead, merged_at: note.at }
}

pub async fn an_undone_merge_gives_everybody_back_what_was_theirs<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    let own = office.contact_of(survivor).await;
    // More than a rule may ask for one by one.
    for _ in 0..20 {
        office.contact_of(dead).await;
    }
    office.system(CustomersDistinct { one: survivor, other: dead, distinct: true }).await;
    let (mut boss, mut south) = (office.device(office.boss), office.device(office.south));
    office.done(&mut boss, merge(survivor, dead)).await;
    assert_eq!(office.caught_up(office.north).await.all::<Contact>().len(), 21);
    assert!(office.caught_up(office.boss).await.all::<Distinct>().is_empty());
    // Somebody has not heard of it yet, and one writes to the customer that stayed.
    let (late, stays) = (office.visit(dead, office.south), office.visit(survivor, office.north));
    office.done(&mut south, late.clone()).await;
    office.system(stays.clone()).await;
    let part = unmerge(&office, survivor, dead).await;
    office.done(&mut boss, part.clone()).await;
    let (north, south) = (office.caught_up(office.north).await, office.caught_up(office.south).await);
    assert_eq!(north.all::<Contact>().iter().map(|contact| contact.id).collect::<Vec<_>>(), [own]);
    assert_eq!(south.all::<Contact>().len(), 20);
    let records = |of: Vec<ContactRecord>| of.into_iter().map(|it| (it.id, it.customer)).collect::<Vec<_>>();
    assert_eq!(records(north.all()), [(stays.record.id, survivor)]);
    assert_eq!(records(south.all()), [(late.record.id, dead)]);
    assert_eq!(south.all::<Customer>().iter().map(|it| (it.id, it.merged_into)).collect::<Vec<_>>(), [(dead, None)]);
    let parted: Customer = office.stored(survivor).await.expect("a customer");
    assert!(parted.collaborators.is_empty() && parted.joined.is_empty());
    assert_eq!(office.caught_up(office.boss).await.all::<Distinct>().len(), 1);
    // Somebody else had the same idea.
    office.done(&mut boss, part).await;
}

pub async fn a_merge_is_undone_for_thirty_days<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let (mut boss, mut north) = (office.device(office.boss), office.device(office.north));
    office.done(&mut boss, merge(survivor, dead)).await;
    let part = unmerge(&office, survivor, dead).await;
    assert_eq!(office.act(&mut north, part.clone()).await, Verdict::Refused(Refusal::RoleNotAllowed));
    // What is entered in time and arrives too late is too late: the server decides.
    let entered = office.entry(&mut boss, part);
    office.advance((UNMERGE_DAYS as i64 + 1) * DAY);
    assert_eq!(office.answered(&boss, &[entered]).await[0].verdict, Verdict::Refused(Refusal::UnmergeTooLate));
    let stored: Customer = office.stored(dead).await.expect("a customer");
    assert_eq!(stored.merged_into, Some(survivor));
}
