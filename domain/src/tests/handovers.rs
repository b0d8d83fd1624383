//! Handovers: who receives what, what goes along and what stays, who may, and the way back.

use chrono::NaiveDate;

use super::support::{Records, customer, id, moment};
use crate::{
    access::{Right, Role},
    customer::{Collaborator, Customer, CustomerAssign},
    department::{Department, DepartmentId},
    handover::{
        Counts, Estate, Handover, HandoverFinish, HandoverGive, HandoverReturn, HandoverStart, HandoverUndo, Portion,
        State, Way,
    },
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment},
    next_action::NextAction,
    opportunity::{Opportunity, Outcome},
    pool::{Claim, Pool, What},
    refusal::{FieldError, Problem, Refusal},
    user::User,
    view::{Row, Stop},
    visit::{self, Visit},
};

/// People: who hands over, who leaves, two who receive.
const BOSS: u128 = 1;
const LI: u128 = 2;
const WU: u128 = 3;
const CHEN: u128 = 4;
const POOL: u128 = 70;
const HANDOVER: u128 = 80;

fn person(number: u128, role: Role) -> User {
    User {
        id: id(number),
        name: format!("person {number}"),
        sign_in: format!("p{number}"),
        roles: [role].into(),
        department: None,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

fn owned(number: u128, owner: u128) -> Customer {
    Customer { owner: Some(id(owner)), ..customer(number, "鼎盛") }
}

fn helper(user: u128) -> Collaborator {
    Collaborator { user: id(user), right: Right::Write, until: None }
}

fn action(number: u128, of: u128, assignee: u128) -> NextAction {
    NextAction {
        id: id(number),
        customer: id(of),
        contact: None,
        due: NaiveDate::default(),
        time: None,
        what: "回電".to_owned(),
        assignee: id(assignee),
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    }
}

fn visit(number: u128, of: u128, rep: u128) -> Visit {
    Visit {
        id: id(number),
        customer: id(of),
        day: NaiveDate::default(),
        order: 1,
        rep: id(rep),
        purpose: String::new(),
        state: visit::State::Planned,
        unknown: Default::default(),
    }
}

fn opportunity(number: u128, of: u128) -> Opportunity {
    Opportunity {
        id: id(number),
        customer: id(of),
        name: "年度訂單".to_owned(),
        pipeline: id(91),
        stage: id(92),
        stage_since: NaiveDate::default(),
        amount: None,
        expected_close: None,
        products: String::new(),
        remark: String::new(),
        outcome: Outcome::Open,
        deleted_at: None,
        unknown: Default::default(),
    }
}

fn pool() -> Pool {
    Pool { administrators: [id(CHEN)].into(), ..Pool::named(id(POOL), "公海") }
}

/// Two customers of Li, one of Wu on which Li helps; work on each.
fn world() -> Records {
    let people = [(BOSS, Role::Administrator), (LI, Role::SalesRep), (WU, Role::SalesRep), (CHEN, Role::SalesRep)];
    let records = people.iter().fold(Records::default(), |records, (n, role)| records.with(&person(*n, *role)));
    let shared = Customer { collaborators: vec![helper(LI), helper(CHEN)], ..owned(12, WU) };
    records
        .with(&pool())
        .with(&Customer { collaborators: vec![helper(CHEN)], ..owned(10, LI) })
        .with(&owned(11, LI))
        .with(&shared)
        .with(&action(20, 10, LI))
        .with(&action(21, 10, WU))
        .with(&action(22, 12, LI))
        .with(&visit(30, 11, LI))
        .with(&opportunity(40, 10))
}

fn system(at: i64) -> Moment {
    Moment { actor: Actor::System, arrived: Some(at), ..moment(Role::Administrator) }
}

fn start(way: Way) -> HandoverStart {
    HandoverStart {
        id: id(HANDOVER),
        from: id(LI),
        way,
        reason: "離職".to_owned(),
        frozen: false,
        base: 0,
        total: Counts::default(),
    }
}

fn handover(records: &Records) -> Handover {
    records.get(id(HANDOVER)).unwrap()
}

/// What the server finds.
fn estate(records: &Records) -> Estate {
    let mut estate = Estate::new(id(LI));
    records.all::<Customer>().into_iter().for_each(|customer| estate.customer(customer));
    records.all::<NextAction>().iter().for_each(|action| estate.next_action(action));
    records.all::<Visit>().iter().for_each(|visit| estate.visit(visit));
    records.all::<Opportunity>().iter().for_each(|it| estate.opportunity(it));
    for customer in estate.unseen() {
        records.get(customer).into_iter().for_each(|customer| estate.see(customer));
    }
    estate
}

fn gives(records: &Records) -> Vec<HandoverGive> {
    let active = |user| records.get::<User>(user).is_some_and(|user| user.active);
    let administrators = |pool| records.get::<Pool>(pool).map(|pool| pool.administrators).unwrap_or_default();
    let given = estate(records).divide(&handover(records), active, administrators);
    given.into_iter().map(|given| given.give).collect()
}

/// Carries a step out as its own entry; returns what gives it back.
fn give(records: &mut Records, give: &HandoverGive, entry: u128) -> Option<HandoverReturn> {
    let keys: Vec<RecordKey> = [
        vec![RecordKey::new(Kind::Customer, give.customer.uuid())],
        records.all::<NextAction>().iter().map(|it| RecordKey::new(Kind::NextAction, it.id.uuid())).collect(),
        records.all::<Visit>().iter().map(|it| RecordKey::new(Kind::Visit, it.id.uuid())).collect(),
    ]
    .concat();
    let before: Vec<Row> = keys.iter().filter_map(|key| records.row(*key)).collect();
    records.run_as(id::<()>(entry).uuid(), give.clone(), &system(5_000)).unwrap();
    let changed = before.iter().filter(|row| records.row(row.key).as_ref() != Some(*row));
    HandoverReturn::of(give, &handover(records), changed.map(|row| (row.key, Some(row))))
}

/// Hands everything over; returns the way back.
fn hand_over(records: &mut Records, way: Way) -> Vec<HandoverReturn> {
    records.run(start(way), &moment(Role::Administrator)).unwrap();
    let mut backs = Vec::new();
    for (entry, one) in (1_000..).zip(gives(records)) {
        backs.extend(give(records, &one, entry));
    }
    assert!(gives(records).is_empty(), "something is left");
    records.run(HandoverFinish { handover: id(HANDOVER), back: false }, &system(6_000)).unwrap();
    backs
}

fn refused(result: Result<(), Stop>) -> Option<Refusal> {
    match result {
        Err(Stop::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

fn not_a_choice() -> Option<Refusal> {
    Some(FieldError::new("to", Problem::NotAChoice).into())
}

fn owner(records: &Records, number: u128) -> Option<u128> {
    records.get::<Customer>(id(number)).unwrap().owner.map(|owner| owner.uuid().as_u128())
}

fn assignee(records: &Records, number: u128) -> u128 {
    records.get::<NextAction>(id(number)).unwrap().assignee.uuid().as_u128()
}

#[test]
fn one_person_receives_everything_and_the_stage_is_kept() {
    let mut records = world();
    hand_over(&mut records, Way::One { to: id(WU) });
    assert_eq!([10, 11, 12].map(|number| owner(&records, number)), [Some(WU); 3]);
    assert_eq!([20, 21, 22].map(|number| assignee(&records, number)), [WU; 3]);
    assert_eq!(records.get::<Visit>(id(30)).unwrap().rep, id(WU));
    assert_eq!(records.get::<Opportunity>(id(40)).unwrap(), opportunity(40, 10), "it stands where it stood");
    let shared: Customer = records.get(id(12)).unwrap();
    assert_eq!(shared.collaborators, [helper(CHEN)], "others go on helping");
    let done = handover(&records);
    assert_eq!(done.moved, Counts { customers: 2, opportunities: 1, next_actions: 2, visits: 1, shared: 1 });
    assert_eq!((done.state, done.by), (State::Done { at: 6_000 }, Some(id(BOSS))));
    let log: Vec<Claim> = records.all();
    assert!(log.iter().all(|line| line.what == What::Assigned && line.from == Some(id(LI)) && line.reason == "離職"));
    assert!(log.iter().all(|line| line.by == Some(id(BOSS))), "in the name of whoever hands over");
}

#[test]
fn receivers_take_turns_however_often_the_work_was_interrupted() {
    let mut whole = world().with(&owned(13, LI)).with(&owned(14, LI));
    let mut cut = world().with(&owned(13, LI)).with(&owned(14, LI));
    let way = Way::InTurn { among: vec![id(WU), id(CHEN)] };
    hand_over(&mut whole, way.clone());
    cut.run(start(way), &moment(Role::Administrator)).unwrap();
    for entry in 1_000..1_010 {
        // Each time the server looks anew.
        let Some(next) = gives(&cut).into_iter().next() else { break };
        give(&mut cut, &next, entry);
    }
    let owners = |records: &Records| [10, 11, 13, 14].map(|number| owner(records, number));
    assert_eq!(owners(&whole), [Some(WU), Some(CHEN), Some(WU), Some(CHEN)]);
    assert_eq!(owners(&cut), owners(&whole));
}

#[test]
fn portions_go_by_region_and_level_and_the_rest_to_one() {
    let of = |region: &str, level: &str| Customer {
        region: region.to_owned(),
        level: level.to_owned(),
        ..customer(10, "鼎盛")
    };
    let portion =
        |region: &str, level: &str, to| Portion { region: region.to_owned(), level: level.to_owned(), to: id(to) };
    let portions = vec![portion("北區", "A", WU), portion(" 北區 ", "", CHEN), portion("", "C", CHEN)];
    let way = Way::Portions { portions, rest: id(BOSS) };
    let found = [of("北區", "A"), of("北區", "B"), of("南區", "C"), of("南區", "A")].map(|it| way.receiver(&it, 7));
    assert_eq!(found, [WU, CHEN, CHEN, BOSS].map(|number| Some(id(number))));
}

#[test]
fn a_pool_takes_the_customers_and_its_administrator_the_work() {
    let mut records = world();
    hand_over(&mut records, Way::Pool { pool: id(POOL) });
    let pooled: Customer = records.get(id(10)).unwrap();
    assert_eq!((pooled.owner, pooled.pool), (None, Some(id(POOL))));
    assert!(pooled.collaborators.is_empty());
    assert_eq!([20, 21, 22].map(|number| assignee(&records, number)), [CHEN, WU, WU]);
    assert!(records.all::<Claim>().iter().all(|line| line.left(id(LI))), "they wait before they claim it again");
}

#[test]
fn what_lies_in_the_bin_or_was_merged_does_not_stay_with_whoever_leaves() {
    let binned = Customer { deleted_at: Some(5), ..owned(13, LI) };
    let merged = Customer { merged_into: Some(id(12)), ..owned(14, LI) };
    let mut records = world().with(&binned).with(&merged);
    hand_over(&mut records, Way::One { to: id(WU) });
    assert_eq!([13, 14].map(|number| owner(&records, number)), [Some(WU); 2]);
    assert_eq!(handover(&records).moved.customers, 2, "nobody counts them");
}

#[test]
fn done_work_keeps_its_author() {
    let done = crate::next_action::Done { at: 5, by: id(LI), record: None };
    let made = visit::State::Made { record: id(60) };
    let mut records = world()
        .with(&NextAction { done: Some(done.clone()), ..action(23, 10, LI) })
        .with(&Visit { state: made.clone(), ..visit(31, 10, LI) });
    hand_over(&mut records, Way::One { to: id(WU) });
    let kept: NextAction = records.get(id(23)).unwrap();
    assert_eq!((kept.assignee, kept.done), (id(LI), Some(done)));
    let kept: Visit = records.get(id(31)).unwrap();
    assert_eq!((kept.rep, kept.state), (id(LI), made));
}

#[test]
fn it_is_taken_back_for_a_week_but_for_what_changed_hands() {
    let mut records = world();
    let backs = hand_over(&mut records, Way::One { to: id(WU) });
    // Meanwhile one customer goes on, and one next action is done.
    records
        .run(CustomerAssign { id: id(11), pool: None, owner: Some(id(CHEN)) }, &moment(Role::Administrator))
        .unwrap();
    let week = Moment { arrived: Some(6_000 + Handover::UNDO_MS), ..moment(Role::Administrator) };
    let late = Moment { arrived: Some(6_001 + Handover::UNDO_MS), ..week.clone() };
    assert_eq!(refused(records.run(HandoverUndo { id: id(HANDOVER) }, &late)), Some(Refusal::HandoverStands));
    records.run(HandoverUndo { id: id(HANDOVER) }, &week).unwrap();
    // Twice: a server that starts anew does it again.
    for (entry, back) in (2_000..).zip([&backs[..], &backs[..]].concat()) {
        records.run_as(id::<()>(entry).uuid(), back, &system(7_000)).unwrap();
    }
    records.run(HandoverFinish { handover: id(HANDOVER), back: true }, &system(8_000)).unwrap();
    assert_eq!([10, 11, 12].map(|number| owner(&records, number)), [Some(LI), Some(CHEN), Some(WU)]);
    assert_eq!([20, 21, 22].map(|number| assignee(&records, number)), [LI, WU, LI]);
    let shared: Customer = records.get(id(12)).unwrap();
    assert_eq!(shared.collaborators, [helper(CHEN), helper(LI)]);
    let undone = handover(&records);
    assert_eq!(undone.state, State::Undone { at: 8_000 });
    assert_eq!(records.get::<Visit>(id(30)).unwrap().rep, id(WU), "the work stays where its customer stays");
    assert_eq!(undone.returned, Counts { customers: 1, opportunities: 0, next_actions: 2, visits: 0, shared: 1 });
}

#[test]
fn shares_that_a_pool_took_come_back() {
    let mut records = world();
    let backs = hand_over(&mut records, Way::Pool { pool: id(POOL) });
    records
        .run(HandoverUndo { id: id(HANDOVER) }, &Moment { arrived: Some(6_500), ..moment(Role::Administrator) })
        .unwrap();
    for (entry, back) in (2_000..).zip(backs) {
        records.run_as(id::<()>(entry).uuid(), back, &system(7_000)).unwrap();
    }
    let back: Customer = records.get(id(10)).unwrap();
    assert_eq!((back.owner, back.pool, back.collaborators), (Some(id(LI)), None, vec![helper(CHEN)]));
    assert_eq!(assignee(&records, 20), LI);
}

fn ended(number: u128) -> User {
    User { active: false, ..person(number, Role::SalesRep) }
}

/// Lets the server take the handover back.
fn take_back(records: &mut Records, backs: Vec<HandoverReturn>) {
    let boss = Moment { arrived: Some(6_500), ..moment(Role::Administrator) };
    records.run(HandoverUndo { id: id(HANDOVER) }, &boss).unwrap();
    for (entry, back) in (2_000..).zip(backs) {
        records.run_as(id::<()>(entry).uuid(), back, &system(7_000)).unwrap();
    }
    records.run(HandoverFinish { handover: id(HANDOVER), back: true }, &system(8_000)).unwrap();
}

#[test]
fn what_comes_back_is_as_it_was() {
    let day = NaiveDate::from_ymd_opt(2026, 12, 31);
    let received = NaiveDate::from_ymd_opt(2026, 3, 1);
    let merged = Customer { merged_into: Some(id(12)), ..owned(14, LI) };
    let locked = Customer { locked_until: day, received_on: received, ..owned(13, LI) };
    let mut records = world().with(&merged).with(&locked);
    let backs = hand_over(&mut records, Way::Pool { pool: id(POOL) });
    let pooled: Customer = records.get(id(14)).unwrap();
    assert_eq!((pooled.owner, pooled.pool), (None, Some(id(POOL))));
    assert!(pooled.pooled_on.is_some());
    assert_eq!(records.get::<Customer>(id(13)).unwrap().locked_until, None);
    take_back(&mut records, backs);
    let back: Customer = records.get(id(13)).unwrap();
    assert_eq!((back.owner, back.locked_until, back.received_on), (Some(id(LI)), day, received));
    let back: Customer = records.get(id(14)).unwrap();
    assert_eq!((back.owner, back.pool, back.pooled_on), (Some(id(LI)), None, None));
    let log: Vec<Claim> = records.all();
    assert!(log.iter().all(|line| line.customer != id(14)), "it has no log");
    assert_eq!(handover(&records).returned.customers, 3, "nobody counts it");
}

#[test]
fn what_is_done_is_left_out_by_a_server_that_starts_anew() {
    let mut records = world();
    let backs = hand_over(&mut records, Way::One { to: id(WU) });
    let left = |records: &Records, back: &HandoverReturn| {
        let customer = records.get::<Customer>(back.customer);
        let actions: Vec<NextAction> = back.actions.iter().filter_map(|id| records.get(*id)).collect();
        let visits: Vec<Visit> = back.visits.iter().filter_map(|id| records.get(*id)).collect();
        back.has_something(&handover(records), customer.as_ref(), &actions, &visits, NaiveDate::default())
    };
    assert!(backs.iter().all(|back| left(&records, back)));
    take_back(&mut records, backs.clone());
    assert!(backs.iter().all(|back| !left(&records, back)));
}

#[test]
fn whoever_saw_the_end_does_not_end_the_return() {
    let mut records = world();
    hand_over(&mut records, Way::One { to: id(WU) });
    let boss = Moment { arrived: Some(6_500), ..moment(Role::Administrator) };
    records.run(HandoverUndo { id: id(HANDOVER) }, &boss).unwrap();
    records.run(HandoverFinish { handover: id(HANDOVER), back: false }, &system(7_000)).unwrap();
    assert_eq!(handover(&records).state, State::Returning);
}

#[test]
fn nobody_receives_whose_account_has_ended_meanwhile() {
    let mut records = world();
    records.run(start(Way::One { to: id(WU) }), &moment(Role::Administrator)).unwrap();
    let planned = gives(&records);
    let mut records = records.with(&ended(WU));
    for (entry, one) in (1_000..).zip(planned) {
        give(&mut records, &one, entry);
    }
    assert_eq!([10, 11].map(|number| owner(&records, number)), [Some(LI); 2], "the plan is stale");
    for (entry, one) in (1_100..).zip(gives(&records)) {
        give(&mut records, &one, entry);
    }
    assert_eq!([10, 11, 12].map(|number| owner(&records, number)), [Some(BOSS), Some(BOSS), Some(WU)]);
    assert_eq!([20, 21, 22].map(|number| assignee(&records, number)), [BOSS, WU, BOSS]);
    assert!(gives(&records).is_empty());
}

#[test]
fn the_work_in_a_pool_goes_to_an_administrator_who_is_there() {
    let pool = Pool { administrators: [id(CHEN), id(5)].into(), ..pool() };
    let mut records = world().with(&pool).with(&ended(CHEN)).with(&person(5, Role::SalesRep));
    hand_over(&mut records, Way::Pool { pool: id(POOL) });
    assert_eq!(assignee(&records, 20), 5);
}

#[test]
fn a_stale_step_moves_nothing() {
    let mut records = world();
    records.run(start(Way::One { to: id(WU) }), &moment(Role::Administrator)).unwrap();
    // It was Wu's when it was planned, or Li's, and is not any more.
    let foreign = HandoverGive { handover: id(HANDOVER), customer: id(10), to: None, heir: Some(id(WU)) };
    give(&mut records, &foreign, 1_000);
    assert_eq!((owner(&records, 10), assignee(&records, 20)), (Some(LI), LI));
    let mut records = records.with(&owned(10, CHEN));
    let own = HandoverGive { handover: id(HANDOVER), customer: id(10), to: Some(id(WU)), heir: Some(id(WU)) };
    give(&mut records, &own, 1_001);
    assert_eq!((owner(&records, 10), assignee(&records, 20)), (Some(CHEN), LI));
    for (entry, one) in (1_100..).zip(gives(&records)) {
        give(&mut records, &one, entry);
    }
    assert_eq!((owner(&records, 10), assignee(&records, 20)), (Some(CHEN), CHEN), "the next plan sees it");
}

#[test]
fn nobody_leaves_and_receives_at_a_time() {
    let mut records = world();
    let boss = moment(Role::Administrator);
    records.run(start(Way::One { to: id(WU) }), &boss).unwrap();
    let of = |number, from, to| HandoverStart { id: id(number), from: id(from), ..start(Way::One { to: id(to) }) };
    for circle in [of(81, WU, LI), of(82, WU, CHEN), of(83, CHEN, LI)] {
        assert_eq!(refused(records.run(circle, &boss)), Some(Refusal::HandoverRuns));
    }
    records.run(of(84, CHEN, WU), &boss).unwrap();
}

#[test]
fn a_handover_is_not_taken_back_while_the_person_hands_over_again() {
    let mut records = world();
    hand_over(&mut records, Way::One { to: id(WU) });
    let boss = Moment { arrived: Some(6_500), ..moment(Role::Administrator) };
    records.run(HandoverStart { id: id(81), ..start(Way::One { to: id(CHEN) }) }, &boss).unwrap();
    assert_eq!(refused(records.run(HandoverUndo { id: id(HANDOVER) }, &boss)), Some(Refusal::HandoverRuns));
    records.run(HandoverFinish { handover: id(81), back: false }, &system(6_600)).unwrap();
    records.run(HandoverUndo { id: id(HANDOVER) }, &boss).unwrap();
}

#[test]
fn only_those_receive_who_can_work_with_it() {
    let mut records = world().with(&ended(5)).with(&person(6, Role::Finance));
    let boss = moment(Role::Administrator);
    for to in [5, 6, LI] {
        assert_eq!(refused(records.run(start(Way::One { to: id(to) }), &boss)), not_a_choice(), "{to}");
    }
    let nobody = refused(records.run(start(Way::InTurn { among: Vec::new() }), &boss));
    assert_eq!(nobody, Some(FieldError::new("to", Problem::Required).into()));
    let mut records = world().with(&Pool { off: true, ..pool() });
    assert_eq!(refused(records.run(start(Way::Pool { pool: id(POOL) }), &boss)), Some(Refusal::PoolOff));
}

#[test]
fn one_handover_of_a_person_runs_at_a_time() {
    let mut records = world();
    let boss = moment(Role::Administrator);
    records.run(start(Way::One { to: id(WU) }), &boss).unwrap();
    let second = HandoverStart { id: id(81), ..start(Way::One { to: id(CHEN) }) };
    assert_eq!(refused(records.run(second.clone(), &boss)), Some(Refusal::HandoverRuns));
    assert_eq!(refused(records.run(HandoverUndo { id: id(HANDOVER) }, &boss)), Some(Refusal::HandoverRuns));
    records.run(HandoverFinish { handover: id(HANDOVER), back: false }, &system(6_000)).unwrap();
    records.run(second, &boss).unwrap();
}

#[test]
fn a_manager_hands_over_what_people_below_leave_and_nobody_else_does() {
    let (top, below): (DepartmentId, DepartmentId) = (id(50), id(51));
    let department = |of: DepartmentId, parent: Option<DepartmentId>, head: Option<u128>| Department {
        id: of,
        name: "業務部".to_owned(),
        parent,
        head: head.map(id),
        branch: false,
        unknown: Default::default(),
    };
    let placed = |of: Option<DepartmentId>, superior: Option<u128>| {
        let li = User { department: of, superior: superior.map(id), ..person(LI, Role::SalesRep) };
        world().with(&department(top, None, Some(BOSS))).with(&department(below, Some(top), None)).with(&li)
    };
    let way = || start(Way::One { to: id(WU) });
    let by = |role| moment(role);
    let mut nobodys = placed(None, None);
    assert_eq!(refused(nobodys.run(way(), &by(Role::Manager))), Some(Refusal::RoleNotAllowed));
    let mut headed = placed(Some(below), None);
    headed.run(way(), &by(Role::Manager)).unwrap();
    let mut other = placed(Some(below), None);
    assert_eq!(refused(other.run(way(), &by(Role::SalesRep))), Some(Refusal::RoleNotAllowed), "a head is no manager");
    let mut reporting = placed(None, Some(WU)).with(&User { superior: Some(id(BOSS)), ..person(WU, Role::SalesRep) });
    reporting.run(way(), &by(Role::Manager)).unwrap();
}

#[test]
fn the_steps_are_the_servers_own() {
    let mut records = world();
    let boss = moment(Role::Administrator);
    records.run(start(Way::One { to: id(WU) }), &boss).unwrap();
    let give = HandoverGive { handover: id(HANDOVER), customer: id(10), to: Some(id(WU)), heir: Some(id(WU)) };
    assert_eq!(refused(records.run(give, &boss)), Some(Refusal::RoleNotAllowed));
    assert_eq!(
        refused(records.run(HandoverFinish { handover: id(HANDOVER), back: false }, &boss)),
        Some(Refusal::RoleNotAllowed)
    );
    assert_eq!(owner(&records, 10), Some(LI));
}
