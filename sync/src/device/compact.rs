//! Compaction and rewriting of segments. Compaction appends and marks rows dead, which is cheap; a
//! segment is rewritten only where a forget asks for it, or where most of it is dead.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    kind::{Group, RecordKey},
    plant::{Plant, planted},
    summary::Summary,
};

use super::{
    base::{Base, dead_key},
    block::{BodyPlace, push_row},
    kv::{Area, Durability, Kv, Read, Rows, Write, key_of},
    meta::{self, BaseMeta, Bases, only, to_bytes},
    replica::{DeviceError, Guard, Replica},
    settle::delta_key,
};

/// Deltas below this number are left alone.
const DELTAS_WORTH_IT: usize = 500;
/// Deltas that one compaction takes: idle work must not be felt.
const DELTAS_MOST: usize = 2_000;
/// Segments that one compaction writes anew.
const SEGMENTS_MOST: usize = 4;

/// A row that stays.
#[derive(Clone, Debug)]
struct Kept {
    key: RecordKey,
    group: Group,
    rev: u64,
    place: BodyPlace,
    summary: Summary,
}

#[derive(Clone, Debug)]
struct SegmentRewrite {
    number: u32,
    kept: Vec<Kept>,
    /// Blocks whose bytes change.
    blocks: BTreeSet<u32>,
}

/// Segments to write anew without some of their rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rewrite {
    segments: Vec<SegmentRewrite>,
}

/// What rewriting comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rewritten {
    pub(crate) segments: Vec<(u32, Vec<u8>)>,
    blocks: Vec<(u32, Vec<u8>)>,
}

/// Plans the rewriting of every segment that holds a removed record, be it an outdated state of it:
/// what leaves sight leaves the device.
pub(crate) fn rewrites(base: &Base, removed: &BTreeSet<RecordKey>, dead: &mut BTreeSet<(u32, u32)>) -> Rewrite {
    let mut affected: BTreeSet<u32> =
        removed.iter().filter_map(|key| base.segment_row(*key)).map(|((segment, _), _)| segment).collect();
    let old = base.dead().iter().filter(|at| base.line_at(**at).is_some_and(|line| removed.contains(&line.key())));
    affected.extend(old.map(|(segment, _)| *segment));
    rewrite_segments(base, &affected, dead, |key| removed.contains(&key))
}

fn rewrite_segments(
    base: &Base,
    affected: &BTreeSet<u32>,
    dead: &mut BTreeSet<(u32, u32)>,
    goes: impl Fn(RecordKey) -> bool,
) -> Rewrite {
    let mut segments = Vec::new();
    for number in affected {
        let mut rewrite = SegmentRewrite { number: *number, kept: Vec::new(), blocks: BTreeSet::new() };
        for (at, line) in base.all_lines(*number) {
            let key = line.key();
            if goes(key) || dead.contains(&at) {
                rewrite.blocks.insert(line.place().block);
            } else {
                rewrite.kept.push(Kept {
                    key,
                    group: line.group(),
                    rev: line.rev(),
                    place: line.place(),
                    summary: line.summary(),
                });
            }
        }
        segments.push(rewrite);
    }
    dead.retain(|(segment, _)| !affected.contains(segment));
    Rewrite { segments }
}

impl Rewrite {
    /// Says whether every stored segment stays as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Returns the blocks that have to be read, in the order that [`Rewrite::run`] expects.
    pub(crate) fn reads(&self, base: &str) -> Vec<Read> {
        let blocks = self.segments.iter().flat_map(|segment| &segment.blocks);
        blocks.map(|block| Read::One(Area::Block, key_of(base, u64::from(*block)))).collect()
    }

    /// Writes segments and blocks anew.
    pub(crate) fn run(&self, read: &[Rows]) -> Rewritten {
        let mut read = read.iter();
        let mut rewritten = Rewritten::default();
        for segment in &self.segments {
            let old: BTreeMap<u32, &[u8]> = segment
                .blocks
                .iter()
                .map(|block| (*block, read.next().and_then(|rows| rows.first()).map_or(&[][..], |(_, b)| b.as_slice())))
                .collect();
            let mut new: BTreeMap<u32, Vec<u8>> = segment.blocks.iter().map(|block| (*block, Vec::new())).collect();
            let mut bytes = Vec::new();
            for kept in &segment.kept {
                let mut place = kept.place;
                if let (Some(from), Some(to)) = (old.get(&place.block), new.get_mut(&place.block)) {
                    let (start, end) = (place.start as usize, place.start as usize + place.len as usize);
                    place.start = u32::try_from(to.len()).unwrap_or(u32::MAX);
                    to.extend_from_slice(from.get(start..end).unwrap_or_default());
                }
                push_row(&mut bytes, kept.key, kept.group, kept.rev, place, &kept.summary);
            }
            rewritten.segments.push((segment.number, bytes));
            rewritten.blocks.extend(new);
        }
        rewritten
    }
}

