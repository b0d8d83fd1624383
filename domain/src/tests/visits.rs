//! Visits and day reports: what a plan becomes, and what is counted on which day.

use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;

use super::support::{Records, customer, id, moment};
use crate::{
    access::{Right, Role},
    contact_record::{Channel, CheckIn, ContactRecord, ContactRecordAdd, ContactRecordBin, ContactRecordEdit},
    customer::{Customer, CustomerMerge},
    day_report::{Counted, Counting, DayReport, DayReportWrite, Part, Span},
    department::Department,
    edit::{Edit, FieldEdit},
    id::uuid_v7,
    mutation::{Actor, Moment},
    next_action::NextAction,
    record::Record as _,
    refusal::{Problem, Refusal},
    user::User,
    view::{Stop, View},
    visit::{State, Visit, VisitAdd, VisitCancel, VisitCheckOut, VisitPlace},
};

/// The rep, who is whoever acts in [`moment`]; the head of the department; somebody else.
const LI: u128 = 1;
const HEAD: u128 = 2;
const WU: u128 = 3;
const RECORD: u128 = 30;
const VISIT: u128 = 20;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rep() -> Moment {
    moment(Role::SalesRep)
}

fn by(user: u128, role: Role) -> Moment {
    Moment { actor: Actor::Person { user: id(user), roles: [role].into() }, ..moment(role) }
}

fn visit(number: u128, on: &str) -> Visit {
    Visit {
        id: id(number),
        customer: id(10),
        day: day(on),
        order: 1,
        rep: id(LI),
        purpose: "看新樣".to_owned(),
        state: State::Planned,
        unknown: Default::default(),
    }
}

fn record(number: u128, at: i64) -> ContactRecord {
    ContactRecord {
        id: id(number),
        customer: id(10),
        channel: Channel::Visit,
        happened_at: at,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: String::new(),
        check_in: None,
        left_at: None,
        author: id(LI),
        late: false,
        written_to: None,
        deleted_at: None,
        own: Default::default(),
        unknown: Default::default(),
    }
}

fn checked_in(number: u128, at: i64, visit: Option<u128>) -> ContactRecordAdd {
    let check_in = CheckIn {
        at,
        position: crate::value::Position::of_degrees(25.03, 121.56),
        accuracy: Some(12),
        visit: visit.map(id),
    };
    let record = ContactRecord { check_in: Some(check_in), ..record(number, at) };
    ContactRecordAdd { record, finishes: Vec::new(), next: None }
}

fn company() -> Records {
    let user = |number: u128| User {
        id: id(number),
        name: number.to_string(),
        sign_in: number.to_string(),
        roles: [Role::SalesRep].into(),
        department: (number != WU).then(|| id(50)),
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    };
    let department = Department {
        id: id(50),
        name: "北區".to_owned(),
        parent: None,
        head: Some(id(HEAD)),
        branch: false,
        unknown: Default::default(),
    };
    Records::default().with(&customer(10, "鼎盛")).with(&department).with(&user(LI)).with(&user(HEAD)).with(&user(WU))
}

fn state(records: &Records) -> State {
    records.get::<Visit>(id(VISIT)).unwrap().state
}

#[test]
fn a_check_in_makes_the_plan_true_and_leaves_one_contact_record() {
    let mut records = company();
    records.run(VisitAdd { visit: visit(VISIT, "2026-11-30") }, &rep()).unwrap();
    records.run(checked_in(RECORD, 600_000, Some(VISIT)), &rep()).unwrap();
    assert_eq!(state(&records), State::Made { record: id(RECORD) });
    let there = records.get::<ContactRecord>(id(RECORD)).unwrap();
    assert!(there.is_under_way() && !there.is_off_plan());

    let next = NextAction {
        id: id(40),
        customer: id(10),
        contact: None,
        due: day("2026-12-07"),
        time: None,
        what: "送樣品".to_owned(),
        assignee: id(LI),
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    };
    let out = VisitCheckOut { record: id(RECORD), left_at: 600_000 + 45 * 60_000, finishes: vec![], next: Some(next) };
    records.run(out.clone(), &rep()).unwrap();
    let left = records.get::<ContactRecord>(id(RECORD)).unwrap();
    assert_eq!((left.is_under_way(), left.minutes, left.left_at), (false, Some(45), Some(out.left_at)));
    assert_eq!(records.get::<NextAction>(id(40)).unwrap().what, "送樣品");
    // Another device ends it once more: the first end stands.
    let again = VisitCheckOut { left_at: out.left_at + 1, next: None, ..out.clone() };
    records.run(again, &rep()).unwrap();
    assert_eq!(records.get::<ContactRecord>(id(RECORD)).unwrap().left_at, Some(out.left_at));
    assert_eq!(records.all::<ContactRecord>().len(), 1);
}

