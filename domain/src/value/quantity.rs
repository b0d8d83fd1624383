use std::fmt;

use crate::refusal::Problem;

/// A quantity in millionths of its unit: exact for every unit that goods are sold in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    millionths: i64,
}

impl Quantity {
    const DECIMALS: u32 = 6;

    /// Reads a quantity such as `1,250.5`.
    ///
    /// # Errors
    /// [`Problem::NotAnAmount`]: no number, more than six decimals, or out of range.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Ok(Self { millionths: parse_scaled(text, Self::DECIMALS)? })
    }

    /// Returns the millionths.
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// Adds; `None` out of range.
    pub fn checked_add(self, other: Quantity) -> Option<Quantity> {
        Some(Self { millionths: self.millionths.checked_add(other.millionths)? })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = show_scaled(self.millionths, Self::DECIMALS);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

super::text_serde!(Quantity);

/// Reads a decimal number as an integer of its last decimal; thousands separators are allowed.
pub(super) fn parse_scaled(text: &str, decimals: u32) -> Result<i64, Problem> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.replace(',', "");
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() || !plain(&whole) || !plain(fraction) || fraction.len() > decimals as usize {
        return Err(Problem::NotAnAmount);
    }
    let padded = format!("{whole}{fraction:0<width$}", width = decimals as usize);
    let value: i64 = padded.parse().map_err(|_| Problem::NotAnAmount)?;
    Ok(if negative { -value } else { value })
}

/// Writes an integer of the last decimal as a decimal number.
pub(super) fn show_scaled(value: i64, decimals: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let unit = 10u64.pow(decimals);
    let (whole, fraction) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    if decimals == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction:0width$}", width = decimals as usize)
    }
}
