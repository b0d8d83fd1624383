use std::fmt;

use crate::refusal::Problem;

/// A phone number as its owner writes it, foreign shapes and extensions included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// The most characters of a number.
    pub const LENGTH_MOST: usize = 40;

    /// Reads a number: at least three digits; else digits, brackets, separators, `+`, `*`, `#` and an
    /// extension (`ext`, `x`, `分機`, `轉`, `转`).
    ///
    /// # Errors
    /// [`Problem::NotAPhone`], or too long.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.chars().count() > Self::LENGTH_MOST {
            return Err(Problem::TooLong { most: Self::LENGTH_MOST });
        }
        let mut bare = text.to_lowercase();
        for word in ["ext", "分機", "分机", "轉", "转", "x"] {
            bare = bare.replacen(word, "", 1);
        }
        let allowed = |c: char| half_width_digit(c).is_some() || " +-()./*#,;~\u{3000}（）＋－".contains(c);
        if !bare.chars().all(allowed) || text.chars().filter_map(half_width_digit).count() < 3 {
            return Err(Problem::NotAPhone);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the number as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns its digits only, in half width.
    pub fn digits(&self) -> String {
        self.0.chars().filter_map(half_width_digit).collect()
    }
}

fn half_width_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_serde!(Phone);
