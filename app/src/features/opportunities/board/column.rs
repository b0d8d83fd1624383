//! One stage with its cards, of which only those in sight are drawn.

use std::sync::Arc;

use domain::{
    customer::CustomerId,
    opportunity::Sums,
    pipeline::{Stage, StageId},
};
use leptos::{html, prelude::*};
use uuid::Uuid;

use super::super::{
    page::Here,
    words::{money, sums},
};
use super::keys::focus_card;
use crate::{
    data::opportunities::Card,
    i18n::{grouped, t},
    platform::intl::{self, Style},
    ui::{
        language::{text, use_locale},
        window::drawn_of,
        windowed_list::{on_next_frame, watch_height},
    },
};

/// The height of a card with the gap below it, in CSS pixels; the style sheet says the same.
const CARD_HEIGHT: f64 = 104.0;
/// Cards drawn beyond each edge.
const OVERSCAN: usize = 3;

/// One column.
#[component]
pub fn Column(
    stage: Stage,
    here: Here,
    cards: Memo<Arc<Vec<Card>>>,
    /// It is the one that a phone shows.
    chosen: Signal<bool>,
    /// The card that is to be seen and focused once it has come to a stage.
    reveal: RwSignal<Option<(Uuid, StageId)>>,
) -> impl IntoView {
    let locale = use_locale();
    let (scroll_top, height) = (RwSignal::new(0.0), RwSignal::new(0.0));
    let list = NodeRef::<html::Div>::new();
    watch_height(list, scroll_top, height);
    let rows = Memo::new(move |_| cards.with(|cards| cards.len()));
    let visible = Memo::new(move |_| drawn_of(scroll_top.get(), height.get(), rows.get(), CARD_HEIGHT, OVERSCAN));
    let each = move || {
        let visible = visible.get();
        cards.with(|cards| visible.filter_map(|at| cards.get(at)).map(|card| card.seen.id).collect::<Vec<_>>())
    };
    Effect::new(move || {
        let Some((id, _)) = reveal.get().filter(|(_, to)| *to == stage.id) else { return };
        let at = cards.with(|cards| cards.iter().position(|card| card.seen.id == id));
        if let (Some(at), Some(element)) = (at, list.get_untracked()) {
            let top = at as f64 * CARD_HEIGHT;
            let (from, tall) = (f64::from(element.scroll_top()), f64::from(element.client_height()));
            if top < from || top + CARD_HEIGHT > from + tall {
                element.set_scroll_top(top as i32);
            }
            // It is drawn by the frame after the next.
            request_animation_frame(move || {
                request_animation_frame(move || {
                    if focus_card(id) {
                        reveal.set(None);
                    }
                });
            });
        }
    });
    let total = move || {
        let mut total = Sums::default();
        cards.with(|cards| cards.iter().filter_map(|card| card.seen.amount).for_each(|amount| total.add(amount)));
        sums(locale.get(), &total)
    };
    let (id, name, empty) = (stage.id, stage.name.clone(), text(t::opportunities::column_empty));
    let label = name.clone();
    view! {
        <section class="board-column" class:chosen=chosen data-target=(!stage.off).then(|| format!("stage:{id}")) data-testid="board-column"
            aria-label=label>
            <header class="board-head">
                <h2>{name}</h2>
                <span class="muted small figures">{move || grouped(rows.get() as u64)}</span>
                <span class="board-total muted small figures">{total}</span>
            </header>
            <div node_ref=list class="board-cards" tabindex="-1"
                on:scroll=on_next_frame(move || {
                    if let Some(element) = list.get_untracked().filter(|element| element.client_height() > 0) {
                        scroll_top.set(f64::from(element.scroll_top()));
                    }
                })>
                <div class="board-space" style:height=move || format!("{}px", rows.get() as f64 * CARD_HEIGHT)>
                    <For each key=|id| *id let:id><CardView id cards here/></For>
                </div>
                <Show when=move || rows.get() == 0>
                    <p class="muted small section-empty">{empty}</p>
                </Show>
            </div>
        </section>
    }
}

/// A card. It stays the same element, with its focus, as long as it is in the column.
#[component]
fn CardView(id: Uuid, cards: Memo<Arc<Vec<Card>>>, here: Here) -> impl IntoView {
    let (data, locale) = (here.data, use_locale());
    let found = Memo::new(move |before: Option<&Option<(usize, Card)>>| {
        let at = |cards: &Arc<Vec<Card>>| cards.iter().position(|card| card.seen.id == id);
        let now = cards.with(|cards| at(cards).and_then(|at| Some((at, cards.get(at)?.clone()))));
        // One that leaves the column keeps its looks for its last frame.
        now.or_else(|| before.cloned().flatten())
    });
    let of = move |read: fn(&Card) -> bool| found.with(|found| found.as_ref().is_some_and(|(_, card)| read(card)));
    let at = Memo::new(move |_| found.with(|found| found.as_ref().map(|(at, _)| *at)).unwrap_or_default());
    let name = move || found.with(|found| found.as_ref().map(|(_, card)| card.name.clone()));
    let sub = move || {
        data.version.track();
        let seen = found.get()?.1.seen;
        let customer = data.customer_short(CustomerId::new(seen.customer));
        let owner = seen.owner.filter(|owner| *owner != data.user()).map(|owner| data.user_name(owner));
        Some([Some(customer), owner].into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    let foot = move || {
        let (locale, seen) = (locale.get(), found.get()?.1.seen);
        let late = seen.expected.is_some_and(|day| day < data.today());
        let day = seen.expected.map(|day| intl::plain_date(locale, &day.to_string(), Style::DayOfYear));
        Some(view! {
            <span class="board-amount">{seen.amount.map(|amount| money(locale, amount))}</span>
            {seen.over.map(|days| view! {
                <span class="pill due small" data-testid="over">{t::opportunities::over(locale, days.unsigned_abs())}</span>
            })}
            {day.map(|day| view! { <span class=if late { "pill late small" } else { "muted small" }>{day}</span> })}
        })
    };
    view! {
        <a class="board-card" class:unsent=move || of(|card| card.unsent) class:over=move || of(|card| card.seen.over.is_some())
            href=format!("/opportunities/{id}") draggable="false" data-drag=id.to_string() data-at=move || at.get().to_string()
            data-testid="board-card" style:transform=move || format!("translateY({}px)", at.get() as f64 * CARD_HEIGHT)>
            <span class="board-name one-line">{name}</span>
            <span class="row-sub one-line">{sub}</span>
            <span class="board-foot figures">{foot}</span>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::CARD_HEIGHT;

    #[test]
    fn the_style_sheet_has_the_same_height() {
        let style = include_str!("../../../../../style/features/opportunities.css");
        assert!(style.contains(&format!("--board-card: {CARD_HEIGHT}px;")), "--board-card differs from {CARD_HEIGHT}");
    }
}
