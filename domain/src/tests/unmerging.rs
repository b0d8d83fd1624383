//! Two customers of one again: what came from the dead one goes back, what was written to the survivor stays.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    kinds::{ID, PARENT, sample},
    support::{Records, customer, id, moment, unstamped},
};
use crate::{
    access::{Right, Role},
    attachment::{Attachment, AttachmentAdd, BlobHash},
    clash::Clash,
    conflict::Conflict,
    contact::{Contact, ContactCreate},
    contact_record::{Channel, CheckIn, ContactRecord, ContactRecordAdd},
    customer::{
        Collaborator, Customer, CustomerAssign, CustomerBin, CustomerEdit, CustomerId, CustomerMerge, CustomerPurge,
        CustomerShare, CustomerUnmerge,
    },
    distinct::{CustomersDistinct, Distinct},
    edit::{Edit, FieldEdit, SetEdit},
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment},
    next_action::NextAction,
    opportunity::{Opportunity, OpportunityMove, StageMove, Step},
    own::OwnValue,
    pipeline::Pipeline,
    pool::{Claim, Pool, PoolId},
    record::Record,
    refusal::Refusal,
    user::User,
    view::Stop,
    visit::{State, Visit},
};

const STAYS: u128 = 0x5000;
const GOES: u128 = 0xD000;
const THIRD: u128 = 0xE000;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

/// The administrator, whose entry arrives on a day.
fn on(day: NaiveDate) -> Moment {
    Moment { arrived_on: Some(day), ..moment(Role::Administrator) }
}

fn merge(survivor: u128, dead: u128, take: &[&str]) -> CustomerMerge {
    let take = take.iter().map(|name| (*name).to_owned()).collect();
    CustomerMerge { survivor: id(survivor), dead: id(dead), take, keep_owner: true }
}

fn unmerge(survivor: u128, dead: u128) -> CustomerUnmerge {
    CustomerUnmerge { survivor: id(survivor), dead: id(dead), merged_at: 1_000 }
}

fn stays() -> Customer {
    let own = [(Uuid::from_u128(1), OwnValue::Text("甲".into()))].into();
    Customer { address: "高雄".into(), city: "高雄市".into(), own, ..customer(STAYS, "鼎盛") }
}

fn goes() -> Customer {
    Customer {
        address: "台南".into(),
        city: "台南市".into(),
        owner: Some(id(2)),
        tags: ["老客戶".to_owned()].into(),
        own: [(Uuid::from_u128(2), OwnValue::Text("乙".into()))].into(),
        ..customer(GOES, "鼎盛五金行")
    }
}

fn company() -> Records {
    Records::default().with(&stays()).with(&goes()).with(&customer(THIRD, "別家"))
}

