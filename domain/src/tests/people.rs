//! People above each other, their access, and what their lost devices bring back.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    contact_record::{Channel, ContactRecord, ContactRecordAdd},
    mutation::{Action, Mutation as _},
    quarantine::QuarantineAccept,
    refusal::{FieldError, Problem, Refusal},
    user::{User, UserCreate, UserId, UserPlace},
    view::Stop,
};

fn user(number: u128, superior: Option<u128>) -> User {
    User {
        id: id(number),
        name: format!("person {number}"),
        sign_in: format!("p{number}"),
        roles: [Role::Administrator].into(),
        department: None,
        superior: superior.map(id),
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

fn place(user: &User) -> UserPlace {
    let User { id, name, roles, department, superior, active, .. } = user.clone();
    UserPlace { id, name, roles, department, superior, active }
}

fn refused(result: Result<(), Stop>) -> Option<Refusal> {
    match result {
        Err(Stop::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

#[test]
fn nobody_reports_to_themselves_however_far_around() {
    let mut records = Records::default().with(&user(1, None)).with(&user(2, Some(1))).with(&user(3, Some(2)));
    let boss = moment(Role::Administrator);
    let circle = Refusal::from(FieldError::new("superior", Problem::NotAChoice));
    for (number, superior) in [(2, 2), (2, 3), (1, 3), (3, 99)] {
        let placed = place(&User { superior: Some(id(superior)), ..user(number, None) });
        assert_eq!(refused(records.run(placed, &boss)), Some(circle.clone()), "{number} under {superior}");
    }
    records.run(place(&user(3, Some(1))), &boss).unwrap();
    assert_eq!(records.get::<User>(id(3)).unwrap().superior, Some(id(1)));
}

#[test]
fn nobody_shuts_themselves_out() {
    let mut records = Records::default().with(&user(1, None)).with(&user(2, None));
    let boss = moment(Role::Administrator);
    let out = |number| UserPlace { active: false, ..place(&user(number, None)) };
    let down = |number| UserPlace { roles: [Role::Manager].into(), ..place(&user(number, None)) };
    assert_eq!(refused(records.run(out(1), &boss)), Some(Refusal::OwnAccess));
    assert_eq!(refused(records.run(down(1), &boss)), Some(Refusal::OwnAccess));
    records.run(down(2), &boss).unwrap();
    records.run(out(2), &boss).unwrap();
    assert!(!records.get::<User>(id(2)).unwrap().active);
}

fn accept(author: UserId, action: impl Into<Action>) -> QuarantineAccept {
    let action = action.into();
    QuarantineAccept {
        author,
        name: action.name().to_owned(),
        v: action.version(),
        args: serde_json::from_str(&action.args().unwrap()).unwrap(),
        happened: 7,
        business_date: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
    }
}

fn visit(author: UserId) -> ContactRecordAdd {
    let record = ContactRecord {
        id: id(50),
        customer: id(10),
        channel: Channel::Visit,
        happened_at: 5,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: "看了新機台".to_owned(),
        check_in: None,
        left_at: None,
        author,
        late: false,
        written_to: None,
        deleted_at: None,
        own: Default::default(),
        unknown: Default::default(),
    };
    ContactRecordAdd { record, finishes: Vec::new(), next: None }
}

#[test]
fn what_is_accepted_bears_its_authors_name_and_is_marked_as_late() {
    let mut records = Records::default().with(&customer(10, "鼎盛"));
    let leaver: UserId = id(4);
    records.run(accept(leaver, visit(leaver)), &moment(Role::Administrator)).unwrap();
    let record = records.get::<ContactRecord>(id(50)).unwrap();
    assert_eq!((record.author, record.late), (leaver, true));
}

#[test]
fn only_an_administrator_accepts_and_nobody_accepts_an_acceptance() {
    let mut records = Records::default().with(&customer(10, "鼎盛"));
    let leaver: UserId = id(4);
    let entry = accept(leaver, visit(leaver));
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        assert_eq!(refused(records.run(entry.clone(), &moment(role))), Some(Refusal::RoleNotAllowed), "{role:?}");
    }
    let boss = moment(Role::Administrator);
    let twice = accept(leaver, entry.clone());
    let unknown = QuarantineAccept { name: "moon_landing".to_owned(), ..entry.clone() };
    let wrong = QuarantineAccept { args: json!({ "record": 7 }), ..entry };
    for entry in [unknown, wrong] {
        assert_eq!(refused(records.run(entry, &boss)), Some(Refusal::BadArguments));
    }
    assert_eq!(refused(records.run(twice, &boss)), Some(Refusal::RoleNotAllowed));
}

#[test]
fn nobody_comes_to_rights_by_an_entry_that_waits_for_a_nod() {
    let leaver = User { active: false, roles: [Role::SalesRep].into(), ..user(4, None) };
    let mut records = Records::default().with(&user(1, None)).with(&leaver);
    let back = UserPlace { active: true, roles: [Role::Administrator].into(), ..place(&leaver) };
    let boss = moment(Role::Administrator);
    assert_eq!(refused(records.run(accept(leaver.id, back), &boss)), Some(Refusal::RoleNotAllowed));
    let out = UserPlace { active: false, ..place(&user(1, None)) };
    assert_eq!(refused(records.run(accept(leaver.id, out), &boss)), Some(Refusal::RoleNotAllowed));
    let own = UserCreate { user: user(9, None) };
    assert_eq!(refused(records.run(accept(leaver.id, own), &boss)), Some(Refusal::RoleNotAllowed));
    assert!(!records.get::<User>(leaver.id).unwrap().active);
}

#[test]
fn arguments_of_earlier_builds_are_still_understood() {
    let superior: Value = json!({ "id": Uuid::nil(), "name": "李", "roles": [], "department": null, "active": true });
    assert!(Action::decode(UserPlace::NAME, 1, &superior.to_string()).is_ok());
    let branch: Value = json!({ "id": Uuid::nil(), "name": "業務部", "parent": null, "head": null });
    assert!(Action::decode("department_place", 1, &branch.to_string()).is_ok());
}

#[test]
fn an_administrator_says_after_how_many_days_customers_count_as_silent() {
    use crate::{
        agenda::SilentAfter,
        edit::{Edit, FieldEdit},
        organisation::{Organisation, OrganisationEdit},
        value::Currency,
    };
    let organisation = Organisation {
        id: id(1),
        name: "常客".into(),
        language: "zh-Hant".into(),
        currency: Currency::Twd,
        time_zone: "Asia/Taipei".into(),
        region: None,
        silent_after: None,
        unknown: Default::default(),
    };
    let mut records = Records::default().with(&organisation);
    let edit = |days: u16| {
        let after = SilentAfter { by_level: [("A".to_owned(), days)].into(), otherwise: 45 };
        let change = FieldEdit::new("silent_after", Value::Null, serde_json::to_value(&after).unwrap());
        (after, OrganisationEdit(Edit::fields(id(1), vec![change])))
    };
    let (after, change) = edit(7);
    records.run(change, &moment(Role::Administrator)).unwrap();
    assert_eq!(records.get::<Organisation>(id(1)).unwrap().silent_after, Some(after));
    let mut fresh = Records::default().with(&organisation);
    assert!(refused(fresh.run(edit(0).1, &moment(Role::Administrator))).is_some());
}
