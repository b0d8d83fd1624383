//! What is not sent yet, and what a person has to see to.

pub mod card;
pub mod words;

use leptos::{prelude::*, text_prop::TextProp};
use sync::device::{Chain, EntryState, Pending, chains};
use uuid::Uuid;

use self::card::{EntryCard, EntryRow};
use super::attachments::uploads::Uploads;
use crate::{
    data::{Data, Store, use_data},
    i18n::{Locale, t},
    layout::{page::PageHeader, status::SyncState},
    platform::{download, intl},
    ui::{
        button::Button,
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The outbox in the order in which it is shown: chains first, then what waits.
#[derive(Clone, Debug, Default)]
struct Shown {
    chains: Vec<(Pending, Vec<Pending>)>,
    waiting: Vec<Pending>,
}

fn shown(store: &Store) -> Shown {
    let outbox = store.outbox();
    let find = |id: &Uuid| outbox.iter().find(|pending| pending.entry.id == *id).cloned();
    let found = chains(&outbox);
    let taken: Vec<Uuid> =
        found.iter().flat_map(|Chain { head, followers }| followers.iter().chain([head])).copied().collect();
    let chains = found
        .iter()
        .filter_map(|chain| Some((find(&chain.head)?, chain.followers.iter().filter_map(find).collect())))
        .collect();
    let waiting = outbox
        .iter()
        .filter(|pending| pending.state == EntryState::Waiting && !taken.contains(&pending.entry.id))
        .cloned()
        .collect();
    Shown { chains, waiting }
}

/// The outbox.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let outbox = Memo::new_with_compare(
        move |_| {
            data.version.track();
            data.with(shown)
        },
        |_, _| true,
    );
    let count = Memo::new(move |_| {
        outbox.with(|outbox| {
            let chained: usize = outbox.chains.iter().map(|(_, followers)| followers.len() + 1).sum();
            (chained + outbox.waiting.len()) as u64
        })
    });
    let uploads = Memo::new(move |_| {
        data.version.track();
        data.with(Store::blobs_waiting)
    });
    let export = Callback::new(move |()| export(locale.get_untracked(), data));
    let sync_now = Callback::new(move |()| {
        if let Some(window) = web_sys::window()
            && let Ok(event) = web_sys::Event::new("focus")
        {
            // The loop looks whenever the page comes into focus.
            drop(window.dispatch_event(&event));
        }
    });
    let last = move || match data.status.with(|status| status.last_exchange_ms) {
        Some(ms) => t::sync::last_exchange(locale.get(), &intl::moment(locale.get(), ms, intl::now_ms())),
        None => t::sync::never_exchanged(locale.get()).to_owned(),
    };
    let offline = move || data.status.with(|status| status.state == SyncState::Offline);
    let (empty_title, empty_text) = (text(t::outbox::empty_title), text(t::outbox::empty_text));
    let offline_text = text(t::sync::offline_text);
    view! {
        <div class="page" data-testid="outbox">
            <PageHeader title=text(t::outbox::title)>
                <Button label=text(t::sync::sync_now) testid="sync-now" icon=Icon::RefreshCw on_press=sync_now/>
            </PageHeader>
            <div class="page-body">
                <div class="column">
                    <p class="muted small" data-testid="outbox-last-exchange">{last}</p>
                    <Show when=offline>
                        <p class="small" data-testid="outbox-offline">{offline_text}</p>
                    </Show>
                    <Show when=move || count.get() == 0 && uploads.get() == 0>
                        <EmptyState icon=Icon::CircleCheck title=empty_title explanation=TextProp::from(empty_text) testid="outbox-empty"/>
                    </Show>
                    <For
                        each=move || outbox.get().chains
                        key=|(head, followers)| (head.entry.id, followers.len())
                        let((head, followers))
                    >
                        <EntryCard head followers/>
                    </For>
                    <Show when=move || outbox.with(|outbox| !outbox.waiting.is_empty())>
                        <section class="card" data-testid="outbox-waiting">
                            <For
                                each=move || outbox.get().waiting
                                key=|pending| (pending.entry.id, pending.entry.name.clone())
                                let:pending
                            >
                                <EntryRow pending/>
                            </For>
                        </section>
                    </Show>
                    <Uploads count=uploads/>
                    <Show when=move || { count.get() > 0 }>
                        <div class="stack">
                            <p class="muted small" data-testid="outbox-summary">{move || t::outbox::summary(locale.get(), count.get())}</p>
                            <div>
                                <Button label=text(t::outbox::export) testid="outbox-export" icon=Icon::Download on_press=export/>
                            </div>
                            <p class="muted small">{text(t::outbox::export_text)}</p>
                        </div>
                    </Show>
                </div>
            </div>
        </div>
    }
}

/// Writes the whole outbox to a file, in the form in which it is stored.
fn export(locale: Locale, data: Data) {
    let outbox = data.with(Store::outbox);
    let now = data.now();
    let content = serde_json::json!({
        "format": "changke-outbox-1",
        "exported_at": now,
        "databases": [{ "name": data.inner().person.database(), "entries": outbox }],
    });
    if let Ok(text) = serde_json::to_string_pretty(&content) {
        let name = t::outbox::export_name(locale, &data.today().to_string());
        download::save(&format!("{name}.json"), "application/json", &text);
    }
}
