use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Opportunity, OpportunityId, Outcome, StageMove, StageMoveId, Step};
use crate::{
    contact::survivor,
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    own::Unknown,
    pipeline::{Pipeline, PipelineId},
    record::Record as _,
    refusal::{FieldError, Problem, Refusal},
    view::{Found, Need, Stop, View},
};

/// Checks that a pipeline knows a step, and that an opportunity has what the stage asks for.
fn check(opportunity: &Opportunity, pipeline: PipelineId, step: Step, view: &mut View) -> Result<(), Stop> {
    let pipeline = match view.get(pipeline)? {
        Found::Here(pipeline) => pipeline,
        // Nobody has written it yet.
        Found::Absent | Found::NotHere if pipeline == Pipeline::USUAL => Pipeline::usual(),
        Found::NotHere => return Ok(()),
        Found::Absent => return Err(Refusal::Missing { id: pipeline.uuid() }.into()),
    };
    let unknown = |field| Refusal::from(FieldError::new(field, Problem::NotAChoice));
    match step {
        Step::Stage { stage } => {
            let stage = pipeline.stage(stage).ok_or_else(|| unknown("stage"))?;
            match stage.missing(opportunity).first() {
                Some(field) => Err(Refusal::from(FieldError::new(field, Problem::Required)).into()),
                None => Ok(()),
            }
        }
        Step::Won => Ok(()),
        Step::Lost { reason } => match pipeline.loss_reason(reason) {
            Some(_) => Ok(()),
            None => Err(unknown("loss_reason").into()),
        },
    }
}

fn records(keys: &[(Kind, uuid::Uuid)]) -> Vec<Need> {
    keys.iter().map(|(kind, id)| Need::Record(RecordKey::new(*kind, *id))).collect()
}

/// Adds an opportunity, and the first line of its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityAdd {
    pub opportunity: Opportunity,
    /// The line of the history.
    pub line: StageMoveId,
}

impl Mutation for OpportunityAdd {
    const NAME: &'static str = "opportunity_add";
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let customer = survivor(self.opportunity.customer, view)?;
        let opportunity = Opportunity {
            customer,
            stage_since: at.business_date,
            outcome: Outcome::Open,
            deleted_at: None,
            ..self.opportunity.clone()
        };
        check(&opportunity, opportunity.pipeline, opportunity.step(), view)?;
        view.create(&opportunity)?;
        view.create(&StageMove {
            id: self.line,
            customer,
            opportunity: opportunity.id,
            pipeline: opportunity.pipeline,
            from: None,
            to: opportunity.step(),
            at: at.happened,
            day: at.business_date,
            by: at.actor.user(),
            held: false,
            unknown: Unknown::new(),
        })
    }

    fn needs(&self) -> Vec<Need> {
        let it = &self.opportunity;
        records(&[
            (Kind::Customer, it.customer.uuid()),
            (Kind::Pipeline, it.pipeline.uuid()),
            (Kind::Opportunity, it.id.uuid()),
            (Kind::StageMove, self.line.uuid()),
        ])
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![
            RecordKey::new(Kind::Opportunity, self.opportunity.id.uuid()),
            RecordKey::new(Kind::StageMove, self.line.uuid()),
        ]
    }
}

edit_mutation! {
    /// Changes what an opportunity is about; where it stands changes by [`OpportunityMove`].
    OpportunityEdit of Opportunity as "opportunity_edit"
}

/// Moves an opportunity to a stage, ends it, or opens it again. The later arrival says where it stands; every move stays in
/// the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityMove {
    /// The line of the history.
    pub id: StageMoveId,
    pub opportunity: OpportunityId,
    /// The pipeline of `to`.
    pub pipeline: PipelineId,
    /// Where its author saw it stand.
    pub from: Step,
    pub to: Step,
    /// Since when it stands there, where a move is taken back; else the day of the move counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
}

impl OpportunityMove {
    fn line(&self, of: &Opportunity, held: bool, at: &Moment) -> StageMove {
        StageMove {
            id: self.id,
            customer: of.customer,
            opportunity: of.id,
            pipeline: self.pipeline,
            from: Some(self.from),
            to: self.to,
            at: at.happened,
            day: at.business_date,
            by: at.actor.user(),
            held,
            unknown: Unknown::new(),
        }
    }
}

impl Mutation for OpportunityMove {
    const NAME: &'static str = "opportunity_move";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(opportunity) = view.require(self.opportunity)? else { return Ok(()) };
        if opportunity.deleted() {
            return Err(Refusal::Deleted { id: opportunity.id.uuid() }.into());
        }
        check(&opportunity, self.pipeline, self.to, view)?;
        // Whoever moved it on did not know that it had ended: only somebody who saw that opens it again.
        let ended = opportunity.outcome != Outcome::Open && self.from != opportunity.step();
        if ended && self.to.stage().is_some() {
            return view.create(&self.line(&opportunity, true, at));
        }
        view.create(&self.line(&opportunity, false, at))?;
        let since = self.since.filter(|day| *day <= at.business_date).unwrap_or(at.business_date);
        view.put(&opportunity.after(self.pipeline, self.to, since))
    }

    /// Whoever may move it reads in its history what its author wanted.
    fn leave(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.get(self.opportunity)? {
            Found::Here(opportunity) => view.create(&self.line(&opportunity, true, at)),
            Found::Absent | Found::NotHere => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        records(&[
            (Kind::Opportunity, self.opportunity.uuid()),
            (Kind::Pipeline, self.pipeline.uuid()),
            (Kind::StageMove, self.id.uuid()),
        ])
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::StageMove, self.id.uuid())]
    }
}

/// Puts an opportunity into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityBin {
    pub id: OpportunityId,
    pub binned: bool,
}

impl Mutation for OpportunityBin {
    const NAME: &'static str = "opportunity_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.require(self.id)? {
            Some(opportunity) if opportunity.deleted() != self.binned => {
                view.put(&Opportunity { deleted_at: self.binned.then_some(at.happened), ..opportunity })
            }
            _ => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        records(&[(Kind::Opportunity, self.id.uuid())])
    }
}
