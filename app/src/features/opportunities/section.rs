//! A customer's opportunities on its page.

use domain::opportunity::{Opportunity, Outcome};
use leptos::prelude::*;

use super::list::OpportunityRow;
use crate::{
    data::{opportunities::live_pipelines, use_data},
    i18n::t,
    ui::{
        button::{ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// What a customer may buy; what has ended lies below.
#[component]
pub fn CustomerOpportunities(
    /// The customer's id.
    customer: Memo<String>,
    #[prop(into)] opportunities: Signal<Vec<Opportunity>>,
) -> impl IntoView {
    let pipelines = live_pipelines(use_data(), use_locale());
    let (new, closed, empty) =
        (text(t::opportunities::new), text(t::opportunities::closed), text(t::opportunities::section_empty));
    view! {
        <section class="card" data-testid="customer-opportunities">
            <div class="section-head">
                <h2>{text(t::opportunities::title)}</h2>
                {move || {
                    let href = format!("/opportunities/new?customer={}", customer.get());
                    view! { <ButtonLink href label=new testid="customer-opportunity-new" tone=Tone::Quiet icon=Icon::Plus/> }
                }}
            </div>
            {move || {
                let all = opportunities.get();
                if all.is_empty() {
                    return view! { <p class="muted small section-empty">{empty}</p> }.into_any();
                }
                let (open, ended): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.outcome == Outcome::Open);
                let count = ended.len();
                view! {
                    {open.into_iter().map(|opportunity| view! { <OpportunityRow opportunity pipelines/> }).collect_view()}
                    {(count > 0).then(|| view! {
                        <details class="more-rows" data-testid="opportunities-closed">
                            <summary>{closed} " " <span class="figures">{count}</span></summary>
                            {ended.into_iter().map(|opportunity| view! { <OpportunityRow opportunity pipelines/> }).collect_view()}
                        </details>
                    })}
                }
                .into_any()
            }}
        </section>
    }
}
