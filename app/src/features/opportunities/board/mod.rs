//! The board: a column for each stage. A card is dragged by mouse or pen, by a finger that rests on it, or moved by the
//! arrow keys; on a phone one stage is shown at a time, and the others lie above it.

pub mod column;
pub mod keys;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    opportunity::{Filter, Opportunity, OpportunityId, Which},
    pipeline::{Pipeline, Stage, StageId},
};
use leptos::{html, prelude::*};
use uuid::Uuid;

use self::{column::Column, keys::on_key};
use super::{
    moving::{LossDialog, Mover},
    page::Here,
};
use crate::{
    data::opportunities::Card,
    i18n::{grouped, t},
    platform::time::spawn,
    ui::{
        drag::{Axis, Drag, Surface},
        language::{text, use_locale},
    },
};

/// Where a card may be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Stage(StageId),
    Won,
    Lost,
}

impl Target {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "won" => Some(Target::Won),
            "lost" => Some(Target::Lost),
            _ => text.strip_prefix("stage:")?.parse().ok().map(Target::Stage),
        }
    }
}

/// The ends and the bar lie above the columns.
const SURFACE: Surface<Target> = Surface {
    read: Target::parse,
    targets: &[".board-ends [data-target]", ".stage-bar [data-target]", ".board-columns [data-target]"],
    scroller: ".board-columns",
    axis: Axis::Across,
};

/// The cards of each stage.
type Columns = BTreeMap<StageId, Arc<Vec<Card>>>;

/// Sorts what is open into its stages. What stands in a stage that is gone stands in the first.
fn columns(all: &[Card], pipeline: &Pipeline, filter: Filter, today: chrono::NaiveDate) -> Columns {
    // What only the charts and the list ask for has no place on the board.
    let filter =
        Filter { pipeline: filter.pipeline, owner: filter.owner, rotting: filter.rotting, ..Filter::default() };
    let filter = Filter { which: Some(Which::Open), ..filter };
    let mut columns: BTreeMap<StageId, Vec<Card>> = BTreeMap::new();
    for card in all.iter().filter(|card| filter.fits(&card.seen, today)) {
        let stage = pipeline.stage(card.seen.stage).or_else(|| pipeline.open_stages().next());
        if let Some(stage) = stage {
            columns.entry(stage.id).or_default().push(card.clone());
        }
    }
    columns.into_iter().map(|(stage, cards)| (stage, Arc::new(cards))).collect()
}

