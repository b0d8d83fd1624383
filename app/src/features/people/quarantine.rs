//! What revoked devices handed over: an administrator accepts or discards each entry.

use std::collections::BTreeMap;

use domain::{kind::Kind, mutation::Action, refusal::Refusal, user::UserId};
use leptos::prelude::*;
use uuid::Uuid;

use super::fetch;
use crate::{
    data::use_data,
    features::{
        online_form::{NotDone, OnlineForm},
        outbox::words,
    },
    i18n::{refusals, t},
    layout::page::PageHeader,
    online::quarantine::{self, Held, NotAccepted},
    platform::{intl, time::spawn},
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// What the page works with.
#[derive(Clone, Copy)]
struct Review {
    form: OnlineForm,
    held: RwSignal<Option<Vec<Held>>, LocalStorage>,
    /// Why an entry could not be accepted.
    why: RwSignal<BTreeMap<Uuid, Refusal>>,
    /// The entry that is about to be discarded.
    discarding: RwSignal<Option<Uuid>>,
}

impl Review {
    fn look(self) {
        spawn(async move {
            if let Ok(found) = quarantine::held().await {
                self.held.try_set(Some(found));
            }
        });
    }

    fn decide(self, ids: Vec<Uuid>, accept: bool, done: impl FnOnce(bool) + 'static) {
        self.form.ask(
            move || quarantine::decide(ids, accept),
            move |left: Vec<NotAccepted>| {
                done(left.is_empty());
                self.why.update(|why| why.extend(left.into_iter().map(|left| (left.id, left.refusal))));
                self.look();
            },
        );
    }
}

/// Everything that waits for a decision, by the person who entered it.
#[component]
pub fn QuarantinePage() -> impl IntoView {
    let data = use_data();
    let review = Review {
        form: OnlineForm::default(),
        held: RwSignal::new_local(None),
        why: RwSignal::new(BTreeMap::new()),
        discarding: RwSignal::new(None),
    };
    review.look();
    let asking = RwSignal::new(false);
    Effect::new(move || {
        if review.discarding.get().is_some() {
            asking.set(true);
        }
    });
    let discard = Callback::new(move |()| {
        if let Some(id) = review.discarding.get_untracked() {
            review.decide(vec![id], false, |_| ());
        }
    });
    Effect::new(move || {
        if !asking.get() {
            review.discarding.set(None);
        }
    });
    let (empty_title, empty_text) = (text(t::quarantine::empty_title), text(t::quarantine::empty_text));
    let groups = move || {
        let held = review.held.get()?;
        if held.is_empty() {
            return Some(
                view! { <EmptyState icon=Icon::CircleCheck title=empty_title explanation=leptos::text_prop::TextProp::from(empty_text) testid="quarantine-empty"/> }
                    .into_any(),
            );
        }
        let mut by_author: Vec<(UserId, Vec<Held>)> = Vec::new();
        for entry in held {
            match by_author.last_mut() {
                Some((author, entries)) if *author == entry.author => entries.push(entry),
                _ => by_author.push((entry.author, vec![entry])),
            }
        }
        let groups = by_author.into_iter().map(|(author, entries)| {
            let name = data.user_name(author);
            view! { <Group name entries review/> }
        });
        Some(groups.collect_view().into_any())
    };
    view! {
        <div class="page" data-testid="quarantine">
            <PageHeader title=text(t::quarantine::title) back="/people"/>
            <div class="page-body stack">
                <p class="muted">{text(t::quarantine::text)}</p>
                <NotDone form=review.form/>
                {groups}
                <Confirm
                    open=asking
                    title=text(t::quarantine::discard_title)
                    question=text(t::quarantine::discard_text)
                    yes=text(t::quarantine::discard)
                    on_yes=discard
                />
            </div>
        </div>
    }
}

#[component]
fn Group(name: String, entries: Vec<Held>, review: Review) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let accepted = text(t::quarantine::accepted);
    let accept = move |ids: Vec<Uuid>| {
        review.decide(ids, true, move |all| {
            fetch(data);
            if all {
                toasts.show(accepted);
            }
        });
    };
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let several = ids.len() > 1;
    let all = Callback::new(move |()| accept(ids.clone()));
    let rows = entries
        .into_iter()
        .map(|entry| {
            let id = entry.id;
            view! { <Row entry review accept=Callback::new(move |()| accept(vec![id]))/> }
        })
        .collect_view();
    view! {
        <section class="card">
            <div class="card-head button-row">
                <h2>{move || t::quarantine::from(locale.get(), &name)}</h2>
                {several.then(|| view! { <Button label=text(t::quarantine::accept_all) testid="quarantine-accept-all" on_press=all/> })}
            </div>
            {rows}
        </section>
    }
}

#[component]
fn Row(entry: Held, review: Review, accept: Callback<()>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let Held { id, name, v, args, about, happened, arrived, device, .. } = entry;
    let action = Action::decode(&name, v, args.get()).ok();
    let kind = action.as_ref().map_or(Kind::Customer, words::kind);
    let holds = action.as_ref().and_then(words::text_of).map(str::to_owned);
    let title = move || words::action(locale.get(), data, &name, &about, action.as_ref());
    // On which device it was entered and when, and when it came here.
    let whence = move || {
        let (locale, now) = (locale.get(), data.now());
        let device = if device.is_empty() { t::people::device_unknown(locale) } else { device.as_str() };
        let entered = t::outbox::entered(locale, &intl::moment(locale, happened, now));
        let arrived = t::quarantine::arrived(locale, &intl::moment(locale, arrived, now));
        [device, entered.as_str(), arrived.as_str()].join(" · ")
    };
    let why = move || {
        review.why.with(|why| {
            why.get(&id).map(|refusal| {
                t::quarantine::not_accepted(
                    locale.get(),
                    &refusals::refusal(locale.get(), kind, &data.labelled_refusal(refusal)),
                )
            })
        })
    };
    let discard = Callback::new(move |()| review.discarding.set(Some(id)));
    view! {
        <div class="row held" data-testid="held">
            <div class="row-main">
                <div class="row-title" data-testid="held-title">{title}</div>
                {holds.map(|text| view! { <p class="small">{text}</p> })}
                <div class="row-sub" data-testid="held-whence">{whence}</div>
                {move || why().map(|words| view! { <p class="field-error" data-testid="held-why">{words}</p> })}
            </div>
            <div class="button-row">
                <Button label=text(t::quarantine::accept) testid="held-accept" tone=Tone::Primary disabled=review.form.busy on_press=accept/>
                <Button label=text(t::quarantine::discard) testid="held-discard" tone=Tone::Quiet disabled=review.form.busy on_press=discard/>
            </div>
        </div>
    }
}
