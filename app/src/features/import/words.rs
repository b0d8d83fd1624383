//! Why rows stay out, in words.

use domain::{
    exchange::{Reason, Suspicion},
    kind::Kind,
    refusal::FieldError,
};

use crate::{
    data::Data,
    i18n::{Locale, fields::field_name, refusals, t},
};

/// What is wrong with a value of a row.
pub fn fault(locale: Locale, data: Data, error: &FieldError) -> String {
    let error = data.labelled(error.clone());
    let name = field_name(Kind::Customer, &error.field).map_or(error.field.as_str(), |key| key(locale));
    t::errors::field(locale, name, &refusals::problem(locale, &error.problem))
}

/// Why a row stays out, for the file in which it comes back.
pub fn reason(locale: Locale, data: Data, reason: &Reason) -> String {
    let words = match reason {
        Reason::Fault(error) => return fault(locale, data, error),
        Reason::SeveralOfTheName => t::import::why_several,
        Reason::SameTaxId => t::import::why_tax_id,
        Reason::SamePhone => t::import::why_phone,
        Reason::AlikeName => t::import::why_alike,
        Reason::Again => t::import::why_again,
        Reason::NoUpdates => t::import::why_no_updates,
        Reason::Stopped => t::import::why_stopped,
        Reason::Failed => t::import::why_failed,
    };
    words(locale).to_owned()
}

/// Why a row may be known already, with the customer that it looks like.
pub fn suspicion(locale: Locale, data: Data, suspicion: Suspicion) -> String {
    let name = |id| data.customer_name(domain::id::Id::new(id));
    match suspicion {
        Suspicion::SeveralOfTheName(_) => t::import::why_several(locale).to_owned(),
        Suspicion::SameTaxId(id) => t::import::looks_like_tax_id(locale, &name(id)),
        Suspicion::SamePhone(id) => t::import::looks_like_phone(locale, &name(id)),
        Suspicion::AlikeName(id) => t::import::looks_like_name(locale, &name(id)),
        Suspicion::Again(_) => t::import::why_again(locale).to_owned(),
    }
}
