//! What a rule sees: records that are loaded, plus what it has written itself.
//!
//! A rule is synchronous and knows nothing of storage. Where it asks for what is not loaded it stops
//! with [`Stop::NotLoaded`]; the driver loads and runs it again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use uuid::Uuid;

use crate::{
    access::Membership,
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    own,
    plant::{Plant, planted},
    record::{BodyError, Facts, LookupKey, Record},
    refusal::Refusal,
    stamp::{By, Stamp},
};

/// How many redirects are followed before the data is called broken.
const REDIRECTS_MOST: usize = 64;

/// Something a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    Record(RecordKey),
    Children {
        kind: Kind,
        parent: RecordKey,
    },
    Holder(LookupKey),
    /// The actor's standing in a group.
    Standing(Group),
}

/// Why a rule stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    Refused(Refusal),
    NotLoaded(Need),
    /// Stored data that this build cannot read; an incident, not the author's fault.
    Broken(String),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<BodyError> for Stop {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Field(field) => Stop::Refused(field.into()),
            shape @ BodyError::Shape { .. } => Stop::Broken(shape.to_string()),
        }
    }
}

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: RecordKey,
    pub group: Group,
    /// The revision of the newest state; 0 for what the server has not seen.
    pub rev: u64,
    pub body: Arc<str>,
}

/// What the storage answered about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    Here(Row),
    /// It does not exist. Only the server can say so.
    Absent,
    /// Out of sight, or not on this device.
    NotHere,
}

/// What the driver has loaded so far; kept from one mutation of a batch to the next.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub records: BTreeMap<RecordKey, Slot>,
    pub children: BTreeMap<(Kind, RecordKey), BTreeSet<Uuid>>,
    pub holders: BTreeMap<LookupKey, Option<Uuid>>,
    pub standings: BTreeMap<Group, Membership>,
}

impl Loaded {
    /// Says whether the answer to a need is here.
    pub fn holds(&self, need: &Need) -> bool {
        match need {
            Need::Record(key) => self.records.contains_key(key),
            Need::Children { kind, parent } => self.children.contains_key(&(*kind, *parent)),
            Need::Holder(key) => self.holders.contains_key(key),
            Need::Standing(group) => self.standings.contains_key(group),
        }
    }

    /// Takes over what a mutation wrote, so that the next one sees it.
    pub fn absorb(&mut self, changes: &Changes) {
        for change in changes.values() {
            for parent in change.old_facts.iter().flat_map(|f| &f.references) {
                if let Some(list) = self.children.get_mut(&(change.key.kind, *parent)) {
                    list.remove(&change.key.id);
                }
            }
            for key in change.old_facts.iter().flat_map(|f| &f.keys) {
                if let Some(holder) = self.holders.get_mut(key) {
                    *holder = None;
                }
            }
            let slot = match &change.after {
                None => Slot::Absent,
                Some((row, facts)) => {
                    for parent in &facts.references {
                        if let Some(list) = self.children.get_mut(&(change.key.kind, *parent)) {
                            list.insert(change.key.id);
                        }
                    }
                    for key in &facts.keys {
                        if let Some(holder) = self.holders.get_mut(key) {
                            *holder = Some(change.key.id);
                        }
                    }
                    Slot::Here(row.clone())
                }
            };
            self.records.insert(change.key, slot);
        }
    }
}

/// One record that a mutation wrote.
#[derive(Clone, Debug)]
pub struct Change {
    pub key: RecordKey,
    pub before: Option<Row>,
    pub old_facts: Option<Facts>,
    /// `None` if it was purged.
    pub after: Option<(Row, Facts)>,
}

/// What a mutation wrote, by record.
pub type Changes = BTreeMap<RecordKey, Change>;

/// What a rule finds under an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<R> {
    Here(R),
    Absent,
    NotHere,
}

impl<R> Found<R> {
    /// Returns the record if it is here.
    pub fn here(self) -> Option<R> {
        match self {
            Found::Here(record) => Some(record),
            Found::Absent | Found::NotHere => None,
        }
    }
}

/// A rule's window on the records.
#[derive(Debug)]
pub struct View<'a> {
    loaded: &'a Loaded,
    changes: Changes,
    mutation: Uuid,
    by: Option<By>,
    /// Under which ids of merged records somebody asked for a record.
    asked_as: BTreeMap<RecordKey, Vec<Uuid>>,
}

impl<'a> View<'a> {
    /// Opens a view for one mutation.
    pub fn new(loaded: &'a Loaded, mutation: Uuid) -> Self {
        Self { loaded, changes: Changes::new(), mutation, by: None, asked_as: BTreeMap::new() }
    }

    /// Says who writes from now on: every record that is made or changed is stamped with it.
    pub fn stamp_by(&mut self, by: impl Into<By>) {
        self.by = Some(by.into());
    }

    /// Ends the view and returns what was written.
    pub fn into_changes(self) -> Changes {
        self.changes
    }

