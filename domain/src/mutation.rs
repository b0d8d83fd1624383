//! Mutations: named, versioned business actions, and the one registry of them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::Role,
    id::Id,
    kind::RecordKey,
    plant::{Plant, planted},
    refusal::Refusal,
    user::User,
    view::{Need, Stop, View},
};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself: set-up, shares that end.
    System,
    Person {
        user: Id<User>,
        roles: BTreeSet<Role>,
    },
}

impl Actor {
    /// Returns the person, if it is one.
    pub fn user(&self) -> Option<Id<User>> {
        match self {
            Actor::System => None,
            Actor::Person { user, .. } => Some(*user),
        }
    }
}

impl Actor {
    /// Says whether somebody gives customers out that are not their own.
    pub(crate) fn leads(&self) -> bool {
        let Actor::Person { roles, .. } = self else { return true };
        [Role::Administrator, Role::Manager, Role::SalesAssistant].iter().any(|role| roles.contains(role))
    }

    /// Says whether somebody is no more than a collaborator: who gives a customer away is its owner, or leads.
    pub(crate) fn only_helps(&self, customer: &crate::customer::Customer) -> bool {
        let helps = |user| customer.collaborators.iter().any(|helper| helper.user == user);
        !self.leads() && self.user().is_some_and(|user| customer.owner != Some(user) && helps(user))
    }
}

/// When and by whom an entry was made. The only source of time for a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub actor: Actor,
    /// When it happened, by the device's clock as corrected by the measured offset; ms UTC.
    pub happened: i64,
    /// When the server received it; ms UTC. `None` on the device.
    pub arrived: Option<i64>,
    /// The day on which the server received it, in the organisation's zone. `None` on the device.
    pub arrived_on: Option<NaiveDate>,
    /// The day of business in the organisation's zone, fixed at entry.
    pub business_date: NaiveDate,
    /// Judged by the right at the time of entry, since the author has lost it meanwhile.
    pub late: bool,
}

/// How the driver judges an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Needs the right to write every group that it touches.
    Edit,
    /// Only adds; the right at the time of entry is enough, for 30 days.
    Additive,
    /// Crosses groups by its purpose (a merge, a handover); decides by itself who may.
    Crossing,
}

/// A business action. `apply` runs on the device at once and on the server for good.
pub trait Mutation: Serialize + DeserializeOwned {
    /// The name on the wire.
    const NAME: &'static str;
    /// The version of the arguments.
    const VERSION: u16 = 1;
    const NATURE: Nature = Nature::Edit;

    /// Carries the action out on a view.
    ///
    /// # Errors
    /// Refused, or something is not loaded.
    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop>;

    /// Leaves what its author wrote, but may not write, as entries for those who may.
    ///
    /// # Errors
    /// Something is not loaded.
    fn leave(&self, _at: &Moment, _view: &mut View) -> Result<(), Stop> {
        Ok(())
    }

    /// Hints at what `apply` will ask for.
    fn needs(&self) -> Vec<Need> {
        Vec::new()
    }

    /// Returns the records that it creates; later entries that name them wait with it.
    fn creates(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    /// Turns arguments of an earlier version into those of the next; `None` if it never existed.
    fn upgrade(_from: u16, _args: Value) -> Option<Value> {
        None
    }
}

/// Why a name, version and arguments are no action of this build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecoded {
    /// A name or version of another build: not yet.
    Unknown,
    /// The arguments are wrong: refused.
    Refused(Refusal),
}

/// Reads arguments of any version up to this build's.
fn decode<M: Mutation>(version: u16, args: &str) -> Result<M, Undecoded> {
    if version > M::VERSION {
        return Err(Undecoded::Unknown);
    }
    let bad = |_| Undecoded::Refused(Refusal::BadArguments);
    if version == M::VERSION && !args.contains("\\u0000") {
        return serde_json::from_str(args).map_err(bad);
    }
    let mut value: Value = serde_json::from_str(args).map_err(bad)?;
    if holds_nul(&value) {
        return Err(Undecoded::Refused(Refusal::BadArguments));
    }
    let first = if planted(Plant::UpgradeSkipped) { M::VERSION } else { version };
    for step in first..M::VERSION {
        value = M::upgrade(step, value).ok_or(Undecoded::Unknown)?;
    }
    serde_json::from_value(value).map_err(bad)
}

