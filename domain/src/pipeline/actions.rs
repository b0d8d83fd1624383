use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::{
    edit::{Edit, edit_mutation},
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation},
    refusal::Refusal,
    view::{Found, Need, Stop, View},
};

/// Adds a pipeline, or writes the usual one for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineCreate {
    pub pipeline: Pipeline,
}

impl Mutation for PipelineCreate {
    const NAME: &'static str = "pipeline_create";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        // Two managers may write the usual one for the first time: the later one has changed what the first one wrote.
        if self.pipeline.id == Pipeline::USUAL && matches!(view.get_exact(Pipeline::USUAL)?, Found::Here(_)) {
            let edit = Edit::between(&Pipeline::usual(), &self.pipeline).map_err(|_| Refusal::BadArguments)?;
            return edit.apply(at, view);
        }
        view.create(&self.pipeline)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::Pipeline, self.pipeline.id.uuid()))]
    }

    /// The usual one is there for everybody before anybody writes it: nothing hangs on that.
    fn creates(&self) -> Vec<RecordKey> {
        let own = (self.pipeline.id != Pipeline::USUAL).then_some(self.pipeline.id);
        own.map(|id| RecordKey::new(Kind::Pipeline, id.uuid())).into_iter().collect()
    }
}

edit_mutation! {
    /// Changes a pipeline: its stages, why opportunities are lost.
    PipelineEdit of Pipeline as "pipeline_edit"
}