#[test]
fn where_and_when_somebody_checked_in_is_never_edited() {
    let mut records = company();
    records.run(checked_in(RECORD, 5, None), &rep()).unwrap();
    assert!(records.get::<ContactRecord>(id(RECORD)).unwrap().is_off_plan());
    for field in ["check_in", "left_at", "checked_in_at", "position", "accuracy", "visit"] {
        let edit = ContactRecordEdit(Edit::fields(id(RECORD), vec![FieldEdit::new(field, serde_json::Value::Null, 9)]));
        let refused = Err(Stop::Refused(Refusal::NoSuchField { field: field.to_owned() }));
        assert_eq!(records.run(edit, &rep()), refused, "{field}");
    }
    let mut far = checked_in(31, 5, None);
    far.record.check_in.as_mut().unwrap().accuracy = Some(100_001);
    let refused = records.run(far, &rep());
    assert!(matches!(refused, Err(Stop::Refused(Refusal::Field { field, .. })) if field == "accuracy"));
}

#[test]
fn of_two_devices_that_check_in_the_first_makes_the_plan_true_and_both_contacts_stay() {
    let mut records = company().with(&visit(VISIT, "2026-11-30"));
    records.run(checked_in(RECORD, 5, Some(VISIT)), &rep()).unwrap();
    records.run(checked_in(31, 6, Some(VISIT)), &rep()).unwrap();
    assert_eq!(state(&records), State::Made { record: id(RECORD) });
    assert_eq!(records.all::<ContactRecord>().len(), 2);
}

#[test]
fn a_visit_is_moved_cancelled_and_put_back_until_it_was_made() {
    let mut records = company().with(&visit(VISIT, "2026-11-30"));
    let moved = VisitPlace { id: id(VISIT), day: day("2026-12-01"), order: 7 };
    records.run(moved.clone(), &rep()).unwrap();
    let stands = records.get::<Visit>(id(VISIT)).unwrap();
    assert_eq!((stands.day, stands.order), (moved.day, 7));

    let cancel = VisitCancel { id: id(VISIT), reason: Some("客戶出差".to_owned()) };
    records.run(cancel.clone(), &rep()).unwrap();
    assert_eq!(state(&records), State::Cancelled { reason: "客戶出差".to_owned() });
    records.run(VisitPlace { order: 9, ..moved.clone() }, &rep()).unwrap();
    assert_eq!(records.get::<Visit>(id(VISIT)).unwrap().order, 7);
    let endless = VisitCancel { reason: Some("長".repeat(201)), ..cancel.clone() };
    records.run(VisitCancel { reason: None, ..cancel.clone() }, &rep()).unwrap();
    assert_eq!(state(&records), State::Planned);
    let problem = Problem::TooLong { most: 200 };
    let refused = Err(Stop::Refused(Refusal::Field { field: "reason".to_owned(), problem }));
    assert_eq!(records.run(endless, &rep()), refused);

    // Cancelled on one device while the rep stood at the door with another.
    records.run(cancel.clone(), &rep()).unwrap();
    records.run(checked_in(RECORD, 5, Some(VISIT)), &rep()).unwrap();
    records.run(cancel, &rep()).unwrap();
    assert_eq!(state(&records), State::Made { record: id(RECORD) });
}

#[test]
fn a_plan_goes_with_its_customer_into_a_merge_and_the_door_with_its_address() {
    let door = crate::value::Position::of_degrees(22.6, 120.3);
    let dead = Customer { position: door, visit_every: Some(14), ..customer(11, "鼎盛南區") };
    for (take, expected) in [(vec!["address".to_owned()], door), (Vec::new(), None)] {
        let dead = Customer { address: "中山路 1 號".to_owned(), ..dead.clone() };
        let mut records = company().with(&dead).with(&Visit { customer: id(11), ..visit(VISIT, "2026-11-30") });
        let merge = CustomerMerge { survivor: id(10), dead: id(11), take, keep_owner: false };
        records.run(merge, &by(9, Role::Administrator)).unwrap();
        assert_eq!(records.get::<Visit>(id(VISIT)).unwrap().customer, id(10));
        let survivor = records.get::<Customer>(id(10)).unwrap();
        assert_eq!((survivor.position, survivor.visit_every), (expected, Some(14)));
    }
}