impl Rewritten {
    /// Returns what to write; what became empty is deleted. The blocks are given away with it.
    pub(crate) fn writes(&mut self, base: &str) -> Vec<Write> {
        let one = |area: Area, number: u32, bytes: Vec<u8>| {
            let key = key_of(base, u64::from(number));
            if bytes.is_empty() { Write::Delete(area, key) } else { Write::Put(area, key, bytes) }
        };
        let blocks =
            std::mem::take(&mut self.blocks).into_iter().map(|(number, bytes)| one(Area::Block, number, bytes));
        let segments = self.segments.iter().map(|(number, bytes)| one(Area::Index, *number, bytes.clone()));
        blocks.chain(segments).collect()
    }
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Moves older deltas into a block, and clears segments that are mostly dead. For idle time; says
    /// whether there was anything to do.
    ///
    /// # Errors
    /// The storage failed; nothing changed.
    pub async fn compact(&self) -> Result<bool, DeviceError> {
        self.compact_from(DELTAS_WORTH_IT).await
    }

    /// The same from a given number of deltas on.
    ///
    /// # Errors
    /// The storage failed; nothing changed.
    pub async fn compact_from(&self, deltas: usize) -> Result<bool, DeviceError> {
        let Some(work) = Compaction::plan(&self.state().base, deltas) else { return Ok(false) };
        let old = self.state().bases.clone();
        let shown = BaseMeta {
            version: old.shown.version + 1,
            next_block: old.shown.next_block + u32::from(!work.block.is_empty()),
            rewritten: old.shown.rewritten + u64::from(!work.rewrite.is_empty()),
            ..self.state().base.meta.clone()
        };
        let bases = Bases { shown: shown.clone(), ..old.clone() };
        let (name, old_version) = (shown.name.clone(), old.shown.version);
        let mut writes = work.writes(&name);
        let mut reads = vec![meta::read(meta::BASES)];
        reads.extend(work.rewrite.reads(&name));
        let ended = self
            .kv()
            .transact(&reads, Durability::Relaxed, |read| {
                let stored: Bases = only(read.first()).ok().flatten().unwrap_or_default();
                if stored == old {
                    writes.push(meta::write(meta::BASES, &bases));
                } else if !planted(Plant::CompactionLosesDelta) || stored.shown.name != name {
                    return (Vec::new(), None); // a newer delta may have come: look again
                }
                let mut rewritten = work.rewrite.run(read.get(1..).unwrap_or_default());
                writes.extend(rewritten.writes(&name));
                (writes, Some(rewritten))
            })
            .await?;
        let Some(rewritten) = ended else {
            self.reload().await?;
            return Ok(true);
        };
        let mut state = self.state_mut();
        let state = &mut *state;
        state.base.set_dead(work.dead);
        for key in &work.taken {
            state.base.delta.remove(key);
        }
        for (number, bytes) in rewritten.segments {
            state.base.add_segment(number, bytes);
        }
        if !work.segment.is_empty() {
            state.base.add_segment(work.number, work.segment);
        }
        if state.preview.on() == old_version {
            state.preview.follow(shown.version); // the same records in other places
        }
        state.base.meta = shown;
        state.bases = bases;
        Ok(true)
    }
}

/// What one compaction does.
#[derive(Debug)]
struct Compaction {
    number: u32,
    block: Vec<u8>,
    segment: Vec<u8>,
    taken: Vec<RecordKey>,
    dead: BTreeSet<(u32, u32)>,
    rewrite: Rewrite,
}

impl Compaction {
    fn plan(base: &Base, deltas: usize) -> Option<Self> {
        let mut dead = base.dead().clone();
        let mut work = Compaction {
            number: base.meta.next_block,
            block: Vec::new(),
            segment: Vec::new(),
            taken: Vec::new(),
            dead: BTreeSet::new(),
            rewrite: Rewrite::default(),
        };
        if base.delta.len() >= deltas.max(1) {
            let mut rows: Vec<_> = base.delta.values().collect();
            rows.sort_by_key(|delta| (delta.row.key.kind, delta.row.group, delta.row.key.id));
            for delta in rows.into_iter().take(DELTAS_MOST) {
                let row = &delta.row;
                let start = u32::try_from(work.block.len()).unwrap_or(u32::MAX);
                let len = u32::try_from(row.body.len()).unwrap_or(0);
                work.block.extend_from_slice(row.body.as_bytes());
                let place = BodyPlace { block: work.number, start, len };
                push_row(&mut work.segment, row.key, row.group, row.rev, place, &delta.summary);
                if let Some((at, _)) = base.segment_row(row.key) {
                    dead.insert(at);
                }
                work.taken.push(row.key);
            }
        }
        let mostly_dead: BTreeSet<u32> = base
            .segments()
            .filter(|number| {
                let gone = dead.range((*number, 0)..=(*number, u32::MAX)).count();
                gone > 0 && gone * 2 > base.all_lines(*number).count()
            })
            .take(SEGMENTS_MOST)
            .collect();
        work.rewrite = rewrite_segments(base, &mostly_dead, &mut dead, |_| false);
        work.dead = dead;
        let idle = work.taken.is_empty() && mostly_dead.is_empty();
        (!idle).then_some(work)
    }

    fn writes(&self, base: &str) -> Vec<Write> {
        let mut writes = vec![Write::Put(Area::Meta, dead_key(base), to_bytes(&self.dead.iter().collect::<Vec<_>>()))];
        if !self.block.is_empty() {
            let key = key_of(base, u64::from(self.number));
            writes.push(Write::Put(Area::Block, key.clone(), self.block.clone()));
            writes.push(Write::Put(Area::Index, key, self.segment.clone()));
        }
        writes.extend(self.taken.iter().map(|key| Write::Delete(Area::Delta, delta_key(base, *key))));
        writes
    }
}
