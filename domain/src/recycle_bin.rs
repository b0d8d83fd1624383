//! The recycle bin: how long it keeps what was put there, and how a record leaves it for good.

use chrono::{DateTime, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    contact::ContactId,
    contact_record::ContactRecord,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    next_action::NextAction,
    record::BodyError,
    refusal::Refusal,
    view::{Need, Slot, Stop, View},
};

/// So long the recycle bin keeps what was put there; days.
pub const BIN_DAYS: u64 = 30;

/// Returns the first day on which a record that was put into the recycle bin at a moment (ms UTC) may be purged.
/// One day more than [`BIN_DAYS`]: the company's day may be another than that of UTC.
pub fn purge_day(deleted_at: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(deleted_at)?.date_naive().checked_add_days(Days::new(BIN_DAYS + 1))
}

/// The kinds that name contacts of their customer.
pub const NAMING: [Kind; 2] = [Kind::ContactRecord, Kind::NextAction];

/// Returns the contacts whom a body names, and who are not purged while it does: whom a visit met is still read years
/// later. What lies in the recycle bin itself, or is done, keeps nobody.
pub fn contacts_named(kind: Kind, body: &str) -> Vec<ContactId> {
    match kind {
        Kind::ContactRecord => {
            let record = BodyError::parse::<ContactRecord>(body).ok().filter(|record| record.deleted_at.is_none());
            record.map(|record| record.met).unwrap_or_default()
        }
        Kind::NextAction => {
            let action = BodyError::parse::<NextAction>(body).ok();
            let open = action.filter(|action| action.done.is_none() && action.deleted_at.is_none());
            open.and_then(|action| action.contact).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Takes a record that was put into the recycle bin by itself out of it for good, with what hangs on it: devices forget
/// it. Only the server does it; the journal still says what there was. Customers go by
/// [`CustomerPurge`](crate::customer::CustomerPurge), with everything below them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPurge {
    pub record: RecordKey,
}

impl RecordPurge {
    /// The kinds that lie in the recycle bin by themselves.
    pub const KINDS: [Kind; 5] =
        [Kind::Contact, Kind::ContactRecord, Kind::NextAction, Kind::Attachment, Kind::Opportunity];
    /// The kinds that hang on a record and are stored below its customer.
    const HANGING: [Kind; 3] = [Kind::Attachment, Kind::Conflict, Kind::StageMove];

    /// Returns what hangs on the record, among the children of its customer.
    fn hanging(&self, parent: RecordKey, view: &View) -> Result<Vec<RecordKey>, Stop> {
        let mut hanging = Vec::new();
        for kind in Self::HANGING {
            for child in view.children(kind, parent)? {
                let key = RecordKey::new(kind, child);
                let Slot::Here(row) = view.row(key)? else { continue };
                // What this build cannot read hangs on nothing that it knows.
                if kind.facts(&row.body).is_ok_and(|facts| facts.hangs_on == Some(self.record)) {
                    hanging.push(key);
                }
            }
        }
        Ok(hanging)
    }
}

impl Mutation for RecordPurge {
    const NAME: &'static str = "record_purge";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        if !Self::KINDS.contains(&self.record.kind) {
            return Err(Refusal::BadArguments.into());
        }
        let Slot::Here(row) = view.row(self.record)? else { return Ok(()) };
        let facts = self.record.kind.facts(&row.body)?;
        // Somebody may have restored it meanwhile.
        if !facts.deleted || facts.due.is_none_or(|day| at.business_date < day) {
            return Ok(());
        }
        for parent in facts.references {
            for key in self.hanging(parent, view)? {
                view.purge(key)?;
            }
        }
        view.purge(self.record)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(self.record)]
    }
}
