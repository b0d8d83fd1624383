//! Handovers 交接: what somebody leaves goes to others, customer by customer, and can be taken back for a week.
//!
//! The record says from whom, to whom and how far it is; whoever reads it follows the work. What was moved stands in the
//! journal, from which it is taken back (ADR 0015). Authors of what was written stay, and opportunities keep their stage: only
//! owners and assignees change.

mod actions;
mod allowed;
mod estate;
mod give_back;
mod way;

pub use actions::{HandoverFinish, HandoverGive, HandoverStart, HandoverUndo};
pub use allowed::may_hand_over;
pub use estate::{Estate, Given};
pub use give_back::HandoverReturn;
pub use way::{Portion, Way};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    refusal::FieldError,
    user::UserId,
    value::length,
};

/// The id of a handover.
pub type HandoverId = Id<Handover>;

/// So many of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    #[serde(default)]
    pub customers: u32,
    /// Open ones of these customers.
    #[serde(default)]
    pub opportunities: u32,
    /// Those that are not done.
    #[serde(default)]
    pub next_actions: u32,
    /// Those that are planned.
    #[serde(default)]
    pub visits: u32,
    /// Other people's customers that were shared with whoever leaves.
    #[serde(default)]
    pub shared: u32,
}

impl Counts {
    /// Says whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns how many records there are. Opportunities are left out: they go with their customer.
    pub const fn total(&self) -> u32 {
        self.customers + self.next_actions + self.visits + self.shared
    }
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            customers: self.customers + other.customers,
            opportunities: self.opportunities + other.opportunities,
            next_actions: self.next_actions + other.next_actions,
            visits: self.visits + other.visits,
            shared: self.shared + other.shared,
        }
    }
}

/// How far a handover is. Draft and preview are the screen's; nothing of them is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    #[default]
    Running,
    /// Since when; ms UTC.
    Done {
        at: i64,
    },
    /// It is being taken back.
    Returning,
    Undone {
        at: i64,
    },
}

impl State {
    /// The words on the wire.
    pub const NAMES: [&'static str; 4] = ["running", "done", "returning", "undone"];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Done { .. } => "done",
            State::Returning => "returning",
            State::Undone { .. } => "undone",
        }
    }

    /// Returns when it ended; ms UTC.
    pub const fn at(self) -> Option<i64> {
        match self {
            State::Done { at } | State::Undone { at } => Some(at),
            State::Running | State::Returning => None,
        }
    }

    /// Says whether the server works on it.
    pub const fn runs(self) -> bool {
        matches!(self, State::Running | State::Returning)
    }
}

/// A handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    pub id: HandoverId,
    /// Who leaves, or does something else from now on.
    pub from: UserId,
    /// Who hands over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When it was started; ms UTC.
    pub at: i64,
    pub way: Way,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The account was ended with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// The revision behind which the journal tells what was moved.
    #[serde(default)]
    pub base: u64,
    /// What there was when it was started.
    #[serde(default)]
    pub total: Counts,
    #[serde(default)]
    pub moved: Counts,
    /// What came back when it was undone; the rest had changed hands since.
    #[serde(default)]
    pub returned: Counts,
    #[serde(default)]
    pub state: State,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Handover {
    /// The most characters of a reason.
    pub const REASON_MOST: usize = 200;
    /// For how long it can be undone once it is done; ms.
    pub const UNDO_MS: i64 = 7 * 24 * 3600 * 1000;

    /// Returns one that is not started: for a preview.
    pub fn draft(from: UserId, by: Option<UserId>, way: Way) -> Self {
        Self {
            id: Id::new(Uuid::nil()),
            from,
            by,
            at: 0,
            way,
            reason: String::new(),
            frozen: false,
            base: 0,
            total: Counts::default(),
            moved: Counts::default(),
            returned: Counts::default(),
            state: State::Running,
            unknown: Unknown::new(),
        }
    }

    /// Says whether it can be undone at a time (ms UTC).
    pub fn can_be_undone(&self, now: i64) -> bool {
        matches!(self.state, State::Done { at } if now - at <= Self::UNDO_MS)
    }
}

impl Record for Handover {
    const KIND: Kind = Kind::Handover;
    const PARENTS: &'static [Kind] = &[Kind::User];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    /// It names people and counts, no customers.
    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// Whoever starts another one finds what still runs, by who leaves and by who receives.
    fn references(&self) -> Vec<RecordKey> {
        let people = [self.from].into_iter().chain(self.way.receivers());
        people.map(|user| RecordKey::new(Kind::User, user.uuid())).collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        let (from, to) = (Id::new(from), Id::new(to));
        if self.from == from {
            self.from = to;
        }
        self.way.repoint(from, to);
    }

    /// While it runs, at once: a server that starts anew goes on.
    fn due(&self) -> Option<chrono::NaiveDate> {
        self.state.runs().then_some(chrono::NaiveDate::default())
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Handover>] = &[
            fixed("from", ColumnType::Reference(Kind::User), |r| Cell::text(&r.from.to_string())),
            fixed("by", ColumnType::Reference(Kind::User), |r| Cell::shown(r.by)),
            fixed("at", ColumnType::Instant, |r| Cell::Instant(r.at)),
            fixed("way", ColumnType::Choice, |r: &Handover| Cell::text(r.way.name()))
                .in_body(Place::At(&["way", "how"])),
            fixed("reason", ColumnType::Text, |r| Cell::text(&r.reason)),
            fixed("frozen", ColumnType::Flag, |r| Cell::Flag(r.frozen)),
            fixed("state", ColumnType::Choice, |r: &Handover| Cell::text(r.state.name()))
                .in_body(Place::At(&["state", "is"])),
            fixed("ended_at", ColumnType::Instant, |r: &Handover| r.state.at().map_or(Cell::Empty, Cell::Instant))
                .in_body(Place::At(&["state", "at"])),
            fixed("customers", ColumnType::Integer, |r: &Handover| Cell::Integer(r.moved.customers.into()))
                .in_body(Place::At(&["moved", "customers"])),
            fixed("opportunities", ColumnType::Integer, |r: &Handover| Cell::Integer(r.moved.opportunities.into()))
                .in_body(Place::At(&["moved", "opportunities"])),
            fixed("next_actions", ColumnType::Integer, |r: &Handover| Cell::Integer(r.moved.next_actions.into()))
                .in_body(Place::At(&["moved", "next_actions"])),
            fixed("visits", ColumnType::Integer, |r: &Handover| Cell::Integer(r.moved.visits.into()))
                .in_body(Place::At(&["moved", "visits"])),
            fixed("shared", ColumnType::Integer, |r: &Handover| Cell::Integer(r.moved.shared.into()))
                .in_body(Place::At(&["moved", "shared"])),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        self.way.validate(self.from)?;
        length("reason", &self.reason, Self::REASON_MOST)
    }
}
