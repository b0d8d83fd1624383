//! Runs a mutation on a view, on the device and on the server alike.
//!
//! Sans I/O: [`Run::step`] either ends or says what to load; the caller loads it and steps again.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use domain::{
    access::{Right, may_write},
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Actor, Moment, Nature},
    plant::{Plant, planted},
    record::Members,
    refusal::Refusal,
    view::{Change, Changes, Loaded, Need, Slot, Stop, View},
};
use uuid::Uuid;

/// How often a rule may ask for more before it counts as broken. What walks the registry (a merge) asks once a kind.
const ASKS_MOST: usize = 16 + Kind::ALL.len();
/// The same for the people of groups, which may hang on a whole department tree.
const ASKS_MOST_MEMBERS: usize = 100_000;

/// Where a mutation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nothing is refused for want of rights: the device sees less than the server.
    Device,
    Server,
}

/// What a mutation did.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub changes: Changes,
    /// The people of each group whose people may have changed.
    pub members: BTreeMap<Group, Members>,
    /// It was judged by the right at the time of entry.
    pub late: bool,
}

/// How a mutation ended.
#[derive(Clone, Debug)]
pub enum Ended {
    Applied(Effects),
    Refused(Refusal),
    /// The rule panicked, or stored data cannot be read: the operator's business.
    Broken(String),
}

/// What to do next.
#[derive(Clone, Debug)]
pub enum Step {
    Load(Vec<Need>),
    Ended(Ended),
}

/// One mutation on its way through a rule.
#[derive(Debug)]
pub struct Run<'a> {
    action: &'a Action,
    moment: Moment,
    mutation: Uuid,
    side: Side,
    /// Only what the action leaves for those who may write is worked out.
    leaves: bool,
    asks: usize,
    started: bool,
}

impl<'a> Run<'a> {
    /// Prepares a mutation.
    pub fn new(action: &'a Action, moment: Moment, mutation: Uuid, side: Side) -> Self {
        Self { action, moment, mutation, side, leaves: false, asks: 0, started: false }
    }

    /// Prepares what is left of a mutation that its author had no right to.
    pub fn leaving(action: &'a Action, moment: Moment, mutation: Uuid) -> Self {
        Self { leaves: true, ..Self::new(action, moment, mutation, Side::Server) }
    }

    /// Runs the rule on what is loaded.
    pub fn step(&mut self, loaded: &Loaded) -> Step {
        if !self.started {
            self.started = true;
            let hinted: Vec<Need> = self.action.needs().into_iter().filter(|need| !loaded.holds(need)).collect();
            if !hinted.is_empty() {
                return Step::Load(hinted);
            }
        }
        let moment = self.moment.clone();
        // A panic in one rule must not take the server down; wasm cannot unwind and guards otherwise.
        let attempt = catch_unwind(AssertUnwindSafe(|| self.attempt(loaded, moment)))
            .unwrap_or_else(|_| Err(Halt::Broken(format!("{} panicked", self.action.name()))));
        match attempt {
            Ok(effects) => Step::Ended(Ended::Applied(effects)),
            Err(Halt::Refused(refusal)) => Step::Ended(Ended::Refused(refusal)),
            Err(Halt::Broken(why)) => Step::Ended(Ended::Broken(why)),
            Err(Halt::Load { needs, most }) => {
                self.asks += 1;
                if self.asks > most {
                    return Step::Ended(Ended::Broken(format!("{} asks without end", self.action.name())));
                }
                Step::Load(with_siblings(needs, loaded))
            }
        }
    }

    fn attempt(&self, loaded: &Loaded, moment: Moment) -> Result<Effects, Halt> {
        let changes = self.apply(loaded, &moment)?;
        if self.side == Side::Device {
            return Ok(Effects { changes, ..Effects::default() });
        }
        let late = moment.late;
        match self.judge(loaded, &changes, late)? {
            Judgement::Allowed => {}
            Judgement::OnlyLate => return self.attempt(loaded, Moment { late: true, ..moment }),
            Judgement::NotAllowed(on) => return Err(Halt::Refused(Refusal::NotAllowed { on })),
        }
        let changes = self.derive(loaded, changes)?;
        let members = self.members(loaded, &changes)?;
        Ok(Effects { changes, members, late })
    }

    fn apply(&self, loaded: &Loaded, moment: &Moment) -> Result<Changes, Halt> {
        let mut view = View::new(loaded, self.mutation);
        view.stamp_by(moment);
        let ended = match self.leaves {
            true => self.action.leave(moment, &mut view),
            false => self.action.apply(moment, &mut view),
        };
        ended.map_err(|stop| Halt::of(stop, ASKS_MOST))?;
        Ok(view.into_changes())
    }

