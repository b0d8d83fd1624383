//! What the columns, channels and roles of the domain are called.

use domain::{access::Role, contact::DecisionRole, contact_record::Channel, customer::PaymentTerms, kind::Kind};

use super::{Key, Locale, t};

/// The name of a column that a person can edit; none for a column of a later version.
pub fn field_name(kind: Kind, column: &str) -> Option<Key> {
    Some(match (kind, column) {
        (Kind::Organisation, "name") => t::organisation::name,
        (Kind::Organisation, "language") => t::organisation::language,
        (Kind::Organisation, "currency") => t::organisation::currency,
        (Kind::Organisation, "time_zone") => t::organisation::time_zone,
        (Kind::Organisation, "region") => t::organisation::region,
        (Kind::Organisation, "silent_after") => t::today::silent_after,
        (Kind::Department, "name") => t::organisation::department_name,
        (Kind::User, "name") => t::users::name,
        (Kind::User, "sign_in") => t::users::sign_in,
        (Kind::User, "roles") => t::users::roles,
        (Kind::User, "superior") => t::users::superior,
        (Kind::Customer, "name") => t::customers::name,
        (Kind::Customer, "short_name") => t::customers::short_name,
        (Kind::Customer, "aliases") => t::customers::aliases,
        (Kind::Customer, "tax_id") => t::customers::tax_id,
        (Kind::Customer, "industry") => t::customers::industry,
        (Kind::Customer, "region") => t::customers::region,
        (Kind::Customer, "phones") => t::customers::phones,
        (Kind::Customer, "email") => t::customers::email,
        (Kind::Customer, "website") => t::customers::website,
        (Kind::Customer, "wechat") => t::customers::wechat,
        (Kind::Customer, "line") => t::customers::line,
        (Kind::Customer, "qq") => t::customers::qq,
        (Kind::Customer, "postal_code") => t::customers::postal_code,
        (Kind::Customer, "province") => t::customers::province,
        (Kind::Customer, "city") => t::customers::city,
        (Kind::Customer, "district") => t::customers::district,
        (Kind::Customer, "address") => t::customers::address,
        (Kind::Customer, "payment_terms") => t::customers::payment_terms,
        (Kind::Customer, "credit_limit") => t::customers::credit_limit,
        (Kind::Customer, "level") => t::customers::level,
        (Kind::Customer, "source") => t::customers::source,
        (Kind::Customer, "tags") => t::customers::tags,
        (Kind::Customer, "remark") => t::customers::remark,
        (Kind::Customer, "position") => t::visits::customer_position,
        (Kind::Customer, "visit_every") => t::visits::every,
        (Kind::Contact, "name") => t::contacts::name,
        (Kind::Contact, "title") => t::contacts::job_title,
        (Kind::Contact, "role") => t::contacts::role,
        (Kind::Contact, "birthday") => t::contacts::birthday,
        (Kind::Contact, "phones") => t::contacts::phones,
        (Kind::Contact, "email") => t::contacts::email,
        (Kind::Contact, "wechat") => t::contacts::wechat,
        (Kind::Contact, "line") => t::contacts::line,
        (Kind::Contact, "qq") => t::contacts::qq,
        (Kind::Contact, "remark") => t::contacts::remark,
        (Kind::ContactRecord, "channel") => t::contact_records::channel,
        (Kind::ContactRecord, "happened_at") => t::contact_records::happened_at,
        (Kind::ContactRecord, "minutes") => t::contact_records::minutes,
        (Kind::ContactRecord, "met") => t::contact_records::met,
        (Kind::ContactRecord, "result") => t::contact_records::result,
        (Kind::ContactRecord, "text") => t::contact_records::text,
        (Kind::NextAction, "contact") => t::next_actions::contact,
        (Kind::NextAction, "due") => t::next_actions::due,
        (Kind::NextAction, "time") => t::next_actions::time,
        (Kind::NextAction, "what") => t::next_actions::what,
        (Kind::NextAction, "assignee") => t::next_actions::assignee,
        (Kind::OwnField, "label") => t::own_fields::label,
        (Kind::OwnField, "choices") => t::own_fields::choices,
        (Kind::OwnField, "required") => t::own_fields::required_long,
        (Kind::OwnField, "listed") => t::own_fields::listed_long,
        (Kind::OwnField, "order") => t::own_fields::order,
        (Kind::OwnField, "retired") => t::own_fields::retired,
        (Kind::Pool, "name") => t::pools::name,
        (Kind::Pool, "members") => t::pools::members,
        (Kind::Pool, "administrators") => t::pools::administrators,
        (Kind::Pool, "rules") => t::pools::rules,
        (Kind::Pool, "quota_per_day") => t::pools::quota_per_day,
        (Kind::Pool, "capacity") => t::pools::capacity,
        (Kind::Pool, "cooling_off_days") => t::pools::cooling_off_days,
        (Kind::Pool, "wait_days") => t::pools::wait_days,
        (Kind::Pool, "shown") => t::pools::shown,
        (Kind::Pool, "off") => t::pools::off,
        (Kind::Pipeline, "name") => t::pipelines::name,
        (Kind::Pipeline, "stages") => t::pipelines::stages,
        (Kind::Pipeline, "loss_reasons") => t::pipelines::loss_reasons,
        (Kind::Pipeline, "off") => t::pipelines::off,
        (Kind::Opportunity, "name") => t::opportunities::name,
        (Kind::Opportunity, "amount") => t::opportunities::amount,
        (Kind::Opportunity, "expected_close") => t::opportunities::expected_close,
        (Kind::Opportunity, "products") => t::opportunities::products,
        (Kind::Opportunity, "remark") => t::opportunities::remark,
        // An entry that is refused names them.
        (Kind::Opportunity, "stage") => t::opportunities::stage,
        (Kind::Opportunity, "loss_reason") => t::opportunities::loss_reason,
        (Kind::Claim, "reason") => t::pools::reason,
        (Kind::ListView, "name") => t::list_views::name,
        (Kind::ListView, "query") => t::list_views::query,
        (Kind::ListView, "audience") => t::list_views::audience,
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

/// What a contact has to say in a purchase.
pub fn decision_role_name(role: DecisionRole) -> Key {
    match role {
        DecisionRole::Decides => t::contacts::role_decides,
        DecisionRole::Advises => t::contacts::role_advises,
        DecisionRole::Uses => t::contacts::role_uses,
        DecisionRole::Purchases => t::contacts::role_purchases,
        DecisionRole::Pays => t::contacts::role_pays,
    }
}

/// When a customer pays, in words.
pub fn payment_terms(locale: Locale, terms: PaymentTerms) -> String {
    match terms {
        PaymentTerms::Prepaid => t::customers::terms_prepaid(locale).to_owned(),
        PaymentTerms::OnDelivery => t::customers::terms_on_delivery(locale).to_owned(),
        PaymentTerms::Days(days) => t::customers::terms_days_of(locale, days.into()),
        PaymentTerms::Monthly { closing_day, days } => {
            t::customers::terms_monthly_of(locale, &closing_day.to_string(), days.into())
        }
    }
}

/// A value of a column that is a word on the wire; none for a text that reads as it is.
pub fn value_words(locale: Locale, kind: Kind, column: &str, value: &str) -> Option<String> {
    match (kind, column) {
        (Kind::Customer, "payment_terms") => Some(payment_terms(locale, PaymentTerms::parse(value).ok()?)),
        (Kind::Contact, "role") => Some(decision_role_name(DecisionRole::parse(value)?)(locale).to_owned()),
        (Kind::ContactRecord, "channel") => {
            let channel = Channel::ALL.into_iter().find(|channel| channel.name() == value)?;
            Some(channel_name(channel)(locale).to_owned())
        }
        _ => None,
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
    fn values_read_as_people_say_them() {
        let words = |kind, column, value| value_words(Locale::ZhHant, kind, column, value);
        let terms = words(Kind::Customer, "payment_terms", "monthly:25:60");
        assert_eq!(terms.as_deref(), Some("月結，25 日結帳，60 天付款"));
        assert_eq!(words(Kind::Contact, "role", "decides").as_deref(), Some("決策者"));
        assert_eq!(words(Kind::Customer, "name", "鼎盛"), None);
    }

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
