//! Imports of this device: what each did is noted with it, so that it can be taken back.

use std::collections::HashSet;

use domain::{
    contact::Contact,
    customer::{Customer, CustomerId},
    exchange::{Deed, Undoing, stretches, undo_contact, undo_contact_edit, undo_customer, undo_customer_edit},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
};
use leptos::prelude::*;
use sync::device::DeviceError;
use uuid::Uuid;

use super::{
    enter::{Batch, Done},
    run::catch_up,
    stored::Stored,
};
use crate::{
    data::{Data, customer_key, live, use_data},
    i18n::t,
    platform::{
        intl,
        time::{breathe, fresh_id, spawn},
    },
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// So many imports can be taken back; what the older ones did is forgotten.
const KEPT: usize = 10;
/// Deeds that are taken back at once.
const DEEDS_AT_ONCE: usize = 200;

/// What an import was.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    pub name: String,
    /// ms UTC.
    pub at: i64,
    pub done: Done,
    /// How many batches it had.
    batches: u32,
    /// It was taken back.
    #[serde(default)]
    undone: bool,
}

fn head_name(id: Uuid) -> String {
    format!("import:{id}")
}

fn deeds_name(id: Uuid, batch: u32) -> String {
    format!("import-deeds:{id}:{batch:08}")
}

/// An import while it runs.
pub struct Past {
    pub id: Uuid,
    pub head: Head,
}

impl Past {
    /// Begins an import, and forgets what the oldest ones did.
    pub async fn begin(data: Data, name: String) -> Past {
        let inner = data.inner();
        let heads = inner.store.notes("import:").await.unwrap_or_default();
        for (name, _) in heads.iter().rev().skip(KEPT - 1) {
            let id = name.trim_start_matches("import:");
            let deeds = inner.store.notes(&format!("import-deeds:{id}:")).await.unwrap_or_default();
            let forgotten = deeds.into_iter().map(|(name, _)| (name, None)).chain([(name.clone(), None)]).collect();
            // What cannot be forgotten now is forgotten with the next one.
            drop(inner.store.keep_notes(forgotten).await);
        }
        Past { id: fresh_id(data.now()), head: Head { name, at: data.now(), ..Head::default() } }
    }

    /// Enters a batch together with the note of what it does.
    pub async fn enter(&mut self, data: Data, batch: Batch) -> Result<(), DeviceError> {
        let mut head = self.head.clone();
        head.done.created += batch.done.created;
        head.done.updated += batch.done.updated;
        head.done.contacts += batch.done.contacts;
        head.done.unchanged += batch.done.unchanged;
        if batch.actions.is_empty() {
            self.head = head;
            return Ok(());
        }
        let deeds = (deeds_name(self.id, head.batches), json(&batch.deeds));
        head.batches += 1;
        data.enter_all(batch.actions, vec![(head_name(self.id), json(&head)), deeds]).await?;
        self.head = head;
        Ok(())
    }
}

fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// What a taking back came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TakenBack {
    entries: u64,
    /// Customers that somebody has worked on since: they stay.
    stay: Vec<(Uuid, String)>,
}

/// Takes an import back, the last deed first, until it is told to stop. What is taken back already is passed over
/// another time.
async fn take_back(data: Data, id: Uuid, mut head: Head, running: Running) -> Result<TakenBack, DeviceError> {
    let inner = data.inner();
    let mut deeds: Vec<Deed> = Vec::new();
    for (_, bytes) in inner.store.notes(&format!("import-deeds:{id}:")).await? {
        deeds.extend(serde_json::from_slice::<Vec<Deed>>(&bytes).unwrap_or_default());
    }
    let own: HashSet<Uuid> =
        deeds.iter().filter_map(|deed| if let Deed::Contact(id, _) = deed { Some(id.uuid()) } else { None }).collect();
    deeds.reverse();
    let mut taken = TakenBack::default();
    let mut chunks = stretches(&deeds, DEEDS_AT_ONCE).into_iter().peekable();
    while let Some(chunk) = chunks.next() {
        if running.stopped() {
            return Ok(taken);
        }
        let stored = Stored::read(data, chunk.iter().map(Deed::about).collect()).await?;
        let mut actions: Vec<(Action, String)> = Vec::new();
        for deed in chunk {
            let (key, name, undoing) = undoing(data, deed, &stored, &own);
            match undoing {
                Undoing::Enter(action) => actions.push((action, name)),
                Undoing::Changed if !taken.stay.iter().any(|(id, _)| *id == key) => taken.stay.push((key, name)),
                Undoing::Changed | Undoing::Nothing => {}
            }
        }
        taken.entries += actions.len() as u64;
        if !actions.is_empty() {
            data.enter_all(actions, Vec::new()).await?;
        }
        running.entries.try_set(taken.entries);
        breathe().await;
        if chunks.peek().is_some() {
            catch_up(data, |waits| {
                running.waits.try_set(waits);
                running.stopped()
            })
            .await;
        }
    }
    head.undone = true;
    inner.store.keep_notes(vec![(head_name(id), Some(json(&head)))]).await?;
    Ok(taken)
}

/// What a taking back shows, and hears, while it runs.
#[derive(Clone, Copy)]
struct Running {
    entries: RwSignal<u64>,
    /// It goes on when the server has taken what waits.
    waits: RwSignal<bool>,
    stop: RwSignal<bool>,
}

impl Running {
    /// Says whether it was told to stop, or its page is gone.
    fn stopped(self) -> bool {
        self.stop.try_get_untracked() != Some(false)
    }
}

