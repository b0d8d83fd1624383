use std::fmt;

use crate::refusal::Problem;

/// An e-mail address; checked for its shape only, since only a delivered mail proves one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// The most characters of an address (RFC 5321, 4.5.3.1.3).
    pub const LENGTH_MOST: usize = 254;

    /// Reads an address: something, one `@`, a host with a dot; no spaces.
    ///
    /// # Errors
    /// [`Problem::NotAnEmail`], or too long.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.chars().count() > Self::LENGTH_MOST {
            return Err(Problem::TooLong { most: Self::LENGTH_MOST });
        }
        let (name, host) = text.rsplit_once('@').ok_or(Problem::NotAnEmail)?;
        let host_holds = host.contains('.') && host.split('.').all(|label| !label.is_empty());
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c);
        if name.is_empty() || !host_holds || name.contains('@') || text.contains(bad) {
            return Err(Problem::NotAnEmail);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_serde!(Email);
