//! A handover in words.

use domain::{
    exchange::Format,
    handover::{Counts, Handover},
    user::UserId,
};

use crate::{
    data::Data,
    i18n::{Key, Locale, t},
    platform::intl,
};

/// What there is, a name and a number each; what there is none of is left out.
pub fn counted(locale: Locale, counts: Counts) -> Vec<(&'static str, u32)> {
    let all: [(Key, u32); 5] = [
        (t::handovers::customers, counts.customers),
        (t::handovers::opportunities, counts.opportunities),
        (t::handovers::next_actions, counts.next_actions),
        (t::handovers::visits, counts.visits),
        (t::handovers::shared, counts.shared),
    ];
    all.into_iter().filter(|(_, number)| *number > 0).map(|(name, number)| (name(locale), number)).collect()
}

/// The same in one line; empty where there is nothing.
pub fn in_line(locale: Locale, counts: Counts) -> String {
    let parts = counted(locale, counts).into_iter();
    let parts: Vec<String> =
        parts.map(|(what, number)| t::handovers::counted(locale, u64::from(number), what)).collect();
    intl::list(locale, &parts)
}

/// How a file is called.
pub fn format_name(format: Format) -> Key {
    match format {
        Format::Workbook => t::export::workbook,
        Format::Separated => t::export::separated,
    }
}

/// Whom a share goes to.
pub fn receiver(locale: Locale, data: Data, to: Option<UserId>) -> String {
    to.map_or_else(|| t::handovers::pool(locale).to_owned(), |to| data.user_name(to))
}

/// Who received what, in one line.
pub fn receivers(locale: Locale, data: Data, handover: &Handover) -> String {
    let people: Vec<String> = handover.way.receivers().into_iter().map(|user| data.user_name(user)).collect();
    if people.is_empty() { t::handovers::pool(locale).to_owned() } else { intl::list(locale, &people) }
}
