//! Conflict entries: what two people wrote into one field, with the value both had seen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    contact::Contact,
    contact_record::ContactRecord,
    customer::Customer,
    department::Department,
    edit::{Edit, FieldEdit, FieldName},
    id::Id,
    kind::{Group, Kind, RecordKey},
    list_view::ListViewEdit,
    mutation::{Moment, Mutation},
    next_action::NextAction,
    opportunity::Opportunity,
    organisation::Organisation,
    own::{OwnField, Unknown},
    pipeline::Pipeline,
    pool::Pool,
    record::Record,
    refusal::Refusal,
    user::{User, UserId},
    view::{Need, Stop, View},
};

/// The id of a conflict entry.
pub type ConflictId = Id<Conflict>;

/// Two values for one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub id: ConflictId,
    /// The record that the field belongs to.
    pub about: RecordKey,
    /// That record's group: everybody who sees the record sees the conflict.
    pub group: Group,
    pub field: FieldName,
    /// What the author of `mine` had seen.
    pub seen: Value,
    /// What stood there when `mine` arrived.
    pub theirs: Value,
    /// What the later arrival wrote.
    pub mine: Value,
    /// Who wrote `mine`.
    pub author: Option<UserId>,
    /// When `mine` was written; ms UTC.
    pub happened: i64,
    /// `mine` does not stand: it was written to a merged record, or by somebody who may not write this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Who settled a conflict, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    pub by: Option<UserId>,
    /// ms UTC.
    pub at: i64,
}

impl Conflict {
    /// Makes the entry of one field edit on a record.
    pub(crate) fn of<R: Record>(
        record: &R,
        edit: &FieldEdit,
        theirs: Value,
        held: bool,
        at: &Moment,
        view: &View,
    ) -> Self {
        let tag = match &edit.field {
            FieldName::Name(name) => format!("conflict:{}:{name}", R::KIND),
            FieldName::Own(id) => format!("conflict:{}:{id}", R::KIND),
        };
        Self {
            id: view.derived_id(&tag),
            about: RecordKey::new(R::KIND, record.id()),
            group: record.group(),
            field: edit.field.clone(),
            seen: edit.from.clone(),
            theirs,
            mine: edit.to.clone(),
            author: at.actor.user(),
            happened: at.happened,
            held,
            resolved: None,
            unknown: Unknown::new(),
        }
    }
}

impl Record for Conflict {
    const KIND: Kind = Kind::Conflict;
    const PARENTS: &'static [Kind] = &[Kind::Customer];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        self.group
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        match self.group {
            Group::Org => Vec::new(),
            Group::Of(root) => vec![root],
        }
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if let Group::Of(root) = self.group
            && root.id == from
        {
            self.group = Group::Of(RecordKey::new(root.kind, to));
            if self.about == root {
                self.about.id = to;
            }
        }
    }

    fn hangs_on(&self) -> Option<RecordKey> {
        Some(self.about).filter(|about| self.group != Group::Of(*about))
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Conflict>] = &[
            fixed("about", ColumnType::Text, |r: &Conflict| Cell::text(&r.about.to_string())).in_body(Place::Key),
            fixed("field", ColumnType::Text, |r: &Conflict| Cell::text(&r.field.to_string())).in_body(Place::Field),
            fixed("author", ColumnType::Reference(Kind::User), |r| Cell::shown(r.author)),
            fixed("happened", ColumnType::Instant, |r| Cell::Instant(r.happened)),
            fixed("resolved", ColumnType::Flag, |r: &Conflict| Cell::Flag(r.resolved.is_some()))
                .in_body(Place::Presence),
        ];
        COLUMNS
    }
}

/// Settles a conflict: one of the values stands from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictResolve {
    pub id: ConflictId,
    /// The value that the author saw standing in the record.
    pub standing: Value,
    pub value: Value,
}

impl Mutation for ConflictResolve {
    const NAME: &'static str = "conflict_resolve";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(conflict) = view.require(self.id)? else { return Ok(()) };
        let edit = FieldEdit { field: conflict.field.clone(), from: self.standing.clone(), to: self.value.clone() };
        let about = conflict.about.id;
        match conflict.about.kind {
            Kind::Organisation => Edit::<Organisation>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::Department => Edit::<Department>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::User => Edit::<User>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::Customer => {
                let survivor = crate::contact::survivor(about.into(), view)?;
                Edit::<Customer>::fields(survivor, vec![edit]).apply(at, view)?;
            }
            Kind::Contact => Edit::<Contact>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::ContactRecord => Edit::<ContactRecord>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::NextAction => Edit::<NextAction>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::OwnField => Edit::<OwnField>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::ListView => ListViewEdit(Edit::fields(about.into(), vec![edit])).apply(at, view)?,
            Kind::Pool => Edit::<Pool>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::Pipeline => Edit::<Pipeline>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::Opportunity => Edit::<Opportunity>::fields(about.into(), vec![edit]).apply(at, view)?,
            Kind::Conflict
            | Kind::Attachment
            | Kind::Distinct
            | Kind::Fingerprints
            | Kind::Claim
            | Kind::PoolCard
            | Kind::Clash
            | Kind::Visit
            | Kind::DayReport
            | Kind::StageMove
            | Kind::Handover => return Err(Refusal::BadArguments.into()),
        }
        let resolved = Some(Resolved { by: at.actor.user(), at: at.happened });
        view.put(&Conflict { resolved, ..conflict })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::Conflict, self.id.uuid()))]
    }
}
