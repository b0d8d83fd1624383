//! What the files of the whole company are called, their columns and their values.

use domain::{
    access::Role,
    handover::{State, Way},
    kind::Kind,
    list_view::Audience,
    opportunity::{Outcome, Step},
    own::{OwnField, OwnShape},
    pool::What,
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
        Kind::Fingerprints => t::fingerprints::title,
        Kind::Pool => t::pools::title,
        Kind::Claim => t::pools::log,
        Kind::PoolCard => t::pools::cards,
        Kind::Clash => t::clashes::title,
        Kind::Visit => t::visits::planned_visits,
        Kind::DayReport => t::day_reports::title,
        Kind::Pipeline => t::pipelines::title,
        Kind::Opportunity => t::opportunities::title,
        Kind::StageMove => t::opportunities::moves,
        Kind::Handover => t::handovers::title,
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
        (Kind::Customer, "pool") => t::pools::customer_pool,
        (Kind::Customer, "pooled_on") => t::pools::pooled_on,
        (Kind::Customer, "received_on") => t::pools::received_on,
        (Kind::Customer, "locked_until") => t::pools::locked,
        (Kind::Customer, "recycle_since") => t::pools::recycle_since,
        (Kind::Claim | Kind::PoolCard, "pool") => t::pools::title,
        (Kind::Claim, "what") => t::pools::what,
        (Kind::Claim, "from") => t::pools::from,
        (Kind::Claim, "to") => t::pools::to,
        (Kind::Claim, "by") => t::pools::by,
        (Kind::Claim, "at") => t::pools::at,
        (Kind::Claim, "day") => t::pools::day,
        (Kind::Claim, "reason") => t::pools::reason,
        (Kind::PoolCard, "name") => t::pools::card_name,
        (Kind::PoolCard, "shown") => t::pools::shown,
        (Kind::PoolCard, "since") => t::pools::card_since,
        (Kind::Clash, "customer") => t::clashes::first,
        (Kind::Clash, "other") => t::clashes::other,
        (Kind::Clash, "by") => t::clashes::by,
        (Kind::Clash, "words") => t::clashes::words,
        (Kind::Clash, "found_at") => t::clashes::found_at,
        (Kind::Clash, "settled_at") => t::clashes::settled_at,
        (Kind::ContactRecord, "checked_in_at") => t::visits::checked_in_at,
        (Kind::ContactRecord, "left_at") => t::visits::left_at,
        (Kind::ContactRecord, "position") => t::visits::position,
        (Kind::ContactRecord, "accuracy") => t::visits::accuracy,
        (Kind::ContactRecord, "visit") => t::visits::planned_visit,
        (Kind::Visit, "day") => t::visits::day,
        (Kind::Visit, "order") => t::visits::order,
        (Kind::Visit, "rep") => t::visits::rep,
        (Kind::Visit, "purpose") => t::visits::purpose,
        (Kind::Visit, "state") => t::visits::state,
        (Kind::Visit, "record") => t::visits::record,
        (Kind::Visit, "reason") => t::visits::reason,
        (Kind::DayReport, "rep") => t::day_reports::rep,
        (Kind::DayReport, "day") => t::day_reports::day,
        (Kind::DayReport, "remark") => t::day_reports::remark,
        (Kind::DayReport, "comment") => t::day_reports::comment,
        (Kind::DayReport, "commented_by") => t::day_reports::commented_by,
        (Kind::Opportunity | Kind::StageMove, "pipeline") => t::opportunities::pipeline,
        (Kind::Opportunity, "stage_since") => t::opportunities::stage_since,
        (Kind::Opportunity, "outcome") => t::opportunities::outcome,
        (Kind::Opportunity, "closed_on") => t::opportunities::closed_on,
        (Kind::StageMove, "loss_reason") => t::opportunities::loss_reason,
        (Kind::StageMove, "opportunity") => t::opportunities::one,
        (Kind::StageMove, "from_what") => t::opportunities::from_what,
        (Kind::StageMove, "from_stage") => t::opportunities::from_stage,
        (Kind::StageMove, "to_what") => t::opportunities::to_what,
        (Kind::StageMove, "to_stage") => t::opportunities::to_stage,
        (Kind::StageMove, "at") => t::opportunities::at,
        (Kind::StageMove, "day") => t::opportunities::day,
        (Kind::StageMove, "by") => t::opportunities::by,
        (Kind::StageMove, "held") => t::opportunities::not_moved,
        (Kind::Handover, "from") => t::handovers::from,
        (Kind::Handover, "by") => t::handovers::by,
        (Kind::Handover, "at") => t::handovers::at,
        (Kind::Handover, "way") => t::handovers::way,
        (Kind::Handover, "reason") => t::handovers::reason,
        (Kind::Handover, "frozen") => t::handovers::frozen,
        (Kind::Handover, "state") => t::handovers::state,
        (Kind::Handover, "ended_at") => t::handovers::ended_at,
        (Kind::Handover, "customers") => t::handovers::customers,
        (Kind::Handover, "opportunities") => t::handovers::opportunities,
        (Kind::Handover, "next_actions") => t::handovers::next_actions,
        (Kind::Handover, "visits") => t::handovers::visits,
        (Kind::Handover, "shared") => t::handovers::shared,
        (Kind::Distinct, "one") => t::duplicates::one,
        (Kind::Distinct, "other") => t::duplicates::other,
        (Kind::Fingerprints, "of") => t::fingerprints::title,
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
        (Kind::Claim, "what") => {
            What::ALL.into_iter().find(|what| what.name() == value).map(|what| what_name(what)(locale))
        }
        (Kind::Visit, "state") => state_name(value).map(|name| name(locale)),
        (Kind::Handover, "way") => handover_way_name(value).map(|name| name(locale)),
        (Kind::Handover, "state") => handover_state_name(value).map(|name| name(locale)),
        (Kind::Opportunity, "outcome") => outcome_name(value).map(|name| name(locale)),
        (Kind::StageMove, "from_what" | "to_what") => match value {
            stage if stage == Step::NAMES[0] => Some(t::opportunities::stage(locale)),
            end => outcome_name(end).map(|name| name(locale)),
        },
        (Kind::Pool, "shown") => field_name(Kind::Customer, value).map(|name| name(locale)),
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

/// What became of a planned visit, by its word on the wire; none for a word of a later version.
pub fn state_name(state: &str) -> Option<Key> {
    Some(match state {
        "planned" => t::visits::state_planned,
        "made" => t::visits::state_made,
        "cancelled" => t::visits::state_cancelled,
        _ => return None,
    })
}

/// How a customer came to another owner.
pub fn what_name(what: What) -> Key {
    match what {
        What::Claimed => t::pools::what_claimed,
        What::Assigned => t::pools::what_assigned,
        What::Released => t::pools::what_released,
        What::Recycled => t::pools::what_recycled,
        What::AskedBack => t::pools::what_asked_back,
    }
}

/// How customers found their next owner, by its word on the wire; none for a word of a later version.
pub fn handover_way_name(way: &str) -> Option<Key> {
    let names: [Key; 4] =
        [t::handovers::way_one, t::handovers::way_in_turn, t::handovers::way_portions, t::handovers::way_pool];
    Way::NAMES.into_iter().zip(names).find(|(known, _)| *known == way).map(|(_, name)| name)
}

/// How a handover stands, by its word on the wire; none for a word of a later version.
pub fn handover_state_name(state: &str) -> Option<Key> {
    let names: [Key; 4] = [
        t::handovers::state_running,
        t::handovers::state_done,
        t::handovers::state_returning,
        t::handovers::state_undone,
    ];
    State::NAMES.into_iter().zip(names).find(|(known, _)| *known == state).map(|(_, name)| name)
}

/// How an opportunity stands, by its word on the wire.
fn outcome_name(word: &str) -> Option<Key> {
    let names: [Key; 3] = [t::opportunities::open, t::opportunities::won, t::opportunities::lost];
    Outcome::NAMES.into_iter().zip(names).find(|(known, _)| *known == word).map(|(_, name)| name)
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
