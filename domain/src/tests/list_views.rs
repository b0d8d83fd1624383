//! Views of a list: who may offer one to whom, and who may change it.

use super::support::{Records, id, moment};
use crate::{
    access::Role,
    department::Department,
    edit::{Edit, FieldEdit},
    kind::{Group, Kind, RecordKey},
    list_view::{Audience, ListView, ListViewAdd, ListViewBin, ListViewEdit, Place},
    mutation::{Actor, Moment},
    record::Record as _,
    refusal::Refusal,
    user::User,
    view::Stop,
};

const SALES: u128 = 50;
const NORTH: u128 = 51;

fn by(user: u128, role: Role) -> Moment {
    Moment { actor: Actor::Person { user: id(user), roles: [role].into() }, ..moment(role) }
}

fn user(number: u128, department: Option<u128>) -> User {
    User {
        id: id(number),
        name: number.to_string(),
        sign_in: number.to_string(),
        roles: [Role::SalesRep].into(),
        department: department.map(id),
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

fn department(number: u128, parent: Option<u128>, head: u128) -> Department {
    Department {
        id: id(number),
        name: number.to_string(),
        parent: parent.map(id),
        head: Some(id(head)),
        branch: false,
        unknown: Default::default(),
    }
}

/// North (headed by 4) lies below sales (headed by 3); 5 works in the north, 6 in no department.
fn company() -> Records {
    Records::default()
        .with(&department(SALES, None, 3))
        .with(&department(NORTH, Some(SALES), 4))
        .with(&user(3, Some(SALES)))
        .with(&user(4, Some(NORTH)))
        .with(&user(5, Some(NORTH)))
        .with(&user(6, None))
}

fn view(audience: Audience) -> ListView {
    ListView {
        id: id(80),
        name: "三十天沒聯系".into(),
        list: Kind::Customer,
        query: "silent=30".into(),
        owner: id(5),
        audience,
        deleted_at: None,
        unknown: Default::default(),
    }
}

fn edit(field: &str, from: &str, to: &str) -> ListViewEdit {
    ListViewEdit(Edit::fields(id(80), vec![FieldEdit::new(field, from, to)]))
}

const REFUSED: Result<(), Stop> = Err(Stop::Refused(Refusal::RoleNotAllowed));

#[test]
fn a_private_view_lies_in_its_owners_group_and_a_shared_one_in_the_organisations() {
    let own = Group::Of(RecordKey::new(Kind::User, id::<User>(5).uuid()));
    let groups = [Audience::Private, Audience::Department(id(NORTH)), Audience::Organisation].map(|a| view(a).group());
    assert_eq!(groups, [own, Group::Org, Group::Org]);
}

#[test]
fn whoever_keeps_a_view_owns_it() {
    let mut records = company();
    records.run(ListViewAdd { view: view(Audience::Private) }, &by(6, Role::Finance)).unwrap();
    assert_eq!(records.get::<ListView>(id(80)).unwrap().owner, id(6));
}

#[test]
fn a_view_is_offered_to_the_own_department_and_by_managers_to_everybody() {
    for (audience, who, role, allowed) in [
        (Audience::Department(id(NORTH)), 5, Role::SalesRep, true),
        (Audience::Department(id(SALES)), 5, Role::SalesRep, true),
        (Audience::Department(id(NORTH)), 3, Role::Manager, true),
        (Audience::Department(id(NORTH)), 6, Role::SalesRep, false),
        (Audience::Department(id(NORTH)), 6, Role::Administrator, true),
        (Audience::Organisation, 5, Role::SalesRep, false),
        (Audience::Organisation, 4, Role::Manager, true),
    ] {
        let added = company().run(ListViewAdd { view: view(audience) }, &by(who, role));
        assert_eq!(added, if allowed { Ok(()) } else { REFUSED }, "{audience} by {who}");
    }
}

#[test]
fn the_owner_the_heads_above_and_administrators_change_a_shared_view() {
    for (audience, who, role, allowed) in [
        (Audience::Department(id(NORTH)), 5, Role::SalesRep, true),
        (Audience::Department(id(NORTH)), 4, Role::SalesRep, true),
        (Audience::Department(id(NORTH)), 3, Role::Manager, true),
        (Audience::Department(id(NORTH)), 6, Role::Manager, false),
        (Audience::Organisation, 3, Role::Manager, false),
        (Audience::Organisation, 6, Role::Administrator, true),
        (Audience::Private, 6, Role::Administrator, false),
    ] {
        let expected = if allowed { Ok(()) } else { REFUSED };
        let mut records = company().with(&view(audience));
        let renamed = records.run(edit("name", "三十天沒聯系", "久未聯系"), &by(who, role));
        let binned = records.run(ListViewBin { id: id(80), binned: true }, &by(who, role));
        assert_eq!((renamed, binned), (expected.clone(), expected), "{audience} by {who}");
        let stands = records.get::<ListView>(id(80)).unwrap();
        assert_eq!((stands.name == "久未聯系", stands.deleted()), (allowed, allowed));
    }
}

#[test]
fn of_two_changes_of_a_view_the_last_one_stands_and_nothing_is_left_to_settle() {
    let mut records = company().with(&view(Audience::Private));
    for name in ["久未聯系", "太久沒聯系"] {
        records.run(edit("name", "三十天沒聯系", name), &by(5, Role::Finance)).unwrap();
    }
    assert_eq!(records.get::<ListView>(id(80)).unwrap().name, "太久沒聯系");
    assert!(records.all::<crate::conflict::Conflict>().is_empty());
}

#[test]
fn a_shared_view_is_not_taken_into_anybody_elses_private_ones() {
    let mut records = company().with(&view(Audience::Department(id(NORTH))));
    let from = format!("department:{}", id::<Department>(NORTH));
    assert_eq!(records.run(edit("audience", &from, "private"), &by(4, Role::Manager)), REFUSED);
    records.run(edit("audience", &from, "private"), &by(5, Role::SalesRep)).unwrap();
    assert_eq!(records.get::<ListView>(id(80)).unwrap().audience, Audience::Private);
}

#[test]
fn a_view_of_a_department_is_for_its_people_and_those_who_head_it() {
    let shared = view(Audience::Department(id(NORTH)));
    let inside = Place { within: vec![id(NORTH), id(SALES)], heads: vec![id(4), id(3)] };
    let outside = Place { within: vec![id(SALES)], heads: vec![id(4), id(3)] };
    let shown = [(7, &inside), (3, &outside), (7, &outside), (5, &outside)].map(|(who, at)| shared.is_for(id(who), at));
    assert_eq!(shown, [true, true, false, true]);
}
