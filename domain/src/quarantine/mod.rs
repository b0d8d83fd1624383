//! Entries that reached the server from a device whose access had ended: an administrator reviews them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::Role,
    id::derived_uuid,
    kind::RecordKey,
    mutation::{Action, Actor, Moment, Mutation},
    refusal::Refusal,
    user::UserId,
    view::{Need, Stop, View},
};

/// Carries out such an entry. The rights are those of the administrator who accepts it; what it writes
/// bears its author's name, and is marked as late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineAccept {
    pub author: UserId,
    /// The action's name on the wire.
    pub name: String,
    /// The version of its arguments.
    pub v: u16,
    pub args: Value,
    /// When it was made; ms UTC.
    pub happened: i64,
    pub business_date: NaiveDate,
}

/// Returns the id of the entry by which one in quarantine is carried out: derived, so that it is carried out once.
pub fn accepted_id(entry: Uuid) -> Uuid {
    derived_uuid(entry, "accepted")
}

impl QuarantineAccept {
    fn action(&self) -> Result<Action, Refusal> {
        let action = Action::decode(&self.name, self.v, &self.args.to_string()).map_err(|_| Refusal::BadArguments)?;
        // It runs with an administrator's rights: only what people enter in their daily work, and nothing by which
        // somebody whose access has ended comes to rights.
        match action {
            Action::CustomerCreate(_)
            | Action::CustomerEnter(_)
            | Action::CustomerEdit(_)
            | Action::CustomerAssign(_)
            | Action::CustomerShare(_)
            | Action::CustomerBin(_)
            | Action::CustomerRelease(_)
            | Action::CustomerMerge(_)
            | Action::CustomerUnmerge(_)
            | Action::CustomersDistinct(_)
            | Action::ContactCreate(_)
            | Action::ContactEdit(_)
            | Action::ContactBin(_)
            | Action::ContactRecordAdd(_)
            | Action::ContactRecordEdit(_)
            | Action::ContactRecordBin(_)
            | Action::ListViewAdd(_)
            | Action::ListViewEdit(_)
            | Action::ListViewBin(_)
            | Action::NextActionAdd(_)
            | Action::NextActionEdit(_)
            | Action::NextActionFinish(_)
            | Action::NextActionBin(_)
            | Action::ConflictResolve(_)
            | Action::ExportNote(_)
            | Action::AccessNote(_)
            | Action::ClashSettle(_)
            | Action::AttachmentAdd(_)
            | Action::AttachmentBin(_)
            | Action::VisitAdd(_)
            | Action::VisitPlace(_)
            | Action::VisitCancel(_)
            | Action::VisitCheckOut(_)
            | Action::DayReportWrite(_)
            | Action::OpportunityAdd(_)
            | Action::OpportunityEdit(_)
            | Action::OpportunityMove(_)
            | Action::OpportunityBin(_) => Ok(action),
            Action::OrganisationSetUp(_)
            | Action::OrganisationEdit(_)
            | Action::DepartmentCreate(_)
            | Action::DepartmentPlace(_)
            | Action::UserCreate(_)
            | Action::FingerprintsSwitch(_)
            | Action::FingerprintsFill(_)
            | Action::FingerprintsTend(_)
            | Action::FingerprintsTell(_)
            | Action::ClashOpen(_)
            | Action::ClashNote(_)
            | Action::UserPlace(_)
            | Action::CustomerSharesExpire(_)
            | Action::CustomerPurge(_)
            | Action::PoolCreate(_)
            | Action::PoolEdit(_)
            | Action::CustomerClaim(_)
            | Action::CustomerLock(_)
            | Action::CustomerAskBack(_)
            | Action::CustomerRecycle(_)
            | Action::RecordPurge(_)
            | Action::HandoverStart(_)
            | Action::HandoverGive(_)
            | Action::HandoverFinish(_)
            | Action::HandoverUndo(_)
            | Action::HandoverReturn(_)
            | Action::Void(_)
            | Action::OwnFieldCreate(_)
            | Action::OwnFieldEdit(_)
            | Action::PipelineCreate(_)
            | Action::PipelineEdit(_)
            | Action::QuarantineAccept(_) => Err(Refusal::RoleNotAllowed),
        }
    }
}

impl Mutation for QuarantineAccept {
    const NAME: &'static str = "quarantine_accept";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let roles = match &at.actor {
            Actor::Person { roles, .. } => roles.clone(),
            Actor::System => BTreeSet::from([Role::Administrator]),
        };
        if !roles.contains(&Role::Administrator) {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let action = self.action()?;
        let moment = Moment {
            actor: Actor::Person { user: self.author, roles },
            happened: self.happened,
            business_date: self.business_date,
            late: true,
            ..at.clone()
        };
        view.stamp_by(&moment);
        action.apply(&moment, view)
    }

    fn needs(&self) -> Vec<Need> {
        self.action().map(|action| action.needs()).unwrap_or_default()
    }

    fn creates(&self) -> Vec<RecordKey> {
        self.action().map(|action| action.creates()).unwrap_or_default()
    }
}
