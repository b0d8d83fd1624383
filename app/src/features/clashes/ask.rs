//! Whose customer it is: the server's answer, where the device only knows that there may be one.

use leptos::prelude::*;

use crate::{
    features::{
        duplicates::reason_words,
        online_form::{NotDone, OnlineForm},
    },
    i18n::{Locale, t},
    online::strangers::{Stranger, Strangers, Wanted, strangers, want_stranger},
    platform::intl,
    ui::{
        button::{Button, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// A button that asks the server, and what it answers. What is typed afterwards is asked for anew.
#[component]
pub fn WhoseIsIt(#[prop(into)] wanted: Signal<Wanted>) -> impl IntoView {
    let locale = use_locale();
    let form = OnlineForm::default();
    let answer = RwSignal::new(None::<(Wanted, Strangers)>);
    let told = RwSignal::new(None::<(Wanted, u32)>);
    // The question and its answer belong together.
    let of_now = Memo::new(move |_| {
        let now = wanted.get();
        answer.with(|answer| answer.as_ref().filter(|(asked, _)| *asked == now).map(|(_, answer)| answer.clone()))
    });
    let told_now = Memo::new(move |_| {
        let now = wanted.get();
        told.with(|told| told.as_ref().filter(|(asked, _)| *asked == now).map(|(_, count)| *count))
    });
    let on_ask = Callback::new(move |()| {
        let asked = wanted.get_untracked();
        let question = asked.clone();
        form.ask(|| strangers(question), move |found| drop(answer.try_set(Some((asked, found)))));
    });
    let on_want = Callback::new(move |()| {
        let asked = wanted.get_untracked();
        let question = asked.clone();
        form.ask(|| want_stranger(question), move |count| drop(told.try_set(Some((asked, count)))));
    });
    move || {
        match of_now.get() {
        None => view! {
            <NotDone form/>
            <Button label=text(t::clashes::whose) testid="whose" icon=Icon::Search disabled=form.busy on_press=on_ask/>
        }
        .into_any(),
        Some(found) if found.found.is_empty() => {
            let none = if found.too_many { t::fingerprints::too_many } else { t::clashes::nobody };
            view! { <p class="small" data-testid="whose-none">{text(none)}</p> }.into_any()
        }
        Some(found) => view! {
            <ul data-testid="whose-found">
                {found.found.into_iter().map(|stranger| view! { <li>{move || line(locale.get(), &stranger)}</li> }).collect_view()}
            </ul>
            {move || match told_now.get() {
                Some(1..) => view! { <p class="small" role="status" data-testid="whose-told">{text(t::clashes::told)}</p> }.into_any(),
                Some(0) => view! { <p class="small" data-testid="whose-unsure">{text(t::clashes::unsure)}</p> }.into_any(),
                None => view! {
                    <NotDone form/>
                    <Button label=text(t::clashes::want) testid="whose-want" tone=Tone::Plain icon=Icon::MessageCircle disabled=form.busy on_press=on_want/>
                }
                .into_any(),
            }}
        }
        .into_any(),
    }
    }
}

/// 業務二部 · 陳○ · 電話相同, as much of it as the company tells.
fn line(locale: Locale, stranger: &Stranger) -> String {
    let whose = match (stranger.free, &stranger.department, &stranger.owner) {
        (true, ..) => vec![t::clashes::free(locale).to_owned()],
        (false, None, None) => vec![t::clashes::somebodys(locale).to_owned()],
        (false, department, owner) => [department, owner].into_iter().flatten().cloned().collect(),
    };
    let reasons: Vec<String> = stranger.reasons.iter().map(|reason| reason_words(*reason)(locale).to_owned()).collect();
    whose.into_iter().chain([intl::list(locale, &reasons)]).collect::<Vec<_>>().join(" · ")
}
