//! Records as rows, in the organisation's words.

use std::collections::{BTreeSet, HashMap};

use app::i18n::{archive, t};
use chrono::DateTime;
use domain::{
    attachment::Attachment,
    columns::{Cell, ColumnInfo, ColumnType},
    conflict::Conflict,
    edit::FieldName,
    kind::{Kind, RecordKey},
    own::{OwnFields, OwnValue},
    record::BodyError,
    stamp::{Stamp, created_at},
    user::UserId,
};
use serde::Deserialize;
use sync::server::{ReadTx as _, ServerStore as _, StoreError};
use uuid::Uuid;

use super::Words;
use crate::store::{BlobKey, Store};

/// Names of records, as far as a page speaks of them.
type Names = HashMap<RecordKey, String>;

/// What stands between several values of one cell; the import takes them apart again.
const BETWEEN: &str = "、";

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct WithOwn {
    #[serde(default)]
    own: OwnFields,
}

/// Returns the kind of the records whose ids a column holds.
fn refers(kind: Kind, column: &ColumnInfo) -> Option<Kind> {
    match (kind, column.name, column.shape) {
        (_, _, ColumnType::Reference(to)) => Some(to),
        (Kind::Customer, "collaborators", _) => Some(Kind::User),
        (Kind::ContactRecord, "met", _) => Some(Kind::Contact),
        _ => None,
    }
}

impl Words {
    /// Returns the names of a kind's columns. Of a record that a column names it has the name, and the id behind it.
    pub(super) fn header(&self, kind: Kind) -> Vec<String> {
        let mut header = vec![t::archive::id(self.locale).to_owned()];
        for column in kind.columns() {
            let name = self.column(kind, &column);
            let id = refers(kind, &column).map(|_| t::archive::id_of(self.locale, &name));
            header.push(name);
            header.extend(id);
        }
        header.extend(self.own.iter().filter(|field| field.on == kind).map(|field| field.label.clone()));
        let stamps = [t::export::created_by, t::export::created_at, t::export::changed_by, t::export::changed_at];
        header.extend(stamps.map(|name| name(self.locale).to_owned()));
        if kind == Kind::Attachment {
            header.push(t::archive::files(self.locale).to_owned());
        }
        header
    }

