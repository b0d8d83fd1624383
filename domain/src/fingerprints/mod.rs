//! What the whole company knows of all its customers, so that nobody enters one twice: no more than is needed to say that
//! there may be one already.
//!
//! Everybody who enters customers has it on the device, also of those whom they do not see. So it holds no name, no
//! customer, no owner and no department; names are numbers of 32 bits, telephones and tax numbers of 24, so that some of a
//! country's telephones have the same one. It cannot be read back into a list; whoever knows a name or a number already can
//! look whether the company has it, which is what it is for.

mod bucket;
mod keep;
mod print;
mod tells;

pub use bucket::Bucket;
pub use keep::{FingerprintsFill, FingerprintsSwitch, FingerprintsTell, FingerprintsTend};
pub use print::{Fingerprint, Known, Likeness};
pub use tells::Tells;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, fixed},
    customer::Customer,
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    view::{Need, Stop, View},
};

/// The id of some fingerprints.
pub type FingerprintsId = Id<Fingerprints>;

/// The fingerprints of customers that were entered in the same minute, or how the company keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    pub id: FingerprintsId,
    /// A [`Bucket`]; empty in the record that says how they are kept.
    #[serde(default, skip_serializing_if = "Bucket::is_empty")]
    pub of: Bucket,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeping: Option<Keeping>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How a company keeps fingerprints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// The administrator wants none.
    #[serde(default)]
    pub off: bool,
    /// The [`Keeping::LAYOUT`] of those that are there; 0 where none are.
    #[serde(default)]
    pub layout: u16,
    /// Those of all customers are there, not only of the ones that were written since.
    #[serde(default)]
    pub filled: bool,
    /// What the server tells whoever asks whose a customer is.
    #[serde(default)]
    pub tells: Tells,
}

impl Keeping {
    /// The layout that this build makes: it rises when the signs of a name are worked out otherwise.
    pub const LAYOUT: u16 = 1;
    /// What is there was not followed for a while: it is dropped and, where it is wanted, made anew.
    const UNFOLLOWED: u16 = u16::MAX;

    /// Switches them on or off. Whoever was written meanwhile is not in what is there.
    pub(crate) fn switched(self, on: bool) -> Self {
        match self.off == on {
            true if self.layout != 0 => Self { off: !on, layout: Self::UNFOLLOWED, filled: false, ..self },
            _ => Self { off: !on, ..self },
        }
    }

    /// Says whether what is written is followed.
    pub fn follows(self) -> bool {
        !self.off && self.layout == Self::LAYOUT
    }
}

impl Fingerprints {
    /// Returns the id of the record that says how they are kept.
    pub fn keeping_id() -> FingerprintsId {
        derived_uuid(Uuid::nil(), "fingerprints").into()
    }

    pub(crate) fn keeping_key() -> RecordKey {
        RecordKey::new(Kind::Fingerprints, Self::keeping_id().uuid())
    }

    /// Returns how they are kept.
    ///
    /// # Errors
    /// Not loaded.
    pub(crate) fn keeping(view: &mut View) -> Result<Keeping, Stop> {
        let record = view.get_exact::<Fingerprints>(Self::keeping_id())?.here();
        Ok(record.and_then(|record| record.keeping).unwrap_or_default())
    }

    /// Puts a customer's fingerprint into its bucket, in the place of the one that is there, or takes it out.
    ///
    /// # Errors
    /// Not loaded.
    pub(crate) fn set(customer: Uuid, print: Option<&Fingerprint>, view: &mut View) -> Result<(), Stop> {
        let id = Bucket::of_customer(customer);
        let record = view.get_exact::<Fingerprints>(id)?.here();
        let stood = record.is_some();
        let mut record =
            record.unwrap_or(Fingerprints { id, of: Bucket::default(), keeping: None, unknown: Unknown::default() });
        record.of.set(customer, print);
        match record.of.is_empty() {
            false => view.put(&record),
            true if stood => view.remove(id),
            true => Ok(()),
        }
    }
}

impl Record for Fingerprints {
    const KIND: Kind = Kind::Fingerprints;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    const DERIVED: bool = true;

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Fingerprints>] = &[fixed("of", ColumnType::Text, |r| Cell::text(&r.of.to_string()))];
        COLUMNS
    }
}

/// What a customer asks for whose fingerprint may have changed.
pub(crate) fn needs(before: Option<&Customer>, after: Option<&Customer>) -> Vec<Need> {
    let Some(customer) = changed(before, after) else { return Vec::new() };
    let bucket = RecordKey::new(Kind::Fingerprints, Bucket::of_customer(customer).uuid());
    vec![Need::Record(Fingerprints::keeping_key()), Need::Record(bucket)]
}

/// Keeps the fingerprint of a customer that was written.
///
/// # Errors
/// Not loaded.
pub(crate) fn follow(before: Option<&Customer>, after: Option<&Customer>, view: &mut View) -> Result<(), Stop> {
    let Some(customer) = changed(before, after) else { return Ok(()) };
    if !Fingerprints::keeping(view)?.follows() {
        return Ok(());
    }
    Fingerprints::set(customer, after.and_then(Fingerprint::of).as_ref(), view)
}

/// Returns the customer if its fingerprint is another one now.
fn changed(before: Option<&Customer>, after: Option<&Customer>) -> Option<Uuid> {
    let customer = after.or(before)?;
    let print = |customer: Option<&Customer>| customer.and_then(Fingerprint::of);
    (print(before) != print(after)).then_some(customer.id.uuid())
}
