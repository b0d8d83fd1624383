//! What feed pages do to a base: new blocks, single newer rows, rows that go.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    kind::{Group, RecordKey},
    view::Row,
};

use crate::{
    device::{
        base::{Base, DeltaRow, dead_key},
        block::{BodyPlace, push_row},
        compact::{Rewrite, rewrites},
        kv::{Area, Write, key_of},
        meta::to_bytes,
        page::{Forget, Happening, Page, Received},
    },
    wire,
};

/// From so many rows on, a page becomes a block; below, its rows are deltas.
const BULK_ROWS: usize = 200;
/// The rows of a block.
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
    dead: Option<BTreeSet<(u32, u32)>>,
    pub(super) rewrite: Rewrite,
}

impl Plan {
    pub(super) fn of(base: &Base, pages: Vec<Page>) -> Self {
        let mut rows: BTreeMap<RecordKey, (usize, Received)> = BTreeMap::new();
        let mut order: Vec<RecordKey> = Vec::new();
        let mut removed: BTreeSet<RecordKey> = BTreeSet::new();
        let mut by_group: Option<BTreeMap<Group, Vec<RecordKey>>> = None;
        let mut bodies = Vec::with_capacity(pages.len());
        for (index, page) in pages.into_iter().enumerate() {
            bodies.push(page.bodies);
            for happening in page.happenings {
                match happening {
                    Happening::Row(row) => {
                        removed.remove(&row.key);
                        order.push(row.key);
                        rows.insert(row.key, (index, row));
                    }
                    Happening::Forget(Forget::Record(key)) => {
                        rows.remove(&key);
                        removed.insert(key);
                    }
                    Happening::Forget(Forget::Group(group)) => {
                        let groups = by_group.get_or_insert_with(|| {
                            let mut map: BTreeMap<Group, Vec<RecordKey>> = BTreeMap::new();
                            for (key, group, _) in base.keys() {
                                map.entry(group).or_default().push(key);
                            }
                            map
                        });
                        let stored = groups.get(&group).into_iter().flatten();
                        removed.extend(stored.filter(|key| !rows.contains_key(key)));
                        rows.retain(|key, (_, row)| {
                            if row.group == group {
                                removed.insert(*key);
                            }
                            row.group != group
                        });
                    }
                }
            }
        }
        removed.retain(|key| base.holds(*key));
        let mut plan = Plan { undelta: Vec::new(), ..Plan::default() };
        let mut dead = base.dead().clone();
        if rows.len() >= BULK_ROWS {
            plan.build_blocks(base, &rows, &order, &bodies, &mut dead);
        } else {
            for (index, row) in rows.values() {
                let body = bodies.get(*index).and_then(|b| b.get(row.start..row.start + row.len));
                let body = body.and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
                let mut line = Vec::with_capacity(body.len() + 128);
                wire::write_upsert(&mut line, row.key, row.group, row.rev, body);
                let stored = Row { key: row.key, group: row.group, rev: row.rev, body: body.into() };
                plan.deltas.push((DeltaRow { row: stored, summary: row.summary.clone() }, line));
            }
        }
        plan.undelta.extend(removed.iter().filter(|key| base.delta.contains_key(key)));
        plan.rewrite = rewrites(base, &removed, &mut dead);
        plan.dead = (dead != *base.dead()).then_some(dead);
        plan
    }

    fn build_blocks(
        &mut self,
        base: &Base,
        rows: &BTreeMap<RecordKey, (usize, Received)>,
        order: &[RecordKey],
        bodies: &[Vec<u8>],
        dead: &mut BTreeSet<(u32, u32)>,
    ) {
        let first = base.meta.next_block;
        let (mut segment, mut block, mut count) = (Vec::new(), Vec::new(), 0);
        let mut seen = BTreeSet::new();
        for key in order {
            let Some((index, row)) = rows.get(key).filter(|_| seen.insert(*key)) else { continue };
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            let start = u32::try_from(block.len()).unwrap_or(u32::MAX);
            let body = bodies.get(*index).and_then(|b| b.get(row.start..row.start + row.len)).unwrap_or_default();
            block.extend_from_slice(body);
            let place = BodyPlace { block: number, start, len: u32::try_from(row.len).unwrap_or(0) };
            push_row(&mut segment, row.key, row.group, row.rev, place, &row.summary);
            if base.delta.contains_key(key) {
                self.undelta.push(*key);
            }
            if let Some((at, _)) = base.segment_row(*key) {
                dead.insert(at);
            }
            count += 1;
            if count % BLOCK_ROWS == 0 {
                self.blocks.push((number, std::mem::take(&mut block)));
            }
        }
        if !block.is_empty() {
            let number = first + u32::try_from(self.blocks.len()).unwrap_or(0);
            self.blocks.push((number, block));
        }
        self.segment = Some((first, segment));
    }

    pub(super) fn writes(&self, base: &str) -> Vec<Write> {
        let number =
            |area, number: u32, bytes: &[u8]| Write::Put(area, key_of(base, u64::from(number)), bytes.to_vec());
        let mut writes: Vec<Write> = self.blocks.iter().map(|(n, bytes)| number(Area::Block, *n, bytes)).collect();
        writes.extend(self.segment.iter().map(|(n, bytes)| number(Area::Index, *n, bytes)));
        writes.extend(self.undelta.iter().map(|key| Write::Delete(Area::Delta, delta_key(base, *key))));
        writes.extend(
            self.deltas.iter().map(|(d, line)| Write::Put(Area::Delta, delta_key(base, d.row.key), line.clone())),
        );
        if let Some(dead) = &self.dead {
            writes.push(Write::Put(Area::Meta, dead_key(base), to_bytes(&dead.iter().collect::<Vec<_>>())));
        }
        writes
    }

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
