//! The import itself: batch after batch, each durable in one piece, with a button that stops it.

use domain::exchange::{Answer, Ask, Left, Ready};
use leptos::prelude::*;
use uuid::Uuid;

use super::{
    Import,
    enter::{Done, Entering},
    past::Past,
    remembered, words,
};
use crate::{
    data::{Data, Store},
    i18n::t,
    platform::time::{breathe, sleep, spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::text,
    },
};

/// So many rows are entered between two looks at the screen.
const ROWS_AT_ONCE: u32 = 100;
/// Entries that wait at most before more are made: the preview is replayed whenever the server answers.
const WAITING_MOST: u32 = 1_000;
/// How often it looks whether the server has taken some; ms.
const LOOK_MS: i64 = 200;

/// How an import ended.
#[derive(Clone, Debug)]
pub struct Report {
    pub past: Uuid,
    pub done: Done,
    pub stopped: bool,
    /// The rows that did not go in.
    pub left: Left,
    pub left_out: u64,
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Progress {
    rows: u64,
    of: u64,
    /// It goes on when the server has taken what waits.
    waits: bool,
}

/// Starts and stops the import.
#[component]
pub fn RunButtons(import: Import) -> impl IntoView {
    let locale = import.locale;
    let progress = RwSignal::new(None::<Progress>);
    let stop = RwSignal::new(false);
    let ready = Memo::new(move |_| {
        let choice = import.choice.get();
        import.sorted.with(|sorted| {
            let [new, update, suspected, _] = sorted.as_ref().map_or([0; 4], |sorted| sorted.counts);
            u64::from(new + if choice.update { update } else { 0 } + if choice.add_suspected { suspected } else { 0 })
        })
    });
    let run = Callback::new(move |()| {
        stop.set(false);
        progress.set(Some(Progress { rows: 0, of: ready.get_untracked(), waits: false }));
        spawn(async move {
            let report = run(import, ready.get_untracked(), progress, stop).await;
            progress.try_set(None);
            import.finished.try_set(Some(report));
        });
    });
    let none = Signal::derive(move || ready.get() == 0);
    let stop_label = text(t::import::stop);
    view! {
        <div class="form-buttons import-run">
            {move || match progress.get() {
                Some(Progress { rows, of, waits }) => view! {
                    <progress max=of.to_string() value=rows.to_string()></progress>
                    <p class="figures" role="status" data-testid="import-progress">
                        {t::import::progress(locale.get(), rows, of)}
                        {waits.then(|| format!(" · {}", t::import::waits_for_server(locale.get())))}
                    </p>
                    <Button label=stop_label testid="import-stop" on_press=Callback::new(move |()| stop.set(true))/>
                }
                .into_any(),
                None => {
                    let label = move || t::import::run(locale.get(), ready.get());
                    view! { <Button label testid="import-run" tone=Tone::Primary disabled=none on_press=run/> }.into_any()
                }
            }}
        </div>
    }
}

async fn run(import: Import, of: u64, progress: RwSignal<Option<Progress>>, stop: RwSignal<bool>) -> Report {
    let (data, choice) = (import.data, import.choice.get_untracked());
    import.seen.with_untracked(|seen| {
        if let Some(seen) = seen {
            remembered::keep(&seen.header, &import.targets.get_untracked());
        }
    });
    let mut past = Past::begin(data, import.name.get_untracked()).await;
    let (mut entering, mut rows, mut left) = (Entering::new(data), 0, Left::default());
    let mut next = Some(0);
    let stopped = |stop: RwSignal<bool>| stop.try_get_untracked() != Some(false);
    while let Some(from) = next {
        if stopped(stop) {
            left.stopped_at = Some(from);
            break;
        }
        let Some(desk) = import.desk() else { break };
        let taken = desk.ask(&Ask::Take { from, most: ROWS_AT_ONCE, choice }, None, |_, _| {}).await;
        let Ok((Answer::Taken { rows: taken, next: after }, _)) = taken else {
            left.stopped_at = Some(from);
            break;
        };
        rows += taken.len() as u64;
        if !enter(&mut entering, &mut past, data, taken, &mut left).await {
            left.stopped_at = Some(from);
            break;
        }
        next = after;
        progress.try_set(Some(Progress { rows, of, waits: false }));
        breathe().await;
        if next.is_some() {
            catch_up(data, |waits| {
                progress.try_set(Some(Progress { rows, of, waits }));
                stopped(stop)
            })
            .await;
        }
    }
    let left_out = match import.desk() {
        Some(desk) => desk.ask(&Ask::Reasons { choice, left: left.clone() }, None, |_, _| {}).await,
        None => Err(crate::data::files::Ended),
    };
    let left_out = if let Ok((Answer::Reasons { rows, .. }, _)) = left_out { u64::from(rows) } else { 0 };
    Report { past: past.id, done: past.head.done, stopped: left.stopped_at.is_some(), left, left_out }
}

/// Waits until the server has taken so much that more may be entered, unless `look`, which hears whether it waits, says
/// to stop.
pub(super) async fn catch_up(data: Data, look: impl Fn(bool) -> bool) {
    while data.with(Store::unsent) > WAITING_MOST && !look(true) {
        sleep(LOOK_MS).await;
    }
    look(false);
}

/// Enters a batch; where the device refuses it, row by row. `false` where nothing can be saved.
async fn enter(entering: &mut Entering, past: &mut Past, data: Data, rows: Vec<Ready>, left: &mut Left) -> bool {
    let single = rows.clone();
    let Ok(batch) = entering.batch(rows).await else { return false };
    match past.enter(data, batch).await {
        Ok(()) => return true,
        Err(::sync::device::DeviceError::TooLarge { .. }) => {}
        Err(_) => return false,
    }
    for ready in single {
        let row = ready.row;
        let Ok(batch) = entering.batch(vec![ready]).await else { return false };
        match past.enter(data, batch).await {
            Ok(()) => {}
            Err(::sync::device::DeviceError::TooLarge { .. }) => left.failed.push(row),
            Err(_) => return false,
        }
    }
    true
}

/// What came of it.
#[component]
pub fn Finished(import: Import) -> impl IntoView {
    let locale = import.locale;
    let (see, download, another, undo) = (
        text(t::import::see_customers),
        text(t::import::download_left_out),
        text(t::import::choose_another),
        text(t::import::past),
    );
    move || {
        import.finished.get().map(|report| {
            let (done, left_out, stopped) = (report.done.clone(), report.left_out, report.stopped);
            let title = move || match stopped {
                true => t::import::stopped(locale.get(), done.created),
                false => t::import::done(locale.get(), done.created),
            };
            let more = report.done.clone();
            let more = move || {
                let locale = locale.get();
                t::import::done_more(locale, more.contacts, more.unchanged, more.updated)
            };
            let save = Callback::new(move |()| left_out_file(import, report.left.clone()));
            let rest = (left_out > 0).then(|| {
                view! {
                    <p data-testid="import-left-out">{move || t::import::done_left_out(locale.get(), left_out)}</p>
                    <div><Button label=download testid="import-download" icon=Icon::Download on_press=save/></div>
                }
            });
            view! {
                <div class="stack" data-testid="import-finished" data-import=report.past.to_string()>
                    <Banner tone=BannerTone::Info title testid="import-done"/>
                    <p class="muted" data-testid="import-done-more">{more}</p>
                    {rest}
                    <div class="button-row">
                        <ButtonLink href="/customers" label=see testid="import-see" tone=Tone::Primary icon=Icon::Users/>
                        <Button label=another testid="import-again" icon=Icon::Upload on_press=Callback::new(move |()| import.start_again())/>
                        <Button label=undo testid="import-past" icon=Icon::Undo on_press=Callback::new(move |()| import.start_again())/>
                    </div>
                </div>
            }
        })
    }
}

/// Hands over the rows that stayed out, with the reason before each.
fn left_out_file(import: Import, left: Left) {
    let (locale, choice) = (import.locale.get_untracked(), import.choice.get_untracked());
    let Some(desk) = import.desk() else { return };
    spawn(async move {
        let asked = desk.ask(&Ask::Reasons { choice, left: left.clone() }, None, |_, _| {}).await;
        let Ok((Answer::Reasons { reasons, .. }, _)) = asked else { return };
        let words = reasons.iter().map(|reason| words::reason(locale, import.data, reason)).collect();
        let column = t::import::reason(locale).to_owned();
        let name = import.name.get_untracked();
        let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let name = format!("{name}-{}", t::import::left_out_name(locale));
        if desk.download(&Ask::LeftOut { choice, left, column, words }, &name).await.is_err() {
            import.failed.try_set(Some(t::import::too_large));
        }
    });
}
