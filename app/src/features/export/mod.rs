//! The lists of this device as files. Who took what is an entry like any other.

pub mod cell;
pub mod list;

use domain::{
    customer::CustomerFilter,
    exchange::{Ask, ExportNote, Format},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use self::list::{List, Writing};
use crate::{
    data::{
        Data,
        customers::use_customers,
        files::{Desk, Ended, ROWS_AT_ONCE},
        live, use_data,
    },
    features::customers::list_query,
    i18n::{Locale, t},
    layout::page::PageHeader,
    platform::time::{breathe, spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        field::Need,
        icon::Icon,
        language::{text, use_locale},
        segmented::{Segment, Segmented},
        select::{Choice, Select},
    },
};

/// What is to be written.
struct Wanted {
    list: List,
    format: Format,
    /// What was searched for.
    words: String,
    /// What the list was narrowed down to, as its address says.
    query: String,
}

/// The export page. Its address says what the list of customers says: what is searched, and how it is narrowed down;
/// `list` chooses what is written of it.
#[component]
pub fn ExportPage() -> impl IntoView {
    let (data, locale, customers) = (use_data(), use_locale(), use_customers());
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let filter = Memo::new(move |_| query.with(|query| CustomerFilter::read(|name| query.get_str(name))));
    let first = query.with_untracked(|query| query.get("list")).and_then(|name| List::parse(&name)).unwrap_or_default();
    let chosen = RwSignal::new(first.name().to_owned());
    let list = Memo::new(move |_| chosen.with(|name| List::parse(name)).unwrap_or_default());
    let found = Memo::new(move |_| {
        customers.version.track();
        let rows = words.with(|words| customers.find(words));
        let rows = filter.with(|filter| customers.filter(rows, filter));
        rows.into_iter().filter_map(|row| customers.id(row)).collect::<Vec<Uuid>>()
    });
    let loaded = live(move || {
        let (list, found) = (list.get(), found.get());
        async move { (list, list.ids(data, &found).await) }
    });
    // Those of the list that was chosen before are not those of this one.
    let ids = Memo::new(move |_| {
        let of_list = loaded.get().filter(|(of, _)| *of == list.get());
        of_list.map(|(_, ids)| ids).unwrap_or_default()
    });
    let narrowed = Memo::new(move |_| {
        let asked = filter.with(|filter| filter.count() > 0) || words.with(|words| !words.trim().is_empty());
        asked && list.get().follows_filter()
    });
    let format = RwSignal::new(Format::Workbook);
    let (progress, failed, finished) = (RwSignal::new(None::<u64>), RwSignal::new(false), RwSignal::new(false));
    let stop = RwSignal::new(false);
    let count = move || ids.with(|ids| ids.len() as u64);
    let run = Callback::new(move |()| {
        let (locale, ids, list) = (locale.get_untracked(), ids.get_untracked(), list.get_untracked());
        let narrowed = narrowed.get_untracked();
        let wanted = Wanted {
            list,
            format: format.get_untracked(),
            words: if narrowed { words.get_untracked() } else { String::new() },
            query: if narrowed { filter.with_untracked(|filter| list_query("", filter)) } else { String::new() },
        };
        [failed, finished, stop].into_iter().for_each(|told| told.set(false));
        progress.set(Some(0));
        spawn(async move {
            let written = write(data, locale, wanted, &ids, progress, stop).await;
            progress.try_set(None);
            match written {
                Ok(whole) => drop(finished.try_set(whole)),
                Err(_) => drop(failed.try_set(true)),
            }
        });
    });
    let lists =
        Signal::derive(move || List::ALL.map(|list| Choice::new(list.name(), list.label()(locale.get()))).to_vec());
    let none = Signal::derive(move || count() == 0);
    let segments = vec![
        Segment { value: Format::Workbook, label: text(t::export::workbook).into(), testid: "export-xlsx" },
        Segment { value: Format::Separated, label: text(t::export::separated).into(), testid: "export-csv" },
    ];
    let (stop_label, trouble, done) = (text(t::import::stop), text(t::export::failed), text(t::export::done));
    view! {
        <div class="page" data-testid="export">
            <PageHeader title=text(t::export::title) back="/customers"/>
            <div class="page-body">
                <div class="stack">
                    <p>{text(t::export::intro)}</p>
                    <Select name="list" label=text(t::export::list) value=chosen choices=lists need=Need::Required/>
                    {move || narrowed.get().then(|| view! { <p data-testid="export-narrowed">{t::export::narrowed(locale.get(), found.with(|found| found.len() as u64))}</p> })}
                    <Segmented label=text(t::export::format) value=format on_choose=Callback::new(move |chosen| format.set(chosen)) segments/>
                    <p class="muted small">{text(t::export::noted)}</p>
                    <Show when=move || failed.get()>
                        <Banner tone=BannerTone::Late title=trouble testid="export-failed"/>
                    </Show>
                    <Show when=move || finished.get()>
                        <Banner tone=BannerTone::Info title=done testid="export-done"/>
                    </Show>
                    <div class="form-buttons">
                        {move || match progress.get() {
                            Some(rows) => view! {
                                <progress max=count().to_string() value=rows.to_string()></progress>
                                <Button label=stop_label testid="export-stop" on_press=Callback::new(move |()| stop.set(true))/>
                            }
                            .into_any(),
                            None => {
                                let label = move || t::export::run(locale.get(), count());
                                view! {
                                    <Button label testid="export-run" tone=Tone::Primary icon=Icon::Download disabled=none on_press=run/>
                                }
                                .into_any()
                            }
                        }}
                    </div>
                </div>
            </div>
        </div>
    }
}

/// Writes the file and hands it over once the journal's entry is saved; `false` where it was stopped.
async fn write(
    data: Data,
    locale: Locale,
    wanted: Wanted,
    ids: &[Uuid],
    progress: RwSignal<Option<u64>>,
    stop: RwSignal<bool>,
) -> Result<bool, Ended> {
    let Wanted { list, format, words, query } = wanted;
    let desk = Desk::open().ok_or(Ended)?;
    let writing = Writing::new(data, locale, list).await;
    let name = list.label()(locale);
    desk.begin(writing.columns(), format, name.to_owned()).await?;
    let mut written = 0;
    for chunk in ids.chunks(ROWS_AT_ONCE) {
        if stop.try_get_untracked() != Some(false) {
            return Ok(false);
        }
        let rows = writing.rows(chunk).await?;
        written += rows.len();
        desk.rows(rows).await?;
        progress.try_update(|progress| *progress = progress.map(|done| done + chunk.len() as u64));
        breathe().await;
    }
    let rows = u32::try_from(written).unwrap_or(u32::MAX);
    let note = ExportNote { kind: list.kind(), rows, format, words, query };
    data.enter(note, t::export::title(locale)).await.map_err(|_| Ended)?;
    desk.download(&Ask::End, &format!("{name}-{}", data.today())).await?;
    Ok(true)
}
