//! The cells of an exported file, as people read them, and as the import reads them again.

use domain::{
    columns::{Cell, Column},
    department::Department,
    kind::{Kind, RecordKey},
    own::{OwnField, OwnFields, OwnShape, OwnValue},
    record::Record,
    stamp::Stamp,
    summary::contact_field,
};
use uuid::Uuid;

use crate::{
    data::{Data, moment},
    features::own_fields::text_words,
    i18n::{Locale, fields, t},
};

/// What stands between several values of one cell; the import takes them apart there.
const BETWEEN: &str = "、";

/// What a column is called in the heading.
pub fn column_name(locale: Locale, kind: Kind, name: &str) -> String {
    if let Some(key) = fields::field_name(kind, name) {
        return key(locale).to_owned();
    }
    let words = match name {
        "customer" => t::customers::customer,
        "owner" => t::customers::owner,
        "author" => t::history::author,
        "deleted_at" => t::export::deleted_at,
        "done_at" => t::export::done_at,
        "department" => t::users::department,
        "active" => t::users::active,
        _ => return name.to_owned(),
    };
    words(locale).to_owned()
}

/// What is needed to say in words what records hold as ids and codes.
pub struct Words {
    pub data: Data,
    pub locale: Locale,
    pub departments: Vec<Department>,
}

impl Words {
    /// Writes a column of a record.
    pub fn cell<R: Record>(&self, column: &Column<R>, record: &R) -> String {
        let name = column.info.name;
        match (column.read)(record) {
            Cell::Empty => String::new(),
            Cell::Text(text) => self.text(R::KIND, name, text),
            Cell::Integer(number) => number.to_string(),
            Cell::Instant(at) => instant(at),
            Cell::Flag(true) => t::own_fields::yes(self.locale).to_owned(),
            Cell::Flag(false) => t::own_fields::no(self.locale).to_owned(),
            Cell::Date(day) => day.to_string(),
            Cell::List(items) => {
                let items = items.into_iter().map(|item| self.text(R::KIND, name, item));
                items.filter(|item| !item.is_empty()).collect::<Vec<_>>().join(BETWEEN)
            }
        }
    }

    fn text(&self, kind: Kind, name: &str, text: String) -> String {
        let id = || Uuid::try_parse(&text).ok();
        match name {
            "customer" => id().map(|id| self.data.customer_name(id.into())).unwrap_or_default(),
            "owner" | "author" | "assignee" | "superior" => {
                id().map(|id| self.data.user_name(id.into())).unwrap_or_default()
            }
            "contact" | "met" => id().map(|id| self.contact(id)).unwrap_or_default(),
            "department" => {
                let department = self.departments.iter().find(|department| Some(department.id.uuid()) == id());
                department.map(|department| department.name.clone()).unwrap_or_default()
            }
            "roles" => {
                let role = domain::access::Role::ALL.into_iter().find(|role| format!("{role:?}") == text);
                role.map_or(text, |role| fields::role_name(role)(self.locale).to_owned())
            }
            _ => fields::value_words(self.locale, kind, name, &text).unwrap_or(text),
        }
    }

    fn contact(&self, id: Uuid) -> String {
        let shown = self.data.with(|store| store.shown(RecordKey::new(Kind::Contact, id)));
        shown.map(|shown| shown.summary.field(contact_field::NAME).to_owned()).unwrap_or_default()
    }

    /// Writes an own field.
    pub fn own(&self, field: &OwnField, values: Option<&OwnFields>) -> String {
        let texts = values.and_then(|values| values.get(&field.id.uuid())).map(OwnValue::texts).unwrap_or_default();
        let words = texts.into_iter().map(|text| match field.shape {
            OwnShape::Flag => text_words(self.locale, field.shape, &text),
            _ => text,
        });
        words.collect::<Vec<_>>().join(BETWEEN)
    }

    /// Writes who made a record and when, and who changed it last and when.
    pub fn stamps(&self, created_at: Option<i64>, stamp: &Stamp) -> Vec<String> {
        let person = |who: Option<domain::user::UserId>| who.map(|who| self.data.user_name(who)).unwrap_or_default();
        let at = |at: Option<i64>| at.map(instant).unwrap_or_default();
        vec![person(stamp.created_by), at(created_at), person(stamp.changed_by), at(stamp.changed_at)]
    }
}

/// Writes a time by the clock of this device, to the minute.
fn instant(at: i64) -> String {
    moment::local_field(at).replace('T', " ")
}