fn person(number: u128) -> User {
    User {
        id: id(number),
        name: "吳".into(),
        sign_in: format!("p{number}"),
        roles: [Role::SalesRep].into(),
        department: None,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

fn read<R: Record>(records: &Records, number: u128) -> R {
    records.get(id(number)).unwrap()
}

fn contact(number: u128, of: u128) -> ContactCreate {
    ContactCreate { contact: Contact::named(id(number), id(of), "陳先生") }
}

fn of_contact(records: &Records, number: u128) -> CustomerId {
    read::<Contact>(records, number).customer
}

/// A sample of a kind below the customer that goes.
fn below(kind: Kind) -> String {
    let number = Uuid::from_u128(0x100 + u128::from(kind.number()));
    sample(kind).replace(ID, &number.to_string()).replace(PARENT, &Uuid::from_u128(GOES).to_string())
}

#[test]
fn no_kind_of_the_registry_stays_behind_in_a_merge_nor_in_its_undoing() {
    let kinds = Kind::ALL.iter().filter(|kind| kind.parents().contains(&Kind::Customer));
    let mut records = kinds.clone().fold(company(), |records, kind| records.with_body(*kind, &below(*kind)));
    let (gone, survivor) = (Uuid::from_u128(GOES).to_string(), Uuid::from_u128(STAYS));
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let mut seen = 0;
    for (key, mut body) in records.bodies().into_iter().filter(|(key, _)| key.kind != Kind::Customer) {
        let fields = body.as_object_mut().unwrap();
        assert_eq!(fields.remove("came_from"), Some(json!([gone])), "{key} does not say where it came from");
        fields.remove("written_to");
        let named = key.kind.facts(&body.to_string()).unwrap().references;
        assert!(named.contains(&RecordKey::new(Kind::Customer, survivor)), "{key} stayed behind");
        // The sample of a line of an opportunity's history names a customer's id as an opportunity.
        assert!(!body.to_string().contains(&gone), "{key} still names the dead one: {body}");
        seen += 1;
    }
    assert_eq!(seen, kinds.clone().count());
    records.run(unmerge(STAYS, GOES), &on(day(30))).unwrap();
    for (key, body) in records.bodies().into_iter().filter(|(key, _)| key.kind != Kind::Customer) {
        let before: Value = serde_json::from_str(&below(key.kind)).unwrap();
        for (field, value) in before.as_object().unwrap() {
            assert_eq!(&body[field], value, "{field} of {key}");
        }
        assert!(body.get("came_from").is_none(), "{key}");
    }
    let back = Customer { received_on: Some(day(30)), ..goes() };
    assert_eq!(unstamped(read::<Customer>(&records, GOES)), back);
    assert_eq!(unstamped(read::<Customer>(&records, STAYS)), stays());
}

#[test]
fn what_was_written_through_the_dead_id_goes_back_and_what_was_written_to_the_survivor_stays() {
    let (mut records, at) = (company(), moment(Role::SalesRep));
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(contact(20, GOES), &at).unwrap();
    records.run(contact(21, STAYS), &at).unwrap();
    // An edit of the dead one waits beside the survivor; a photo hangs on what goes back.
    let fields = vec![FieldEdit::new("name", "鼎盛五金行", "新名")];
    records.run(CustomerEdit(Edit::fields(id(GOES), fields)), &at).unwrap();
    let photo = Attachment {
        id: id(22),
        customer: id(STAYS),
        on: RecordKey::new(Kind::Contact, Uuid::from_u128(20)),
        name: "名片.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: 3,
        hash: BlobHash::of(b"abc"),
        size: None,
        thumbnail: String::new(),
        added_at: 5,
        author: id(1),
        late: false,
        deleted_at: None,
        unknown: Default::default(),
    };
    let other = Attachment {
        id: id(24),
        customer: id(GOES),
        on: RecordKey::new(Kind::Contact, Uuid::from_u128(21)),
        ..photo.clone()
    };
    records.run(AttachmentAdd { attachment: photo }, &at).unwrap();
    records.run(AttachmentAdd { attachment: other }, &at).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(9))).unwrap();
    assert_eq!((of_contact(&records, 20), of_contact(&records, 21)), (id(GOES), id(STAYS)));
    assert_eq!([22, 24].map(|number| read::<Attachment>(&records, number).customer), [id(GOES), id(STAYS)]);
    let conflict = records.all::<Conflict>().remove(0);
    let key = RecordKey::new(Kind::Customer, Uuid::from_u128(GOES));
    assert_eq!((conflict.about, conflict.group), (key, Customer::group_of(id(GOES))));
    // The redirect has ended.
    records.run(contact(23, GOES), &at).unwrap();
    assert_eq!(of_contact(&records, 23), id(GOES));
    assert_eq!(read::<Contact>(&records, 23).unknown.stamp.came_from, Vec::<Uuid>::new());
}

#[test]
fn a_deal_that_goes_back_takes_its_whole_history_along() {
    let mut records = company().with_body(Kind::Opportunity, &below(Kind::Opportunity));
    let number = 0x100 + u128::from(Kind::Opportunity.number());
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let moved = OpportunityMove {
        id: id(41),
        opportunity: id(number),
        pipeline: Pipeline::USUAL,
        from: read::<Opportunity>(&records, number).step(),
        to: Step::Won,
        since: None,
    };
    records.run(moved, &moment(Role::SalesRep)).unwrap();
    assert_eq!(read::<StageMove>(&records, 41).customer, id(STAYS));
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    assert_eq!(read::<StageMove>(&records, 41).customer, id(GOES));
}

