//! Which lists there are to export, which records stand in them, and how those are written.

use std::collections::{BTreeMap, HashSet};

use domain::{
    columns::ColumnType,
    contact::Contact,
    contact_record::ContactRecord,
    customer::Customer,
    exchange::{Column, Shape},
    kind::{Kind, RecordKey},
    next_action::NextAction,
    own::OwnField,
    record::{BodyError, Record},
    stamp::{Stamp, created_at},
    user::User,
};
use uuid::Uuid;

use super::cell::{self, Words};
use crate::{
    data::{Data, customer_key, files::Ended},
    i18n::{Key, Locale, t},
};

/// A list that can be exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// A row for each contact, or one for a customer without any: what the import reads.
    #[default]
    Customers,
    Contacts,
    ContactRecords,
    NextActions,
    /// The recycle bin.
    Bin,
    People,
}

impl List {
    pub const ALL: [List; 6] =
        [Self::Customers, Self::Contacts, Self::ContactRecords, Self::NextActions, Self::Bin, Self::People];

    /// Returns the word in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::ContactRecords => "contact_records",
            Self::NextActions => "next_actions",
            Self::Bin => "bin",
            Self::People => "people",
        }
    }

    /// Finds a list by its word.
    pub fn parse(name: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.name() == name)
    }

    /// What it is called on the page and in the file.
    pub fn label(self) -> Key {
        match self {
            Self::Customers => t::common::customers,
            Self::Contacts => t::contacts::title,
            Self::ContactRecords => t::contact_records::title,
            Self::NextActions => t::next_actions::title,
            Self::Bin => t::customers::bin,
            Self::People => t::people::title,
        }
    }

    /// The kind of its records.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Customers | Self::Bin => Kind::Customer,
            Self::Contacts => Kind::Contact,
            Self::ContactRecords => Kind::ContactRecord,
            Self::NextActions => Kind::NextAction,
            Self::People => Kind::User,
        }
    }

    /// Says whether its records belong to the customers that were narrowed down to.
    pub const fn follows_filter(self) -> bool {
        !matches!(self, Self::Bin | Self::People)
    }

    /// Returns its records; `customers` are those that were narrowed down to, in their order.
    pub async fn ids(self, data: Data, customers: &[Uuid]) -> Vec<Uuid> {
        match self {
            Self::Customers => customers.to_vec(),
            Self::Contacts | Self::ContactRecords | Self::NextActions => {
                let within: HashSet<Uuid> = customers.iter().copied().collect();
                let mut found = Vec::new();
                data.with(|store| {
                    store.each_line(self.kind(), |line| {
                        let parent = line.parent().filter(|parent| !line.hidden() && within.contains(&parent.id));
                        found.extend(parent.map(|parent| (parent.id, line.key.id)));
                    });
                });
                // Those of a customer together, in the order in which they were made.
                found.sort_unstable();
                found.into_iter().map(|(_, id)| id).collect()
            }
            Self::Bin => {
                let binned = crate::features::customers::binned(data).await;
                binned.into_iter().map(|customer| customer.id.uuid()).collect()
            }
            Self::People => data.all::<User>().await.into_iter().map(|user| user.id.uuid()).collect(),
        }
    }

    /// The columns beside those that field edits name.
    const fn more(self) -> &'static [&'static str] {
        match self {
            Self::Customers => &["owner"],
            Self::Contacts => &["customer"],
            Self::ContactRecords => &["customer", "author"],
            Self::NextActions => &["customer", "done_at"],
            Self::Bin => &["owner", "deleted_at"],
            Self::People => &["name", "sign_in", "roles", "department", "superior", "active"],
        }
    }
}

/// What an export writes: the list, and the company's fields of its kind.
pub struct Writing {
    pub list: List,
    pub own: Vec<OwnField>,
    /// The fields of contacts, which stand beside their customers.
    pub own_of_contacts: Vec<OwnField>,
    pub words: Words,
}

/// The columns of a contact beside its customer, by their names in the import.
const CONTACT: [&str; 4] = ["name", "title", "phones", "email"];

impl Writing {
    /// Prepares an export.
    pub async fn new(data: Data, locale: Locale, list: List) -> Self {
        let fields = data.own_fields().await;
        let of = |kind| fields.iter().filter(|field| field.on == kind && !field.retired).cloned().collect();
        let own_of_contacts = if list == List::Customers { of(Kind::Contact) } else { Vec::new() };
        let words = Words { data, locale, departments: data.all().await };
        Self { list, own: of(list.kind()), own_of_contacts, words }
    }

    /// Returns the names of the columns, and how they are written.
    pub fn columns(&self) -> Vec<Column> {
        let locale = self.words.locale;
        let text = |name: String| Column { name, shape: Shape::Text };
        let mut columns = match self.list {
            List::Customers | List::Bin => self.named::<Customer>(),
            List::Contacts => self.named::<Contact>(),
            List::ContactRecords => self.named::<ContactRecord>(),
            List::NextActions => self.named::<NextAction>(),
            List::People => self.named::<User>(),
        };
        if self.list == List::Customers {
            let contact =
                [t::import::contact_name, t::import::contact_title, t::import::contact_phone, t::import::contact_email];
            columns.extend(contact.map(|name| text(name(locale).to_owned())));
        }
        columns.extend(self.own.iter().map(|field| text(field.label.clone())));
        columns.extend(self.own_of_contacts.iter().map(|field| text(t::import::own_of_contact(locale, &field.label))));
        let stamps = [t::export::created_by, t::export::created_at, t::export::changed_by, t::export::changed_at];
        columns.extend(stamps.map(|name| text(name(locale).to_owned())));
        columns
    }

