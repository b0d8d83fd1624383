//! Moving an opportunity: what a stage asks for is asked first, a loss has a reason, and everything can be taken back.

use domain::{
    opportunity::{Opportunity, OpportunityMove, Step},
    pipeline::{LossReason, LossReasonId, Pipeline, StageId},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::words::stage_name;
use crate::{
    data::Data,
    i18n::{Locale, t},
    platform::time::spawn,
    ui::{
        dialog::Dialog,
        language::use_locale,
        toast::{Toasts, use_toasts},
    },
};

/// Moves opportunities. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Mover {
    data: Data,
    locale: ReadSignal<Locale>,
    toasts: Toasts,
    pipelines: Memo<Vec<Pipeline>>,
    /// What is about to be lost, and in which pipeline.
    losing: RwSignal<Option<(Opportunity, Pipeline)>>,
    asking: RwSignal<bool>,
    go: Callback<String>,
}

impl Mover {
    /// Prepares moving; [`LossDialog`] has to stand in the page.
    pub fn new(data: Data, pipelines: Memo<Vec<Pipeline>>) -> Self {
        let (locale, toasts, navigate) = (use_locale(), use_toasts(), use_navigate());
        let go = Callback::new(move |address: String| navigate(&address, Default::default()));
        Self { data, locale, toasts, pipelines, losing: RwSignal::new(None), asking: RwSignal::new(false), go }
    }

    /// Moves an opportunity within a pipeline, or asks for what the stage wants first.
    pub fn to_stage(self, opportunity: Opportunity, pipeline: &Pipeline, stage: StageId) {
        let to = Step::Stage { stage };
        if opportunity.step() == to && opportunity.pipeline == pipeline.id {
            return;
        }
        if pipeline.stage(stage).is_some_and(|stage| !stage.missing(&opportunity).is_empty()) {
            return self.go.run(format!("/opportunities/{}/edit?to={stage}", opportunity.id));
        }
        self.step(opportunity, pipeline.clone(), to);
    }

    /// Says that it is won.
    pub fn win(self, opportunity: Opportunity, pipeline: &Pipeline) {
        self.step(opportunity, pipeline.clone(), Step::Won);
    }

    /// Asks why it is lost.
    pub fn lose(self, opportunity: Opportunity, pipeline: &Pipeline) {
        self.losing.set(Some((opportunity, pipeline.clone())));
        self.asking.set(true);
    }

    fn lost(self, reason: LossReasonId) {
        self.asking.set(false);
        if let Some((opportunity, pipeline)) = self.losing.get_untracked() {
            self.step(opportunity, pipeline, Step::Lost { reason });
        }
    }

    fn step(self, opportunity: Opportunity, pipeline: Pipeline, to: Step) {
        let (data, from) = (self.data, opportunity.step());
        if from == to {
            return;
        }
        let (id, stood) = (opportunity.id, opportunity.since());
        let moved = move |pipeline, from, to, since| OpportunityMove {
            id: data.fresh(),
            opportunity: id,
            pipeline,
            from,
            to,
            since,
        };
        let (back, name) = (opportunity.pipeline, opportunity.name.clone());
        spawn(async move {
            if data.enter(moved(pipeline.id, from, to, None), &name).await.is_err() {
                return; // a banner says so
            }
            let about = name.clone();
            let undo = Callback::new(move |()| {
                let about = about.clone();
                // A failure shows as a banner; it stays where it is.
                spawn(async move { drop(data.enter(moved(back, to, from, Some(stood)), &about).await) });
            });
            let words = move || {
                let locale = self.locale.get();
                match to {
                    Step::Won => t::opportunities::moved_won(locale, &name),
                    Step::Lost { .. } => t::opportunities::moved_lost(locale, &name),
                    Step::Stage { stage } => {
                        let stage = self.pipelines.with(|pipelines| stage_name(locale, pipelines, stage));
                        t::opportunities::moved(locale, &name, &stage)
                    }
                }
            };
            self.toasts.show_with_undo(words, undo);
        });
    }
}

/// Why something is lost: one press.
#[component]
pub fn LossDialog(mover: Mover) -> impl IntoView {
    let locale = mover.locale;
    let title = move || {
        let name = mover.losing.with(|losing| losing.as_ref().map(|(it, _)| it.name.clone())).unwrap_or_default();
        t::opportunities::lost_title(locale.get(), &name)
    };
    let reasons = move || {
        let pipeline = mover.losing.with(|losing| losing.as_ref().map(|(_, pipeline)| pipeline.clone()));
        let reasons = pipeline.map(|it| it.loss_reasons).unwrap_or_default().into_iter().filter(|reason| !reason.off);
        let button = |reason: LossReason| {
            view! {
                <button type="button" class="sheet-choice" data-testid="loss-reason" on:click=move |_| mover.lost(reason.id)>
                    {reason.name}
                </button>
            }
        };
        reasons.map(button).collect_view()
    };
    view! {
        <Dialog open=mover.asking title testid="loss-dialog">
            <div class="sheet-choices">{reasons}</div>
        </Dialog>
    }
}
