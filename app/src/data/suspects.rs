//! Customers of this device that may be one company, found beside everything else that goes on.

use std::collections::{BTreeSet, HashMap};

use domain::{
    customer::CustomerId,
    duplicate::{KeyIndex, Reason, Signs, compare},
    kind::{Kind, RecordKey},
};
use uuid::Uuid;

use super::Data;
use crate::platform::{time::breathe, timing};

/// How long the work goes on before the browser may draw; ms.
const SLICE_MS: f64 = 8.0;

/// Two customers, and why they may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    pub one: CustomerId,
    pub other: CustomerId,
    /// Out of 100.
    pub weight: u8,
    /// The strongest first.
    pub reasons: Vec<Reason>,
}

/// Lets the browser draw when it is time.
pub(super) struct Slices {
    end: f64,
}

impl Slices {
    pub(super) fn new() -> Self {
        Self { end: timing::since_start() + SLICE_MS }
    }

    pub(super) async fn turn(&mut self) {
        if timing::since_start() > self.end {
            breathe().await;
            self.end = timing::since_start() + SLICE_MS;
        }
    }
}

impl Data {
    /// Compares all customers of this device. `told` hears how many of them have been looked at, and of how many.
    pub async fn suspects(self, told: impl Fn(usize, usize)) -> Vec<Suspect> {
        let mut ids = Vec::new();
        self.with(|store| {
            store.each_line(Kind::Customer, |line| {
                if !line.hidden() {
                    ids.push(line.key.id);
                }
            });
        });
        let (mut index, mut slices) = (KeyIndex::default(), Slices::new());
        for (at, id) in (0..).zip(&ids) {
            if let Some(signs) = self.signs(*id) {
                index.add(at, &signs);
            }
            if at % 64 == 0 {
                told(at as usize, ids.len());
                slices.turn().await;
            }
        }
        index.order();
        let mut pairs: BTreeSet<(u32, u32)> = BTreeSet::new();
        index.each_group(|group| {
            for (at, (_, one)) in group.iter().enumerate() {
                pairs.extend(group.iter().skip(at + 1).map(|(_, other)| (*one, *other)));
            }
        });
        let mut found = Vec::new();
        // The pairs come in the order of the first one.
        let mut first: (u32, Option<Signs>) = (u32::MAX, None);
        for (one, other) in pairs {
            slices.turn().await;
            let id = |at: u32| ids.get(at as usize).copied().unwrap_or_default();
            if first.0 != one {
                first = (one, self.signs(id(one)));
            }
            let (Some(signs), Some(others)) = (&first.1, self.signs(id(other))) else { continue };
            let verdict = compare(signs, &others);
            if verdict.is_likely() {
                let (one, other) = (CustomerId::new(id(one)), CustomerId::new(id(other)));
                found.push(Suspect { one, other, weight: verdict.weight, reasons: verdict.reasons });
            }
        }
        found.sort_by_key(|suspect| (100 - suspect.weight, suspect.one));
        found
    }

    pub(super) fn signs(self, id: Uuid) -> Option<Signs> {
        let shown = self.with(|store| store.shown(RecordKey::new(Kind::Customer, id)))?;
        Some(Signs::of_line(|place| shown.summary.field(place)))
    }

    /// Says whether both are still there and nobody has found that they are two.
    pub fn still_suspected(self, suspect: &Suspect) -> bool {
        self.with(|store| {
            let there = |id: CustomerId| store.shown(RecordKey::new(Kind::Customer, id.uuid()));
            [suspect.one, suspect.other].into_iter().all(|id| there(id).is_some_and(|shown| !shown.summary.hidden))
        }) && !self.told_apart(suspect.one, suspect.other)
    }

    /// Counts what hangs below a customer.
    pub fn below(self, customer: CustomerId) -> HashMap<Kind, usize> {
        let key = RecordKey::new(Kind::Customer, customer.uuid());
        let kinds = [Kind::Contact, Kind::ContactRecord, Kind::NextAction, Kind::Attachment];
        self.with(|store| {
            let count = |kind: &Kind| {
                let ids = store.children(*kind, key).into_iter();
                let shown = ids.filter_map(|id| store.shown(RecordKey::new(*kind, id)));
                shown.filter(|shown| !shown.summary.hidden).count()
            };
            kinds.iter().map(|kind| (*kind, count(kind))).collect()
        })
    }
}