/// How a deed is taken back, with the customer that it concerns.
fn undoing(data: Data, deed: &Deed, stored: &Stored, own: &HashSet<Uuid>) -> (Uuid, String, Undoing) {
    let of_contact =
        |contact: Option<&Contact>| contact.map(|contact| contact.customer).unwrap_or(Id::new(Uuid::nil()));
    match deed {
        Deed::Customer(id, made) => {
            let stored: Option<Customer> = stored.get(*id);
            let undoing = undo_customer(stored.as_ref(), made, alone(data, *id, own));
            (id.uuid(), data.customer_name(*id), undoing)
        }
        Deed::CustomerEdit(edit) => {
            let stored: Option<Customer> = stored.get(edit.id);
            (edit.id.uuid(), data.customer_name(edit.id), undo_customer_edit(stored.as_ref(), edit))
        }
        Deed::Contact(id, made) => {
            let stored: Option<Contact> = stored.get(*id);
            let customer = of_contact(stored.as_ref());
            (customer.uuid(), data.customer_name(customer), undo_contact(stored.as_ref(), made))
        }
        Deed::ContactEdit(edit) => {
            let stored: Option<Contact> = stored.get(edit.id);
            let customer = of_contact(stored.as_ref());
            (customer.uuid(), data.customer_name(customer), undo_contact_edit(stored.as_ref(), edit))
        }
    }
}

/// Says whether nothing hangs on a customer but what the import brought along.
fn alone(data: Data, id: CustomerId, own: &HashSet<Uuid>) -> bool {
    // That it is not the same as another one says nothing once it is gone.
    let below = |kind: &&Kind| kind.parents().contains(&Kind::Customer) && **kind != Kind::Distinct;
    let kinds = Kind::ALL.iter().filter(below);
    data.with(|store| {
        kinds
            .flat_map(|kind| store.children(*kind, customer_key(id)).into_iter().map(|id| RecordKey::new(*kind, id)))
            .all(|key| own.contains(&key.id) || store.shown(key).is_none_or(|shown| shown.summary.hidden))
    })
}

/// The imports of this device, each with a button that takes it back.
#[component]
pub fn PastImports() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let heads = live(move || async move {
        let notes = data.inner().store.notes("import:").await.unwrap_or_default();
        let heads = notes.into_iter().rev().filter_map(|(name, bytes)| {
            let id = Uuid::try_parse(name.trim_start_matches("import:")).ok()?;
            Some((id, serde_json::from_slice::<Head>(&bytes).ok()?))
        });
        heads.collect::<Vec<(Uuid, Head)>>()
    });
    let result = RwSignal::new(None::<TakenBack>);
    let title = text(t::import::past);
    view! {
        {move || {
            result.get().map(|taken| {
                let (entries, stay) = (taken.entries, taken.stay.len() as u64);
                view! {
                    <div class="card padded stack" role="status" data-testid="import-undone">
                        <p>{move || t::import::undone(locale.get(), entries)}</p>
                        {(stay > 0).then(|| view! {
                            <p>{move || t::import::undone_stay(locale.get(), stay)}</p>
                            <ul data-testid="import-stay">
                                {taken.stay.into_iter().take(100).map(|(id, name)| view! {
                                    <li><a href=format!("/customers/{id}")>{name}</a></li>
                                }).collect_view()}
                            </ul>
                        })}
                    </div>
                }
            })
        }}
        <Show when=move || heads.with(|heads| heads.as_ref().is_some_and(|heads| !heads.is_empty()))>
            <section class="card padded stack">
                <h2>{title}</h2>
                <ul class="import-past">
                    // A row stays while others sync: its question may be open.
                    <For each=move || heads.get().unwrap_or_default() key=|(id, head)| (*id, head.undone) let:row>
                        <OnePast id=row.0 head=row.1 result/>
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn OnePast(id: Uuid, head: Head, result: RwSignal<Option<TakenBack>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let (asking, runs) = (RwSignal::new(false), RwSignal::new(false));
    let running = Running { entries: RwSignal::new(0), waits: RwSignal::new(false), stop: RwSignal::new(false) };
    let (name, undone, at, done) = (head.name.clone(), head.undone, head.at, head.done.clone());
    let count = done.created + done.updated;
    let undo = Callback::new(move |()| {
        let head = head.clone();
        running.stop.set(false);
        runs.set(true);
        spawn(async move {
            // A failure is told by the banner of the storage.
            if let Ok(taken) = take_back(data, id, head, running).await {
                result.try_set(Some(taken));
            }
            runs.try_set(false);
            data.refresh();
        });
    });
    let what = move || t::import::past_rows(locale.get(), done.created, done.updated);
    let when = move || intl::moment(locale.get(), at, data.now());
    let (take_back, asked, already, stop) =
        (text(t::import::undo), text(t::import::undo_title), text(t::import::undone_already), text(t::import::stop));
    let question = move || t::import::undo_question(locale.get(), count);
    view! {
        <li data-testid="import-past-row">
            <div>
                <strong>{name}</strong>
                <p class="muted small">{when} " · " {what}</p>
            </div>
            {move || match (undone, runs.get()) {
                (true, _) => view! { <span class="muted">{already}</span> }.into_any(),
                (_, true) => view! {
                    <span class="figures" role="status">
                        {move || t::import::undoing(locale.get(), running.entries.get())}
                        {move || running.waits.get().then(|| format!(" · {}", t::import::waits_for_server(locale.get())))}
                    </span>
                    <Button label=stop testid="import-undo-stop" on_press=Callback::new(move |()| running.stop.set(true))/>
                }
                .into_any(),
                _ => view! {
                    <Button label=take_back testid="import-undo" icon=Icon::Undo on_press=Callback::new(move |()| asking.set(true))/>
                }
                .into_any(),
            }}
            <Confirm open=asking title=asked question yes=take_back tone=Tone::Danger on_yes=undo/>
        </li>
    }
}
