use std::{collections::BTreeSet, fmt};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    id::Id,
    opportunity::Opportunity,
    refusal::{FieldError, Problem},
    value::required,
};

/// The most stages, or reasons, of a pipeline.
pub(super) const LISTED_MOST: usize = 40;
/// The most characters of a stage's or a reason's name.
const NAME_MOST: usize = 40;

/// The id of a stage; it stays when the stage is renamed or moved.
pub type StageId = Id<Stage>;

/// One step of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub id: StageId,
    /// Its place among the others.
    pub at: u32,
    pub name: String,
    /// How likely an opportunity in it is won; percent.
    pub probability: u8,
    /// So many days an opportunity may stay in it before it counts as rotting; without them as long as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// The columns of an opportunity that must be filled in before it enters.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub required: BTreeSet<String>,
    /// It is offered no more. What was moved to it with no network before that is there all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

impl Stage {
    /// The most days that may be allowed in one.
    pub const DAYS_MOST: u16 = 3_650;

    /// Returns a stage that asks for nothing.
    pub fn named(id: StageId, at: u32, name: &str, probability: u8) -> Self {
        Self { id, at, name: name.to_owned(), probability, days: None, required: BTreeSet::new(), off: false }
    }

    /// Returns the columns that an opportunity lacks to enter, in the order of the form.
    pub fn missing(&self, opportunity: &Opportunity) -> Vec<&'static str> {
        let lacks = |field: &&str| self.required.contains(*field) && !opportunity.has(field);
        Opportunity::REQUIRABLE.into_iter().filter(lacks).collect()
    }

    /// Returns how many days something that came on a day is over what is allowed; `None` if it is not.
    pub fn over(&self, since: NaiveDate, today: NaiveDate) -> Option<i64> {
        let last = since.checked_add_days(Days::new(self.days?.into()))?;
        Some((today - last).num_days()).filter(|days| *days > 0)
    }
}

/// `報價 60%`
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}%", self.name, self.probability)
    }
}

/// The id of a reason.
pub type LossReasonId = Id<LossReason>;

/// Why an opportunity is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossReason {
    pub id: LossReasonId,
    /// Its place among the others.
    pub at: u32,
    pub name: String,
    /// It is offered no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

impl LossReason {
    /// Returns a reason.
    pub fn named(id: LossReasonId, at: u32, name: &str) -> Self {
        Self { id, at, name: name.to_owned(), off: false }
    }
}

/// What a pipeline lists.
pub(super) trait Part {
    fn uuid(&self) -> Uuid;
    fn at(&self) -> u32;
    fn name(&self) -> &str;
}

impl Part for Stage {
    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }
    fn at(&self) -> u32 {
        self.at
    }
    fn name(&self) -> &str {
        &self.name
    }
}

impl Part for LossReason {
    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }
    fn at(&self) -> u32 {
        self.at
    }
    fn name(&self) -> &str {
        &self.name
    }
}

/// Reads a list in its order. Where two people changed one part at once, both states stand in what was merged: the later
/// arrival, which stands behind, is kept.
pub(super) fn each_once<'de, D, P>(deserializer: D) -> Result<Vec<P>, D::Error>
where
    D: Deserializer<'de>,
    P: Part + DeserializeOwned,
{
    let read = Vec::<P>::deserialize(deserializer)?;
    let mut once: Vec<P> = Vec::with_capacity(read.len());
    for part in read {
        match once.iter_mut().find(|known| known.uuid() == part.uuid()) {
            Some(known) => *known = part,
            None => once.push(part),
        }
    }
    once.sort_by_key(|part| (part.at(), part.uuid()));
    Ok(once)
}

/// Checks how many there are and what they are called.
pub(super) fn check_all<P: Part>(field: &str, parts: &[P]) -> Result<(), FieldError> {
    if parts.len() > LISTED_MOST {
        return Err(FieldError::new(field, Problem::TooMany { most: LISTED_MOST }));
    }
    parts.iter().try_for_each(|part| required(field, part.name(), NAME_MOST))
}
