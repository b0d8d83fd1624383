//! Fingerprints in one record: an import's customers lie together, a day's new ones alone, so that a device neither
//! receives as many records as there are customers nor a large one for each change.

use std::fmt::Display;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

use super::{Fingerprint, FingerprintsId};
use crate::id::derived_uuid;

/// Customers of one minute go to so many buckets: an import of ten thousand a minute fills each with 40.
const BUCKETS: u32 = 256;
/// A minute; ms.
const MINUTE_MS: u64 = 60_000;

/// Some fingerprints. As text it is base64 of, for each customer: a tag of four bytes by which its entry is found again,
/// how many names and how many numbers it has, four bytes for each name and three for each number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket(Vec<(u32, Fingerprint)>);

impl Bucket {
    /// Returns the id of the record in which a customer's fingerprint lies.
    pub fn of_customer(customer: Uuid) -> FingerprintsId {
        let bytes = customer.as_bytes();
        let at = bytes.iter().take(6).fold(0_u64, |at, byte| at << 8 | u64::from(*byte));
        let part = tag(customer) % BUCKETS;
        derived_uuid(Uuid::nil(), &format!("fingerprints:{}:{part}", at / MINUTE_MS)).into()
    }

    /// Says whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the fingerprints.
    pub fn prints(&self) -> impl Iterator<Item = &Fingerprint> {
        self.0.iter().map(|(_, print)| print)
    }

    /// Sets a customer's fingerprint, or takes it out.
    pub fn set(&mut self, customer: Uuid, print: Option<&Fingerprint>) {
        let tag = tag(customer);
        self.0.retain(|(other, _)| *other != tag);
        if let Some(print) = print {
            let at = self.0.partition_point(|(other, _)| *other < tag);
            self.0.insert(at, (tag, print.clone()));
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (tag, print) in &self.0 {
            let count = |signs: usize| u8::try_from(signs).unwrap_or(u8::MAX);
            bytes.extend(tag.to_be_bytes());
            bytes.extend([count(print.names.len()), count(print.numbers.len())]);
            bytes.extend(print.names.iter().take(u8::MAX.into()).flat_map(|name| name.to_be_bytes()));
            bytes.extend(
                print.numbers.iter().take(u8::MAX.into()).flat_map(|number| number.to_be_bytes().into_iter().skip(1)),
            );
        }
        bytes
    }

    fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut entries = Vec::new();
        while !bytes.is_empty() {
            let [tag, counts] = [take(&mut bytes, 4)?, take(&mut bytes, 2)?];
            let (names, numbers) = (counts >> 8, counts & 0xff);
            let names = (0..names).map(|_| take(&mut bytes, 4)).collect::<Option<_>>()?;
            let numbers = (0..numbers).map(|_| take(&mut bytes, 3)).collect::<Option<_>>()?;
            entries.push((tag, Fingerprint { names, numbers }));
        }
        Some(Self(entries))
    }
}

/// Takes a number of so many bytes from the front.
fn take(bytes: &mut &[u8], width: usize) -> Option<u32> {
    let (front, rest) = bytes.split_at_checked(width)?;
    *bytes = rest;
    Some(front.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Returns what tells a customer's entry from the others of its bucket: four bytes that say nothing about the id.
fn tag(customer: Uuid) -> u32 {
    let digest = derived_uuid(customer, "fingerprint");
    digest.as_bytes().iter().take(4).fold(0, |tag, byte| tag << 8 | u32::from(*byte))
}

impl Display for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&BASE64.encode(self.bytes()))
    }
}

impl Serialize for Bucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bucket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text).map_err(D::Error::custom)?;
        Bucket::read(&bytes).ok_or_else(|| D::Error::custom("a fingerprint is cut off"))
    }
}