#[test]
fn the_survivor_gets_back_what_nobody_has_changed_since() {
    let mut records = company().with(&person(2));
    records.run(merge(STAYS, GOES, &["address", "name", "remark"]), &on(day(1))).unwrap();
    let joined = read::<Customer>(&records, STAYS);
    assert_eq!((&*joined.name, &*joined.city, joined.collaborators.len()), ("鼎盛五金行", "台南市", 1));
    // The address is corrected in one part, a tag is added, and the collaborator may only read from now on.
    let fields = vec![FieldEdit::new("address", "台南", "台南二路")];
    let tag = SetEdit { field: "tags".into(), add: vec!["新".into()], remove: Vec::new() };
    records.run(CustomerEdit(Edit { sets: vec![tag], ..Edit::fields(id(STAYS), fields) }), &on(day(2))).unwrap();
    let share = CustomerShare { id: id(STAYS), user: id(2), right: Some(Right::Read), until: None };
    records.run(share, &on(day(2))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(3))).unwrap();
    let back = read::<Customer>(&records, STAYS);
    assert_eq!((&*back.name, &*back.city, &*back.address), ("鼎盛", "台南市", "台南二路"));
    assert_eq!(back.tags, ["新".to_owned()].into());
    assert!(back.aliases.is_empty() && back.joined.is_empty());
    assert_eq!((back.own, back.collaborators[0].right), (stays().own, Right::Read));
}

#[test]
fn a_collaborator_of_the_merge_goes_unless_somebody_keeps_them() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let given = Collaborator { user: id(2), right: Right::Write, until: None };
    assert_eq!(read::<Customer>(&records, STAYS).collaborators, [given]);
    records.run(unmerge(STAYS, GOES), &on(day(1))).unwrap();
    assert_eq!(read::<Customer>(&records, STAYS).collaborators, []);
    // And again, without them from the beginning.
    records.run(CustomerMerge { keep_owner: false, ..merge(STAYS, GOES, &[]) }, &on(day(1))).unwrap();
    assert_eq!(read::<Customer>(&records, STAYS).collaborators, []);
}

#[test]
fn thirty_days_count_from_the_arrival_of_the_merge_to_that_of_its_undoing() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let late = Moment { business_date: day(2), ..on(NaiveDate::from_ymd_opt(2026, 12, 2).unwrap()) };
    assert_eq!(records.run(unmerge(STAYS, GOES), &late), Err(Stop::Refused(Refusal::UnmergeTooLate)));
    records.run(unmerge(STAYS, GOES), &on(NaiveDate::from_ymd_opt(2026, 12, 1).unwrap())).unwrap();
    assert_eq!(read::<Customer>(&records, GOES).merged_into, None);
    // Whoever comes second finds it done.
    records.run(unmerge(STAYS, GOES), &on(day(3))).unwrap();
}

#[test]
fn merges_are_undone_the_last_one_first() {
    let (mut records, at) = (company().with(&Contact::named(id(20), id(GOES), "陳")), moment(Role::SalesRep));
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(merge(THIRD, STAYS, &[]), &on(day(2))).unwrap();
    records.run(contact(21, GOES), &at).unwrap();
    records.run(contact(22, STAYS), &at).unwrap();
    let refused = |refusal| Err(Stop::Refused(refusal));
    assert_eq!(records.run(unmerge(STAYS, GOES), &on(day(3))), refused(Refusal::MergedOnward));
    assert_eq!(records.run(unmerge(THIRD, GOES), &on(day(3))), refused(Refusal::NotMerged));
    records.run(unmerge(THIRD, STAYS), &on(day(3))).unwrap();
    assert_eq!([20, 21, 22].map(|number| of_contact(&records, number)), [id(STAYS); 3]);
    records.run(unmerge(STAYS, GOES), &on(day(3))).unwrap();
    assert_eq!([20, 21, 22].map(|number| of_contact(&records, number)), [id(GOES), id(GOES), id(STAYS)]);
}

