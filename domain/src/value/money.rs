//! Money: exact minor units of one currency. No floats anywhere.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Problem;

/// A currency with the number of decimals that business uses (ISO 4217; TWD and JPY without).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    Twd,
    Cny,
    Hkd,
    Usd,
    Eur,
    Jpy,
}

impl Currency {
    /// Every currency.
    pub const ALL: [Currency; 6] =
        [Currency::Twd, Currency::Cny, Currency::Hkd, Currency::Usd, Currency::Eur, Currency::Jpy];

    /// Finds a currency by its code.
    pub fn parse(code: &str) -> Option<Currency> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// Returns the code of ISO 4217.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Twd => "TWD",
            Currency::Cny => "CNY",
            Currency::Hkd => "HKD",
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
            Currency::Jpy => "JPY",
        }
    }

    /// Returns the decimals of the minor unit.
    pub const fn decimals(self) -> u32 {
        match self {
            Currency::Twd | Currency::Jpy => 0,
            Currency::Cny | Currency::Hkd | Currency::Usd | Currency::Eur => 2,
        }
    }
}

/// How a fraction of the minor unit is rounded; always named, never implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half away from zero (四捨五入).
    HalfUp,
    /// Half to the even neighbour (ISO 80000-1, rule B).
    HalfEven,
    /// Towards zero (無條件捨去).
    Down,
    /// Away from zero (無條件進位).
    Up,
}

impl Rounding {
    /// Divides and rounds; `divisor` is positive.
    pub(crate) fn divide(self, dividend: i128, divisor: i128) -> i128 {
        let (quotient, rest) = (dividend / divisor, dividend % divisor);
        if rest == 0 {
            return quotient;
        }
        let away = quotient + dividend.signum();
        match (self, (rest.abs() * 2).cmp(&divisor)) {
            (Rounding::Down, _) => quotient,
            (Rounding::Up, _) | (_, std::cmp::Ordering::Greater) => away,
            (_, std::cmp::Ordering::Less) => quotient,
            (Rounding::HalfUp, std::cmp::Ordering::Equal) => away,
            (Rounding::HalfEven, std::cmp::Ordering::Equal) => quotient + (quotient % 2),
        }
    }
}

/// An amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    pub currency: Currency,
}

/// Why amounts do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts of two currencies")]
    Currencies,
    #[error("amount out of range")]
    Range,
}

impl Money {
    /// Returns nothing of a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads an amount such as `1,234.50`; more decimals than the currency has are refused.
    ///
    /// # Errors
    /// [`Problem::NotAnAmount`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Problem> {
        let scaled = super::quantity::parse_scaled(text, currency.decimals())?;
        Ok(Self { minor: scaled, currency })
    }

    /// Adds two amounts of one currency.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Range)?;
        Ok(Money { minor, ..self })
    }

    /// Takes `numerator / denominator` of the amount.
    ///
    /// # Errors
    /// Out of range; a denominator that is not positive counts as that.
    pub fn share(self, numerator: i64, denominator: i64, rounding: Rounding) -> Result<Money, MoneyError> {
        if denominator <= 0 {
            return Err(MoneyError::Range);
        }
        let wide = rounding.divide(i128::from(self.minor) * i128::from(numerator), i128::from(denominator));
        Ok(Money { minor: wide.try_into().map_err(|_| MoneyError::Range)?, ..self })
    }

    /// Splits the amount by weights so that the parts add up to it: each part is rounded down and the
    /// rest goes, one minor unit each, to the parts with the largest remainders (Hamilton's method).
    ///
    /// # Errors
    /// No weight, or a negative one, counts as out of range.
    pub fn split(self, weights: &[u32]) -> Result<Vec<Money>, MoneyError> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            return Err(MoneyError::Range);
        }
        let sign = i128::from(self.minor.signum());
        let amount = i128::from(self.minor).abs();
        let mut parts: Vec<i128> = weights.iter().map(|w| amount * i128::from(*w) / total).collect();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(weights.get(*i).map_or(0, |w| amount * i128::from(*w) % total)));
        let rest = amount - parts.iter().sum::<i128>();
        for index in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
            parts[index] += 1;
        }
        parts
            .into_iter()
            .map(|part| Ok(Money { minor: (sign * part).try_into().map_err(|_| MoneyError::Range)?, ..self }))
            .collect()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::quantity::show_scaled(self.minor, self.currency.decimals()))
    }
}
