//! What the views say, in the words of either database.

use std::fmt::Write as _;

use domain::{
    columns::{ColumnInfo, ColumnType, Place},
    kind::Kind,
    own::OwnField,
};
use sha2::{Digest as _, Sha256};

/// Which database the words are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    Sqlite,
    Postgres,
}

/// A view and the query behind it.
pub(super) struct View {
    pub(super) name: String,
    query: String,
}

impl View {
    /// Returns the statement that makes it.
    pub(super) fn definition(&self) -> String {
        format!("CREATE VIEW {} AS {}", self.name, self.query)
    }

    /// Returns a text that is another one for another query.
    pub(super) fn mark(&self) -> String {
        let digest = Sha256::digest(&self.query);
        digest[..8].iter().fold("Changke: ".to_owned(), |mut mark, byte| {
            // Writing to a String cannot fail.
            let _ = write!(mark, "{byte:02x}");
            mark
        })
    }
}

/// Returns the views of an organisation: one a kind, and one for the values of own fields.
pub(super) fn views(database: Database, org: i64) -> Vec<View> {
    let of_kinds = Kind::ALL.iter().map(|kind| of_kind(database, org, *kind));
    of_kinds.chain([own_values(database, org)]).collect()
}

/// Who made a record and who changed it last ([`domain::stamp::Stamp`]).
const STAMP: [(&str, ColumnType); 3] = [
    ("created_by", ColumnType::Reference(Kind::User)),
    ("changed_by", ColumnType::Reference(Kind::User)),
    ("changed_at", ColumnType::Instant),
];

fn of_kind(database: Database, org: i64, kind: Kind) -> View {
    let mut columns = vec!["r.id AS id".to_owned()];
    for column in kind.columns() {
        columns.extend(database.column(&column).into_iter().map(|(name, value)| format!("{value} AS \"{name}\"")));
    }
    for (name, shape) in STAMP {
        let info = ColumnInfo { name, shape, editable: false, place: Place::Named };
        columns.extend(database.column(&info).into_iter().map(|(name, value)| format!("{value} AS \"{name}\"")));
    }
    columns.push("r.deleted AS binned".to_owned());
    if OwnField::KINDS.contains(&kind) {
        columns.push(format!("{} AS own", database.json(&["own"])));
    }
    // PostgreSQL reads a body once for all columns.
    let body = match database {
        Database::Sqlite => "",
        Database::Postgres => " CROSS JOIN LATERAL (SELECT r.body::jsonb AS j OFFSET 0) b",
    };
    let (columns, number) = (columns.join(", "), kind.number());
    let shared = match kind {
        // A private one is its owner's alone.
        Kind::ListView => format!(" AND {} <> 'private'", database.text(&["audience"])),
        _ => String::new(),
    };
    let query = format!("SELECT {columns} FROM record r{body} WHERE r.org = {org} AND r.kind = {number}{shared}");
    View { name: format!("report_{kind}"), query }
}

/// One row for each value of an own field: the company names its fields, and no view changes when it does.
fn own_values(database: Database, org: i64) -> View {
    let field = Kind::OwnField.number();
    let kinds = OwnField::KINDS.map(|kind| kind.number().to_string()).join(", ");
    let (label, id, value, items) = match database {
        Database::Sqlite => (
            "json_extract(f.body, '$.label')",
            "e.key",
            "CASE e.type WHEN 'array' THEN (SELECT group_concat(v, '; ') \
             FROM (SELECT i.value AS v FROM json_each(e.value) i ORDER BY i.key)) \
             WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE CAST(e.value AS TEXT) END",
            "json_each(r.body, '$.own') e",
        ),
        Database::Postgres => (
            "f.body::jsonb ->> 'label'",
            "e.key",
            "CASE jsonb_typeof(e.value) WHEN 'array' THEN (SELECT string_agg(i.v, '; ' ORDER BY i.n) \
             FROM jsonb_array_elements_text(e.value) WITH ORDINALITY AS i(v, n)) \
             WHEN 'boolean' THEN CASE WHEN e.value::boolean THEN '1' ELSE '0' END ELSE e.value #>> '{}' END",
            "LATERAL jsonb_each(r.body::jsonb -> 'own') e",
        ),
    };
    let query = format!(
        "SELECT k.name AS kind, r.id AS record, {id} AS field, {label} AS label, {value} AS value, r.deleted AS binned \
         FROM record r JOIN kind k ON k.number = r.kind CROSS JOIN {items} \
         LEFT JOIN record f ON f.org = r.org AND f.kind = {field} AND f.id = {id} \
         WHERE r.org = {org} AND r.kind IN ({kinds})"
    );
    View { name: "report_own_value".to_owned(), query }
}

