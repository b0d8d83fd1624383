//! Every pipeline.

use domain::{kind::Kind, pipeline::Pipeline};
use leptos::prelude::*;

use super::use_writes_pipelines;
use crate::{
    data::{opportunities::live_pipelines, use_data},
    i18n::t,
    layout::page::PageHeader,
    ui::{
        button::{ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
        unsent::UnsentMark,
    },
};

/// The page; whoever may not write is told who does.
#[component]
pub fn PipelinesPage() -> impl IntoView {
    let pipelines = live_pipelines(use_data(), use_locale());
    let writes = use_writes_pipelines();
    let new = text(t::pipelines::new);
    view! {
        <div class="page" data-testid="pipelines">
            <PageHeader title=text(t::pipelines::title) back="/opportunities"/>
            <div class="page-body">
                <div class="column">
                    <p class="muted">{text(t::pipelines::intro)}</p>
                    {move || (writes.get() == Some(false)).then(|| view! {
                        <p class="muted small" data-testid="pipelines-read-only">{text(t::pipelines::read_only)}</p>
                    })}
                    <section class="card">
                        <div class="section-head padded-head">
                            <h2>{text(t::pipelines::title)}</h2>
                            {move || (writes.get() == Some(true)).then(|| view! {
                                <ButtonLink href="/pipelines/new" label=new testid="pipeline-new" tone=Tone::Quiet icon=Icon::Plus/>
                            })}
                        </div>
                        {move || pipelines.get().into_iter().map(|pipeline| view! { <Row pipeline writes/> }).collect_view()}
                    </section>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Row(pipeline: Pipeline, writes: Memo<Option<bool>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::Pipeline, pipeline.id);
    let names: Vec<_> = pipeline.open_stages().map(|stage| stage.name.clone()).collect();
    let count = names.len() as u64;
    let sub = move || format!("{} · {}", t::pipelines::stage_count(locale.get(), count), names.join(" → "));
    let href = move || (writes.get() == Some(true)).then(|| format!("/pipelines/{}", pipeline.id));
    view! {
        <a class="row" class:unsent=move || unsent.get() href=href data-testid="pipeline-row">
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{pipeline.name}</span>
                    {pipeline.off.then(|| view! { <span class="pill small">{text(t::pipelines::off)}</span> })}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub">{sub}</div>
            </div>
        </a>
    }
}
