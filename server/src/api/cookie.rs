//! Two cookies: the session, and the browser itself, known again when somebody signs in.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use sha2::{Digest, Sha256};
use sync::server::StoreError;

use crate::{Settings, random};

/// The longest that browsers keep a cookie. The server decides when a session ends.
const KEPT_SECONDS: u32 = 400 * 24 * 3600;

/// Which cookie.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cookie {
    Session,
    Device,
}

impl Cookie {
    /// The `__Host-` names hold only behind TLS; browsers refuse them elsewhere.
    fn name(self, settings: &Settings) -> &'static str {
        match (self, settings.reach.secure()) {
            (Cookie::Session, true) => "__Host-changke-session",
            (Cookie::Session, false) => "changke-session",
            (Cookie::Device, true) => "__Host-changke-device",
            (Cookie::Device, false) => "changke-device",
        }
    }

    /// Reads the hash of the token that a request carries.
    pub(super) fn read(self, headers: &HeaderMap, settings: &Settings) -> Option<String> {
        let name = self.name(settings);
        let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(';'));
        let token = pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name)?.1;
        Some(hash(token))
    }

    /// Writes a token.
    pub(super) fn set(self, token: &str, settings: &Settings) -> Option<HeaderValue> {
        self.header(token, KEPT_SECONDS, settings)
    }

    /// Takes it back.
    pub(super) fn clear(self, settings: &Settings) -> Option<HeaderValue> {
        self.header("", 0, settings)
    }

    fn header(self, token: &str, seconds: u32, settings: &Settings) -> Option<HeaderValue> {
        let secure = if settings.reach.secure() { "; Secure" } else { "" };
        let name = self.name(settings);
        let text = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).ok()
    }
}

/// A new token of 256 random bits, and what is stored of it.
pub(super) fn new_token() -> Result<(String, String), StoreError> {
    let token = hex(&random::bytes::<32>()?);
    let hashed = hash(&token);
    Ok((token, hashed))
}

/// Returns what is stored of a token.
pub(super) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    #[test]
    fn a_cookie_comes_back_as_the_hash_of_its_token() {
        let settings = Settings::default();
        let (token, hashed) = new_token().unwrap();
        let set = Cookie::Session.set(&token, &settings).unwrap();
        assert!(set.to_str().unwrap().ends_with("; HttpOnly; SameSite=Lax"), "{set:?}");
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::try_from(format!("other=1; changke-session={token}")).unwrap());
        assert_eq!(Cookie::Session.read(&headers, &settings), Some(hashed.clone()));
        assert_eq!(Cookie::Device.read(&headers, &settings), None);
        assert_ne!(token, hashed);
    }

    #[test]
    fn behind_tls_it_is_bound_to_this_host() {
        let settings = Settings { reach: Reach::BehindProxy, ..Settings::default() };
        let set = Cookie::Session.set("t", &settings).unwrap();
        let expected = "__Host-changke-session=t; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(set, expected);
    }
}