#[test]
fn what_is_gone_for_good_is_not_parted_and_a_rep_parts_nothing() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let rep = records.run(unmerge(STAYS, GOES), &moment(Role::SalesRep));
    assert_eq!(rep, Err(Stop::Refused(Refusal::RoleNotAllowed)));
    let binned = Customer { deleted_at: Some(0), ..read(&records, STAYS) };
    let mut records = records.with(&binned);
    let by_itself = |day: NaiveDate| Moment { actor: Actor::System, business_date: day, ..on(day) };
    // Not before the merge stands for good.
    assert_eq!(binned.due(), NaiveDate::from_ymd_opt(2026, 12, 2));
    records.run(CustomerPurge { id: id(STAYS) }, &by_itself(binned.joined[0].last_day())).unwrap();
    assert_eq!(records.get::<Customer>(id(STAYS)).map(|stays| stays.deleted_at), Some(Some(0)));
    records.run(CustomerPurge { id: id(STAYS) }, &by_itself(binned.due().unwrap())).unwrap();
    let missing = Refusal::Missing { id: Uuid::from_u128(STAYS) };
    assert_eq!(records.run(unmerge(STAYS, GOES), &on(day(9))), Err(Stop::Refused(missing)));
}

#[test]
fn a_pair_names_who_stayed_and_never_one_customer_twice() {
    let mut records = company();
    let apart = |one, other, distinct| CustomersDistinct { one: id(one), other: id(other), distinct };
    records.run(apart(GOES, THIRD, true), &on(day(1))).unwrap();
    records.run(apart(GOES, STAYS, true), &on(day(1))).unwrap();
    let before: Vec<Distinct> = records.all();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let pairs = |records: &Records| records.all::<Distinct>().iter().map(|it| (it.one, it.other)).collect::<Vec<_>>();
    assert_eq!(pairs(&records), [(id(STAYS), id(THIRD))]);
    // It is taken back and said again, by either name.
    records.run(apart(THIRD, GOES, false), &on(day(2))).unwrap();
    assert!(records.all::<Distinct>().iter().all(|pair| pair.deleted_at.is_some()));
    records.run(apart(STAYS, THIRD, true), &on(day(2))).unwrap();
    assert_eq!(pairs(&records), [(id(STAYS), id(THIRD))]);
    let both = records.run(apart(STAYS, GOES, true), &on(day(2)));
    assert_eq!(both, Err(Stop::Refused(Refusal::AlreadyMerged)));
    records.run(unmerge(STAYS, GOES), &on(day(3))).unwrap();
    let after: Vec<Distinct> = records.all::<Distinct>().into_iter().map(unstamped).collect();
    assert_eq!(after, before.into_iter().map(unstamped).collect::<Vec<_>>());
}

#[test]
fn a_pair_that_was_put_aside_by_one_merge_outlives_another() {
    let clash = Clash {
        id: id(50),
        customer: id(GOES),
        other: Some(id(THIRD)),
        by: None,
        words: String::new(),
        found_at: 5,
        settled: None,
        unknown: Default::default(),
    };
    let mut records = company().with(&clash);
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    assert_eq!(read::<Clash>(&records, 50).customer, id(STAYS));
    records.run(merge(STAYS, THIRD, &[]), &on(day(1))).unwrap();
    assert_eq!(records.get::<Clash>(id(50)), None);
    records.run(unmerge(STAYS, THIRD), &on(day(2))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    assert_eq!(unstamped(read::<Clash>(&records, 50)), clash);
}

#[test]
fn a_customer_that_a_merge_took_out_of_a_pool_lies_there_again() {
    let pool: PoolId = id(70);
    let pooled = Customer { owner: None, pool: Some(pool), pooled_on: Some(day(1)), ..stays() };
    let mut records = Records::default().with(&pooled).with(&goes()).with(&Pool::named(pool, "公海"));
    records.run(merge(STAYS, GOES, &[]), &on(day(3))).unwrap();
    assert_eq!((read::<Customer>(&records, STAYS).owner, records.all::<Claim>().len()), (Some(id(2)), 1));
    let mut kept = Records::default().with(&pooled).with(&goes()).with(&Pool::named(pool, "公海")).with(&person(3));
    kept.run(merge(STAYS, GOES, &[]), &on(day(3))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(4))).unwrap();
    assert_eq!(unstamped(read::<Customer>(&records, STAYS)), pooled);
    assert!(records.all::<Claim>().is_empty());
    // Whoever was given it since keeps it.
    kept.run(CustomerAssign { id: id(STAYS), owner: Some(id(3)), pool: None }, &on(day(4))).unwrap();
    kept.run(unmerge(STAYS, GOES), &on(day(5))).unwrap();
    let there = read::<Customer>(&kept, STAYS);
    assert_eq!((there.owner, there.pool), (Some(id(3)), None));
}

