//! What the files of the whole company are called, their columns and their values.

use domain::{
    access::Role,
    kind::Kind,
    list_view::Audience,
    own::{OwnField, OwnShape},
};

use super::{
    Key, Locale,
    fields::{field_name, role_name, value_words},
    t,
};

/// What all records of a kind are called.
pub fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Organisation => t::archive::organisation,
        Kind::Department => t::archive::departments,
        Kind::User => t::users::title,
        Kind::Customer => t::common::customers,
        Kind::Contact => t::archive::contacts,
        Kind::ContactRecord => t::contact_records::title,
        Kind::NextAction => t::next_actions::title,
        Kind::Conflict => t::outbox::conflicts,
        Kind::OwnField => t::own_fields::title,
        Kind::Attachment => t::attachments::title,
        Kind::ListView => t::list_views::title,
        Kind::Distinct => t::duplicates::distinct,
    }
}

/// The name of any column; none for a column of a later version.
pub fn column_name(kind: Kind, column: &str) -> Option<Key> {
    if let Some(name) = field_name(kind, column) {
        return Some(name);
    }
    Some(match (kind, column) {
        (Kind::Department, "parent") => t::organisation::department_parent,
        (Kind::Department, "head") => t::organisation::department_head,
        (Kind::Department, "branch") => t::archive::branch,
        (Kind::User, "department") => t::users::department,
        (Kind::User, "active") => t::users::active,
        (Kind::Customer, "owner") => t::customers::owner,
        (Kind::Customer, "collaborators") => t::customers::collaborators,
        (Kind::Customer, "merged_into") => t::history::merged_into,
        (Kind::NextAction, "done_at") => t::archive::done_at,
        (Kind::Conflict, "about") => t::archive::about,
        (Kind::Conflict, "field") => t::archive::field,
        (Kind::Conflict, "happened") => t::contact_records::happened_at,
        (Kind::Conflict, "resolved") => t::archive::resolved,
        (Kind::OwnField, "on") => t::archive::on,
        (Kind::OwnField, "shape") => t::own_fields::shape,
        (Kind::Distinct, "one") => t::duplicates::one,
        (Kind::Distinct, "other") => t::duplicates::other,
        (Kind::ListView, "list") => t::archive::on,
        (Kind::ListView, "owner") => t::archive::belongs_to,
        (Kind::Attachment, "on") => t::archive::hangs_on,
        (Kind::Attachment, "name") => t::archive::file_name,
        (Kind::Attachment, "media_type") => t::archive::media_type,
        (Kind::Attachment, "bytes") => t::archive::bytes,
        (Kind::Attachment, "added_at") => t::archive::added_at,
        (_, "customer") => t::contact_records::customer,
        (_, "author") => t::history::author,
        (_, "late") => t::archive::late,
        (_, "deleted_at") => t::archive::deleted_at,
        _ => return None,
    })
}

/// A yes or a no.
pub fn flag(locale: Locale, set: bool) -> &'static str {
    if set { t::own_fields::yes(locale) } else { t::own_fields::no(locale) }
}

/// A value as people say it: the words on the wire are nobody's.
pub fn value(locale: Locale, kind: Kind, column: &str, value: &str) -> String {
    let words = match (kind, column) {
        (Kind::User, "roles") => {
            Role::ALL.into_iter().find(|role| role.name() == value).map(|role| role_name(role)(locale))
        }
        (Kind::OwnField, "on") | (Kind::ListView, "list") => Kind::parse(value).map(|kind| kind_name(kind)(locale)),
        (Kind::ListView, "audience") => match Audience::parse(value) {
            Some(Audience::Private) => Some(t::list_views::audience_private(locale)),
            Some(Audience::Organisation) => Some(t::list_views::audience_organisation(locale)),
            Some(Audience::Department(_)) | None => None,
        },
        (Kind::OwnField, "shape") => OwnShape::parse(value).map(|shape| shape_name(shape)(locale)),
        (Kind::Conflict | Kind::Attachment, "about" | "on") => {
            let (kind, id) = value.split_once(':').unwrap_or_default();
            return Kind::parse(kind).map_or(value.to_owned(), |kind| format!("{} {id}", kind_name(kind)(locale)));
        }
        _ => return value_words(locale, kind, column, value).unwrap_or_else(|| value.to_owned()),
    };
    words.unwrap_or(value).to_owned()
}

/// A value of an own field.
pub fn own_value(locale: Locale, field: &OwnField, text: &str) -> String {
    match field.shape {
        OwnShape::Flag => flag(locale, text == "1").to_owned(),
        _ => text.to_owned(),
    }
}

fn shape_name(shape: OwnShape) -> Key {
    match shape {
        OwnShape::Text => t::own_fields::shape_text,
        OwnShape::Number => t::own_fields::shape_number,
        OwnShape::Date => t::own_fields::shape_date,
        OwnShape::Choice => t::own_fields::shape_choice,
        OwnShape::Several => t::own_fields::shape_several,
        OwnShape::Flag => t::own_fields::shape_flag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        for (kind, locale) in Kind::ALL.iter().flat_map(|kind| Locale::ALL.iter().map(move |locale| (kind, *locale))) {
            let names: Vec<_> = kind.columns().iter().map(|column| column_name(*kind, column.name)).collect();
            let columns = kind.columns();
            for (at, (name, column)) in names.iter().zip(&columns).enumerate() {
                let name = name.unwrap_or_else(|| panic!("{kind}.{}", column.name));
                let twice = names[..at].iter().flatten().any(|other| other(locale) == name(locale));
                assert!(!twice, "{kind}.{} is called like another column", column.name);
            }
        }
    }

    #[test]
    fn values_are_in_words() {
        let words = |kind, column, text| value(Locale::ZhHant, kind, column, text);
        assert_eq!(words(Kind::User, "roles", "sales_rep"), "業務");
        assert_eq!(words(Kind::OwnField, "on", "customer"), "客戶");
        assert_eq!(words(Kind::Attachment, "on", "contact:7"), "聯絡人 7");
        assert_eq!(words(Kind::Customer, "payment_terms", "prepaid"), "款到發貨");
        assert_eq!(words(Kind::Customer, "name", "鼎盛"), "鼎盛");
    }
}
