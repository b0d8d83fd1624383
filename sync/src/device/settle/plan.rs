//! What feed pages do to a base: new blocks, single newer rows, rows that go.

use std::collections::{BTreeMap, BTreeSet};

use domain::{kind::RecordKey, view::Row};

use super::batch::{Batch, Standing};
use crate::{
    device::{
        base::{Base, DeltaRow, dead_key},
        block::{BodyPlace, push_row},
        compact::{Rewrite, rewrites},
        kv::{Area, Write, key_of},
        meta::to_bytes,
        page::Page,
    },
    protocol::Sums,
    wire,
};

/// From so many rows on, pages become blocks; below, their rows are deltas.
const BULK_ROWS: usize = 200;
/// A block of so many rows is full.
const BLOCK_ROWS: usize = 1000;

/// What some pages do to a base.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// New blocks with their number.
    pub(super) blocks: Vec<(u32, Vec<u8>)>,
    /// The new segment, numbered as its first block.
    segment: Option<(u32, Vec<u8>)>,
    deltas: Vec<(DeltaRow, Vec<u8>)>,
    undelta: Vec<RecordKey>,
    /// The new list of dead rows, if it is another.
    dead: Option<BTreeSet<(u32, u32)>>,
    pub(super) rewrite: Rewrite,
    /// What comes or changes, with its revision.
    written: Vec<(RecordKey, u64)>,
    /// What the base holds and goes.
    removed: BTreeSet<RecordKey>,
}

impl Plan {
    /// Works out what pages do.
    pub(super) fn of(base: &Base, pages: Vec<Page>) -> Self {
        let batch = Batch::of(base, pages);
        let mut plan = Plan { written: batch.written(), ..Plan::default() };
        let died = if plan.written.len() >= BULK_ROWS {
            plan.build_blocks(base, batch.rows, batch.bodies)
        } else {
            plan.build_deltas(&batch);
            Vec::new()
        };
        plan.removed = batch.removed;
        plan.undelta.extend(plan.removed.iter().filter(|key| base.delta.contains_key(key)));
        if !died.is_empty() || !plan.removed.is_empty() {
            let mut dead = base.dead().clone();
            dead.extend(died);
            plan.rewrite = rewrites(base, &plan.removed, &mut dead);
            plan.dead = Some(dead).filter(|dead| dead != base.dead());
        }
        plan
    }

    fn build_deltas(&mut self, batch: &Batch) {
        for standing in &batch.rows {
            let row = &standing.row;
            let body = batch.bodies.get(standing.page).and_then(|b| b.get(row.start..row.start + row.len));
            let body = body.and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
            let mut line = Vec::with_capacity(body.len() + 128);
            wire::write_upsert(&mut line, row.key, row.group, row.rev, body);
            let stored = Row { key: row.key, group: row.group, rev: row.rev, body: body.into() };
            self.deltas.push((DeltaRow { row: stored, summary: row.summary.clone() }, line));
        }
    }

    /// Makes blocks of the pages; returns the rows of segments that die by it.
    fn build_blocks(&mut self, base: &Base, rows: Vec<Standing>, bodies: Vec<Vec<u8>>) -> Vec<(u32, u32)> {
        let first = base.meta.next_block;
        let mut died = Vec::new();
        let mut segment = Vec::with_capacity(rows.len() * 192);
        let (mut block, mut count) = (Vec::new(), 0);
        let mut rows = rows.into_iter().peekable();
        for (page, bodies) in bodies.into_iter().enumerate() {
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            let of_page: Vec<_> = std::iter::from_fn(|| rows.next_if(|standing| standing.page == page)).collect();
            let used: usize = of_page.iter().map(|standing| standing.row.len).sum();
            // A page of which every row stands is a block as it is.
            let whole = block.is_empty() && used == bodies.len();
            for standing in &of_page {
                let row = &standing.row;
                let start = if whole { row.start } else { block.len() };
                if !whole {
                    block.extend_from_slice(bodies.get(row.start..row.start + row.len).unwrap_or_default());
                }
                let number_of = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                let place = BodyPlace { block: number, start: number_of(start), len: number_of(row.len) };
                push_row(&mut segment, row.key, row.group, row.rev, place, &row.summary);
                if base.delta.contains_key(&row.key) {
                    self.undelta.push(row.key);
                }
                died.extend(base.segment_row(row.key).map(|(at, _)| at));
            }
            if whole {
                block = bodies;
            }
            count += of_page.len();
            if count >= BLOCK_ROWS {
                self.blocks.push((number, std::mem::take(&mut block)));
                count = 0;
            }
        }
        if !block.is_empty() {
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            self.blocks.push((number, block));
        }
        self.segment = Some((first, segment));
        died
    }

    /// Returns what to write to the base of that name; the blocks are given away with it.
    pub(super) fn writes(&mut self, base: &str) -> Vec<Write> {
        let key = |number: u32| key_of(base, u64::from(number));
        let blocks = std::mem::take(&mut self.blocks).into_iter();
        let mut writes: Vec<Write> = blocks.map(|(n, bytes)| Write::Put(Area::Block, key(n), bytes)).collect();
        writes.extend(self.segment.iter().map(|(n, bytes)| Write::Put(Area::Index, key(*n), bytes.clone())));
        writes.extend(self.undelta.iter().map(|key| Write::Delete(Area::Delta, delta_key(base, *key))));
        writes.extend(
            self.deltas
                .iter_mut()
                .map(|(delta, line)| Write::Put(Area::Delta, delta_key(base, delta.row.key), std::mem::take(line))),
        );
        if let Some(dead) = &self.dead {
            writes.push(Write::Put(Area::Meta, dead_key(base), to_bytes(&dead.iter().collect::<Vec<_>>())));
        }
        writes
    }

    /// Returns how many records leave the device, but for derived ones: whoever switches those off takes all of them, and
    /// nothing that a person entered.
    pub(super) fn removes(&self) -> usize {
        self.removed.iter().filter(|key| !key.kind.derived()).count()
    }

    /// Returns the records that leave the device.
    pub(super) fn removed(&self) -> impl Iterator<Item = &RecordKey> {
        self.removed.iter()
    }

    /// Returns every record that comes, changes or goes.
    pub(super) fn touches(&self) -> impl Iterator<Item = RecordKey> {
        self.written.iter().map(|(key, _)| *key).chain(self.removed.iter().copied())
    }

    /// Returns the sums that the base would have with these pages.
    pub(super) fn sums(&self, base: &Base) -> Sums {
        let written: BTreeMap<RecordKey, u64> = self.written.iter().copied().collect();
        let stays = |key: &RecordKey| !written.contains_key(key) && !self.removed.contains(key);
        let mut sums = Sums::new();
        let kept = base.keys().filter(|(key, ..)| stays(key)).map(|(key, _, rev)| (key, rev));
        for (key, rev) in kept.chain(self.written.iter().copied()) {
            sums.entry(key.kind).or_default().add(key.id, rev);
        }
        sums
    }

    /// Does the same to the base in memory.
    pub(super) fn finish(self, base: &mut Base) {
        for key in self.undelta {
            base.delta.remove(&key);
        }
        for (delta, _) in self.deltas {
            base.delta.insert(delta.row.key, delta);
        }
        if let Some(dead) = self.dead {
            base.set_dead(dead);
        }
        if let Some((number, bytes)) = self.segment {
            base.add_segment(number, bytes);
        }
    }
}

/// Returns the storage key of a delta.
pub(crate) fn delta_key(base: &str, key: RecordKey) -> String {
    format!("{base}{:02}:{}", key.kind.number(), key.id)
}
