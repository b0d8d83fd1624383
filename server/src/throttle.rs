//! Guessing passwords becomes slow; colleagues stay able to sign in.
//!
//! Failures are counted under what the guesser cannot change for free: a browser that somebody signed in
//! with before is counted by itself alone, so no stranger can slow it down. Everything else is counted by
//! name and address together, by address, and by name over all unknown browsers.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// After so long without a failure it is forgotten; ms.
const FORGOTTEN_MS: i64 = 60 * 60 * 1000;
/// The longest wait; ms.
const WAIT_MS_MOST: i64 = 15 * 60 * 1000;

/// Whose failures are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// A name on a browser that it has signed in with.
    Known {
        name: String,
        device: String,
    },
    NameAndAddress(String, Option<IpAddr>),
    Address(Option<IpAddr>),
    /// A name from all browsers that it has never signed in with.
    Name(String),
}

impl Key {
    /// How many failures cost nothing. An address may be that of a whole office.
    fn free(&self) -> u32 {
        match self {
            Key::Known { .. } => 10,
            Key::NameAndAddress(..) => 5,
            Key::Address(_) => 50,
            Key::Name(_) => 20,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: i64,
}

/// Who tries to sign in.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    keys: Vec<Key>,
}

impl Attempt {
    /// An attempt for a name from an address; `device` is given if the name has signed in with it before.
    pub(crate) fn new(name: &str, address: Option<IpAddr>, device: Option<&str>) -> Self {
        let name = name.trim().to_lowercase();
        let keys = match device {
            Some(device) => vec![Key::Known { name, device: device.to_owned() }],
            None => vec![Key::NameAndAddress(name.clone(), address), Key::Address(address), Key::Name(name)],
        };
        Self { keys }
    }
}

/// Counts failures.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Key, Failures>>,
}

impl Throttle {
    /// Returns how long an attempt has to wait; ms.
    pub(crate) fn wait(&self, attempt: &Attempt, now: i64) -> Option<i64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = attempt.keys.iter().filter_map(|key| {
            let failed = failures.get(key)?;
            let over = failed.count.checked_sub(key.free())?;
            // 1 s, 2 s, 4 s …
            let delay = 1000_i64.checked_shl(over.min(20)).map_or(WAIT_MS_MOST, |delay| delay.min(WAIT_MS_MOST));
            Some(failed.last + delay - now).filter(|wait| *wait > 0)
        });
        waits.max()
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, attempt: &Attempt, now: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &attempt.keys {
            let failed = failures.entry(key.clone()).or_insert(Failures { count: 0, last: now });
            failed.count = failed.count.saturating_add(1);
            failed.last = now;
        }
    }

    /// Takes an attempt back that was counted before it succeeded. Earlier failures of the name on this
    /// browser or at this address are forgotten; those of the whole address and of the name elsewhere stay,
    /// since a guesser may have an account of his own.
    pub(crate) fn succeeded(&self, attempt: &Attempt) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &attempt.keys {
            match key {
                Key::Known { .. } | Key::NameAndAddress(..) => drop(failures.remove(key)),
                Key::Address(_) | Key::Name(_) => {
                    if let Some(failed) = failures.get_mut(key) {
                        failed.count = failed.count.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// Forgets what is long ago.
    pub(crate) fn forget_old(&self, now: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, failed| now - failed.last < FORGOTTEN_MS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7)));
    const OFFICE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9)));

    fn fail(throttle: &Throttle, attempt: &Attempt, times: u32) {
        for _ in 0..times {
            throttle.failed(attempt, 0);
        }
    }

    #[test]
    fn the_wait_grows_up_to_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        let attempt = Attempt::new("mei", HOME, None);
        fail(&throttle, &attempt, 4);
        assert_eq!(throttle.wait(&attempt, 0), None);
        fail(&throttle, &attempt, 1);
        assert_eq!(throttle.wait(&attempt, 0), Some(1000));
        assert_eq!(throttle.wait(&attempt, 1000), None);
        fail(&throttle, &attempt, 3);
        assert_eq!(throttle.wait(&attempt, 0), Some(8000));
        fail(&throttle, &attempt, 1000);
        assert_eq!(throttle.wait(&attempt, 0), Some(WAIT_MS_MOST));
    }

    #[test]
    fn nobody_locks_a_colleague_out() {
        let throttle = Throttle::default();
        fail(&throttle, &Attempt::new("mei", HOME, None), 1000);
        assert_eq!(throttle.wait(&Attempt::new("mei", HOME, Some("her phone")), 0), None);
        assert_eq!(throttle.wait(&Attempt::new("MEI ", OFFICE, Some("her phone")), 0), None);
        assert_eq!(throttle.wait(&Attempt::new("lin", OFFICE, None), 0), None);
    }

    #[test]
    fn guessing_one_name_from_many_addresses_is_slow_too() {
        let throttle = Throttle::default();
        for last in 0..25 {
            let address = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, last));
            throttle.failed(&Attempt::new("mei", Some(address), None), 0);
        }
        assert!(throttle.wait(&Attempt::new("mei", OFFICE, None), 0).is_some());
    }

    #[test]
    fn a_busy_office_is_no_guesser() {
        let throttle = Throttle::default();
        for person in 0..200 {
            let attempt = Attempt::new(&format!("person {person}"), OFFICE, None);
            assert_eq!(throttle.wait(&attempt, 0), None);
            throttle.failed(&attempt, 0);
            throttle.succeeded(&attempt);
        }
    }

    #[test]
    fn a_success_forgets_the_own_failures_only() {
        let throttle = Throttle::default();
        let attempt = Attempt::new("mei", HOME, None);
        fail(&throttle, &attempt, 60);
        throttle.succeeded(&attempt);
        assert!(throttle.wait(&Attempt::new("lin", HOME, None), 0).is_some(), "the address stays slow");
        throttle.forget_old(FORGOTTEN_MS);
        assert_eq!(throttle.wait(&attempt, 0), None);
    }
}
