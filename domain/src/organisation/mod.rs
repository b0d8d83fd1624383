//! The organisation: what holds for everybody in it.

mod region;

pub use region::Region;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    agenda::SilentAfter,
    columns::{Cell, Column, ColumnType, Place, column},
    edit::edit_mutation,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Actor, Moment, Mutation},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Refusal},
    user::User,
    value::{Currency, length, required},
    view::{Stop, View},
};

/// The id of an organisation.
pub type OrganisationId = Id<Organisation>;

/// One company with its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    /// BCP 47: `zh-Hant`, `zh-Hans` or `en`.
    pub language: String,
    pub currency: Currency,
    /// IANA name, such as `Asia/Taipei`; it decides the business date.
    pub time_zone: String,
    /// Whose business conventions hold; none where the company chose no region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// When customers count as silent; the usual days where the company has not chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_after: Option<SilentAfter>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Organisation {
    /// The most characters of its name.
    pub const NAME_MOST: usize = 120;
}

impl Record for Organisation {
    const KIND: Kind = Kind::Organisation;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Organisation>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("language", ColumnType::Choice, |r| Cell::text(&r.language)),
            column("currency", ColumnType::Choice, |r| Cell::text(&format!("{:?}", r.currency).to_uppercase())),
            column("time_zone", ColumnType::Text, |r| Cell::text(&r.time_zone)),
            column("region", ColumnType::Choice, |r| r.region.map_or(Cell::Empty, |region| Cell::text(region.code()))),
            column("silent_after", ColumnType::Text, |r: &Organisation| {
                r.silent_after.as_ref().map_or(Cell::Empty, |after| Cell::text(&after.to_string()))
            })
            .in_body(Place::Json),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, Self::NAME_MOST)?;
        length("time_zone", &self.time_zone, 60)?;
        self.silent_after.as_ref().map_or(Ok(()), SilentAfter::validate)
    }
}

edit_mutation! {
    /// Changes the organisation's settings.
    OrganisationEdit of Organisation as "organisation_edit"
}

/// Founds the organisation with its first administrator; only the server does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationSetUp {
    pub organisation: Organisation,
    pub administrator: User,
}

impl Mutation for OrganisationSetUp {
    const NAME: &'static str = "organisation_set_up";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        view.create(&self.organisation)?;
        view.create(&self.administrator)
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![
            RecordKey::new(Kind::Organisation, self.organisation.id.uuid()),
            RecordKey::new(Kind::User, self.administrator.id.uuid()),
        ]
    }
}
