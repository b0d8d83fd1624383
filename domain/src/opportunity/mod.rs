//! Opportunities 商機: what a customer may buy, how likely, and until when.
//!
//! One lies in its customer's group and moves with it. Every move is a [`StageMove`] of its own, so that of two people who
//! move one at the same time with no network both are kept; the later arrival says where it stands.

mod actions;
mod figures;
mod filter;
mod moves;

pub use actions::{OpportunityAdd, OpportunityBin, OpportunityEdit, OpportunityMove};
pub use figures::{Bar, Sums, conversion, cycle_times, expected, funnel, median_cycle, outcomes};
pub use filter::{Cycle, Filter, Month, Seen, Which};
pub use moves::{StageMove, StageMoveId, Step};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    pipeline::{LossReasonId, PipelineId, StageId},
    record::Record,
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    value::{Money, lengths, required},
};

/// The id of an opportunity.
pub type OpportunityId = Id<Opportunity>;

/// Whether an opportunity is open, or how and on which day of business it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Open,
    Won {
        on: NaiveDate,
    },
    Lost {
        on: NaiveDate,
        reason: LossReasonId,
    },
}

impl Outcome {
    /// The words on the wire.
    pub const NAMES: [&'static str; 3] = ["open", "won", "lost"];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Won { .. } => "won",
            Outcome::Lost { .. } => "lost",
        }
    }

    /// Returns the day on which it ended.
    pub const fn on(self) -> Option<NaiveDate> {
        match self {
            Outcome::Open => None,
            Outcome::Won { on } | Outcome::Lost { on, .. } => Some(on),
        }
    }

    /// Returns why it was lost.
    pub const fn reason(self) -> Option<LossReasonId> {
        match self {
            Outcome::Lost { reason, .. } => Some(reason),
            Outcome::Open | Outcome::Won { .. } => None,
        }
    }
}

/// Something that a customer may buy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    pub id: OpportunityId,
    pub customer: CustomerId,
    pub name: String,
    pub pipeline: PipelineId,
    /// Where it stands; where it stood last, once it has ended.
    pub stage: StageId,
    /// The day of business on which it came there.
    pub stage_since: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The day on which the customer is expected to decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_close: Option<NaiveDate>,
    /// What they want, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub products: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    #[serde(default)]
    pub outcome: Outcome,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Opportunity {
    /// The columns that a stage may ask for, in the order of the form.
    pub const REQUIRABLE: [&'static str; 3] = ["amount", "expected_close", "products"];

    /// Returns where it stands.
    pub fn step(&self) -> Step {
        match self.outcome {
            Outcome::Open => Step::Stage { stage: self.stage },
            Outcome::Won { .. } => Step::Won,
            Outcome::Lost { reason, .. } => Step::Lost { reason },
        }
    }

    /// Says whether a column that a stage may ask for is filled in.
    pub fn has(&self, field: &str) -> bool {
        match field {
            "amount" => self.amount.is_some(),
            "expected_close" => self.expected_close.is_some(),
            "products" => !self.products.trim().is_empty(),
            _ => true,
        }
    }

    /// Returns since when it stands where it does: the day on which it came to its stage, or on which it ended.
    pub fn since(&self) -> NaiveDate {
        self.outcome.on().unwrap_or(self.stage_since)
    }

    /// Returns it after a step that is taken on a day. A step to where it stands changes nothing.
    #[must_use]
    pub fn after(self, pipeline: PipelineId, step: Step, today: NaiveDate) -> Self {
        if self.pipeline == pipeline && self.step() == step {
            return self;
        }
        match step {
            Step::Stage { stage } => {
                // What is opened again where it stood has been there ever since.
                let stage_since = if self.stage == stage { self.stage_since } else { today };
                Self { pipeline, stage, stage_since, outcome: Outcome::Open, ..self }
            }
            Step::Won => Self { outcome: Outcome::Won { on: today }, ..self },
            Step::Lost { reason } => Self { outcome: Outcome::Lost { on: today, reason }, ..self },
        }
    }
}

impl Record for Opportunity {
    const KIND: Kind = Kind::Opportunity;
    const PARENTS: &'static [Kind] = &[Kind::Customer];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Customer::group_of(self.customer)
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Customer, self.customer.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        self.deleted_at.and_then(purge_day)
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Opportunity>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("pipeline", ColumnType::Reference(Kind::Pipeline), |r| Cell::text(&r.pipeline.to_string())),
            fixed("stage", ColumnType::Text, |r| Cell::text(&r.stage.to_string())),
            fixed("stage_since", ColumnType::Date, |r| Cell::Date(r.stage_since)),
            column("amount", ColumnType::Text, |r: &Opportunity| {
                Cell::shown(r.amount.map(|amount| format!("{amount} {}", amount.currency.code())))
            })
            .in_body(Place::Amount),
            column("expected_close", ColumnType::Date, |r| r.expected_close.map_or(Cell::Empty, Cell::Date)),
            column("products", ColumnType::LongText, |r| Cell::text(&r.products)),
            column("remark", ColumnType::LongText, |r| Cell::text(&r.remark)),
            fixed("outcome", ColumnType::Choice, |r: &Opportunity| Cell::text(r.outcome.name()))
                .in_body(Place::At(&["outcome", "what"])),
            fixed("closed_on", ColumnType::Date, |r: &Opportunity| r.outcome.on().map_or(Cell::Empty, Cell::Date))
                .in_body(Place::At(&["outcome", "on"])),
            fixed("loss_reason", ColumnType::Text, |r: &Opportunity| Cell::shown(r.outcome.reason()))
                .in_body(Place::At(&["outcome", "reason"])),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 120)?;
        lengths(&[("products", &self.products, 2_000), ("remark", &self.remark, 10_000)])?;
        if self.amount.is_some_and(|amount| amount.minor < 0) {
            return Err(FieldError::new("amount", Problem::NotAnAmount));
        }
        Ok(())
    }
}
