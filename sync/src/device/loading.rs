//! From the storage into memory: everything at a start, what another tab has written later.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    base::{Base, dead_key},
    blobs,
    kv::{Area, Durability, Kv, KvError, Read, Rows},
    meta::{self, BaseMeta, Bases, FORMAT, Identity, Meta, from_bytes, only},
    outbox::Pending,
    replica::{DeviceError, Guard, Opened, Replica, Stance},
};
use crate::protocol::ClientId;

/// What a tab has in memory, as one look at the storage found it: one read is quicker than several, and no
/// other tab writes in between.
pub(super) struct Stored {
    client: Rows,
    bases: Rows,
    outbox: Rows,
    blobs: Rows,
    index: Rows,
    delta: Rows,
    dead: [Rows; 2],
}

impl Stored {
    /// Reads everything. Of two bases the second one only grows for a while, so both are asked for at once.
    pub(super) async fn read(kv: &impl Kv) -> Result<Self, KvError> {
        let all = |area| Read::Prefix(area, String::new());
        let dead = |base| Read::One(Area::Meta, dead_key(base));
        let reads = [
            meta::read(meta::CLIENT),
            meta::read(meta::BASES),
            all(Area::Outbox),
            blobs::waiting_notes(),
            all(Area::Index),
            all(Area::Delta),
            dead(BaseMeta::NAMES[0]),
            dead(BaseMeta::NAMES[1]),
        ];
        let read: [Rows; 8] =
            kv.read(&reads).await?.try_into().map_err(|_| KvError::Failed("reads without answer".into()))?;
        let [client, bases, outbox, blobs, index, delta, first, second] = read;
        Ok(Self { client, bases, outbox, blobs, index, delta, dead: [first, second] })
    }

    /// Returns who the client is; none in an empty database.
    pub(super) fn client(&self) -> Result<Option<Meta>, KvError> {
        only(Some(&self.client))
    }

    /// Takes a base out.
    fn base(&mut self, meta: &BaseMeta) -> Result<Base, KvError> {
        let own = |rows: &mut Rows| -> Rows { rows.extract_if(.., |(key, _)| key.starts_with(&meta.name)).collect() };
        let at = BaseMeta::NAMES.iter().position(|name| *name == meta.name);
        let dead = at.and_then(|at| self.dead.get_mut(at)).map(std::mem::take).unwrap_or_default();
        Base::load(meta.clone(), [own(&mut self.index), own(&mut self.delta), dead])
    }
}

/// Gives an empty database its client, unless another tab has done so meanwhile.
pub(super) async fn introduce(kv: &impl Kv, identity: Identity, client: ClientId) -> Result<Opened, KvError> {
    let fresh = Meta { identity, client, next: 1 };
    kv.transact(&[meta::read(meta::CLIENT)], Durability::Strict, |read| match only::<Meta>(read.first()) {
        Ok(Some(_)) => (Vec::new(), Ok(Opened::Known)),
        Ok(None) => (vec![meta::write(meta::CLIENT, &fresh)], Ok(Opened::Fresh)),
        Err(error) => (Vec::new(), Err(error)),
    })
    .await?
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Reads everything again.
    pub(super) async fn load_all(&self) -> Result<(), DeviceError> {
        let stored = Stored::read(self.kv()).await?;
        self.take_stored(stored)
    }

    /// Takes up what was read.
    pub(super) fn take_stored(&self, mut stored: Stored) -> Result<(), DeviceError> {
        let bases: Bases = only(Some(&stored.bases))?.unwrap_or_default();
        if bases.format > FORMAT {
            // A newer build has taken over: what it laid out is not for this one, but entering goes on.
            self.set_stance(Stance::Outdated);
        } else {
            let base = stored.base(&bases.shown)?;
            let growing = bases.growing.as_ref().map(|meta| stored.base(meta)).transpose()?;
            let mut state = self.state_mut();
            (state.bases, state.base, state.growing) = (bases, base, growing);
        }
        self.take_outbox(&stored.client, &stored.outbox, &stored.blobs)
    }

    fn take_outbox(&self, client: &Rows, outbox: &Rows, blobs: &Rows) -> Result<(), DeviceError> {
        let client: Meta = only(Some(client))?.ok_or(KvError::Cleared)?;
        let entries = outbox.iter().map(|(_, bytes)| from_bytes::<Pending>(bytes));
        let outbox: BTreeMap<Uuid, Pending> =
            entries.map(|pending| pending.map(|p| (p.entry.id, p))).collect::<Result<_, _>>()?;
        let mut state = self.state_mut();
        state.outbox = outbox;
        blobs::take_notes(&mut state, blobs)?;
        state.become_client(client);
        Ok(())
    }

    /// Reads again what another tab may have written, if it has.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn reload(&self) -> Result<(), DeviceError> {
        if !self.load_outbox().await? && !self.load_newer().await? {
            self.load_all().await?;
        }
        self.rebase().await
    }

    /// Follows another tab's entries; `false` where it has taken pages as well. Bases and outbox are read in one look: an
    /// entry that was settled meanwhile would otherwise be in neither.
    async fn load_outbox(&self) -> Result<bool, DeviceError> {
        let read = self.read(&reads_outbox()).await?;
        let [client, outbox, blobs, bases] = read.as_slice() else { return Ok(false) };
        // Without its client the database was cleared: what is in memory is all that is left of the outbox.
        only::<Meta>(Some(client))?.ok_or(KvError::Cleared)?;
        let bases: Bases = only(Some(bases))?.unwrap_or_default();
        let known = bases == self.state().bases;
        if known {
            self.take_outbox(client, outbox, blobs)?;
        }
        Ok(known)
    }

    /// Follows another tab's pages without reading again what this one has; `false` where that is not
    /// enough.
    async fn load_newer(&self) -> Result<bool, DeviceError> {
        let reads: Vec<Read> = reads_outbox().into_iter().chain(self.state().base.reads_newer()).collect();
        let mut read = self.read(&reads).await?;
        let newer: [Rows; 3] =
            read.split_off(4).try_into().map_err(|_| KvError::Failed("reads without answer".into()))?;
        let [client, outbox, blobs, bases] = read.as_slice() else { return Ok(false) };
        let bases: Bases = only(Some(bases))?.unwrap_or_default();
        {
            let mut state = self.state_mut();
            let alone = state.growing.is_none() && bases.growing.is_none() && bases.format == FORMAT;
            if !alone || !state.base.grew_into(&bases.shown) {
                return Ok(false);
            }
            state.base.take_newer(bases.shown.clone(), newer)?;
            state.bases = bases;
        }
        self.take_outbox(client, outbox, blobs)?;
        Ok(true)
    }
}

/// What belongs together: who the client is, what waits, and up to where the server was followed.
fn reads_outbox() -> [Read; 4] {
    let outbox = Read::Prefix(Area::Outbox, String::new());
    [meta::read(meta::CLIENT), outbox, blobs::waiting_notes(), meta::read(meta::BASES)]
}