    /// Looks at the records as if these changes were made already.
    pub fn assume(&mut self, changes: &Changes) {
        self.changes.clone_from(changes);
    }

    /// Returns what was written so far.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Returns an id that device and server agree on.
    pub fn derived_id<R>(&self, tag: &str) -> Id<R> {
        Id::new(derived_uuid(self.mutation, tag))
    }

    /// Reads a record, following merges to the survivor. What is added to it from now on bears the ids that led there, so
    /// that an undone merge finds it.
    ///
    /// # Errors
    /// Not loaded, or the stored body is broken.
    pub fn get<R: Record>(&mut self, id: Id<R>) -> Result<Found<R>, Stop> {
        let mut id = id;
        let mut led = Vec::new();
        for _ in 0..REDIRECTS_MOST {
            match self.get_exact(id)? {
                Found::Here(record) => match record.redirect() {
                    Some(next) => {
                        led.push(id.uuid());
                        id = Id::new(next);
                    }
                    None => {
                        if !led.is_empty() {
                            self.asked_as.entry(RecordKey::new(R::KIND, id.uuid())).or_insert(led);
                        }
                        return Ok(Found::Here(record));
                    }
                },
                other => return Ok(other),
            }
        }
        Err(Stop::Broken(format!("more than {REDIRECTS_MOST} redirects from {id}")))
    }

    /// Reads a record under exactly this id, merged or not.
    ///
    /// # Errors
    /// Not loaded, or the stored body is broken.
    pub fn get_exact<R: Record>(&mut self, id: Id<R>) -> Result<Found<R>, Stop> {
        Ok(match self.row(RecordKey::new(R::KIND, id.uuid()))? {
            Slot::Here(row) => Found::Here(BodyError::parse(&row.body)?),
            Slot::Absent => Found::Absent,
            Slot::NotHere => Found::NotHere,
        })
    }

    /// Reads a record that must exist. `None` means that this device cannot tell.
    ///
    /// # Errors
    /// Refused as missing, not loaded, or broken.
    pub fn require<R: Record>(&mut self, id: Id<R>) -> Result<Option<R>, Stop> {
        match self.get(id)? {
            Found::Here(record) => Ok(Some(record)),
            Found::NotHere => Ok(None),
            Found::Absent => Err(Refusal::Missing { id: id.uuid() }.into()),
        }
    }

    /// Returns the state of a record as stored.
    ///
    /// # Errors
    /// Not loaded.
    pub fn row(&self, key: RecordKey) -> Result<Slot, Stop> {
        if let Some(change) = self.changes.get(&key) {
            return Ok(match &change.after {
                Some((row, _)) => Slot::Here(row.clone()),
                None => Slot::Absent,
            });
        }
        self.loaded.records.get(&key).cloned().ok_or(Stop::NotLoaded(Need::Record(key)))
    }

    /// Returns the ids of a record's children of a kind, sorted.
    ///
    /// # Errors
    /// Not loaded.
    pub fn children(&self, kind: Kind, parent: RecordKey) -> Result<BTreeSet<Uuid>, Stop> {
        let stored = self.loaded.children.get(&(kind, parent));
        let mut list = stored.cloned().ok_or(Stop::NotLoaded(Need::Children { kind, parent }))?;
        for change in self.changes.values().filter(|c| c.key.kind == kind) {
            match &change.after {
                Some((_, facts)) if facts.references.contains(&parent) => list.insert(change.key.id),
                _ => list.remove(&change.key.id),
            };
        }
        Ok(list)
    }

    /// Returns the id of the record that holds a key.
    ///
    /// # Errors
    /// Not loaded.
    pub fn holder(&self, key: &LookupKey) -> Result<Option<Uuid>, Stop> {
        let stored = self.loaded.holders.get(key);
        let mut holder = *stored.ok_or_else(|| Stop::NotLoaded(Need::Holder(key.clone())))?;
        for change in self.changes.values().filter(|c| c.key.kind == key.kind) {
            let holds = change.after.as_ref().is_some_and(|(_, facts)| facts.keys.contains(key));
            if holds {
                holder = Some(change.key.id);
            } else if holder == Some(change.key.id) {
                holder = None;
            }
        }
        Ok(holder)
    }

    /// Returns how the actor stands to a group.
    ///
    /// # Errors
    /// Not loaded.
    pub fn standing(&self, group: Group) -> Result<Membership, Stop> {
        self.loaded.standings.get(&group).copied().ok_or(Stop::NotLoaded(Need::Standing(group)))
    }

    /// Writes a record that must be new.
    ///
    /// # Errors
    /// Refused if it exists, invalid, or not loaded.
    pub fn create<R: Record>(&mut self, record: &R) -> Result<(), Stop> {
        let key = RecordKey::new(R::KIND, record.id());
        if let Slot::Here(_) = self.row(key)? {
            return Err(Refusal::Exists { id: key.id }.into());
        }
        record.validate().map_err(Refusal::from)?;
        for (id, value) in record.own().into_iter().flatten() {
            own::check::<R>(*id, value, self)?;
        }
        self.put(record)
    }

