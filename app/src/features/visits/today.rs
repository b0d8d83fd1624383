//! Today's visits on the first page: what has begun, and the way to the plan.

use leptos::prelude::*;

use super::page::UnderWay;
use crate::{
    data::{live, use_data},
    i18n::t,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// Nothing where neither is anything planned nor has anything begun.
#[component]
pub fn VisitsToday() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let loaded = live(move || async move { (data.progress(data.today()), data.under_way().await) });
    let shown = Memo::new(move |_| loaded.get());
    move || {
        let (progress, under_way) = shown.get()?;
        let planned = progress.all > 0;
        (planned || !under_way.is_empty()).then(|| {
            view! {
                <section data-testid="today-visits">
                    <div class="section-head">
                        <h2>{text(t::visits::today)}</h2>
                    </div>
                    <div class="stack">
                        {under_way.into_iter().map(|record| view! { <UnderWay record/> }).collect_view()}
                        {planned.then(|| view! {
                            <a class="card row plain" href="/visits" data-testid="today-plan">
                                <Picture icon=Icon::MapPin/>
                                <div class="row-main">
                                    <div class="row-title"><span>{text(t::visits::open_plan)}</span></div>
                                    <div class="row-sub">{move || t::visits::progress(locale.get(), progress.made, progress.all)}</div>
                                </div>
                                <Picture icon=Icon::ChevronRight/>
                            </a>
                        })}
                    </div>
                </section>
            }
        })
    }
}