/// The board of one pipeline.
#[component]
pub fn Board(here: Here) -> impl IntoView {
    let data = here.data;
    let mover = Mover::new(data, here.pipelines);
    let columns = Memo::new(move |_| {
        let (filter, today) = (here.filter(), data.today());
        here.pipeline.with(|pipeline| {
            let pipeline = pipeline.as_ref()?;
            Some(here.all.with(|all| columns(all, pipeline, filter, today)))
        })
    });
    // One that is off is shown as long as something stands in it.
    let stages = Memo::new(move |_| {
        let stages = here.pipeline.with(|pipeline| pipeline.as_ref().map(|it| it.stages.clone())).unwrap_or_default();
        let held = |stage: &Stage| {
            columns.with(|columns| columns.as_ref().is_some_and(|columns| columns.contains_key(&stage.id)))
        };
        stages.into_iter().filter(|stage| !stage.off || held(stage)).collect::<Vec<_>>()
    });
    let cards_of = move |stage: StageId| {
        Memo::new(move |_| {
            let found = columns.with(|columns| columns.as_ref().and_then(|columns| columns.get(&stage).cloned()));
            found.unwrap_or_default()
        })
    };
    // The one that a phone shows.
    let chosen = RwSignal::new(None::<StageId>);
    let shown = Memo::new(move |_| {
        let chosen = chosen.get();
        stages.with(|stages| {
            stages.iter().find(|stage| Some(stage.id) == chosen).or(stages.first()).map(|stage| stage.id)
        })
    });
    let reveal = RwSignal::new(None::<(Uuid, StageId)>);
    let put = move |id: Uuid, target: Target| {
        spawn(async move {
            let (Some(opportunity), Some(pipeline)) =
                (data.get::<Opportunity>(OpportunityId::new(id)).await, here.pipeline.get_untracked())
            else {
                return;
            };
            match target {
                Target::Stage(stage) => mover.to_stage(opportunity, &pipeline, stage),
                Target::Won => mover.win(opportunity, &pipeline),
                Target::Lost => mover.lose(opportunity, &pipeline),
            }
        });
    };
    let drag = Drag::new(SURFACE, Callback::new(move |(id, target)| put(id, target)));
    let root = NodeRef::<html::Div>::new();
    let step = Callback::new(move |(id, ahead): (Uuid, bool)| {
        let stands =
            here.all.with_untracked(|all| all.iter().find(|card| card.seen.id == id).map(|card| card.seen.stage));
        let next = stages.with_untracked(|stages| {
            let at = stages.iter().position(|stage| Some(stage.id) == stands)?;
            let mut open = stages.iter().enumerate().filter(|(_, stage)| !stage.off);
            let next = if ahead { open.find(|(next, _)| *next > at) } else { open.rfind(|(next, _)| *next < at) };
            next.map(|(_, stage)| stage.id)
        });
        if let Some(next) = next {
            reveal.set(Some((id, next)));
            put(id, Target::Stage(next));
        }
    });
    let (won, lost) = (text(t::opportunities::won), text(t::opportunities::lost));
    let (hint, hint_touch) = (text(t::opportunities::board_hint), text(t::opportunities::board_hint_touch));
    view! {
        <div
            node_ref=root
            class="board"
            class:lifting=move || drag.lifting.get()
            data-testid="board"
            on:pointerdown=move |event| drag.press(&event)
            on:pointermove=move |event| drag.follow(&event, root)
            on:pointerup=move |event| drag.end(&event)
            on:pointercancel=move |_| drag.cancel()
            on:touchmove=move |event| if drag.lifting.get_untracked() { event.prevent_default() }
            on:contextmenu=move |event| if drag.by_touch() { event.prevent_default() }
            on:dragstart=move |event| event.prevent_default()
            on:click=move |event| drag.swallow(&event)
            on:keydown=move |event| {
                if event.key() == "Escape" && drag.lifting.get_untracked() {
                    drag.cancel();
                } else {
                    on_key(&event, step);
                }
            }
        >
            <StageBar stages shown chosen cards_of=Callback::new(cards_of)/>
            <div class="board-columns" data-testid="board-columns">
                <For each=move || stages.get() key=|stage| format!("{} {stage} {:?}", stage.id, stage.days) let:stage>
                    {
                        let id = stage.id;
                        view! { <Column stage here cards=cards_of(id) chosen=Signal::derive(move || shown.get() == Some(id)) reveal/> }
                    }
                </For>
            </div>
            <div class="board-ends" aria-hidden="true">
                <div class="board-end won" data-target="won">{won}</div>
                <div class="board-end lost" data-target="lost">{lost}</div>
            </div>
            <p class="board-hint muted small"><span class="by-hand">{hint}</span> <span class="by-finger">{hint_touch}</span></p>
        </div>
        <LossDialog mover/>
    }
}

/// The stages above the one that a phone shows; a card is dropped on them.
#[component]
fn StageBar(
    stages: Memo<Vec<Stage>>,
    shown: Memo<Option<StageId>>,
    chosen: RwSignal<Option<StageId>>,
    cards_of: Callback<StageId, Memo<Arc<Vec<Card>>>>,
) -> impl IntoView {
    let label = text(t::opportunities::stage);
    let locale = use_locale();
    view! {
        <div class="stage-bar" role="group" aria-label=label data-testid="stage-bar">
            <For each=move || stages.get() key=|stage| (stage.id, stage.name.clone()) let:stage>
                {
                    let Stage { id, name, off, .. } = stage;
                    let cards = cards_of.run(id);
                    let count = move || cards.with(|cards| cards.len() as u64);
                    let spoken = name.clone();
                    view! {
                        <button type="button" class="chip" data-testid="stage-chip" data-target=(!off).then(|| format!("stage:{id}"))
                            aria-pressed=move || (shown.get() == Some(id)).to_string()
                            aria-label=move || format!("{spoken} · {}", t::opportunities::count(locale.get(), count()))
                            on:click=move |_| chosen.set(Some(id))>
                            {name} " " <span class="figures">{move || grouped(count())}</span>
                        </button>
                    }
                }
            </For>
        </div>
    }
}