    /// Judges every change by the actor's right in the group that it leaves and the one it enters.
    fn judge(&self, loaded: &Loaded, changes: &Changes, late: bool) -> Result<Judgement, Halt> {
        let Actor::Person { roles, .. } = &self.moment.actor else { return Ok(Judgement::Allowed) };
        if self.leaves || self.action.nature() == Nature::Crossing || planted(Plant::RefuseByDefaultOff) {
            return Ok(Judgement::Allowed);
        }
        let mut judgement = Judgement::Allowed;
        let missing: Vec<Need> = changes
            .values()
            .flat_map(groups_touched)
            .filter(|group| *group != Group::Org)
            .map(Need::Standing)
            .filter(|need| !loaded.holds(need))
            .collect();
        if !missing.is_empty() {
            return Err(Halt::Load { needs: missing, most: ASKS_MOST });
        }
        for change in changes.values() {
            for group in groups_touched(change) {
                let standing = loaded.standings.get(&group).copied().unwrap_or_default();
                if may_write(roles, change.key.kind, group, standing.now) {
                    continue;
                }
                let then = standing.at_seen == Some(Right::Write);
                let additive = self.action.nature() == Nature::Additive;
                if !(additive && then && may_write(roles, change.key.kind, group, standing.at_seen)) {
                    return Ok(Judgement::NotAllowed(change.key));
                }
                if !late {
                    judgement = Judgement::OnlyLate;
                }
            }
        }
        Ok(judgement)
    }

    /// Adds the records that follow from what was written.
    fn derive(&self, loaded: &Loaded, changes: Changes) -> Result<Changes, Halt> {
        let halt = |stop| Halt::of(stop, ASKS_MOST);
        let mut needs = Vec::new();
        for change in changes.values().filter(|change| change.key.kind.derives()) {
            let (before, after) = bodies(change);
            needs.extend(change.key.kind.derive_needs(before, after).map_err(|error| halt(error.into()))?);
        }
        needs.retain(|need| !loaded.holds(need));
        if !needs.is_empty() {
            return Err(Halt::Load { needs, most: ASKS_MOST });
        }
        let mut view = View::new(loaded, self.mutation);
        view.assume(&changes);
        for change in changes.values().filter(|change| change.key.kind.derives()) {
            let (before, after) = bodies(change);
            change.key.kind.derive(before, after, &mut view).map_err(halt)?;
        }
        Ok(view.into_changes())
    }

    /// Works out the people of every root that was written or that hangs on what was written.
    fn members(&self, loaded: &Loaded, changes: &Changes) -> Result<BTreeMap<Group, Members>, Halt> {
        let halt = |stop| Halt::of(stop, ASKS_MOST_MEMBERS);
        let mut after = View::new(loaded, self.mutation);
        after.assume(changes);
        let mut roots = Vec::new();
        for change in changes.values() {
            let (before, now) = bodies(change);
            roots.extend(change.key.kind.roots_affected(before, now, &mut after).map_err(halt)?);
            if change.before.is_none() {
                roots.push(change.key);
            }
        }
        roots.sort_unstable();
        roots.dedup();
        let missing: Vec<Need> =
            roots.iter().filter(|key| after.row(**key).is_err()).map(|key| Need::Record(*key)).collect();
        if !missing.is_empty() {
            return Err(Halt::Load { needs: missing, most: ASKS_MOST_MEMBERS });
        }
        let mut groups = BTreeMap::new();
        for root in roots {
            let members = match after.row(root).map_err(halt)? {
                Slot::Here(row) => root.kind.members(&row.body, &mut after).map_err(halt)?,
                Slot::Absent | Slot::NotHere => Some(Members::new()),
            };
            if let Some(members) = members {
                groups.insert(Group::Of(root), members);
            }
        }
        Ok(groups)
    }
}

/// Whoever asks for one of a record's children goes through them all: they are asked for at once. So are the records from
/// which they follow, and which have their ids.
fn with_siblings(needs: Vec<Need>, loaded: &Loaded) -> Vec<Need> {
    let [Need::Record(key)] = needs.as_slice() else { return needs };
    let lists = loaded.children.iter().filter(|(_, ids)| ids.contains(&key.id));
    let siblings = lists.flat_map(|(_, ids)| ids).map(|id| Need::Record(RecordKey::new(key.kind, *id)));
    let missing: BTreeSet<Need> = siblings.filter(|need| !loaded.holds(need)).chain(needs.iter().cloned()).collect();
    missing.into_iter().collect()
}

fn groups_touched(change: &Change) -> impl Iterator<Item = Group> {
    let before = change.before.as_ref().map(|row| row.group);
    let after = change.after.as_ref().map(|(row, _)| row.group);
    before.into_iter().chain(after)
}

/// Returns a record's bodies before and after a change.
fn bodies(change: &Change) -> (Option<&str>, Option<&str>) {
    (change.before.as_ref().map(|row| &*row.body), change.after.as_ref().map(|(row, _)| &*row.body))
}

enum Judgement {
    Allowed,
    OnlyLate,
    NotAllowed(RecordKey),
}

enum Halt {
    Refused(Refusal),
    Broken(String),
    Load { needs: Vec<Need>, most: usize },
}

impl Halt {
    fn of(stop: Stop, most: usize) -> Self {
        match stop {
            Stop::Refused(refusal) => Halt::Refused(refusal),
            Stop::NotLoaded(need) => Halt::Load { needs: vec![need], most },
            Stop::Broken(why) => Halt::Broken(why),
        }
    }
}