/// Says whether a text inside holds U+0000, which no database takes everywhere.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, item)| name.contains('\0') || holds_nul(item)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

macro_rules! mutations {
    ($($variant:ident($mutation:path)),+ $(,)?) => {
        /// Any action that this build knows.
        #[derive(Clone, Debug)]
        pub enum Action { $($variant($mutation)),+ }

        impl Action {
            /// Every name with its version.
            pub const ALL: &'static [(&'static str, u16)] = &[$((<$mutation>::NAME, <$mutation>::VERSION)),+];

            /// Reads an action from the wire.
            ///
            /// # Errors
            /// Unknown to this build, or wrong arguments.
            pub fn decode(name: &str, version: u16, args: &str) -> Result<Action, Undecoded> {
                match name {
                    $(<$mutation>::NAME => decode::<$mutation>(version, args).map(Action::$variant),)+
                    _ => Err(Undecoded::Unknown),
                }
            }

            /// Returns the name on the wire.
            pub fn name(&self) -> &'static str {
                match self { $(Action::$variant(_) => <$mutation>::NAME),+ }
            }

            /// Returns the version of the arguments.
            pub fn version(&self) -> u16 {
                match self { $(Action::$variant(_) => <$mutation>::VERSION),+ }
            }

            /// Says whether it is entered in a form of the server's, and never comes out of a device's outbox: it says what only
            /// the server can know.
            pub const fn is_of_the_server(&self) -> bool {
                matches!(self, Action::HandoverStart(_) | Action::HandoverUndo(_))
            }

            /// Returns how the driver judges it.
            pub fn nature(&self) -> Nature {
                match self { $(Action::$variant(_) => <$mutation>::NATURE),+ }
            }

            /// Writes the arguments for the wire.
            ///
            /// # Errors
            /// A value that JSON cannot hold.
            pub fn args(&self) -> Result<String, serde_json::Error> {
                match self { $(Action::$variant(m) => serde_json::to_string(m)),+ }
            }

            /// Carries it out on a view.
            ///
            /// # Errors
            /// Refused, or something is not loaded.
            pub fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
                match self { $(Action::$variant(m) => m.apply(at, view)),+ }
            }

            /// Leaves what its author may not write for those who may.
            ///
            /// # Errors
            /// Something is not loaded.
            pub fn leave(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
                match self { $(Action::$variant(m) => m.leave(at, view)),+ }
            }

            /// Hints at what it will ask for.
            pub fn needs(&self) -> Vec<Need> {
                match self { $(Action::$variant(m) => m.needs()),+ }
            }

            /// Returns the records that it creates.
            pub fn creates(&self) -> Vec<RecordKey> {
                match self { $(Action::$variant(m) => m.creates()),+ }
            }
        }

        $(impl From<$mutation> for Action {
            fn from(mutation: $mutation) -> Action { Action::$variant(mutation) }
        })+
    };
}