#[test]
fn a_pair_that_was_said_by_the_dead_id_takes_no_other_ones_place() {
    let mut records = company();
    let apart = |one, other| CustomersDistinct { one: id(one), other: id(other), distinct: true };
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run_as(Uuid::from_u128(1), apart(GOES, THIRD), &on(day(1))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    records.run_as(Uuid::from_u128(2), apart(STAYS, THIRD), &on(day(2))).unwrap();
    let pairs = |records: &Records| {
        let mut pairs: Vec<_> = records.all::<Distinct>().into_iter().map(|it| (it.one, it.other)).collect();
        pairs.sort_unstable();
        pairs
    };
    let both = [(id(STAYS), id(THIRD)), (id(GOES), id(THIRD))];
    assert_eq!(pairs(&records), both);
    // A former build gave one the id of another.
    let misplaced = Distinct { id: Distinct::id_of(id(STAYS), id(THIRD)), ..records.all::<Distinct>().remove(0) };
    let misplaced = Distinct { one: id(GOES), other: id(THIRD), ..misplaced };
    let mut records = company().with(&misplaced);
    records.run(apart(STAYS, THIRD), &on(day(2))).unwrap();
    assert_eq!(pairs(&records), both);
}

#[test]
fn what_lies_in_the_recycle_bin_is_not_merged() {
    for binned in [stays(), goes()] {
        let mut records = company().with(&Customer { deleted_at: Some(5), ..binned.clone() });
        let deleted = Refusal::Deleted { id: binned.id.uuid() };
        assert_eq!(records.run(merge(STAYS, GOES, &[]), &on(day(1))), Err(Stop::Refused(deleted)));
    }
}

#[test]
fn whoever_puts_the_dead_one_away_does_not_put_the_survivor_away() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    let binned = records.run(CustomerBin { id: id(GOES), binned: true }, &on(day(1)));
    assert_eq!(binned, Err(Stop::Refused(Refusal::AlreadyMerged)));
    assert_eq!([STAYS, GOES].map(|number| read::<Customer>(&records, number).deleted_at), [None; 2]);
    // One that an earlier build put there is not purged as long as it leads somewhere.
    let old = Customer { deleted_at: Some(0), ..read(&records, GOES) };
    assert_eq!(old.due(), None);
}

#[test]
fn of_two_merges_into_one_the_last_is_undone_first() {
    let other = Customer { tags: ["老客戶".to_owned()].into(), ..customer(THIRD, "別家") };
    let mut records = company().with(&other);
    records.run(merge(STAYS, GOES, &["name"]), &on(day(1))).unwrap();
    records.run(merge(STAYS, THIRD, &["name"]), &on(day(2))).unwrap();
    let first = records.run(unmerge(STAYS, GOES), &on(day(3)));
    assert_eq!(first, Err(Stop::Refused(Refusal::MergedSince)));
    records.run(unmerge(STAYS, THIRD), &on(day(3))).unwrap();
    let between = read::<Customer>(&records, STAYS);
    assert_eq!((&*between.name, between.tags.len()), ("鼎盛五金行", 1));
    records.run(unmerge(STAYS, GOES), &on(day(3))).unwrap();
    assert_eq!(unstamped(read::<Customer>(&records, STAYS)), stays());
}

