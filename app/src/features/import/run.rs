//! The import itself: row after row, each one durable, with a button that stops it.

use domain::exchange::Table;
use leptos::prelude::*;

use super::{
    Import,
    plan::{Plan, actions},
};
use crate::{
    data::use_data,
    i18n::t,
    platform::{
        download,
        time::{breathe, spawn},
    },
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// So many rows are entered between two looks at the screen.
const ROWS_AT_ONCE: usize = 20;

/// How an import ended.
#[derive(Clone, Debug)]
pub struct Report {
    pub imported: u64,
    pub stopped: bool,
    /// The rows that did not go in, as a file.
    pub left_out: String,
    pub left_out_count: u64,
}

/// Starts and stops the import.
#[component]
pub fn RunButtons(#[prop(into)] planned: Signal<Option<Plan>>, import: Import) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let progress = RwSignal::new(None::<(u64, u64)>);
    let stop = RwSignal::new(false);
    let ready = Memo::new(move |_| {
        planned.with(|plan| plan.as_ref().map_or(0, |plan| plan.ready(import.add_duplicates.get()).count() as u64))
    });
    let run = Callback::new(move |()| {
        let (Some(plan), Some(table)) = (planned.get_untracked(), import.table.get_untracked()) else { return };
        let rows: Vec<_> =
            plan.ready(import.add_duplicates.get_untracked()).map(|(row, records)| (row, records.clone())).collect();
        let total = rows.len() as u64;
        stop.set(false);
        progress.set(Some((0, total)));
        spawn(async move {
            let mut entered = Vec::new();
            for chunk in rows.chunks(ROWS_AT_ONCE) {
                if stop.try_get_untracked() != Some(false) {
                    break;
                }
                let entries = chunk.iter().flat_map(|(_, records)| actions(records.clone())).collect();
                if data.enter_all(entries).await.is_err() {
                    break;
                }
                entered.extend(chunk.iter().map(|(row, _)| *row));
                progress.try_set(Some((entered.len() as u64, total)));
                breathe().await;
            }
            let left: Vec<&Vec<String>> = table
                .rows
                .iter()
                .enumerate()
                .filter(|(row, _)| !entered.contains(row))
                .map(|(_, cells)| cells)
                .collect();
            let report = Report {
                imported: entered.len() as u64,
                stopped: (entered.len() as u64) < total,
                left_out_count: left.len() as u64,
                left_out: Table::write(&table.header, &left),
            };
            progress.try_set(None);
            import.finished.try_set(Some(report));
        });
    });
    let none = Signal::derive(move || ready.get() == 0);
    let stop_label = text(t::import::stop);
    view! {
        <div class="form-buttons">
            {move || match progress.get() {
                Some((n, total)) => view! {
                    <progress max=total.to_string() value=n.to_string()></progress>
                    <p class="figures" role="status" data-testid="import-progress">{t::import::progress(locale.get(), n, total)}</p>
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

/// What came of it.
#[component]
pub fn Finished(import: Import) -> impl IntoView {
    let locale = use_locale();
    let (see, download, another) =
        (text(t::import::see_customers), text(t::import::download_left_out), text(t::import::choose_another));
    move || {
        import.finished.get().map(|report| {
            let (imported, left, stopped) = (report.imported, report.left_out_count, report.stopped);
            let title = move || match stopped {
                true => t::import::stopped(locale.get(), imported),
                false => t::import::done(locale.get(), imported),
            };
            let save = Callback::new(move |()| download::save("changke-left-out.csv", "text/csv", &report.left_out));
            let rest = (left > 0).then(|| {
                view! {
                    <p data-testid="import-left-out">{move || t::import::done_left_out(locale.get(), left)}</p>
                    <div><Button label=download testid="import-download" icon=Icon::Download on_press=save/></div>
                }
            });
            view! {
                <div class="stack" data-testid="import-finished">
                    <Banner tone=BannerTone::Info title testid="import-done"/>
                    {rest}
                    <div class="button-row">
                        <ButtonLink href="/customers" label=see testid="import-see" tone=Tone::Primary icon=Icon::Users/>
                        <Button label=another testid="import-again" icon=Icon::Upload on_press=Callback::new(move |()| import.start_again())/>
                    </div>
                </div>
            }
        })
    }
}
