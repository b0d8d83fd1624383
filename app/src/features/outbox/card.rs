//! An entry that waits, and a chain that needs a person.

use domain::{mutation::Action, refusal::Refusal};
use leptos::prelude::*;
use sync::device::{Attention, EntryState, Pending};

use super::words;
use crate::{
    data::use_data,
    features::pools::AskBack,
    i18n::t,
    layout::status::SyncState,
    platform::{download, intl, time::spawn},
    ui::{
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// One entry that waits for its turn.
#[component]
pub fn EntryRow(pending: Pending) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let asking = RwSignal::new(false);
    let id = pending.entry.id;
    let at = pending.entry.happened_raw;
    let state = move || match data.status.with(|status| status.state) {
        SyncState::Sending(_) => t::outbox::sending(locale.get()),
        SyncState::Offline => t::outbox::retrying(locale.get()),
        _ => t::outbox::waiting(locale.get()),
    };
    let title = move || words::entry(locale.get(), data, &pending);
    let discard = Callback::new(move |()| {
        spawn(async move {
            // A failure shows as a banner.
            drop(data.discard(id).await);
        });
    });
    view! {
        <div class="row unsent outbox-entry" data-testid="outbox-entry">
            <div class="row-main">
                <div class="row-title"><span class="one-line" data-testid="entry-title">{title}</span></div>
                <div class="row-sub">{move || t::outbox::entered(locale.get(), &intl::ago(locale.get(), at, intl::now_ms()))}</div>
            </div>
            <span class="pill wait small" data-testid="entry-state">{state}</span>
            <Button label=text(t::outbox::discard) testid="entry-discard" tone=Tone::Quiet on_press=Callback::new(move |()| asking.set(true))/>
            <Confirm
                open=asking
                title=text(t::outbox::discard_title)
                question=text(t::outbox::discard_text)
                yes=text(t::outbox::discard_yes)
                on_yes=discard
            />
        </div>
    }
}

/// A refused entry and what rests on it: one thing to mend.
#[component]
pub fn EntryCard(head: Pending, followers: Vec<Pending>) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let asking = RwSignal::new(false);
    let (id, at) = (head.entry.id, head.entry.happened_raw);
    let count = followers.len() as u64;
    let title = {
        let head = head.clone();
        move || words::entry(locale.get(), data, &head)
    };
    let why = {
        let kind = head.action().as_ref().map_or(domain::kind::Kind::Customer, words::kind);
        let state = head.state.clone();
        move || {
            let reason = match &state {
                EntryState::NeedsAttention(Attention::Refused(refusal)) => {
                    words::refused(locale.get(), data, kind, refusal)
                }
                _ => t::errors::incident(locale.get()).to_owned(),
            };
            t::outbox::why(locale.get(), &reason)
        }
    };
    let correct = words::form(data, &head).map(|href| {
        view! { <ButtonLink href label=text(t::outbox::correct) testid="entry-correct" tone=Tone::Primary icon=Icon::Pencil/> }
    });
    let ask_back = match (&head.state, head.action()) {
        (
            EntryState::NeedsAttention(Attention::Refused(Refusal::CoolingOff { .. })),
            Some(Action::CustomerClaim(claim)),
        ) => Some(view! { <AskBack claim about=head.entry.about.clone()/> }),
        _ => None,
    };
    let resend = Callback::new({
        let head = head.clone();
        move |()| {
            let head = head.clone();
            spawn(async move {
                // A failure shows as a banner.
                drop(data.resend(&head).await);
            });
        }
    });
    let copied = text(t::outbox::copied);
    let copy = Callback::new({
        let text = std::iter::once(&head).chain(&followers).map(content).collect::<Vec<_>>().join("\n\n");
        move |()| {
            let text = text.clone();
            spawn(async move {
                if download::copy(&text).await {
                    toasts.show(copied);
                }
            });
        }
    });
    let discard = Callback::new(move |()| {
        spawn(async move {
            drop(data.discard(id).await);
        });
    });
    let question = move || match count {
        0 => t::outbox::discard_text(locale.get()).to_owned(),
        _ => t::outbox::discard_chain_text(locale.get(), count),
    };
    let rest = (count > 0).then(|| {
        let titles = followers
            .into_iter()
            .map(|pending| view! { <li data-testid="chain-follower">{move || words::entry(locale.get(), data, &pending)}</li> })
            .collect_view();
        view! {
            <details data-testid="chain">
                <summary>{move || t::outbox::chain(locale.get(), count)}</summary>
                <ul class="chain-list">{titles}</ul>
                <p class="muted small">{text(t::outbox::chain_text)}</p>
            </details>
        }
    });
    view! {
        <article class="card padded attention stack" data-testid="outbox-attention">
            <div class="row-title">
                <span class="pill late small" data-testid="entry-state">{text(t::outbox::attention)}</span>
                <strong data-testid="entry-title">{title}</strong>
            </div>
            <p data-testid="entry-why">{why}</p>
            <p class="muted small">{move || t::outbox::entered(locale.get(), &intl::ago(locale.get(), at, intl::now_ms()))}</p>
            {rest}
            <div class="button-row">
                {correct}
                {ask_back}
                <Button label=text(t::outbox::resend) testid="entry-resend" icon=Icon::Send on_press=resend/>
                <Button label=text(t::outbox::copy) testid="entry-copy" icon=Icon::Copy on_press=copy/>
                <Button label=text(t::outbox::discard) testid="entry-discard" tone=Tone::Danger on_press=Callback::new(move |()| asking.set(true))/>
            </div>
            <Confirm
                open=asking
                title=text(t::outbox::discard_title)
                question
                yes=text(t::outbox::discard_yes)
                on_yes=discard
            />
        </article>
    }
}

/// What an entry holds, as text to paste elsewhere.
fn content(pending: &Pending) -> String {
    let args: serde_json::Value = serde_json::from_str(pending.entry.args.get()).unwrap_or_default();
    let args = serde_json::to_string_pretty(&args).unwrap_or_default();
    format!("{} · {}\n{args}", pending.entry.about, pending.entry.name)
}