    fn named<R: Record>(&self) -> Vec<Column> {
        let shape = |shape| if shape == ColumnType::Date { Shape::Date } else { Shape::Text };
        let infos = self.wanted::<R>().map(|column| column.info);
        let name = |name| cell::column_name(self.words.locale, R::KIND, name);
        infos.map(|info| Column { name: name(info.name), shape: shape(info.shape) }).collect()
    }

    /// The columns of the record itself: whose it is, what can be edited, and what else the list says.
    fn wanted<R: Record>(&self) -> impl Iterator<Item = &'static domain::columns::Column<R>> {
        let more = self.list.more();
        let first = R::columns().iter().filter(|column| column.info.name == "customer");
        let edited = R::columns().iter().filter(|column| column.info.editable);
        let last = R::columns()
            .iter()
            .filter(move |column| column.info.name != "customer" && more.contains(&column.info.name));
        first.chain(edited).chain(last)
    }

    /// Writes rows; one that this build cannot read is left out.
    ///
    /// # Errors
    /// The device's storage failed.
    pub async fn rows(&self, ids: &[Uuid]) -> Result<Vec<Vec<String>>, Ended> {
        match self.list {
            List::Customers => self.customers(ids).await,
            List::Bin => self.plain::<Customer>(ids).await,
            List::Contacts => self.plain::<Contact>(ids).await,
            List::ContactRecords => self.plain::<ContactRecord>(ids).await,
            List::NextActions => self.plain::<NextAction>(ids).await,
            List::People => self.plain::<User>(ids).await,
        }
    }

    async fn plain<R: Record>(&self, ids: &[Uuid]) -> Result<Vec<Vec<String>>, Ended> {
        let records = self.read::<R>(ids).await?;
        let row = |(record, stamps): (R, Vec<String>)| {
            let own = self.own.iter().map(|field| self.words.own(field, record.own()));
            self.cells(&record).into_iter().chain(own).chain(stamps).collect()
        };
        Ok(records.into_iter().map(row).collect())
    }

    /// A row for each contact, or one for a customer without any.
    async fn customers(&self, ids: &[Uuid]) -> Result<Vec<Vec<String>>, Ended> {
        let children: Vec<Uuid> = self.words.data.with(|store| {
            let of = |id: &Uuid| store.children(Kind::Contact, customer_key(domain::id::Id::new(*id)));
            ids.iter().flat_map(of).collect()
        });
        let mut contacts: BTreeMap<Uuid, Vec<Contact>> = BTreeMap::new();
        for (contact, _) in self.read::<Contact>(&children).await? {
            if !contact.deleted() {
                contacts.entry(contact.customer.uuid()).or_default().push(contact);
            }
        }
        let mut rows = Vec::new();
        for (customer, stamps) in self.read::<Customer>(ids).await? {
            let cells = self.cells(&customer);
            let own: Vec<String> = self.own.iter().map(|field| self.words.own(field, customer.own())).collect();
            let mut row = |contact: Vec<String>, of_contact: Vec<String>| {
                let parts = [cells.clone(), contact, own.clone(), of_contact, stamps.clone()];
                rows.push(parts.into_iter().flatten().collect());
            };
            match contacts.remove(&customer.id.uuid()) {
                Some(contacts) => contacts.iter().for_each(|contact| {
                    let wanted = Contact::columns().iter().filter(|column| CONTACT.contains(&column.info.name));
                    let cells = wanted.map(|column| self.words.cell::<Contact>(column, contact)).collect();
                    row(cells, self.own_of_contacts.iter().map(|f| self.words.own(f, contact.own())).collect());
                }),
                None => row(vec![String::new(); CONTACT.len()], vec![String::new(); self.own_of_contacts.len()]),
            }
        }
        Ok(rows)
    }

    fn cells<R: Record>(&self, record: &R) -> Vec<String> {
        self.wanted::<R>().map(|column| self.words.cell(column, record)).collect()
    }

    /// Reads records with what is written of their stamps.
    async fn read<R: Record>(&self, ids: &[Uuid]) -> Result<Vec<(R, Vec<String>)>, Ended> {
        let keys: Vec<RecordKey> = ids.iter().map(|id| RecordKey::new(R::KIND, *id)).collect();
        let rows = self.words.data.inner().store.rows(&keys).await.map_err(|_| Ended)?;
        let read = |row: &domain::view::Row| {
            let stamps = self.words.stamps(created_at(row.key.id), &Stamp::of(&row.body));
            Some((BodyError::parse::<R>(&row.body).ok()?, stamps))
        };
        Ok(rows.iter().filter_map(read).collect())
    }
}
