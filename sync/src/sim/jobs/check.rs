//! What must hold of jobs: one that was taken back has left everything that nobody else changed as it was before, and has
//! taken back nothing that somebody else wrote.

use std::collections::BTreeMap;

use domain::{
    customer::Customer, edit::FieldName, exchange::print, kind::RecordKey, mutation::Action, record::BodyError,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{checkers::law, device::Failed, history::History, host::Host, world::World},
    Job, State,
};
use crate::{memory::Tables, protocol::Verdict, server::JournalRow};

/// What became of a record's part of a job.
struct Part<'a> {
    forth: Vec<&'a JournalRow>,
    back: Vec<&'a JournalRow>,
}

impl<H: Host> World<H> {
    pub(in crate::sim) fn check_jobs(&self, tables: &Tables) -> Failed {
        let history = History::new(tables);
        for job in self.jobs.jobs.iter().filter(|job| job.state == State::TakenBack) {
            for (key, before) in &job.before {
                let Some(part) = self.part(&history, job, *key) else { continue };
                if untouched_by_others(&history, &part, *key, self.report.restores > 0) {
                    check_as_before(tables, job, *key, before.as_ref(), &part)?;
                }
                check_only_own(&history, *key, &part, self.report.restores > 0)?;
            }
        }
        Ok(())
    }

    /// Returns what was applied of a record's part; none where some of it was not.
    fn part<'a>(&self, history: &History<'a>, job: &Job, key: RecordKey) -> Option<Part<'a>> {
        let of = |entries: &BTreeMap<Uuid, RecordKey>| {
            let ids = entries.iter().filter(|(_, about)| **about == key).map(|(id, _)| *id);
            let rows =
                ids.map(|id| history.of_entry(id).find(|row| row.entry.id == id && row.verdict == Verdict::Applied));
            rows.collect::<Option<Vec<&JournalRow>>>()
        };
        Some(Part { forth: of(&job.forth)?, back: of(&job.taken_back)? }).filter(|part| !part.forth.is_empty())
    }
}

/// Says whether nobody else has written a record since the job's author had seen it.
fn untouched_by_others(history: &History<'_>, part: &Part<'_>, key: RecordKey, restored: bool) -> bool {
    let own = |rev: u64| part.forth.iter().chain(&part.back).any(|row| row.rev == rev);
    // What was seen in another history says nothing about this one.
    let seen = part.forth.iter().map(|row| row.entry.seen.min(row.rev - 1)).min().filter(|_| !restored).unwrap_or(0);
    // At the cursor itself a page may have ended before the record.
    history.touching(key).all(|row| row.rev < seen || own(row.rev))
}

fn check_as_before(tables: &Tables, job: &Job, key: RecordKey, before: Option<&Value>, part: &Part<'_>) -> Failed {
    // What was seen to have been changed, or had left, stays; what a later row of the same import did to it went back.
    let binned = part.back.iter().any(|row| row.entry.name.ends_with("_bin"));
    if job.excused.contains(&key) && (part.back.is_empty() || (before.is_none() && !binned)) {
        return Ok(());
    }
    let now = tables.records.get(&key).and_then(|(row, _)| serde_json::from_str::<Value>(&row.body).ok());
    match before {
        // Who wrote last, and when, is as it is: taking back is written, too.
        Some(before) => law(now.clone().map(unstamped) == Some(unstamped(before.clone())), || {
            format!("{key} is {now:?} after a job that was taken back, and was {before}")
        }),
        None => {
            let gone = now.is_none_or(|body| body.get("deleted_at").is_some_and(|at| !at.is_null()));
            law(gone, || format!("{key} was made by an import that was taken back, and stays"))
        }
    }
}

/// Takes off who made a record and who changed it last, and since when its owner has it: who gets it back has it anew.
fn unstamped(mut body: Value) -> Value {
    if let Some(body) = body.as_object_mut() {
        body.retain(|field, _| {
            let stamps = ["created_by", "changed_by", "changed_at", "received_on", "pooled_on", "locked_until"];
            !stamps.contains(&field.as_str())
        });
    }
    body
}

/// What takes a job back touches only what the job wrote.
fn check_only_own(history: &History<'_>, key: RecordKey, part: &Part<'_>, restored: bool) -> Failed {
    let actions = |rows: &[&JournalRow]| -> Vec<Action> {
        let decoded =
            rows.iter().filter_map(|row| Action::decode(&row.entry.name, row.entry.v, row.entry.args.get()).ok());
        decoded.collect()
    };
    let forth = actions(&part.forth);
    let wrote = |field: &FieldName, value: &Value| {
        let edits =
            forth.iter().filter_map(|action| if let Action::CustomerEdit(edit) = action { Some(edit) } else { None });
        edits.flat_map(|edit| &edit.0.fields).any(|edit| edit.field == *field && edit.to == *value)
    };
    for action in actions(&part.back) {
        if let Action::CustomerEdit(edit) = action {
            for field in &edit.0.fields {
                law(wrote(&field.field, &field.from), || {
                    format!("an undo took {} of {key}, which the job did not write", field.from)
                })?;
            }
        }
    }
    let made = forth
        .iter()
        .find_map(|action| if let Action::CustomerCreate(made) = action { Some(&made.customer) } else { None });
    // What a later row of the same import changed was changed back with it.
    let (Some(made), [back], [_], false) = (made, part.back.as_slice(), part.forth.as_slice(), restored) else {
        return Ok(());
    };
    // Whether its author knew of everything that had been done to it by then: from the server, or by themselves.
    let own = |row: &JournalRow| row.rev < back.entry.seen || row.client == back.client;
    let known = history.touching(key).filter(|row| row.rev < back.rev).all(own);
    let before = history.after(key, back.rev - 1).and_then(|body| BodyError::parse::<Customer>(body).ok());
    law(!known || before.is_none_or(|before| print(&before) == print(made)), || {
        format!("an undo put {key} into the recycle bin, where it had been worked on since")
    })
}
