//! A chart of bars, each of which opens what it counts. The words and the figure beside a bar say the same.

use leptos::prelude::*;

use crate::i18n::grouped;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: String,
    pub count: usize,
    pub href: String,
    pub testid: String,
    /// What it counts is opened.
    pub open: bool,
}

/// Bars of one scale.
#[component]
pub fn Bars(bars: Vec<Bar>) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
    bars.into_iter()
        .map(|bar| {
            let Bar { label, count, href, testid, open } = bar;
            let width = (count * 100 / most).to_string();
            view! {
                <a class="bar" href=href data-testid=testid aria-current=open.then_some("true")>
                    <span class="bar-label">{label}</span>
                    <svg class="bar-line" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-ground" width="100" height="8"/>
                        <rect class="bar-value" width=width height="8"/>
                    </svg>
                    <span class="bar-count figures">{grouped(count as u64)}</span>
                </a>
            }
        })
        .collect_view()
}
