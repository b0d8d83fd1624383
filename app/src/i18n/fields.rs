//! What the columns, channels and roles of the domain are called.

use domain::{access::Role, contact_record::Channel, kind::Kind};

use super::{Key, t};

/// The name of a column that a person can edit; none for a column of a later version.
pub fn field_name(kind: Kind, column: &str) -> Option<Key> {
    Some(match (kind, column) {
        (Kind::Organisation, "name") => t::organisation::name,
        (Kind::Organisation, "language") => t::organisation::language,
        (Kind::Organisation, "currency") => t::organisation::currency,
        (Kind::Organisation, "time_zone") => t::organisation::time_zone,
        (Kind::Organisation, "region") => t::organisation::region,
        (Kind::Department, "name") => t::organisation::department_name,
        (Kind::User, "name") => t::users::name,
        (Kind::User, "sign_in") => t::users::sign_in,
        (Kind::User, "roles") => t::users::roles,
        (Kind::User, "superior") => t::users::superior,
        (Kind::Customer, "name") => t::customers::name,
        (Kind::Customer, "short_name") => t::customers::short_name,
        (Kind::Customer, "phones") => t::customers::phones,
        (Kind::Customer, "email") => t::customers::email,
        (Kind::Customer, "address") => t::customers::address,
        (Kind::Customer, "level") => t::customers::level,
        (Kind::Customer, "source") => t::customers::source,
        (Kind::Customer, "tags") => t::customers::tags,
        (Kind::Customer, "remark") => t::customers::remark,
        (Kind::Contact, "name") => t::contacts::name,
        (Kind::Contact, "title") => t::contacts::job_title,
        (Kind::Contact, "phones") => t::contacts::phones,
        (Kind::Contact, "email") => t::contacts::email,
        (Kind::Contact, "wechat") => t::contacts::wechat,
        (Kind::Contact, "line") => t::contacts::line,
        (Kind::Contact, "qq") => t::contacts::qq,
        (Kind::Contact, "remark") => t::contacts::remark,
        (Kind::ContactRecord, "channel") => t::contact_records::channel,
        (Kind::ContactRecord, "happened_at") => t::contact_records::happened_at,
        (Kind::ContactRecord, "met") => t::contact_records::met,
        (Kind::ContactRecord, "result") => t::contact_records::result,
        (Kind::ContactRecord, "text") => t::contact_records::text,
        (Kind::NextAction, "contact") => t::next_actions::contact,
        (Kind::NextAction, "due") => t::next_actions::due,
        (Kind::NextAction, "time") => t::next_actions::time,
        (Kind::NextAction, "what") => t::next_actions::what,
        (Kind::NextAction, "assignee") => t::next_actions::assignee,
        _ => return None,
    })
}

/// The name of a way to contact somebody.
pub fn channel_name(channel: Channel) -> Key {
    match channel {
        Channel::Phone => t::contact_records::channel_phone,
        Channel::Email => t::contact_records::channel_email,
        Channel::Im => t::contact_records::channel_im,
        Channel::Visit => t::contact_records::channel_visit,
        Channel::Other => t::contact_records::channel_other,
    }
}

/// The name of a role.
pub fn role_name(role: Role) -> Key {
    match role {
        Role::Administrator => t::users::administrator,
        Role::Manager => t::users::manager,
        Role::SalesRep => t::users::sales_rep,
        Role::SalesAssistant => t::users::sales_assistant,
        Role::Finance => t::users::finance,
        Role::Purchaser => t::users::purchaser,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_editable_column_has_a_name() {
        let nameless: Vec<_> = Kind::ALL
            .iter()
            .flat_map(|kind| kind.columns().into_iter().map(move |column| (kind.name(), *kind, column)))
            .filter(|(_, kind, column)| column.editable && field_name(*kind, column.name).is_none())
            .map(|(kind, _, column)| format!("{kind}.{}", column.name))
            .collect();
        assert_eq!(nameless, Vec::<String>::new());
    }
}
