//! What the codes of the domain mean, in words and with what to do.

use domain::{
    kind::Kind,
    refusal::{Problem, Refusal},
};

use super::{Locale, fields::field_name, t};

/// What is wrong with a value, for the place below its field.
pub fn problem(locale: Locale, problem: &Problem) -> String {
    let words = match problem {
        Problem::TooLong { most } => return t::errors::too_long(locale, *most as u64),
        Problem::NotANumber { least, most } => {
            return t::errors::not_a_number(locale, u64::from(*least), u64::from(*most));
        }
        Problem::TooMany { most } => return t::errors::too_many(locale, *most as u64),
        Problem::Required => t::errors::required,
        Problem::ForbiddenCharacter => t::errors::forbidden_character,
        Problem::NotAPhone => t::errors::not_a_phone,
        Problem::NotAnEmail => t::errors::not_an_email,
        Problem::NotATaxId => t::errors::not_a_tax_id,
        Problem::NotAWebsite => t::errors::not_a_website,
        Problem::NotABirthday => t::errors::not_a_birthday,
        Problem::NotADate => t::errors::not_a_date,
        Problem::NotATime => t::errors::not_a_time,
        Problem::NotAnAmount => t::errors::not_an_amount,
        Problem::NotAPosition => t::errors::not_a_position,
        Problem::NotADecimal => t::errors::not_a_decimal,
        Problem::NotAChoice => t::errors::not_a_choice,
        Problem::Taken => t::errors::taken,
    };
    words(locale).to_owned()
}

/// Why an entry about a record of this kind was refused, for the outbox.
pub fn refusal(locale: Locale, kind: Kind, refusal: &Refusal) -> String {
    let name = |field: &str| match field_name(kind, field) {
        Some(name) => name(locale).to_owned(),
        None => field.to_owned(),
    };
    let words = match refusal {
        Refusal::Field { field, problem: wrong } => {
            return t::errors::field(locale, &name(field), &problem(locale, wrong));
        }
        Refusal::NoSuchField { field } => return t::errors::no_such_field(locale, &name(field)),
        Refusal::Missing { .. } => t::errors::missing,
        Refusal::Exists { .. } => t::errors::exists,
        Refusal::NotAllowed { .. } => t::errors::not_allowed,
        Refusal::RoleNotAllowed => t::errors::role_not_allowed,
        Refusal::OwnAccess => t::errors::own_access,
        Refusal::AlreadyMerged => t::errors::already_merged,
        Refusal::NotMerged => t::errors::not_merged,
        Refusal::MergedOnward => t::errors::merged_onward,
        Refusal::MergedSince => t::errors::merged_since,
        Refusal::UnmergeTooLate => t::errors::unmerge_too_late,
        Refusal::Deleted { .. } => t::errors::record_deleted,
        Refusal::DepartmentLoop => t::errors::department_loop,
        Refusal::Claimed { .. } => t::errors::claimed,
        Refusal::NotInPool => t::errors::not_in_pool,
        Refusal::NotAPoolMember => t::errors::not_a_pool_member,
        Refusal::PoolOff => t::errors::pool_off,
        Refusal::QuotaUsed { most } => return t::errors::quota_used(locale, u64::from(*most)),
        Refusal::CapacityReached { most, held } => {
            return t::errors::capacity_reached(locale, u64::from(*held), u64::from(*most));
        }
        Refusal::CoolingOff { until } => return t::errors::cooling_off(locale, &until.to_string()),
        Refusal::HandoverRuns => t::errors::handover_runs,
        Refusal::HandoverStands => t::errors::handover_stands,
        Refusal::BadArguments => t::errors::bad_arguments,
        Refusal::Discarded => t::errors::discarded,
        Refusal::Incident => t::errors::incident,
    };
    words(locale).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_value_is_told_with_its_field() {
        let wrong = Refusal::Field { field: "email".to_owned(), problem: Problem::NotAnEmail };
        assert_eq!(refusal(Locale::ZhHans, Kind::Customer, &wrong), "电子邮箱：邮箱格式不正确，例如 name@example.com");
    }

    #[test]
    fn a_field_of_a_later_version_is_told_by_its_own_name() {
        let wrong = Refusal::Field { field: "fax".to_owned(), problem: Problem::TooLong { most: 1 } };
        assert_eq!(refusal(Locale::En, Kind::Customer, &wrong), "fax: Too long; 1 character at most");
    }
}
