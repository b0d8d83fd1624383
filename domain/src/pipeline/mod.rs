//! Pipelines 銷售流程: the stages through which an opportunity goes, and why opportunities are lost.

mod actions;
mod parts;

pub use actions::{PipelineCreate, PipelineEdit};
pub use parts::{LossReason, LossReasonId, Stage, StageId};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::parts::{LISTED_MOST, check_all, each_once};
use crate::{
    columns::{Cell, Column, ColumnType, Place, column},
    id::{Id, derived_uuid},
    kind::{Group, Kind},
    opportunity::Opportunity,
    own::Unknown,
    record::Record,
    refusal::{FieldError, Problem},
    value::required,
};

/// The id of a pipeline.
pub type PipelineId = Id<Pipeline>;

/// A company's way of selling. Won and lost are outcomes and no stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: String,
    /// In their order; one that is off keeps what stands in it.
    #[serde(deserialize_with = "each_once")]
    pub stages: Vec<Stage>,
    /// Why opportunities are lost, in their order.
    #[serde(default, deserialize_with = "each_once", skip_serializing_if = "Vec::is_empty")]
    pub loss_reasons: Vec<LossReason>,
    /// Nothing new enters it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Pipeline {
    /// The pipeline that every company has before it writes one of its own.
    pub const USUAL: PipelineId = Id::new(Uuid::from_u128(0x6368_616e_676b_8065_8000_7573_7561_6c31));
    /// Its stages' probabilities (percent) and the days that are allowed in each.
    const USUAL_STAGES: [(u8, u16); 4] = [(10, 14), (30, 21), (60, 30), (80, 21)];
    /// As many reasons has it.
    const USUAL_REASONS: u32 = 5;

    /// Returns the pipeline that every company has at first. It has no names: those are words of the interface, and
    /// stand in it once somebody has written it.
    pub fn usual() -> Self {
        let part = |what: &str, at: u32| derived_uuid(Self::USUAL.uuid(), &format!("{what} {at}"));
        let stages = (0..).zip(Self::USUAL_STAGES).map(|(at, (probability, days))| Stage {
            days: Some(days),
            ..Stage::named(Id::new(part("stage", at)), at, "", probability)
        });
        let reasons = (0..Self::USUAL_REASONS).map(|at| LossReason::named(Id::new(part("reason", at)), at, ""));
        Self {
            id: Self::USUAL,
            name: String::new(),
            stages: stages.collect(),
            loss_reasons: reasons.collect(),
            off: false,
            unknown: Unknown::new(),
        }
    }

    /// Finds a stage, one that is off included.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// Finds a reason, one that is off included.
    pub fn loss_reason(&self, id: LossReasonId) -> Option<&LossReason> {
        self.loss_reasons.iter().find(|reason| reason.id == id)
    }

    /// Returns the place of a stage among all; `None` for a stage of another pipeline.
    pub fn place(&self, id: StageId) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == id)
    }

    /// Returns the stages that opportunities enter.
    pub fn open_stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|stage| !stage.off)
    }
}

impl Record for Pipeline {
    const KIND: Kind = Kind::Pipeline;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Pipeline>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("stages", ColumnType::Text, |r: &Pipeline| {
                Cell::text(&r.stages.iter().map(Stage::to_string).collect::<Vec<_>>().join("; "))
            })
            .in_body(Place::Json),
            column("loss_reasons", ColumnType::Text, |r: &Pipeline| {
                Cell::text(&r.loss_reasons.iter().map(|reason| reason.name.as_str()).collect::<Vec<_>>().join("; "))
            })
            .in_body(Place::Json),
            column("off", ColumnType::Flag, |r| Cell::Flag(r.off)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 60)?;
        check_all("stages", &self.stages)?;
        check_all("loss_reasons", &self.loss_reasons)?;
        if self.open_stages().next().is_none() {
            return Err(FieldError::new("stages", Problem::Required));
        }
        // What is lost says why.
        if self.loss_reasons.iter().all(|reason| reason.off) {
            return Err(FieldError::new("loss_reasons", Problem::Required));
        }
        for stage in &self.stages {
            if stage.probability > 100 {
                return Err(FieldError::new("stages", Problem::NotANumber { least: 0, most: 100 }));
            }
            if stage.days.is_some_and(|days| !(1..=Stage::DAYS_MOST).contains(&days)) {
                return Err(FieldError::new("stages", Problem::NotANumber { least: 1, most: Stage::DAYS_MOST.into() }));
            }
            if stage.required.len() > LISTED_MOST
                || stage.required.iter().any(|field| !Opportunity::REQUIRABLE.contains(&field.as_str()))
            {
                return Err(FieldError::new("stages", Problem::NotAChoice));
            }
        }
        Ok(())
    }
}
