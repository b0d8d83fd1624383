//! All opportunities that one sees, as a board, a list or charts.

use std::sync::Arc;

use domain::{opportunity::Filter, pipeline::Pipeline};
use leptos::{prelude::*, text_prop::TextProp};

use super::{
    asked::{Asked, Shape},
    board::Board,
    charts::Charts,
    list::OpportunityList,
    tools::Tools,
};
use crate::{
    data::{
        Data, Store,
        opportunities::{Card, live_pipelines},
        use_data,
    },
    i18n::t,
    layout::page::PageHeader,
    ui::{
        button::{ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// What the page works with. Copy it into its parts.
#[derive(Clone, Copy)]
pub struct Here {
    pub data: Data,
    pub asked: Asked,
    pub pipelines: Memo<Vec<Pipeline>>,
    /// The pipeline that is shown, once they are read.
    pub pipeline: Memo<Option<Pipeline>>,
    /// Every opportunity.
    pub all: Memo<Arc<Vec<Card>>>,
}

impl Here {
    fn follow(data: Data) -> Self {
        let asked = Asked::follow();
        let pipelines = live_pipelines(data, use_locale());
        let pipeline = Memo::new(move |_| {
            let wanted = asked.filter.get().pipeline;
            pipelines.with(|all| all.iter().find(|it| Some(it.id) == wanted).or(all.first()).cloned())
        });
        let all = Memo::new(move |_| {
            data.version.track();
            Arc::new(pipelines.with(|pipelines| data.opportunities(pipelines)))
        });
        Self { data, asked, pipelines, pipeline, all }
    }

    /// Follows what is asked for; the board and the charts show one pipeline.
    pub fn filter(self) -> Filter {
        let filter = self.asked.filter.get();
        match self.asked.shape.get() {
            Shape::List => filter,
            Shape::Board | Shape::Charts => {
                Filter { pipeline: self.pipeline.with(|it| it.as_ref().map(|it| it.id)), ..filter }
            }
        }
    }
}

/// The page.
#[component]
pub fn OpportunitiesPage() -> impl IntoView {
    let data = use_data();
    let here = Here::follow(data);
    let none = Memo::new(move |_| {
        data.version.track();
        here.pipeline.with(Option::is_some) && here.all.with(|all| all.is_empty()) && data.with(Store::whole)
    });
    let new = text(t::opportunities::new);
    let body = move || {
        if none.get() {
            return view! {
                <EmptyState icon=Icon::Kanban title=text(t::opportunities::empty_title)
                    explanation=TextProp::from(text(t::opportunities::empty_text)) testid="opportunities-empty">
                    <ButtonLink href="/opportunities/new" label=new testid="opportunities-empty-new" tone=Tone::Primary icon=Icon::Plus/>
                </EmptyState>
            }
            .into_any();
        }
        match here.asked.shape.get() {
            Shape::Board => view! { <Board here/> }.into_any(),
            Shape::List => view! { <OpportunityList here/> }.into_any(),
            Shape::Charts => view! { <Charts here/> }.into_any(),
        }
    };
    view! {
        <div class="page opportunities" data-testid="opportunities">
            <PageHeader title=text(t::opportunities::title)>
                <ButtonLink href="/opportunities/new" label=new testid="opportunity-new" tone=Tone::Primary icon=Icon::Plus/>
                <ButtonLink href="/pipelines" label=text(t::pipelines::title) testid="to-pipelines" tone=Tone::Quiet icon=Icon::Settings/>
            </PageHeader>
            <Tools here/>
            {body}
        </div>
    }
}
