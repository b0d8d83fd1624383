use std::fmt;

use sha2::{Digest, Sha256};

use crate::{refusal::Problem, value::text_serde};

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash([u8; 32]);

text_serde!(BlobHash);

impl BlobHash {
    /// Hashes bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_pieces([bytes])
    }

    /// Hashes bytes that lie in pieces.
    pub fn of_pieces<T: AsRef<[u8]>>(pieces: impl IntoIterator<Item = T>) -> Self {
        let digest = pieces.into_iter().fold(Sha256::new(), Digest::chain_update);
        Self(digest.finalize().into())
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// It is no such text.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let digits: Vec<u8> = text.bytes().map_while(digit).collect();
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let whole = digits.len() == text.len() && text.len() == 64;
        bytes.try_into().ok().filter(|_| whole).map(Self).ok_or(Problem::NotAChoice)
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_leads_back_and_nothing_else_is_one() {
        let hash = BlobHash::of(b"abc");
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(BlobHash::parse(&hash.to_string()), Ok(hash));
        assert_eq!(BlobHash::of_pieces([b"a".as_slice(), b"bc"]), hash);
        let upper = hash.to_string().to_uppercase();
        for text in ["", "ba", &upper, &format!("{hash}00"), &format!("{hash}x")] {
            assert!(BlobHash::parse(text).is_err(), "{text}");
        }
    }
}
