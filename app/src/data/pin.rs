//! A PIN by which one of several people enters with no network. It guards the screen, not the disk: whoever
//! can read the disk reads the data too, so a slower hash would promise what it does not keep.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::person::Person;
use crate::platform::{preferences, time::random};

/// So many wrong ones, and the password is needed.
const ATTEMPTS: u8 = 5;

#[derive(Serialize, Deserialize)]
struct Kept {
    salt: [u8; 16],
    hash: [u8; 32],
    attempts_left: u8,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    Right,
    Wrong {
        left: u8,
    },
    /// It was wrong too often, and is gone.
    Blocked,
}

fn key(person: &Person) -> String {
    format!("{}.pin", person.database())
}

fn hash(salt: &[u8; 16], pin: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(pin).finalize().into()
}

fn keep(person: &Person, kept: &Kept) {
    if let Ok(text) = serde_json::to_string(kept) {
        preferences::set(&key(person), &text);
    }
}

fn kept(person: &Person) -> Option<Kept> {
    serde_json::from_str(&preferences::get(&key(person))?).ok()
}

/// Says whether a text can be a PIN: 4 to 8 digits.
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says whether a person has one here.
pub fn is_set(person: &Person) -> bool {
    kept(person).is_some()
}

/// Sets a person's PIN on this device.
pub fn set(person: &Person, pin: &str) {
    let salt = random();
    keep(person, &Kept { salt, hash: hash(&salt, pin), attempts_left: ATTEMPTS });
}

/// Removes it.
pub fn remove(person: &Person) {
    preferences::remove(&key(person));
}

/// Tries one.
pub fn attempt(person: &Person, pin: &str) -> Attempt {
    let Some(known) = kept(person) else { return Attempt::Blocked };
    if known.hash == hash(&known.salt, pin) {
        keep(person, &Kept { attempts_left: ATTEMPTS, ..known });
        return Attempt::Right;
    }
    match known.attempts_left.saturating_sub(1) {
        0 => {
            remove(person);
            Attempt::Blocked
        }
        left => {
            keep(person, &Kept { attempts_left: left, ..known });
            Attempt::Wrong { left }
        }
    }
}