#[test]
fn whoever_means_a_merge_that_was_undone_does_not_undo_the_next_one() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    records.run(merge(STAYS, GOES, &[]), &Moment { happened: 2_000, ..on(day(3)) }).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(4))).unwrap();
    assert_eq!(read::<Customer>(&records, GOES).merged_into, Some(id(STAYS)));
    records.run(CustomerUnmerge { merged_at: 2_000, ..unmerge(STAYS, GOES) }, &on(day(4))).unwrap();
    assert_eq!(read::<Customer>(&records, GOES).merged_into, None);
}

#[test]
fn the_days_of_an_owner_begin_anew_when_their_customer_comes_back() {
    let due = Customer { received_on: Some(day(1)), recycle_since: Some(day(2)), ..goes() };
    let mut records = company().with(&due);
    records.run(merge(STAYS, GOES, &[]), &on(day(3))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(20))).unwrap();
    let back = read::<Customer>(&records, GOES);
    assert_eq!((back.received_on, back.recycle_since), (Some(day(20)), None));
}

#[test]
fn a_child_that_nobody_can_read_stays_and_holds_nothing_up() {
    let mut records = company();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(contact(20, GOES), &moment(Role::SalesRep)).unwrap();
    let key = RecordKey::new(Kind::Contact, Uuid::from_u128(21));
    let parent = RecordKey::new(Kind::Customer, Uuid::from_u128(STAYS));
    let mut records = records.with_unreadable_child(key, parent, "{}");
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    assert_eq!(of_contact(&records, 20), id(GOES));
    assert_eq!(&*records.row(key).unwrap().body, "{}");
}

/// A visit and a next action that went back to the dead one, and a contact with the survivor, written offline before, that
/// names both.
fn written_before_the_parting() -> (Records, ContactRecordAdd) {
    let visit = Visit {
        id: id(30),
        customer: id(GOES),
        day: day(1),
        order: 1,
        rep: id(1),
        purpose: String::new(),
        state: State::Planned,
        unknown: Default::default(),
    };
    let action = NextAction {
        id: id(31),
        customer: id(GOES),
        contact: None,
        due: day(1),
        time: None,
        what: "回電".into(),
        assignee: id(1),
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    };
    let record = ContactRecord {
        id: id(32),
        customer: id(STAYS),
        channel: Channel::Visit,
        happened_at: 5,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: String::new(),
        check_in: Some(CheckIn { at: 5, position: None, accuracy: None, visit: Some(id(30)) }),
        left_at: None,
        author: id(1),
        late: false,
        written_to: None,
        deleted_at: None,
        own: Default::default(),
        unknown: Default::default(),
    };
    let add = ContactRecordAdd { record, finishes: vec![id(31)], next: None };
    (company().with(&visit).with(&action), add)
}

fn settled(records: &Records) -> (bool, bool) {
    let made = matches!(read::<Visit>(records, 30).state, State::Made { record } if record == id(32));
    (made, read::<NextAction>(records, 31).done.is_some_and(|done| done.record == Some(id(32))))
}

#[test]
fn a_contact_that_was_written_before_the_parting_settles_what_has_gone_back() {
    let (mut records, add) = written_before_the_parting();
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    records.run(add, &moment(Role::SalesRep)).unwrap();
    assert_eq!(settled(&records), (true, true));
    assert_eq!(read::<ContactRecord>(&records, 32).customer, id(STAYS));
    // Whoever may not write the other one still has their contact.
    let (records, add) = written_before_the_parting();
    let mut records = records.standing(Customer::group_of(id(GOES)), None);
    records.run(merge(STAYS, GOES, &[]), &on(day(1))).unwrap();
    records.run(unmerge(STAYS, GOES), &on(day(2))).unwrap();
    records.run(add, &moment(Role::SalesRep)).unwrap();
    assert_eq!(settled(&records), (false, false));
    // What belongs to another customer, and always did, is nothing of this one's.
    let (mut records, add) = written_before_the_parting();
    records.run(add, &moment(Role::SalesRep)).unwrap();
    assert_eq!(settled(&records), (false, false));
}