mutations! {
    OrganisationSetUp(crate::organisation::OrganisationSetUp),
    OrganisationEdit(crate::organisation::OrganisationEdit),
    DepartmentCreate(crate::department::DepartmentCreate),
    DepartmentPlace(crate::department::DepartmentPlace),
    UserCreate(crate::user::UserCreate),
    UserPlace(crate::user::UserPlace),
    CustomerCreate(crate::customer::CustomerCreate),
    CustomerEdit(crate::customer::CustomerEdit),
    CustomerAssign(crate::customer::CustomerAssign),
    CustomerShare(crate::customer::CustomerShare),
    CustomerSharesExpire(crate::customer::CustomerSharesExpire),
    CustomerBin(crate::customer::CustomerBin),
    CustomerMerge(crate::customer::CustomerMerge),
    ContactCreate(crate::contact::ContactCreate),
    ContactEdit(crate::contact::ContactEdit),
    ContactBin(crate::contact::ContactBin),
    ContactRecordAdd(crate::contact_record::ContactRecordAdd),
    ContactRecordEdit(crate::contact_record::ContactRecordEdit),
    NextActionAdd(crate::next_action::NextActionAdd),
    NextActionEdit(crate::next_action::NextActionEdit),
    NextActionFinish(crate::next_action::NextActionFinish),
    ConflictResolve(crate::conflict::ConflictResolve),
    Void(Void),
    QuarantineAccept(crate::quarantine::QuarantineAccept),
    CustomerEnter(crate::customer::CustomerEnter),
    ExportNote(crate::exchange::ExportNote),
    OwnFieldCreate(crate::own::OwnFieldCreate),
    OwnFieldEdit(crate::own::OwnFieldEdit),
    AttachmentAdd(crate::attachment::AttachmentAdd),
    AttachmentBin(crate::attachment::AttachmentBin),
    CustomerPurge(crate::customer::CustomerPurge),
    RecordPurge(crate::recycle_bin::RecordPurge),
    ContactRecordBin(crate::contact_record::ContactRecordBin),
    ListViewAdd(crate::list_view::ListViewAdd),
    ListViewEdit(crate::list_view::ListViewEdit),
    ListViewBin(crate::list_view::ListViewBin),
    CustomersDistinct(crate::distinct::CustomersDistinct),
    FingerprintsSwitch(crate::fingerprints::FingerprintsSwitch),
    FingerprintsFill(crate::fingerprints::FingerprintsFill),
    FingerprintsTend(crate::fingerprints::FingerprintsTend),
    PoolCreate(crate::pool::PoolCreate),
    PoolEdit(crate::pool::PoolEdit),
    CustomerClaim(crate::pool::CustomerClaim),
    CustomerRelease(crate::pool::CustomerRelease),
    CustomerLock(crate::pool::CustomerLock),
    CustomerAskBack(crate::pool::CustomerAskBack),
    CustomerRecycle(crate::pool::CustomerRecycle),
    FingerprintsTell(crate::fingerprints::FingerprintsTell),
    ClashOpen(crate::clash::ClashOpen),
    ClashSettle(crate::clash::ClashSettle),
    ClashNote(crate::clash::ClashNote),
    VisitAdd(crate::visit::VisitAdd),
    VisitPlace(crate::visit::VisitPlace),
    VisitCancel(crate::visit::VisitCancel),
    VisitCheckOut(crate::visit::VisitCheckOut),
    DayReportWrite(crate::day_report::DayReportWrite),
    PipelineCreate(crate::pipeline::PipelineCreate),
    PipelineEdit(crate::pipeline::PipelineEdit),
    OpportunityAdd(crate::opportunity::OpportunityAdd),
    OpportunityEdit(crate::opportunity::OpportunityEdit),
    OpportunityMove(crate::opportunity::OpportunityMove),
    OpportunityBin(crate::opportunity::OpportunityBin),
    NextActionBin(crate::next_action::NextActionBin),
    CustomerUnmerge(crate::customer::CustomerUnmerge),
    HandoverStart(crate::handover::HandoverStart),
    HandoverGive(crate::handover::HandoverGive),
    HandoverFinish(crate::handover::HandoverFinish),
    HandoverUndo(crate::handover::HandoverUndo),
    HandoverReturn(crate::handover::HandoverReturn),
    AccessNote(crate::exchange::AccessNote),
}

/// An entry that its author discarded before it was sent; it only advances the counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Void {}

impl Mutation for Void {
    const NAME: &'static str = "void";

    fn apply(&self, _at: &Moment, _view: &mut View) -> Result<(), Stop> {
        Err(Refusal::Discarded.into())
    }
}

/// Returns every id that arguments name, however deep.
pub fn ids_named(args: &str) -> BTreeSet<Uuid> {
    fn walk(value: &Value, ids: &mut BTreeSet<Uuid>) {
        match value {
            Value::String(text) if text.len() == 36 => ids.extend(Uuid::try_parse(text)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, ids)),
            Value::Object(fields) => fields.values().for_each(|item| walk(item, ids)),
            _ => {}
        }
    }
    let mut ids = BTreeSet::new();
    if let Ok(value) = serde_json::from_str(args) {
        walk(&value, &mut ids);
    }
    ids
}