#[test]
fn everybody_plans_their_own_days_and_whoever_leads_plans_for_others() {
    let refused = Err(Stop::Refused(Refusal::RoleNotAllowed));
    for (who, role, expected) in [
        (LI, Role::SalesRep, Ok(())),
        (WU, Role::SalesRep, refused.clone()),
        (HEAD, Role::Manager, Ok(())),
        (WU, Role::SalesAssistant, Ok(())),
    ] {
        let at = by(who, role);
        let planned = || company().with(&visit(VISIT, "2026-11-30"));
        assert_eq!(company().run(VisitAdd { visit: visit(VISIT, "2026-11-30") }, &at), expected, "{who} adds");
        let place = VisitPlace { id: id(VISIT), day: day("2026-12-01"), order: 2 };
        assert_eq!(planned().run(place, &at), expected, "{who} moves");
        let cancel = VisitCancel { id: id(VISIT), reason: Some("客戶出差".to_owned()) };
        assert_eq!(planned().run(cancel, &at), expected, "{who} cancels");
    }
    // A colleague's check-in makes nobody else's plan true, and nobody else ends it.
    let mut records = company().with(&visit(VISIT, "2026-11-30"));
    records.run(checked_in(RECORD, 5, Some(VISIT)), &by(WU, Role::SalesRep)).unwrap();
    assert_eq!(state(&records), State::Planned);
    let out = VisitCheckOut { record: id(RECORD), left_at: 6, finishes: Vec::new(), next: None };
    assert_eq!(records.run(out.clone(), &rep()), refused);
    assert_eq!(records.run(out, &by(WU, Role::SalesRep)), Ok(()));
}

#[test]
fn a_plan_is_open_again_without_the_check_in_that_made_it_true() {
    let mut records = company().with(&visit(VISIT, "2026-11-30"));
    records.run(checked_in(RECORD, 5, Some(VISIT)), &rep()).unwrap();
    records.run(ContactRecordBin { id: id(RECORD), binned: true }, &rep()).unwrap();
    assert_eq!(state(&records), State::Planned);
    records.run(ContactRecordBin { id: id(RECORD), binned: false }, &rep()).unwrap();
    assert_eq!(state(&records), State::Made { record: id(RECORD) });
}

fn write(part: Part, from: &str, to: &str) -> DayReportWrite {
    DayReportWrite { rep: id(LI), day: day("2026-11-30"), part, from: from.to_owned(), to: to.to_owned() }
}

#[test]
fn the_rep_remarks_and_a_head_comments_and_nobody_else() {
    for (part, who, role, allowed) in [
        (Part::Remark, LI, Role::SalesRep, true),
        (Part::Remark, HEAD, Role::Manager, false),
        (Part::Remark, 9, Role::Administrator, false),
        (Part::Comment, HEAD, Role::Manager, true),
        (Part::Comment, 9, Role::Administrator, true),
        (Part::Comment, LI, Role::Administrator, false),
        (Part::Comment, WU, Role::Manager, false),
        (Part::Comment, HEAD, Role::Finance, false),
    ] {
        let done = company().run(write(part, "", "辛苦了"), &by(who, role));
        let expected = if allowed { Ok(()) } else { Err(Stop::Refused(Refusal::RoleNotAllowed)) };
        assert_eq!(done, expected, "{part:?} by {who} as {role:?}");
    }
}

#[test]
fn what_two_devices_said_about_a_day_is_one_report_that_keeps_both() {
    let mut records = company();
    records.run(write(Part::Remark, "", "下雨"), &rep()).unwrap();
    records.run(write(Part::Remark, "", "塞車"), &rep()).unwrap();
    records.run(write(Part::Comment, "", "明天補跑"), &by(HEAD, Role::Manager)).unwrap();
    // A text that somebody else has changed meanwhile is not cleared.
    records.run(write(Part::Remark, "下雨", ""), &rep()).unwrap();
    let [report] = records.all::<DayReport>().try_into().unwrap();
    assert_eq!(report.id, DayReport::id_of(id(LI), day("2026-11-30")));
    assert!(report.remark.contains("下雨") && report.remark.contains("塞車"));
    assert_eq!((report.comment.as_str(), report.commented_by), ("明天補跑", Some(id(HEAD))));
}

