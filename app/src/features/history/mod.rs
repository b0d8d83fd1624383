//! 修改紀錄: who changed what, and the way back to an earlier value.

mod words;

use domain::{
    history::{FieldChange, restoring},
    id::Id,
    kind::{Kind, RecordKey},
    stamp::{Stamp, created_at},
    user::UserId,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use self::words::{field_words, value_words};
use super::customers::use_customer_id;
use crate::{
    data::{Data, live, own::use_own, use_data},
    i18n::{Locale, t},
    layout::page::PageHeader,
    online::history::{Change, history},
    platform::{intl, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::Button,
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// Where a record's history is read, below its customer's page.
pub fn address(customer: impl std::fmt::Display, key: RecordKey) -> String {
    format!("/customers/{customer}/history/{}/{}", key.kind, key.id)
}

/// Who made a record and who changed it last, in one line.
pub fn stamp_words(locale: Locale, data: Data, id: Uuid, stamp: &Stamp) -> String {
    let made = created_at(id).map(|at| {
        let when = intl::moment(locale, at, data.now());
        match stamp.created_by {
            Some(by) => t::history::created_by(locale, &person(locale, data, Some(by)), &when),
            None => t::history::created_at(locale, &when),
        }
    });
    made.into_iter().chain(changed_words(locale, data, stamp)).collect::<Vec<_>>().join(" · ")
}

/// Who changed a record last, if it was changed.
pub fn changed_words(locale: Locale, data: Data, stamp: &Stamp) -> Option<String> {
    let when = intl::moment(locale, stamp.changed_at?, data.now());
    Some(t::history::changed_by(locale, &person(locale, data, stamp.changed_by), &when))
}

/// What somebody is called who is not on this device, or the server.
fn person(locale: Locale, data: Data, who: Option<UserId>) -> String {
    match who.map(|who| data.user_name(who)) {
        Some(name) if !name.is_empty() => name,
        Some(_) => t::history::somebody(locale).to_owned(),
        None => t::history::server(locale).to_owned(),
    }
}

/// Who made a record and who changed it last.
#[component]
pub fn Stamped(id: Uuid, #[prop(into)] stamp: Signal<Stamp>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let words = move || stamp.with(|stamp| stamp_words(locale.get(), data, id, stamp));
    view! { <p class="muted small" data-testid="stamp">{words}</p> }
}

/// Who made a record and who changed it last, with the way to all of it; it keeps the newest changes on the device.
#[component]
pub fn LastChange(
    key: RecordKey,
    customer: domain::customer::CustomerId,
    #[prop(into)] stamp: Signal<Stamp>,
) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    Effect::new(move || {
        data.version.track();
        spawn(async move { drop(data.note_opened(key).await) });
    });
    let words = move || stamp.with(|stamp| stamp_words(locale.get(), data, key.id, stamp));
    view! {
        <p class="muted small" data-testid="last-change">
            {words} " "
            <a href=address(customer, key) data-testid="history-open">{text(t::history::title)}</a>
        </p>
    }
}

/// What the page knows. Copy it into handlers.
#[derive(Clone, Copy)]
struct Told {
    changes: RwSignal<Option<Vec<Change>>>,
    more: RwSignal<bool>,
    /// What is shown was kept here at this time, and the server does not answer; ms UTC.
    kept: RwSignal<Option<i64>>,
    busy: RwSignal<bool>,
}

impl Told {
    /// Shows what is kept, and then what the server says.
    async fn begin(self, data: Data, key: RecordKey) {
        let kept = data.kept_history(key).await;
        if let Some(kept) = &kept {
            self.changes.try_set(Some(kept.history.changes.clone()));
        }
        let asked = kept.map(|kept| kept.asked);
        match data.ask_history(key).await {
            Ok(now) => {
                self.more.try_set(now.history.more);
                self.kept.try_set(None);
                self.changes.try_set(Some(now.history.changes));
            }
            Err(_) => {
                self.kept.try_set(Some(asked.unwrap_or_default()));
                self.changes.try_update(|changes| {
                    changes.get_or_insert_default();
                });
            }
        }
    }

    async fn older(self, key: RecordKey) {
        let last = self.changes.with_untracked(|changes| changes.as_ref()?.last().map(|change| change.rev));
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        // With no network the button stays.
        if let Ok(older) = history(key, last).await {
            self.more.try_set(older.more);
            self.changes.try_update(|changes| changes.get_or_insert_default().extend(older.changes));
        }
        self.busy.try_set(false);
    }
}

/// A record's history.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let (customer, params) = (use_customer_id(), use_params_map());
    let key = Memo::new(move |_| {
        params.with(|params| {
            let kind = Kind::parse(&params.get("kind")?)?;
            Some(RecordKey::new(kind, Uuid::try_parse(&params.get("record")?).ok()?))
        })
    });
    let back = customer.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="history">
            <PageHeader title=text(t::history::title) back=back/>
            <div class="page-body">
                <div class="column">
                    {move || Some(view! { <Changes key=key.get()? customer=customer.get()?/> })}
                </div>
            </div>
        </div>
    }
}