impl Database {
    /// Returns what a column becomes: names and values.
    fn column(self, column: &ColumnInfo) -> Vec<(String, String)> {
        let name = column.name;
        let value = match column.place {
            Place::Named => self.typed(column.shape, &[name]),
            Place::At(path) => self.typed(column.shape, path),
            Place::Each(member) => self.listed(name, Some(member), "; "),
            Place::Lines => self.listed(name, None, "\n"),
            Place::Key => format!("{} || ':' || {}", self.text(&[name, "kind"]), self.text(&[name, "id"])),
            Place::Field => {
                format!("COALESCE({}, 'own:' || {})", self.text(&[name, "name"]), self.text(&[name, "own"]))
            }
            Place::Json => self.json(&[name]),
            Place::Presence => format!("{} IS NOT NULL", self.text(&[name])),
            Place::Amount => {
                return vec![
                    (format!("{name}_minor"), self.typed(ColumnType::Integer, &[name, "minor"])),
                    (format!("{name}_currency"), self.text(&[name, "currency"])),
                ];
            }
        };
        let mut columns = vec![(name.to_owned(), value.clone())];
        if let ColumnType::Reference(to) = column.shape {
            columns.push((format!("{name}_name"), self.name_of(to, &value)));
            if to == Kind::User {
                columns.push((format!("{name}_department"), self.department_of(&value)));
            }
        }
        columns
    }

    fn typed(self, shape: ColumnType, path: &[&str]) -> String {
        let text = self.text(path);
        match (shape, self) {
            (ColumnType::Text | ColumnType::LongText | ColumnType::Choice | ColumnType::Reference(_), _) => {
                format!("NULLIF({text}, '')")
            }
            (ColumnType::Date | ColumnType::Integer, Database::Sqlite) => text,
            (ColumnType::Date, Database::Postgres) => format!("({text})::date"),
            (ColumnType::Integer, Database::Postgres) => format!("({text})::bigint"),
            // To the second: a day has no thousandths in any report.
            (ColumnType::Instant, Database::Sqlite) => format!("datetime({text} / 1000, 'unixepoch')"),
            (ColumnType::Instant, Database::Postgres) => format!("to_timestamp(({text})::bigint / 1000)"),
            // A flag that is not set is not written.
            (ColumnType::Flag, Database::Sqlite) => format!("COALESCE({text}, 0)"),
            (ColumnType::Flag, Database::Postgres) => format!("COALESCE(({text})::boolean, FALSE)"),
            (ColumnType::Set, _) => self.listed(path.join("."), None, "; "),
        }
    }

    /// Returns a list as one text. SQLite orders what is inside of an aggregate since 3.44 only, and an older reader
    /// that meets this in one view reads nothing of the file at all.
    fn listed(self, name: impl std::fmt::Display, member: Option<&str>, between: &str) -> String {
        match self {
            Database::Sqlite => {
                let item = member.map_or("i.value".to_owned(), |name| format!("json_extract(i.value, '$.{name}')"));
                format!(
                    "(SELECT group_concat(v, '{between}') \
                     FROM (SELECT {item} AS v FROM json_each(r.body, '$.{name}') i ORDER BY i.key))"
                )
            }
            Database::Postgres => {
                let item = member.map_or("i.v #>> '{}'".to_owned(), |name| format!("i.v ->> '{name}'"));
                format!(
                    "(SELECT string_agg({item}, '{between}' ORDER BY i.n) \
                     FROM jsonb_array_elements(b.j -> '{name}') WITH ORDINALITY AS i(v, n))"
                )
            }
        }
    }

    /// Returns what lies in the body, as text in PostgreSQL, as what it is in SQLite.
    fn text(self, path: &[&str]) -> String {
        match self {
            Database::Sqlite => format!("json_extract(r.body, '$.{}')", path.join(".")),
            Database::Postgres => format!("(b.j #>> '{{{}}}')", path.join(",")),
        }
    }

    fn json(self, path: &[&str]) -> String {
        match self {
            Database::Sqlite => self.text(path),
            Database::Postgres => format!("(b.j #> '{{{}}}')", path.join(",")),
        }
    }

    /// Returns the name in the body of a record other than the view's own.
    fn member_of(self, record: &str, name: &str) -> String {
        match self {
            Database::Sqlite => format!("json_extract({record}.body, '$.{name}')"),
            Database::Postgres => format!("({record}.body::jsonb ->> '{name}')"),
        }
    }

    fn name_of(self, kind: Kind, id: &str) -> String {
        let (name, number) = (self.member_of("n", "name"), kind.number());
        format!("(SELECT {name} FROM record n WHERE n.org = r.org AND n.kind = {number} AND n.id = {id})")
    }

    fn department_of(self, user: &str) -> String {
        let (name, department) = (self.member_of("d", "name"), self.member_of("u", "department"));
        let (departments, users) = (Kind::Department.number(), Kind::User.number());
        format!(
            "(SELECT {name} FROM record u JOIN record d ON d.org = u.org AND d.kind = {departments} \
             AND d.id = {department} WHERE u.org = r.org AND u.kind = {users} AND u.id = {user})"
        )
    }
}
