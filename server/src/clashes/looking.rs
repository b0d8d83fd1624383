//! Who of all customers is the same as somebody, and why.

use domain::{
    customer::Customer,
    duplicate::{Reason, Signs, compare},
    kind::{Kind, RecordKey},
    record::BodyError,
    view::Row,
};
use sync::server::{ReadTx, ServerStore, StoreError};
use uuid::Uuid;

use crate::App;

/// A customer that is likely the same.
#[derive(Debug)]
pub(crate) struct Foreign {
    pub(crate) customer: Customer,
    pub(crate) row: Row,
    pub(crate) weight: u8,
    pub(crate) reasons: Vec<Reason>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// The likeliest first.
    pub(crate) found: Vec<Foreign>,
    /// The name itself, or a number, belongs to too many.
    pub(crate) too_many: bool,
}

impl App {
    /// Looks for customers that are likely the same as somebody, all those of the company.
    ///
    /// # Errors
    /// The database is away.
    pub(crate) async fn look_for(&self, signs: &Signs, except: Option<Uuid>) -> Result<Looked, StoreError> {
        // Whoever waits for the book holds no connection meanwhile.
        let candidates = self.clashes.book.lock().await.candidates(signs);
        let mut tx = self.store.read().await?;
        let ids = candidates.ids.into_iter().filter(|id| Some(*id) != except);
        let keys: Vec<RecordKey> = ids.map(|id| RecordKey::new(Kind::Customer, id)).collect();
        let mut found = Vec::new();
        for row in tx.rows(&keys).await? {
            let Ok(customer) = BodyError::parse::<Customer>(&row.body) else { continue };
            let stands = customer.deleted_at.is_none() && customer.merged_into.is_none();
            let verdict = compare(signs, &Signs::of(&customer));
            if stands && verdict.is_likely() {
                found.push(Foreign { customer, row, weight: verdict.weight, reasons: verdict.reasons });
            }
        }
        found.sort_by_key(|foreign| (100 - foreign.weight, foreign.customer.id));
        Ok(Looked { found, too_many: candidates.too_many })
    }
}
