//! What waits for this person's decision: entries that were refused, and fields that two people changed.

use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    data::{Data, Store, agenda::Unsettled, use_data},
    i18n::t,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// What there is to see to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attention {
    refused: u32,
    unsettled: Vec<Unsettled>,
}

impl Attention {
    /// Reads it from the device.
    pub fn of(data: Data) -> Self {
        Self { refused: data.with(Store::attention), unsettled: data.unsettled() }
    }
}

/// A line for each place where something is to be settled.
#[component]
pub fn AttentionGroup(attention: Attention) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let Attention { refused, unsettled } = attention;
    let title = text(t::today::attention);
    let count = u64::from(refused) + unsettled.iter().map(|unsettled| unsettled.conflicts).sum::<u64>();
    (count > 0).then(|| {
        let refused = (refused > 0).then(|| {
            let words = move || t::today::refused(locale.get(), refused.into());
            view! { <Line href="/outbox".to_owned() testid="attention-outbox" title=words sub=text(t::today::refused_text)/> }
        });
        let unsettled = unsettled
            .into_iter()
            .map(|Unsettled { customer, conflicts }| {
                let name = move || {
                    data.version.track();
                    data.customer_short(customer.into())
                };
                let words = move || t::today::unsettled(locale.get(), conflicts);
                view! { <Line href=format!("/customers/{customer}") testid="attention-conflicts" title=name sub=words/> }
            })
            .collect_view();
        view! {
            <section data-testid="today-attention">
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::common::items(locale.get(), count)}</span>
                </div>
                <div class="card">
                    {refused}
                    {unsettled}
                </div>
            </section>
        }
    })
}

#[component]
fn Line(
    href: String,
    testid: &'static str,
    #[prop(into)] title: TextProp,
    #[prop(into)] sub: TextProp,
) -> impl IntoView {
    view! {
        <a class="row" href=href data-testid=testid>
            <span class="attention-sign"><Picture icon=Icon::TriangleAlert/></span>
            <div class="row-main">
                <div class="row-title"><span class="one-line">{move || title.get()}</span></div>
                <div class="row-sub">{move || sub.get()}</div>
            </div>
            <Picture icon=Icon::ChevronRight/>
        </a>
    }
}
