//! What an address asks for.

use chrono::NaiveDate;
use domain::{
    day_report::{Counted, Span},
    user::UserId,
};
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// The days, the person and the figure that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub span: Span,
    pub on: NaiveDate,
    /// One person; none for all whom one leads.
    pub rep: Option<UserId>,
    pub open: Option<(UserId, Counted)>,
}

impl Asked {
    /// Reads an address; what it does not say is today, a day, everybody.
    pub fn read(query: &ParamsMap, today: NaiveDate) -> Self {
        let word = |name: &str| query.get(name).unwrap_or_default();
        let user = |name: &str| Uuid::try_parse(&word(name)).ok().map(UserId::new);
        let (span, show) = (word("span"), word("show"));
        let counted = Counted::ALL.into_iter().find(|counted| counted.name() == show);
        Self {
            span: Span::ALL.into_iter().find(|known| known.name() == span).unwrap_or_default(),
            on: word("on").parse().unwrap_or(today),
            rep: user("rep"),
            open: user("of").zip(counted),
        }
    }

    /// Returns the address.
    pub fn href(&self) -> String {
        let mut href = format!("/reports?span={}&on={}", self.span.name(), self.on);
        if let Some(rep) = self.rep {
            href.push_str(&format!("&rep={rep}"));
        }
        if let Some((of, counted)) = self.open {
            href.push_str(&format!("&of={of}&show={}", counted.name()));
        }
        href
    }
}
