use std::fmt;

use crate::refusal::Problem;

/// The address of a website as people write it, with or without `https://`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Website(String);

impl Website {
    /// The most characters of an address.
    pub const LENGTH_MOST: usize = 200;

    /// Reads an address: a host with a dot, and no scheme but `http` and `https`, since others run programs.
    ///
    /// # Errors
    /// [`Problem::NotAWebsite`], or too long.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.chars().count() > Self::LENGTH_MOST {
            return Err(Problem::TooLong { most: Self::LENGTH_MOST });
        }
        let rest = without_scheme(text);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let name = host.split_once(':').map_or(host, |(name, port)| {
            let port_holds = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
            if port_holds { name } else { "" }
        });
        let labels_hold = name.contains('.') && name.split('.').all(|label| !label.is_empty());
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>\"@\\".contains(c);
        if !labels_hold || text.contains(bad) { Err(Problem::NotAWebsite) } else { Ok(Self(text.to_owned())) }
    }

    /// Returns the address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what a browser opens.
    pub fn href(&self) -> String {
        let rest = without_scheme(&self.0);
        if rest.len() == self.0.len() { format!("https://{rest}") } else { self.0.clone() }
    }
}

fn without_scheme(text: &str) -> &str {
    let after = |scheme: &str| text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme));
    let found = ["https://", "http://"].into_iter().find_map(after);
    text.get(found.map_or(0, str::len)..).unwrap_or(text)
}

impl fmt::Display for Website {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_serde!(Website);
