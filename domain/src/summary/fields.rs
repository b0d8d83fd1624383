//! Which of a line's shown fields lies where. Places are only ever added at the end.

/// Places of a customer's shown fields.
pub mod customer_field {
    pub const NAME: usize = 0;
    pub const SHORT_NAME: usize = 1;
    pub const PHONE: usize = 2;
    pub const LEVEL: usize = 3;
    pub const OWNER: usize = 4;
    pub const ADDRESS: usize = 5;
    /// One a line.
    pub const TAGS: usize = 6;
    pub const REGION: usize = 7;
    pub const SOURCE: usize = 8;
    pub const TAX_ID: usize = 9;
    /// As [`crate::own::lines`] writes them.
    pub const OWN: usize = 10;
    /// When it was changed last, or made; ms UTC.
    pub const CHANGED_AT: usize = 11;
    /// One a line.
    pub const ALIASES: usize = 12;
    /// Those behind the first, one a line.
    pub const MORE_PHONES: usize = 13;
    pub const EMAIL: usize = 14;
    /// When the owner received it, up to when it is locked, since when it is about to be recycled, and the pool in which
    /// it lies, parted by `/`; empty if it has none of them.
    pub const HELD: usize = 15;
    /// As [`crate::value::Position`] writes it.
    pub const POSITION: usize = 16;
    /// After how many days it is to be visited again.
    pub const VISIT_EVERY: usize = 17;
}

/// Places of a contact's shown fields.
pub mod contact_field {
    pub const NAME: usize = 0;
    pub const TITLE: usize = 1;
    pub const PHONE: usize = 2;
    /// Those behind the first, one a line.
    pub const MORE_PHONES: usize = 3;
    /// As [`crate::own::lines`] writes them.
    pub const OWN: usize = 4;
    /// As [`crate::value::Birthday`] writes it.
    pub const BIRTHDAY: usize = 5;
}

/// Places of an own field's shown fields.
pub mod own_field_field {
    pub const LABEL: usize = 0;
}

/// Places of a contact record's shown fields.
pub mod contact_record_field {
    /// Milliseconds UTC.
    pub const HAPPENED_AT: usize = 0;
    pub const AUTHOR: usize = 1;
    /// As [`crate::contact_record::Channel`] writes it.
    pub const CHANNEL: usize = 2;
    /// `1` while its author is with the customer.
    pub const UNDER_WAY: usize = 3;
}

/// Places of a next action's shown fields.
pub mod next_action_field {
    /// ISO 8601.
    pub const DUE: usize = 0;
    pub const ASSIGNEE: usize = 1;
    /// `1` when done.
    pub const DONE: usize = 2;
    pub const WHAT: usize = 3;
    /// As [`crate::value::TimeOfDay`] writes it.
    pub const TIME: usize = 4;
}

/// Places of an attachment's shown fields.
pub mod attachment_field {
    /// What it hangs on, as `kind:id`.
    pub const ON: usize = 0;
    /// Milliseconds UTC.
    pub const ADDED_AT: usize = 1;
}

/// Places of the shown fields of a line in the log of owners.
pub mod claim_field {
    /// The day of business.
    pub const DAY: usize = 0;
    pub const POOL: usize = 1;
    /// Who claimed; empty where it was no claim.
    pub const CLAIMANT: usize = 2;
    /// As [`crate::pool::What`] writes it.
    pub const WHAT: usize = 3;
}

/// Places of a clash's shown fields; one that was settled is hidden.
pub mod clash_field {
    /// The customer that was entered beside it; empty where somebody asks.
    pub const OTHER: usize = 0;
    pub const BY: usize = 1;
    /// ms UTC.
    pub const FOUND_AT: usize = 2;
    pub const WORDS: usize = 3;
}

/// Places of a pool card's shown fields.
pub mod pool_card_field {
    pub const NAME: usize = 0;
    /// What the pool shows, one a line.
    pub const SHOWN: usize = 1;
    /// Since when it lies there; ISO 8601.
    pub const SINCE: usize = 2;
    /// Whose claim on this device waits for the server.
    pub const CLAIMED_BY: usize = 3;
}

/// Places of a planned visit's shown fields.
pub mod visit_field {
    /// The day of business.
    pub const DAY: usize = 0;
    pub const REP: usize = 1;
    /// As [`crate::visit::State`] writes it.
    pub const STATE: usize = 2;
}

/// Places of a day report's shown fields.
pub mod day_report_field {
    /// The day of business.
    pub const DAY: usize = 0;
    pub const REP: usize = 1;
}

/// Places of a pipeline's shown fields.
pub mod pipeline_field {
    pub const NAME: usize = 0;
    /// Its stages and reasons, one a line: the id, a blank and the name.
    pub const PARTS: usize = 1;
}

/// Places of an opportunity's shown fields.
pub mod opportunity_field {
    pub const NAME: usize = 0;
    pub const PIPELINE: usize = 1;
    pub const STAGE: usize = 2;
    /// Since when it stands there; ISO 8601.
    pub const SINCE: usize = 3;
    /// Minor units and the currency's code, parted by a blank.
    pub const AMOUNT: usize = 4;
    /// ISO 8601.
    pub const EXPECTED: usize = 5;
    /// As [`crate::opportunity::Outcome`] names it.
    pub const OUTCOME: usize = 6;
    /// ISO 8601.
    pub const CLOSED_ON: usize = 7;
    pub const REASON: usize = 8;
}

/// Places of the shown fields of a line in the history of stages.
pub mod stage_move_field {
    pub const OPPORTUNITY: usize = 0;
    /// The stage that it left and the one that it entered; empty where it is none.
    pub const FROM: usize = 1;
    pub const TO: usize = 2;
    /// `1` where it did not move.
    pub const HELD: usize = 3;
}

/// Places of a conflict entry's shown fields.
pub mod conflict_field {
    /// `1` when settled.
    pub const RESOLVED: usize = 0;
}
