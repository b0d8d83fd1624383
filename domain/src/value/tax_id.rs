use std::fmt;

use crate::refusal::Problem;

/// The letters and digits of a unified social credit code, each worth its place (GB 32100-2015, table 1).
const CREDIT_CODE: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A company's number at its tax office.
///
/// - Taiwan: 統一編號, 8 digits with a checksum.
/// - Mainland: 統一社會信用代碼, 18 characters with a check character.
/// - Elsewhere: two letters for the country, then its own number (`DE129273398`), which is not checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxId(String);

impl TaxId {
    /// The most characters of a foreign number.
    pub const LENGTH_MOST: usize = 24;

    /// Reads a number; blanks and hyphens between its characters do not matter.
    ///
    /// # Errors
    /// [`Problem::NotATaxId`]: a wrong length, or a wrong checksum.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = text.chars().map(super::text::half_width).filter(|c| !matches!(c, ' ' | '-'));
        let id: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        let holds = match id.as_bytes() {
            bytes if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) => unified_business_number(bytes),
            bytes if bytes.len() == 18 => unified_social_credit_code(bytes),
            [a, b, number @ ..] => {
                a.is_ascii_alphabetic()
                    && b.is_ascii_alphabetic()
                    && (4..=Self::LENGTH_MOST - 2).contains(&number.len())
                    && number.iter().all(u8::is_ascii_alphanumeric)
            }
            _ => false,
        };
        if holds { Ok(Self(id)) } else { Err(Problem::NotATaxId) }
    }

    /// Returns the number without blanks, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a Taiwanese number by the rule of the Ministry of Finance in force since April 2023: the digits
/// of the weighted digits add up to a multiple of 5. A seventh digit of 7 counts as 1 or as 0.
fn unified_business_number(digits: &[u8]) -> bool {
    const WEIGHTS: [u8; 8] = [1, 2, 1, 2, 1, 2, 4, 1];
    let sum: u8 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| {
            let product = (digit - b'0') * weight;
            product / 10 + product % 10
        })
        .sum();
    let seven = digits.get(6) == Some(&b'7');
    sum > 0 && (sum.is_multiple_of(5) || seven && (sum + 1).is_multiple_of(5))
}

/// Checks a mainland code: its first 17 characters weighted by powers of 3, and the check character as it
/// is, add up to a multiple of 31 (GB 32100-2015).
fn unified_social_credit_code(code: &[u8]) -> bool {
    let mut weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let mut sum = 0;
    for (at, c) in code.iter().enumerate() {
        let Some(worth) = CREDIT_CODE.iter().position(|known| known == c) else { return false };
        let weight = if at + 1 == code.len() { Some(1) } else { weights.next() };
        sum += worth * weight.unwrap_or(1);
    }
    sum.is_multiple_of(31)
}

impl fmt::Display for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_serde!(TaxId);