#[test]
fn a_report_is_seen_by_the_rep_and_the_heads_above() {
    let mut records = company();
    records.run(write(Part::Remark, "", "下雨"), &rep()).unwrap();
    let [report] = records.all::<DayReport>().try_into().unwrap();
    let loaded = records.into_loaded();
    let mut view = View::new(&loaded, Uuid::nil());
    let members = report.members(&mut view).unwrap().unwrap();
    assert_eq!(members, [(id(LI), Right::Write), (id(HEAD), Right::Write)].into());
}

#[test]
fn spans_are_days_weeks_from_monday_and_months() {
    let around = |span: Span, on: &str| {
        let (first, last) = span.around(day(on));
        (first.to_string(), last.to_string())
    };
    let is = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(around(Span::Day, "2026-12-31"), is("2026-12-31", "2026-12-31"));
    // 31 December 2026 is a Thursday.
    assert_eq!(around(Span::Week, "2026-12-31"), is("2026-12-28", "2027-01-03"));
    assert_eq!(around(Span::Month, "2028-02-29"), is("2028-02-01", "2028-02-29"));
    assert_eq!(Span::Month.beside(day("2027-01-31"), false), day("2026-12-01"));
    assert_eq!(Span::Week.beside(day("2026-12-31"), true), day("2027-01-04"));
}

/// Taipei is eight hours ahead of UTC all year; ms.
const AHEAD: i64 = 8 * 3600 * 1000;

fn begins(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_millis() - AHEAD
}

fn counting(span: Span, on: &str) -> Counting {
    let (first, last) = span.around(day(on));
    Counting::new(first, last, begins)
}

fn counts(counting: &Counting, who: u128) -> Vec<(&'static str, usize)> {
    let counts = Counted::ALL.map(|what| (what.name(), counting.of(id(who), what).len()));
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[test]
fn what_happened_counts_on_its_day_in_the_companys_zone_over_midnight_and_the_end_of_a_year() {
    let midnight = begins(day("2027-01-01"));
    for (at, old, new) in [(midnight - 1, 1, 0), (midnight, 0, 1)] {
        for (span, on, expected) in [
            (Span::Day, "2026-12-31", old),
            (Span::Day, "2027-01-01", new),
            (Span::Month, "2026-12-15", old),
            (Span::Month, "2027-01-15", new),
            (Span::Week, "2026-12-30", 1),
        ] {
            let mut counting = counting(span, on);
            counting.contact(&record(RECORD, at));
            let mut entered = Customer::named(uuid_v7(at, [0; 10]).into(), "新客戶");
            entered.unknown.stamp.created_by = Some(id(LI));
            counting.customer(&entered);
            let found = [Counted::OffPlan, Counted::Contacts(Channel::Visit), Counted::NewCustomers]
                .map(|what| counting.of(id(LI), what).len());
            assert_eq!(found, [expected; 3], "{at} {on}");
        }
    }
}

#[test]
fn the_plan_what_came_of_it_and_what_stood_in_none_are_counted_for_each_rep() {
    let on = "2026-11-30";
    let noon = begins(day(on)) + 12 * 3600 * 1000;
    let mut counting = counting(Span::Day, on);
    let made = Visit { state: State::Made { record: id(RECORD) }, ..visit(VISIT, on) };
    let cancelled = Visit { state: State::Cancelled { reason: String::new() }, ..visit(22, on) };
    let of_wu = Visit { rep: id(WU), ..visit(23, on) };
    for visit in [&made, &visit(21, on), &cancelled, &of_wu, &visit(24, "2026-12-01")] {
        counting.visit(visit);
    }
    counting.contact(&checked_in(RECORD, noon, Some(VISIT)).record);
    counting.contact(&checked_in(31, noon, None).record);
    counting.contact(&ContactRecord { channel: Channel::Phone, ..record(32, noon) });
    counting.contact(&ContactRecord { deleted_at: Some(1), ..record(33, noon) });
    let expected = [("planned", 2), ("done", 1), ("off_plan", 1), ("cancelled", 1), ("visit", 2), ("phone", 1)];
    assert_eq!(counts(&counting, LI), expected);
    assert_eq!(counts(&counting, WU), [("planned", 1)]);
    assert_eq!(counting.of(id(LI), Counted::Done)[0].id, id::<Visit>(VISIT).uuid());
}
