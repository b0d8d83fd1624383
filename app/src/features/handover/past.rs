//! The handovers of somebody: how far each is, and the way back for a week.

use domain::{
    handover::{Handover, State},
    user::UserId,
};
use leptos::prelude::*;

use super::words;
use crate::{
    data::{live, use_data},
    features::{
        online_form::{NotDone, OnlineForm},
        people::{fetch, use_people},
    },
    i18n::{archive::handover_state_name, t},
    online::handover,
    platform::intl,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The list; nothing where there is none.
#[component]
pub fn Past(from: UserId) -> impl IntoView {
    let data = use_data();
    let loaded = live(move || async move {
        let mut all: Vec<Handover> = data.all().await;
        all.retain(|handover| handover.from == from);
        all.sort_by_key(|handover| std::cmp::Reverse((handover.at, handover.id)));
        all
    });
    let people = use_people().people;
    let ended = Memo::new(move |_| people.with(|people| people.user(from).is_some_and(|user| !user.active)));
    let form = OnlineForm::default();
    let title = text(t::handovers::past);
    move || {
        let all = loaded.get().unwrap_or_default();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|handover| view! { <One handover form ended/> }).collect_view();
            view! {
                <section class="card">
                    <div class="section-head padded-head"><h2>{title}</h2></div>
                    <NotDone form/>
                    {rows}
                </section>
            }
        })
    }
}

#[component]
fn One(handover: Handover, form: OnlineForm, ended: Memo<bool>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let id = handover.id;
    let asking = RwSignal::new(false);
    let undo = Callback::new(move |()| form.ask(move || handover::undo_handover(id), move |()| fetch(data)));
    let ask = Callback::new(move |()| asking.set(true));
    // What goes back to an ended account waits there: whoever undoes must know.
    let question = move || match ended.get() {
        true => t::handovers::undo_question_ended(locale.get()),
        false => t::handovers::undo_question(locale.get()),
    };
    let undoable = handover.can_be_undone(data.now());
    let (moved, total, returned, state) = (handover.moved, handover.total, handover.returned, handover.state);
    let class = match state {
        State::Running | State::Returning => "pill wait small",
        State::Done { .. } => "pill ok small",
        State::Undone { .. } => "pill small",
    };
    let shown = handover.clone();
    let title = move || t::handovers::whom(locale.get(), &words::receivers(locale.get(), data, &shown));
    let name = move || handover_state_name(state.name()).map(|name| name(locale.get()));
    let by = handover.by.map(|by| data.user_name(by)).unwrap_or_default();
    let (at, reason) = (handover.at, handover.reason);
    let sub = move || {
        let when = intl::moment(locale.get(), at, data.now());
        let parts = [when.as_str(), by.as_str(), reason.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let done = move || {
        let locale = locale.get();
        match state {
            State::Undone { .. } => {
                t::handovers::returned(locale, u64::from(moved.total()), u64::from(returned.total()))
            }
            _ => words::in_line(locale, moved),
        }
    };
    let progress = state.runs().then(|| {
        let (at, of) = if state == State::Running { (moved, total) } else { (returned, moved) };
        let label = text(t::handovers::progress);
        view! { <progress max=of.total().max(1).to_string() value=at.total().to_string() aria-label=label></progress> }
    });
    view! {
        <div class="row" data-testid="handover">
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{title}</span>
                    <span class=class data-testid="handover-state">{name}</span>
                </div>
                <div class="row-sub">{sub}</div>
                <div class="row-sub" data-testid="handover-moved">{done}</div>
                {progress}
            </div>
            {undoable.then(|| view! {
                <Button label=text(t::handovers::undo) testid="handover-undo" tone=Tone::Quiet icon=Icon::Undo disabled=form.busy on_press=ask/>
            })}
        </div>
        <Confirm
            open=asking
            title=text(t::handovers::undo_title)
            question
            yes=text(t::handovers::undo)
            on_yes=undo
        />
    }
}
