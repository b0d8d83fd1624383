//! Cases for visits and day reports: a plan that becomes true once, and a report that goes with its rep.

use domain::{
    access::Role,
    contact_record::{CheckIn, ContactRecord, ContactRecordAdd},
    day_report::{DayReport, DayReportWrite, Part},
    department::DepartmentId,
    id::Id,
    own::Unknown,
    refusal::Refusal,
    user::UserPlace,
    visit::{State, Visit, VisitAdd, VisitCheckOut},
};

use super::support::{Office, day_of};
use crate::{protocol::Verdict, server::ServerStore};

pub async fn a_plan_becomes_true_once_whoever_of_two_devices_arrives_first<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customer = office.customer_of(office.north).await;
    let (mut phone, mut tablet) = (office.caught_up(office.north).await, office.caught_up(office.north).await);
    let visit = Visit {
        id: Id::new(office.id()),
        customer,
        day: day_of(office.now()),
        order: 1,
        rep: office.north,
        purpose: String::new(),
        state: State::Planned,
        unknown: Unknown::new(),
    };
    office.done(&mut phone, VisitAdd { visit: visit.clone() }).await;
    let checked_in = || {
        let add = office.visit(customer, office.north);
        let check_in = CheckIn { at: office.now(), position: None, accuracy: None, visit: Some(visit.id) };
        ContactRecordAdd { record: ContactRecord { check_in: Some(check_in), ..add.record }, ..add }
    };
    let (first, second) = (checked_in(), checked_in());
    office.done(&mut phone, first.clone()).await;
    office.done(&mut tablet, second.clone()).await;
    let (record, left_at) = (first.record.id, office.now() + 1);
    office.done(&mut phone, VisitCheckOut { record, left_at, finishes: vec![], next: None }).await;
    office.pull(&mut tablet).await;
    assert_eq!(tablet.get(visit.id).expect("the visit").state, State::Made { record });
    assert!(tablet.holds(second.record.id), "what was written down stays");
    assert_eq!(tablet.get(record).expect("a contact record").left_at, Some(left_at));
}

pub async fn a_day_report_is_seen_by_the_rep_and_the_heads_and_follows_the_rep<S: ServerStore>(
    fresh: impl AsyncFn() -> S,
) {
    let office = Office::found(&fresh).await;
    let day = day_of(office.now());
    let write =
        |part: Part, to: &str| DayReportWrite { rep: office.north, day, part, from: String::new(), to: to.to_owned() };
    let place = |department: Option<DepartmentId>| UserPlace {
        id: office.north,
        name: "north".into(),
        roles: [Role::SalesRep].into(),
        department,
        superior: None,
        active: true,
    };
    let mut north = office.caught_up(office.north).await;
    office.done(&mut north, write(Part::Remark, "下雨")).await;
    let id = DayReport::id_of(office.north, day);
    let (mut head, mut south) = (office.caught_up(office.head).await, office.caught_up(office.south).await);
    assert_eq!(head.get(id).expect("a report").remark, "下雨");
    assert!(!south.holds(id));
    office.done(&mut head, write(Part::Comment, "辛苦了")).await;
    let refused = office.act(&mut south, write(Part::Comment, "我也說")).await;
    assert_eq!(refused, Verdict::Refused(Refusal::RoleNotAllowed));

    // Another department: the old head forgets the report, and has nothing more to say.
    office.system(place(None)).await;
    office.pull(&mut head).await;
    assert!(!head.holds(id));
    let refused = office.act(&mut head, write(Part::Comment, "再說")).await;
    assert_eq!(refused, Verdict::Refused(Refusal::RoleNotAllowed));
    office.system(place(Some(office.department))).await;
    office.pull(&mut head).await;
    assert_eq!(head.get(id).expect("a report").comment, "辛苦了");
    office.pull(&mut north).await;
    assert_eq!(north.get(id).expect("a report").commented_by, Some(office.head));
}
