use std::fmt;

use crate::{refusal::Problem, value::text_serde};

/// When a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentTerms {
    /// Before the goods leave (款到發貨).
    Prepaid,
    /// When they arrive (貨到付款).
    OnDelivery,
    /// So many days after the day of the delivery.
    Days(u16),
    /// Everything up to the closing day of a month is due so many days after it (月結).
    Monthly {
        /// 1 to 31; a month without that day closes on its last.
        closing_day: u8,
        days: u16,
    },
}

impl PaymentTerms {
    /// The longest time that may be given.
    pub const DAYS_MOST: u16 = 365;

    /// Reads the word on the wire: `prepaid`, `on_delivery`, `days:30`, `monthly:25:60`.
    ///
    /// # Errors
    /// [`Problem::NotAChoice`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let days = |text: &str| text.parse().ok().filter(|days| *days <= Self::DAYS_MOST);
        let parts: Vec<&str> = text.split(':').collect();
        let terms = match parts.as_slice() {
            ["prepaid"] => Some(Self::Prepaid),
            ["on_delivery"] => Some(Self::OnDelivery),
            ["days", count] => days(count).map(Self::Days),
            ["monthly", day, count] => {
                let closing_day = day.parse().ok().filter(|day| (1..=31).contains(day));
                closing_day.zip(days(count)).map(|(closing_day, days)| Self::Monthly { closing_day, days })
            }
            _ => None,
        };
        terms.ok_or(Problem::NotAChoice)
    }
}

impl fmt::Display for PaymentTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prepaid => f.write_str("prepaid"),
            Self::OnDelivery => f.write_str("on_delivery"),
            Self::Days(days) => write!(f, "days:{days}"),
            Self::Monthly { closing_day, days } => write!(f, "monthly:{closing_day}:{days}"),
        }
    }
}

text_serde!(PaymentTerms);
