//! The company's customers by their signs: read once, then kept up with the journal.

use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerId},
    duplicate::{Candidates, Register, Signs},
    kind::{Kind, RecordKey},
    record::BodyError,
    user::UserId,
};
use sync::server::{ReadTx, StoreError};
use uuid::Uuid;

/// So many customers or journal entries are read at once.
const AT_ONCE: usize = 500;
/// So many revisions before a start are looked at again: what arrived just before the server ended.
const LOOKED_AT_AGAIN: u64 = 1_000;

/// A customer that came, or became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) id: CustomerId,
    /// Who entered or changed it; nobody where the server itself did.
    pub(super) by: Option<UserId>,
}

/// All customers, as of a revision.
#[derive(Debug, Default)]
pub(super) struct Book {
    register: Register,
    /// The history that it was read from; none before it was read.
    of: Option<Uuid>,
    upto: u64,
    /// Who was entered, got other signs or another owner, and has not been compared; in the order of arrival.
    pub(super) arrived: VecDeque<Arrived>,
    /// How many clashes somebody's entries have opened on a day.
    pub(super) opened: HashMap<(Option<UserId>, NaiveDate), usize>,
}

impl Book {
    /// Catches up with the database, and notes the customers that were entered or got other signs meanwhile.
    ///
    /// # Errors
    /// The database is away.
    pub(super) async fn catch_up(&mut self, tx: &mut impl ReadTx) -> Result<(), StoreError> {
        let head = tx.head().await?;
        if self.of != Some(head.incarnation) || self.upto > head.rev {
            *self = Self::default();
            self.read_all(tx).await?;
            (self.of, self.upto) = (Some(head.incarnation), head.rev.saturating_sub(LOOKED_AT_AGAIN));
        }
        loop {
            let rows = tx.journal(self.upto, AT_ONCE).await?;
            let Some(last) = rows.last().map(|row| row.rev) else { return Ok(()) };
            // What each was before the first of its changes, in their order.
            let (mut changed, mut seen) = (Vec::new(), BTreeSet::new());
            for row in rows {
                for (key, before) in row.before.into_iter().filter(|(key, _)| key.kind == Kind::Customer) {
                    if seen.insert(key.id) {
                        changed.push((key.id, row.author, before.and_then(|row| known(&row.body))));
                    }
                }
            }
            let keys: Vec<RecordKey> = seen.into_iter().map(|id| RecordKey::new(Kind::Customer, id)).collect();
            let mut now: HashMap<Uuid, Known> = HashMap::new();
            for row in tx.rows(&keys).await? {
                now.extend(known(&row.body).map(|known| (row.key.id, known)));
            }
            for (id, by, before) in changed {
                let Some(now) = now.get(&id) else {
                    self.register.remove(id);
                    continue;
                };
                if before.as_ref().map(|known| &known.signs) != Some(&now.signs) {
                    self.register.put(id, &now.signs);
                }
                let pending = self.arrived.iter().any(|arrived| arrived.id.uuid() == id);
                if before.as_ref() != Some(now) && !pending {
                    self.arrived.push_back(Arrived { id: id.into(), by });
                }
            }
            self.upto = last;
        }
    }

    /// Returns who may be the same as somebody.
    pub(super) fn candidates(&mut self, signs: &Signs) -> Candidates {
        self.register.candidates(signs)
    }

    async fn read_all(&mut self, tx: &mut impl ReadTx) -> Result<(), StoreError> {
        let mut after = Uuid::nil();
        loop {
            let ids = tx.of_kind(Kind::Customer, after, AT_ONCE).await?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            let keys: Vec<RecordKey> = ids.into_iter().map(|id| RecordKey::new(Kind::Customer, id)).collect();
            for row in tx.rows(&keys).await? {
                if let Some(known) = known(&row.body) {
                    self.register.put(row.key.id, &known.signs);
                }
            }
        }
    }
}

/// What makes somebody look at a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    signs: Signs,
    owner: Option<UserId>,
}

/// Reads it; none of one that lies in the recycle bin, has gone over into another, or cannot be read.
fn known(body: &str) -> Option<Known> {
    let customer = BodyError::parse::<Customer>(body).ok()?;
    let stands = customer.deleted_at.is_none() && customer.merged_into.is_none();
    stands.then(|| Known { signs: Signs::of(&customer), owner: customer.owner })
}