#[component]
fn Changes(key: RecordKey, customer: domain::customer::CustomerId) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let told = Told {
        changes: RwSignal::new(None),
        more: RwSignal::new(false),
        kept: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    // The state that stands there now, with what is not sent yet.
    let now = live(move || async move {
        let row = data.inner().store.row(key).await.ok().flatten();
        row.map(|row| (row.rev, row.body.to_string()))
    });
    let rev = Memo::new(move |_| now.with(|now| now.as_ref().map(|now| now.as_ref().map(|(rev, _)| *rev))));
    // What arrived meanwhile may be a change of this record.
    Effect::new(move || {
        if rev.get().is_some() {
            spawn(told.begin(data, key));
        }
    });
    let now = Memo::new(move |_| now.get().flatten().map(|(_, body)| body));
    let (none, more) = (text(t::history::none), text(t::common::show_more));
    let offline = move || {
        told.kept.get().map(|asked| {
            let title = move || match asked {
                0 => t::history::not_kept(locale.get()).to_owned(),
                asked => t::history::kept(locale.get(), &intl::moment(locale.get(), asked, data.now())),
            };
            view! { <Banner tone=BannerTone::Info title testid="history-kept"/> }
        })
    };
    let on_more = Callback::new(move |()| spawn(told.older(key)));
    view! {
        <p class="muted" data-testid="history-of">{move || words::record_words(locale.get(), data, customer, key)}</p>
        {offline}
        {move || told.changes.get().map(|changes| if changes.is_empty() && told.kept.get().is_none() {
            view! { <EmptyState icon=Icon::Clock title=none testid="history-none"/> }.into_any()
        } else {
            changes.into_iter().map(|change| view! { <ChangeCard change key customer now/> }).collect_view().into_any()
        })}
        <Show when=move || told.more.get() && told.kept.get().is_none()>
            <Button label=more testid="history-more" disabled=told.busy on_press=on_more/>
        </Show>
    }
}

#[component]
fn ChangeCard(
    change: Change,
    key: RecordKey,
    customer: domain::customer::CustomerId,
    now: Memo<Option<String>>,
) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let Change { author, device, happened, arrived, created, fields, .. } = change;
    let who = move || person(locale.get(), data, author);
    let when = move || intl::moment(locale.get(), happened, data.now());
    // Most changes arrive at once; then one time says it.
    let late = (arrived - happened).abs() > 60_000;
    let whence = move || {
        let locale = locale.get();
        let arrived = late.then(|| t::history::arrived(locale, &intl::moment(locale, arrived, data.now())));
        let device = Some(device.clone()).filter(|device| !device.is_empty());
        device.into_iter().chain(arrived).collect::<Vec<_>>().join(" · ")
    };
    let lines = fields.into_iter().map(|field| view! { <Line field key customer created now/> }).collect_view();
    let began = created.then(|| view! { <span class="pill small">{text(t::history::created)}</span> });
    view! {
        <article class="card padded history-change" data-testid="history-change">
            <p class="row-title">
                <strong>{who}</strong> <span class="muted small figures">{when}</span> {began}
            </p>
            <p class="muted small" data-testid="history-whence">{whence}</p>
            <dl class="facts">{lines}</dl>
        </article>
    }
}

#[component]
fn Line(
    field: FieldChange,
    key: RecordKey,
    customer: domain::customer::CustomerId,
    created: bool,
    now: Memo<Option<String>>,
) -> impl IntoView {
    let (data, own, locale, toasts) = (use_data(), use_own(), use_locale(), use_toasts());
    let FieldChange { field, from, to } = field;
    let label = {
        let field = field.clone();
        move || field_words(locale.get(), data, key.kind, &field)
    };
    let words = {
        let field = field.clone();
        move |value: &serde_json::Value| value_words(locale.get(), data, own, key.kind, &field, value)
    };
    let (shown_from, shown_to) = (from.clone(), to);
    let (from_words, to_words) = (words.clone(), words.clone());
    let action = {
        let (field, from) = (field.clone(), from.clone());
        move || now.with(|now| restoring(key, now.as_deref()?, &field, &from)).filter(|_| !created)
    };
    let can = {
        let action = action.clone();
        Memo::new(move |_| action().is_some())
    };
    let back = Callback::new(move |()| {
        let (action, words) = (untrack(&action), untrack(|| words(&from)));
        let Some(action) = action else { return };
        spawn(async move {
            let about = data.customer_name(Id::new(customer.uuid()));
            if data.enter(action, &about).await.is_ok() {
                toasts.show(move || t::outbox::restored(locale.get(), &words));
            }
        });
    });
    let restore = text(t::history::restore);
    view! {
        <dt>{label}</dt>
        <dd class="history-line" data-testid="history-line">
            {(!created).then(|| view! { <del data-testid="history-from">{move || from_words(&shown_from)}</del> " → " })}
            <span data-testid="history-to">{move || to_words(&shown_to)}</span>
            <Show when=move || can.get()>
                " " <Button label=restore testid="history-restore" icon=Icon::Undo on_press=back/>
            </Show>
        </dd>
    }
}
