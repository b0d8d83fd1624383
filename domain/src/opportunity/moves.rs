use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::OpportunityId;
use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    pipeline::{LossReasonId, PipelineId, StageId},
    record::Record,
    user::UserId,
};

/// Where an opportunity is moved to: a stage, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Step {
    Stage { stage: StageId },
    Won,
    Lost { reason: LossReasonId },
}

impl Step {
    /// The words on the wire.
    pub const NAMES: [&'static str; 3] = ["stage", "won", "lost"];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Stage { .. } => "stage",
            Step::Won => "won",
            Step::Lost { .. } => "lost",
        }
    }

    /// Returns the stage, if it leads to one.
    pub const fn stage(self) -> Option<StageId> {
        match self {
            Step::Stage { stage } => Some(stage),
            Step::Won | Step::Lost { .. } => None,
        }
    }

    /// Returns why it was lost, if it was.
    pub const fn reason(self) -> Option<LossReasonId> {
        match self {
            Step::Lost { reason } => Some(reason),
            Step::Won | Step::Stage { .. } => None,
        }
    }
}

/// The id of a line of the history.
pub type StageMoveId = Id<StageMove>;

/// One line of the history of an opportunity's stages. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageMove {
    pub id: StageMoveId,
    pub customer: CustomerId,
    pub opportunity: OpportunityId,
    pub pipeline: PipelineId,
    /// Where its author saw it stand; nowhere at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Step>,
    pub to: Step,
    /// When it was moved, by the author's clock as corrected; ms UTC.
    pub at: i64,
    /// The day of business.
    pub day: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// It did not move: when it arrived, its author had no right to any more, or it had ended meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Record for StageMove {
    const KIND: Kind = Kind::StageMove;
    const PARENTS: &'static [Kind] = &[Kind::Customer, Kind::Opportunity];

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
        vec![
            RecordKey::new(Kind::Customer, self.customer.uuid()),
            RecordKey::new(Kind::Opportunity, self.opportunity.uuid()),
        ]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
        if self.opportunity == Id::new(from) {
            self.opportunity = Id::new(to);
        }
    }

    fn hangs_on(&self) -> Option<RecordKey> {
        Some(RecordKey::new(Kind::Opportunity, self.opportunity.uuid()))
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<StageMove>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            fixed("opportunity", ColumnType::Reference(Kind::Opportunity), |r| Cell::text(&r.opportunity.to_string())),
            fixed("pipeline", ColumnType::Reference(Kind::Pipeline), |r| Cell::text(&r.pipeline.to_string())),
            fixed("from_what", ColumnType::Choice, |r: &StageMove| Cell::text(r.from.map_or("", Step::name)))
                .in_body(Place::At(&["from", "what"])),
            fixed("from_stage", ColumnType::Text, |r: &StageMove| Cell::shown(r.from.and_then(Step::stage)))
                .in_body(Place::At(&["from", "stage"])),
            fixed("to_what", ColumnType::Choice, |r: &StageMove| Cell::text(r.to.name()))
                .in_body(Place::At(&["to", "what"])),
            fixed("to_stage", ColumnType::Text, |r: &StageMove| Cell::shown(r.to.stage()))
                .in_body(Place::At(&["to", "stage"])),
            fixed("loss_reason", ColumnType::Text, |r: &StageMove| Cell::shown(r.to.reason()))
                .in_body(Place::At(&["to", "reason"])),
            fixed("at", ColumnType::Instant, |r| Cell::Instant(r.at)),
            fixed("day", ColumnType::Date, |r| Cell::Date(r.day)),
            fixed("by", ColumnType::Reference(Kind::User), |r| Cell::shown(r.by)),
            fixed("held", ColumnType::Flag, |r| Cell::Flag(r.held)),
        ];
        COLUMNS
    }
}
