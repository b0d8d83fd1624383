//! Passwords: Argon2id with the parameters that OWASP names, a few at a time.

use std::sync::LazyLock;

pub(crate) use app::online::password::LENGTH_LEAST;
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use sync::server::StoreError;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::random;

/// The most bytes: longer ones only cost time.
const BYTES_MOST: usize = 1000;
/// Each takes 19 MiB.
const AT_ONCE: usize = 4;

/// Checked against when nobody has that sign-in name, so that the time tells nothing.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody's password").ok());

/// Hashes and checks passwords beside the requests.
#[derive(Debug)]
pub(crate) struct Passwords {
    permits: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// Checks a password. Without a hash the answer is no, after the same time.
    ///
    /// # Errors
    /// The server is stopping.
    pub(crate) async fn fits(&self, password: String, hash: Option<String>) -> Result<bool, StoreError> {
        let known = hash.is_some();
        let fits = self
            .run(move || {
                let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
                let parsed = PasswordHash::new(&hash);
                password.len() <= BYTES_MOST
                    && parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(known && fits)
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// No randomness, or the server is stopping.
    pub(crate) async fn hash(&self, password: String) -> Result<String, StoreError> {
        self.run(move || hash_now(&password)).await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let away = |error: &dyn std::fmt::Display| StoreError::Away(error.to_string());
        let _permit = self.permits.acquire().await.map_err(|error| away(&error))?;
        spawn_blocking(work).await.map_err(|error| away(&error))
    }
}

/// Says whether a new password is long enough, and not too long.
pub(crate) fn is_long_enough(password: &str) -> bool {
    password.chars().count() >= LENGTH_LEAST && password.len() <= BYTES_MOST
}

fn hash_now(password: &str) -> Result<String, StoreError> {
    let fatal = |error: argon2::password_hash::Error| StoreError::Fatal(error.to_string());
    let salt = SaltString::encode_b64(&random::bytes::<16>()?).map_err(fatal)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(fatal)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits() {
        let passwords = Passwords::default();
        let hash = passwords.hash("馬到成功 2026".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.fits("馬到成功 2026".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.fits("馬到成功 2025".into(), Some(hash)).await.unwrap());
        assert!(!passwords.fits("nobody's password".into(), None).await.unwrap());
    }
}