    /// Writes a record, with the stamp of whoever writes. The stamp alone is no change.
    ///
    /// # Errors
    /// Not loaded.
    pub fn put<R: Record>(&mut self, record: &R) -> Result<(), Stop> {
        self.put_stamped(record, false)
    }

    /// Writes a record that a merge moves, or that goes back after one, with what its own stamp says of
    /// the ways that it came and went.
    ///
    /// # Errors
    /// Not loaded.
    pub(crate) fn put_moved<R: Record>(&mut self, record: &R) -> Result<(), Stop> {
        self.put_stamped(record, true)
    }

    fn put_stamped<R: Record>(&mut self, record: &R, moved: bool) -> Result<(), Stop> {
        let key = RecordKey::new(R::KIND, record.id());
        let facts = Facts::of(record);
        let row = |body: String| Row { key, group: facts.group, rev: 0, body: body.into() };
        let Some(by) = self.by else {
            let row = row(body_of(record)?);
            return self.write(key, Some((row, facts)));
        };
        let standing = match self.row(key)? {
            Slot::Here(row) => Some(row.body),
            Slot::Absent | Slot::NotHere => None,
        };
        let mut record = record.clone();
        let made = self.changes.get(&key).is_some_and(|change| change.before.is_none());
        let stamp = match &standing {
            Some(body) => {
                let mut stamp = Stamp::of(body);
                if moved {
                    let Stamp { came_from, parted_from, .. } = std::mem::take(&mut record.unknown_mut().stamp);
                    (stamp.came_from, stamp.parted_from) = (came_from, parted_from);
                }
                record.unknown_mut().stamp = stamp.clone();
                if body_of(&record)?.as_str() == &**body {
                    return Ok(()); // no new revision of the record
                }
                if made { stamp } else { stamp.changed(&by) }
            }
            None => Stamp { came_from: self.ways_to::<R>(&facts.references), ..Stamp::made(&by) },
        };
        record.unknown_mut().stamp = stamp;
        let row = row(body_of(&record)?);
        self.write(key, Some((row, facts)))
    }

    /// Returns the ids of merged records through which somebody came to what a new record names.
    fn ways_to<R: Record>(&self, references: &[RecordKey]) -> Vec<Uuid> {
        if !R::RETURNS || planted(Plant::LateWritingUnmarked) {
            return Vec::new();
        }
        references.iter().filter_map(|key| self.asked_as.get(key)).flatten().copied().collect()
    }

    /// Writes a body as it was once, stamp and all.
    ///
    /// # Errors
    /// Not loaded, or the body is broken.
    pub(crate) fn restore(&mut self, key: RecordKey, body: String) -> Result<(), Stop> {
        let facts = key.kind.facts(&body)?;
        let row = Row { key, group: facts.group, rev: 0, body: body.into() };
        self.write(key, Some((row, facts)))
    }

    /// Purges a record of any kind.
    ///
    /// # Errors
    /// Not loaded.
    pub fn purge(&mut self, key: RecordKey) -> Result<(), Stop> {
        self.write(key, None)
    }

    /// Purges a record.
    ///
    /// # Errors
    /// Not loaded.
    pub fn remove<R: Record>(&mut self, id: Id<R>) -> Result<(), Stop> {
        self.write(RecordKey::new(R::KIND, id.uuid()), None)
    }

    fn write(&mut self, key: RecordKey, after: Option<(Row, Facts)>) -> Result<(), Stop> {
        if let Some(change) = self.changes.get_mut(&key) {
            change.after = after;
            return Ok(());
        }
        let before = match self.row(key)? {
            Slot::Here(row) => Some(row),
            Slot::Absent | Slot::NotHere => None,
        };
        if before.as_ref().map(|row| &row.body) == after.as_ref().map(|(row, _)| &row.body) {
            return Ok(()); // nothing changed: no new revision of the record
        }
        let old_facts = before.as_ref().map(|row| key.kind.facts(&row.body)).transpose()?;
        self.changes.insert(key, Change { key, before, old_facts, after });
        Ok(())
    }
}

fn body_of<R: Record>(record: &R) -> Result<String, Stop> {
    let broken = |e: serde_json::Error| Stop::Broken(e.to_string());
    if !planted(Plant::UnknownFieldsDropped) {
        return serde_json::to_string(record).map_err(broken);
    }
    let mut body = serde_json::to_value(record).map_err(broken)?;
    if let Some(map) = body.as_object_mut() {
        map.retain(|name, _| name != NEWER_FIELD);
    }
    serde_json::to_string(&body).map_err(broken)
}

/// A field that the simulator's newer devices write.
pub const NEWER_FIELD: &str = "of_a_newer_build";
