//! The customers of this device as a file, their contacts beside them. Who took what is an entry like any other.

use std::collections::BTreeMap;

use domain::{
    columns::{Cell, ColumnType},
    contact::Contact,
    customer::Customer,
    exchange::{Ask, Column, ExportNote, Format, Shape},
    kind::{Kind, RecordKey},
    own::{OwnField, OwnShape, OwnValue},
    record::{BodyError, Record},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use crate::{
    data::{
        Data, customer_key,
        customers::use_customers,
        files::{Desk, Ended, ROWS_AT_ONCE},
        use_data,
    },
    features::own_fields::text_words,
    i18n::{Locale, fields::field_name, t},
    layout::page::PageHeader,
    platform::time::{breathe, spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        icon::Icon,
        language::{text, use_locale},
        segmented::{Segment, Segmented},
    },
};

/// The export page. `?q=` exports what a search finds.
#[component]
pub fn ExportPage() -> impl IntoView {
    let (data, locale, customers) = (use_data(), use_locale(), use_customers());
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let ids = Memo::new(move |_| {
        customers.version.track();
        let rows = words.with(|words| customers.find(words));
        rows.into_iter().filter_map(|row| customers.id(row)).collect::<Vec<Uuid>>()
    });
    let format = RwSignal::new(Format::Workbook);
    let (progress, failed, finished) = (RwSignal::new(None::<u64>), RwSignal::new(false), RwSignal::new(false));
    let stop = RwSignal::new(false);
    let count = move || ids.with(|ids| ids.len() as u64);
    let run = Callback::new(move |()| {
        let (locale, ids, format) = (locale.get_untracked(), ids.get_untracked(), format.get_untracked());
        let words = words.get_untracked();
        [failed, finished, stop].into_iter().for_each(|told| told.set(false));
        progress.set(Some(0));
        spawn(async move {
            let written = write(data, locale, &ids, format, words, progress, stop).await;
            progress.try_set(None);
            match written {
                Ok(whole) => drop(finished.try_set(whole)),
                Err(_) => drop(failed.try_set(true)),
            }
        });
    });
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
                    {move || words.with(|words| (!words.is_empty()).then(|| t::export::searched(locale.get(), words)))}
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
    ids: &[Uuid],
    format: Format,
    words: String,
    progress: RwSignal<Option<u64>>,
    stop: RwSignal<bool>,
) -> Result<bool, Ended> {
    let desk = Desk::open().ok_or(Ended)?;
    let mut own = data.own_fields().await;
    own.retain(|field| field.on == Kind::Customer && !field.retired);
    let named = own.iter().map(|field| Column { name: field.label.clone(), shape: Shape::Text });
    let columns = columns(locale).into_iter().chain(named).collect();
    desk.begin(columns, format, t::common::customers(locale).to_owned()).await?;
    let mut written = 0;
    for chunk in ids.chunks(ROWS_AT_ONCE) {
        if stop.try_get_untracked() != Some(false) {
            return Ok(false);
        }
        let rows = rows(data, chunk, locale, &own).await?;
        written += rows.len();
        desk.rows(rows).await?;
        progress.try_update(|progress| *progress = progress.map(|done| done + chunk.len() as u64));
        breathe().await;
    }
    let rows = u32::try_from(written).unwrap_or(u32::MAX);
    let note = ExportNote { kind: Kind::Customer, rows, format, words };
    data.enter(note, t::export::title(locale)).await.map_err(|_| Ended)?;
    desk.download(&Ask::End, &format!("{}-{}", t::common::customers(locale), data.today())).await?;
    Ok(true)
}

/// The columns of a contact beside its customer, by their names in the import.
const CONTACT: [&str; 4] = ["name", "title", "phones", "email"];

fn columns(locale: Locale) -> Vec<Column> {
    let shape = |shape| if shape == ColumnType::Date { Shape::Date } else { Shape::Text };
    let own = Customer::columns().iter().map(|column| column.info).filter_map(|info| {
        let name = field_name(Kind::Customer, info.name)?;
        Some(Column { name: name(locale).to_owned(), shape: shape(info.shape) })
    });
    let owner = t::customers::owner(locale);
    let contact =
        [t::import::contact_name, t::import::contact_title, t::import::contact_phone, t::import::contact_email];
    let more = std::iter::once(owner).chain(contact.map(|name| name(locale)));
    own.chain(more.map(|name| Column { name: name.to_owned(), shape: Shape::Text })).collect()
}

/// A row for each contact, or one for a customer without any.
async fn rows(data: Data, ids: &[Uuid], locale: Locale, own: &[OwnField]) -> Result<Vec<Vec<String>>, Ended> {
    let keys: Vec<RecordKey> = ids.iter().map(|id| RecordKey::new(Kind::Customer, *id)).collect();
    let children: Vec<RecordKey> = data.with(|store| {
        let of = |id: &Uuid| store.children(Kind::Contact, customer_key(domain::id::Id::new(*id)));
        ids.iter().flat_map(of).map(|id| RecordKey::new(Kind::Contact, id)).collect()
    });
    let store = &data.inner().store;
    let customers = store.rows(&keys).await.map_err(|_| Ended)?;
    let mut contacts: BTreeMap<Uuid, Vec<Contact>> = BTreeMap::new();
    for row in store.rows(&children).await.map_err(|_| Ended)? {
        if let Ok(contact) = BodyError::parse::<Contact>(&row.body)
            && contact.deleted_at.is_none()
        {
            contacts.entry(contact.customer.uuid()).or_default().push(contact);
        }
    }
    let mut rows = Vec::new();
    for row in customers {
        // A body of a later build that this one cannot read is left out.
        let Ok(customer) = BodyError::parse::<Customer>(&row.body) else { continue };
        let mut cells = cells(&customer, |name| field_name(Kind::Customer, name).is_some());
        cells.push(customer.owner.map(|owner| data.user_name(owner)).unwrap_or_default());
        let own: Vec<String> = own.iter().map(|field| own_cell(locale, field, &customer)).collect();
        match contacts.remove(&row.key.id) {
            Some(contacts) => rows.extend(contacts.iter().map(|contact| {
                let more = self::cells(contact, |name| CONTACT.contains(&name));
                cells.iter().cloned().chain(more).chain(own.iter().cloned()).collect()
            })),
            None => {
                cells.resize(cells.len() + CONTACT.len(), String::new());
                rows.push(cells.into_iter().chain(own).collect());
            }
        }
    }
    Ok(rows)
}

/// Writes an own field as the import reads it.
fn own_cell(locale: Locale, field: &OwnField, customer: &Customer) -> String {
    let texts = customer.own.get(&field.id.uuid()).map(OwnValue::texts).unwrap_or_default();
    let words = texts.into_iter().map(|text| match field.shape {
        OwnShape::Flag => text_words(locale, field.shape, &text),
        _ => text,
    });
    words.collect::<Vec<_>>().join("、")
}

/// Writes the columns of a record that are asked for.
fn cells<R: Record>(record: &R, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let wanted = R::columns().iter().filter(|column| wanted(column.info.name));
    wanted.map(|column| cell(&(column.read)(record))).collect()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) | Cell::Instant(number) => number.to_string(),
        Cell::Flag(flag) => u8::from(*flag).to_string(),
        Cell::Date(day) => day.to_string(),
        // As the import takes several values of one cell apart.
        Cell::List(items) => items.join("、"),
    }
}
