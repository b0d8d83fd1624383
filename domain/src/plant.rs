//! Planted faults: switches with which the simulator proves that it would notice each of them.
//! Without the feature `sim` the question is a constant `false`.

macro_rules! plants {
    ($($(#[$doc:meta])* $variant:ident),+ $(,)?) => {
        /// A fault that can be planted, one at a time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Plant { $($(#[$doc])* $variant),+ }

        impl Plant {
            /// Every fault.
            pub const ALL: &'static [Plant] = &[$(Plant::$variant),+];
        }
    };
}

plants! {
    /// The server answers a push before its transaction is committed.
    AnswerBeforeCommit,
    /// The server does not look at a client's counter.
    CounterCheckOff,
    /// The server does not look whether it knows an entry already.
    DuplicateCheckOff,
    /// The server does not compare session, request and client.
    UserCheckOff,
    /// Revisions come from a sequence, without the organisation's lock.
    RevWithoutLock,
    /// The device drops a pending entry when the push is answered.
    PendingDroppedAtAnswer,
    /// Feed pages carry no outcomes.
    OutcomesLeftOut,
    /// The device writes the cursor in a transaction of its own.
    CursorApartFromPage,
    /// The cursor holds only the position, not kind and id.
    CursorWithoutTieBreak,
    /// The feed does not say that a group left sight.
    LostGroupNotForgotten,
    /// The feed sends a group's forget after its return.
    ForgetAfterRegain,
    /// The feed does not say that a record left its group.
    MovedNotForgotten,
    /// A gained group is sent only from the cursor on.
    GainedOnlyFromCursor,
    /// A change of roles does not raise the scope epoch.
    EpochNotRaised,
    /// Entry and counter are written in two transactions.
    CounterApartFromEntry,
    /// Pending entries are replayed in the wrong order.
    ReplayInWrongOrder,
    /// Compaction drops a delta that came while it worked.
    CompactionLosesDelta,
    /// The outbox is written with relaxed durability.
    StrictMadeRelaxed,
    /// Two values for one field leave no conflict entry.
    ConflictSilent,
    /// The device forgets an entry that the server refused.
    RefusedDropped,
    /// The server does not compare the cursor's mark with its history.
    MarkNotCompared,
    /// After a restore the device does not send confirmed entries again.
    ConfirmedNotResent,
    /// The device does not notice that its profile was copied.
    ForkNotNoticed,
    /// Fields that this build does not know are dropped.
    UnknownFieldsDropped,
    /// Arguments of an earlier version are read as they are.
    UpgradeSkipped,
    /// Writing in a group is allowed without a right to it.
    RefuseByDefaultOff,
    /// The outbox is not replayed when a page changes what it rests on.
    RebaseLeftOut,
    /// A feed that takes away more than a fifth is believed without asking.
    MassRemovalUnconfirmed,
    /// The server refuses what only a newer build understands.
    NotYetRefused,
    /// A database is opened for somebody else than its owner.
    OwnerNotCompared,
    /// A rule that panicked is replayed again at the next start.
    PanicGuardOff,
    /// The device takes any answer to a piece of a photo for the word that the server holds all of it.
    PieceTakenForWhole,
    /// A photo is written in a transaction of its own, after its entry.
    OriginalApartFromEntry,
    /// A value is refused because its own field was retired after it had been entered.
    RetiredFieldRefused,
    /// An edit of one own field takes the place of all of them.
    OwnFieldsReplaced,
    /// The notes by which an import is taken back are written after its entries.
    NotesApartFromEntries,
    /// Taking an import back does not look whether somebody has changed what it made.
    UndoTakesChanges,
    /// The device takes what it sent in somebody else's session for answered.
    OtherSessionSettles,
    /// A pull brings what the session's person sees, whoever asks.
    PullForTheSession,
    /// A database ends whatever its outbox still holds.
    EndedUnlooked,
    /// An entry out of quarantine is carried out each time it is accepted.
    AcceptedEachTime,
    /// An entry that was accepted out of quarantine is carried out again when its device sends it.
    AcceptedAndPushed,
    /// A merge leaves the children of one kind with the dead id.
    MergeLeavesAKind,
    /// What is written to a merged customer does not say so.
    LateWritingUnmarked,
    /// An undone merge leaves the children of one kind with the survivor.
    UnmergeKeepsAKind,
    /// A handover leaves next actions with whoever leaves.
    HandoverKeepsActions,
}

#[cfg(feature = "sim")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Plant>> = const { std::cell::Cell::new(None) };
    static CRASH_IN: std::cell::Cell<Option<u32>> = const { std::cell::Cell::new(None) };
}

/// Plants a fault in this thread, or none.
#[cfg(feature = "sim")]
pub fn plant(fault: Option<Plant>) {
    PLANTED.set(fault);
}

/// Says whether a fault is planted.
#[cfg(feature = "sim")]
pub fn planted(fault: Plant) -> bool {
    PLANTED.get() == Some(fault)
}

/// Says whether a fault is planted; never outside the simulator.
#[cfg(not(feature = "sim"))]
#[inline(always)]
pub const fn planted(_fault: Plant) -> bool {
    false
}

/// Lets the server go down at the storage operation after `operations` others of this thread, once.
#[cfg(feature = "sim")]
pub fn crash_in(operations: Option<u32>) {
    CRASH_IN.set(operations);
}

/// Says whether a crash is still to come.
#[cfg(feature = "sim")]
pub fn crash_ahead() -> bool {
    CRASH_IN.get().is_some()
}

/// Counts a storage operation of the server; says whether it goes down here.
#[cfg(feature = "sim")]
pub fn crashes() -> bool {
    let left = CRASH_IN.get();
    CRASH_IN.set(left.and_then(|left| left.checked_sub(1)));
    left == Some(0)
}

/// Says whether the server goes down at this storage operation; never outside the simulator.
#[cfg(not(feature = "sim"))]
#[inline(always)]
pub const fn crashes() -> bool {
    false
}
