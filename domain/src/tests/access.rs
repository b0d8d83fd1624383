//! The table of rights, as the README shows it to whoever decides on roles.

use crate::{
    access::{Right, Role},
    kind::Kind,
};

fn words(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Manager => "manager",
        Role::SalesRep => "sales rep",
        Role::SalesAssistant => "sales assistant",
        Role::Finance => "finance",
        Role::Purchaser => "purchaser",
    }
}

fn sees(role: Role) -> &'static str {
    match role {
        _ if role.right(Kind::Customer).is_none() => "none",
        _ if role.sees_all_groups() => "every one",
        _ => "own, shared, and those of departments headed",
    }
}

/// The table in Markdown. Kinds on which all roles have the same rights share a column.
fn table() -> String {
    let mut columns: Vec<(Vec<&str>, Vec<Option<Right>>)> = Vec::new();
    for kind in Kind::ALL {
        let rights = Role::ALL.map(|role| role.right(*kind)).to_vec();
        let name = kind.name();
        match columns.iter_mut().find(|(_, of)| *of == rights) {
            Some((kinds, _)) => kinds.push(name),
            None => columns.push((vec![name], rights)),
        }
    }
    let heads: Vec<String> = columns.iter().map(|(kinds, _)| kinds.join(", ")).collect();
    let mut table =
        format!("| role | customers in sight | {} |\n|---|---|{}", heads.join(" | "), "---|".repeat(heads.len()));
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let rights = columns.iter().map(|(_, rights)| match rights[at] {
            Some(Right::Write) => "writes",
            Some(Right::Read) => "reads",
            None => "–",
        });
        let rights: Vec<&str> = rights.collect();
        table += &format!("\n| {} | {} | {} |", words(role), sees(role), rights.join(" | "));
    }
    table
}

#[test]
fn the_readme_shows_the_table_of_rights() {
    let readme = include_str!("../../../README.md");
    assert!(
        readme.contains(&table()),
        "the README has another table of rights; this is the one of the code:\n{}",
        table()
    );
}
