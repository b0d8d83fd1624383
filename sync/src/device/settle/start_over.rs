//! Starts from zero: beside what is shown, or, where sight narrowed, after forgetting it.

use super::Doubt;
use crate::{
    device::{
        base::{Base, dead_key},
        blobs,
        kv::{Area, Durability, Kv, Write},
        meta::{self, BaseMeta, Bases, FORMAT, only},
        replica::{DeviceError, Guard, Replica, Stance},
    },
    protocol::{ClientId, NoPage},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Takes the server's word that there is no page.
    ///
    /// # Errors
    /// The storage failed; the pull is repeated.
    pub async fn take_no_page(&self, why: NoPage, fresh: ClientId) -> Result<(), DeviceError> {
        match why {
            NoPage::OtherHistory => {
                self.start_over(false, true).await?;
                self.take_fresh_id(fresh, true).await
            }
            NoPage::StartOver { narrowed } => self.start_over(narrowed, false).await,
            NoPage::OtherSession => {
                self.set_stance(Stance::SignedOut);
                Ok(())
            }
            NoPage::Outdated => {
                self.set_stance(Stance::Outdated);
                Ok(())
            }
        }
    }

    /// Feeds a base anew that another build has laid out in an older way.
    pub(in crate::device) async fn renew_older_layout(&self) -> Result<(), DeviceError> {
        let older = self.state().bases.format < FORMAT;
        if older { self.start_over(!self.whole(), false).await } else { Ok(()) }
    }

    /// Begins the feed from zero: beside what is shown, or, where sight narrowed, after forgetting it.
    pub(super) async fn start_over(&self, narrowed: bool, other_history: bool) -> Result<(), DeviceError> {
        let old = self.state().bases.clone();
        let shown = self.state().base.meta.clone();
        let [first, second] = BaseMeta::NAMES;
        let other = if shown.name == first { second } else { first };
        let seen = old.seen.filter(|_| !other_history);
        let version = shown.version + 1;
        // Names are used again; a tab that slept through two starts must not take one base for the other.
        let fresh = BaseMeta { generation: shown.generation + 1, ..BaseMeta::new(other) };
        let mut writes = clear(other);
        let bases = if narrowed {
            writes.extend(clear(&shown.name));
            let shown = BaseMeta { version, ..fresh };
            Bases { format: FORMAT, shown, growing: None, held: Vec::new(), seen }
        } else {
            let shown = BaseMeta { version, ..shown };
            Bases { format: FORMAT, shown, growing: Some(fresh), held: Vec::new(), seen }
        };
        writes.push(meta::write(meta::BASES, &bases));
        let done = self
            .kv()
            .transact(&[meta::read(meta::BASES), blobs::copy_notes()], Durability::Relaxed, |read| {
                let stored = only::<Bases>(read.first()).ok().flatten().unwrap_or_default();
                let copies = read.get(1).map_or(&[][..], Vec::as_slice);
                match (narrowed, other_history) {
                    (true, _) => writes.extend(blobs::forget_all_copies(copies)),
                    (false, true) => writes.extend(blobs::copies_wait_again(copies)),
                    (false, false) => {}
                }
                // Another tab may have swapped the bases: what is cleared here would be what it shows.
                if stored == old { (writes, true) } else { (Vec::new(), false) }
            })
            .await?;
        if !done {
            return self.reload().await;
        }
        {
            let mut state = self.state_mut();
            state.doubt = Doubt::default();
            if other_history {
                blobs::ask_again(&mut state);
            }
            if narrowed {
                state.base = Base::empty(bases.shown.clone());
            }
            state.base.meta = bases.shown.clone();
            state.growing = bases.growing.clone().map(Base::empty);
            state.bases = bases;
        }
        self.rebase().await
    }
}

/// Returns what removes a base's data.
pub(super) fn clear(name: &str) -> Vec<Write> {
    let areas = [Area::Block, Area::Index, Area::Delta];
    let mut writes: Vec<Write> = areas.into_iter().map(|area| Write::DeletePrefix(area, name.to_owned())).collect();
    writes.push(Write::Delete(Area::Meta, dead_key(name)));
    writes
}