    /// Makes the rows of a page.
    pub(super) async fn rows(
        &self,
        store: &Store,
        kind: Kind,
        page: &[(Uuid, String)],
    ) -> Result<Vec<Vec<String>>, StoreError> {
        let columns = kind.columns();
        // A body of a later build that this one cannot read is left out.
        let read = page.iter().filter_map(|(id, body)| Some((*id, body, kind.cells(body).ok()?)));
        let read: Vec<(Uuid, &String, Vec<Cell>)> = read.collect();
        let mut named = BTreeSet::new();
        for (_, body, cells) in &read {
            let stamp = Stamp::of(body);
            let people = [stamp.created_by, stamp.changed_by].into_iter().flatten();
            named.extend(people.map(|who| RecordKey::new(Kind::User, who.uuid())));
            for (column, cell) in columns.iter().zip(cells) {
                if let Some(to) = refers(kind, column) {
                    named.extend(ids(cell).map(|id| RecordKey::new(to, id)));
                }
            }
        }
        let names = names(store, named).await?;
        let mut rows = Vec::with_capacity(read.len());
        for (id, body, cells) in read {
            let mut row = vec![id.to_string()];
            for (column, cell) in columns.iter().zip(&cells) {
                match refers(kind, column) {
                    Some(to) => {
                        let name = |id| names.get(&RecordKey::new(to, id)).cloned().unwrap_or_default();
                        row.push(ids(cell).map(name).collect::<Vec<_>>().join(BETWEEN));
                        row.push(ids(cell).map(|id| id.to_string()).collect::<Vec<_>>().join(BETWEEN));
                    }
                    None if kind == Kind::Conflict && column.name == "field" => row.push(self.field_of(body)),
                    None => row.push(self.cell(kind, column, cell)),
                }
            }
            row.extend(self.own_cells(kind, body));
            row.extend(self.stamps(id, body, &names));
            if kind == Kind::Attachment {
                row.push(self.file_of(store, body).await?);
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn cell(&self, kind: Kind, column: &ColumnInfo, cell: &Cell) -> String {
        let said = |text: &String| archive::value(self.locale, kind, column.name, text);
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => said(text),
            Cell::List(items) => items.iter().map(said).collect::<Vec<_>>().join(BETWEEN),
            Cell::Integer(number) => number.to_string(),
            Cell::Flag(set) => archive::flag(self.locale, *set).to_owned(),
            Cell::Date(day) => day.to_string(),
            Cell::Instant(ms) => self.moment(*ms),
        }
    }

    /// Returns who made a record and when, and who changed it last and when.
    fn stamps(&self, id: Uuid, body: &str, names: &Names) -> [String; 4] {
        let stamp = Stamp::of(body);
        let name = |who: Option<UserId>| {
            who.and_then(|who| names.get(&RecordKey::new(Kind::User, who.uuid()))).cloned().unwrap_or_default()
        };
        let at = |ms: Option<i64>| ms.map(|ms| self.moment(ms)).unwrap_or_default();
        [name(stamp.created_by), at(created_at(id)), name(stamp.changed_by), at(stamp.changed_at)]
    }

    /// Writes a moment by the organisation's clocks.
    fn moment(&self, ms: i64) -> String {
        let at = DateTime::from_timestamp_millis(ms);
        at.map(|at| at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
    }

    fn own_cells(&self, kind: Kind, body: &str) -> Vec<String> {
        let own = serde_json::from_str::<WithOwn>(body).map(|body| body.own).unwrap_or_default();
        let cell = |field: &domain::own::OwnField| {
            let texts = own.get(&field.id.uuid()).map(OwnValue::texts).unwrap_or_default();
            let said = texts.iter().map(|text| archive::own_value(self.locale, field, text));
            said.collect::<Vec<_>>().join(BETWEEN)
        };
        self.own.iter().filter(|field| field.on == kind).map(cell).collect()
    }

    /// Returns the name of the field that a conflict is about.
    fn field_of(&self, body: &str) -> String {
        let Ok(Conflict { about, field, .. }) = BodyError::parse::<Conflict>(body) else { return String::new() };
        match field {
            FieldName::Name(name) => {
                archive::column_name(about.kind, &name).map_or(name, |known| known(self.locale).to_owned())
            }
            FieldName::Own(id) => {
                let own = self.own.iter().find(|field| field.id.uuid() == id);
                own.map_or_else(|| id.to_string(), |field| field.label.clone())
            }
        }
    }

    /// Returns where an attachment's bytes lie beside the tables; nothing where they have not arrived.
    async fn file_of(&self, store: &Store, body: &str) -> Result<String, StoreError> {
        let Ok(attachment) = BodyError::parse::<Attachment>(body) else { return Ok(String::new()) };
        let record = RecordKey::new(Kind::Attachment, attachment.id.uuid());
        let held = store.read().await?.blob_held(BlobKey { record, hash: attachment.hash }).await?;
        Ok(if held.whole { self.path(&attachment) } else { String::new() })
    }
}

fn ids(cell: &Cell) -> impl Iterator<Item = Uuid> {
    let texts = match cell {
        Cell::Text(text) => std::slice::from_ref(text),
        Cell::List(items) => items.as_slice(),
        _ => &[],
    };
    texts.iter().filter_map(|text| Uuid::try_parse(text).ok())
}

async fn names(store: &Store, keys: BTreeSet<RecordKey>) -> Result<Names, StoreError> {
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let rows = store.read().await?.rows(&keys).await?;
    let named = rows.into_iter().filter_map(|row| Some((row.key, serde_json::from_str::<Named>(&row.body).ok()?.name)));
    Ok(named.collect())
}
