use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Pool, PoolId};
use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    customer::Customer,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    user::UserId,
    view::{Need, Stop, View},
};

/// What a pool's members see of a customer in it. It follows from the customer and the pool, and has the customer's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCard {
    pub id: Id<PoolCard>,
    pub pool: PoolId,
    pub name: String,
    /// The customer's columns that the pool shows, as text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shown: BTreeMap<String, String>,
    /// Since when it lies there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Who has claimed it on this device; the server has not decided yet, and never writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<UserId>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl PoolCard {
    /// Makes the card of a customer; `None` if it lies in no pool.
    pub fn of(customer: &Customer, pool: &Pool) -> Option<Self> {
        if customer.pool != Some(pool.id) || customer.deleted() || customer.merged_into.is_some() {
            return None;
        }
        let columns = Customer::columns().iter().filter(|column| pool.shown.contains(column.info.name));
        let shown = columns.filter_map(|column| Some((column.info.name.to_owned(), text((column.read)(customer))?)));
        Some(Self {
            id: Id::new(customer.id.uuid()),
            pool: pool.id,
            name: customer.name.clone(),
            shown: shown.collect(),
            since: customer.pooled_on,
            claimed_by: None,
            unknown: Unknown::new(),
        })
    }

    /// Returns what [`PoolCard::follow`] will ask for.
    pub fn needs(before: Option<&Customer>, after: Option<&Customer>) -> Vec<Need> {
        let pools = [before, after].into_iter().flatten().filter_map(|state| Some((state.id, state.pool?)));
        let keys = pools.flat_map(|(customer, pool)| {
            [RecordKey::new(Kind::PoolCard, customer.uuid()), RecordKey::new(Kind::Pool, pool.uuid())]
        });
        keys.map(Need::Record).collect()
    }

    /// Writes or removes the card that follows from a customer's new state.
    ///
    /// # Errors
    /// Not loaded.
    pub fn follow(before: Option<&Customer>, after: Option<&Customer>, view: &mut View) -> Result<(), Stop> {
        let Some(customer) = after.or(before) else { return Ok(()) };
        if [before, after].into_iter().flatten().all(|state| state.pool.is_none()) {
            return Ok(());
        }
        let pool = after.and_then(|state| state.pool).map(|pool| view.get(pool)).transpose()?.and_then(|p| p.here());
        match after.zip(pool).and_then(|(customer, pool)| PoolCard::of(customer, &pool)) {
            Some(card) => view.put(&card),
            None => view.remove::<PoolCard>(Id::new(customer.id.uuid())),
        }
    }

    /// Writes anew the cards of a pool that shows something else.
    ///
    /// # Errors
    /// Not loaded.
    pub fn follow_pool(before: Option<&Pool>, after: Option<&Pool>, view: &mut View) -> Result<(), Stop> {
        let (Some(before), Some(pool)) = (before, after) else { return Ok(()) };
        if before.shown == pool.shown {
            return Ok(());
        }
        for id in view.children(Kind::PoolCard, RecordKey::new(Kind::Pool, pool.id.uuid()))? {
            let customer = view.get_exact::<Customer>(Id::new(id))?.here();
            if let Some(card) = customer.and_then(|customer| PoolCard::of(&customer, pool)) {
                view.put(&card)?;
            }
        }
        Ok(())
    }
}

fn text(cell: Cell) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::List(list) => list.join("\n"),
        Cell::Integer(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Empty | Cell::Flag(_) | Cell::Instant(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

impl Record for PoolCard {
    const KIND: Kind = Kind::PoolCard;
    const DERIVED: bool = true;
    const PARENTS: &'static [Kind] = &[Kind::Pool];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Pool::group_of(self.pool)
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Pool, self.pool.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.pool == Id::new(from) {
            self.pool = Id::new(to);
        }
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<PoolCard>] = &[
            fixed("pool", ColumnType::Reference(Kind::Pool), |r| Cell::text(&r.pool.to_string())),
            fixed("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("shown", ColumnType::Text, |r: &PoolCard| {
                Cell::text(&r.shown.values().map(String::as_str).collect::<Vec<_>>().join("; "))
            })
            .in_body(Place::Json),
            fixed("since", ColumnType::Date, |r| r.since.map_or(Cell::Empty, Cell::Date)),
        ];
        COLUMNS
    }
}
