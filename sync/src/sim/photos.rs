//! Photos: taken on devices, sent in pieces, kept by a server, and looked for at the end. They draw their luck from a
//! stream of their own, so that the rest of a world is the same with them as without.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    attachment::{Attachment, AttachmentAdd, AttachmentId, BlobHash},
    kind::{Kind, RecordKey},
    mutation::Action,
    own::Unknown,
    record::BodyError,
    user::UserId,
};
use uuid::Uuid;

use super::{
    device::{Device, Failed, now},
    host::Host,
    rng::Rng,
    world::{Saved, World},
};
use crate::{
    device::{KvError, Making, Piece, PieceAnswer},
    memory::Tables,
    protocol::BlobHeld,
};

/// A photo that a device said it had saved.
#[derive(Clone, Debug)]
struct Photo {
    bytes: Vec<u8>,
    entry: Uuid,
    user: UserId,
}

/// What a server holds of photos.
type Arrived = BTreeMap<(Uuid, BlobHash), Vec<u8>>;

/// Every photo of a world.
pub(super) struct Photos {
    luck: Rng,
    taken: BTreeMap<AttachmentId, Photo>,
    arrived: Arrived,
    backup: Arrived,
    /// What was whole on a server at any time: one that was restored may have lost it.
    once_whole: BTreeSet<Uuid>,
}

impl Photos {
    pub(super) fn new(luck: Rng) -> Self {
        Self {
            luck,
            taken: BTreeMap::new(),
            arrived: Arrived::new(),
            backup: Arrived::new(),
            once_whole: BTreeSet::new(),
        }
    }

    pub(super) fn back_up(&mut self) {
        self.backup.clone_from(&self.arrived);
    }

    pub(super) fn restore(&mut self) {
        self.arrived = std::mem::take(&mut self.backup);
    }

    /// Takes all of a photo from a device whose access has ended.
    pub(super) fn hand_over(&mut self, id: AttachmentId, hash: BlobHash, bytes: Vec<u8>) {
        if BlobHash::of(&bytes) == hash {
            self.once_whole.insert(id.uuid());
            self.arrived.insert((id.uuid(), hash), bytes);
        }
    }

    /// Takes a piece as the API does: from the author, where what is held ends.
    fn serve(&mut self, tables: &Tables, user: UserId, piece: &Piece) -> Result<PieceAnswer, String> {
        let id = piece.attachment.uuid();
        let Some((row, _)) = tables.records.get(&RecordKey::new(Kind::Attachment, id)) else {
            return Ok(PieceAnswer::NotFound);
        };
        let attachment: Attachment = BodyError::parse(&row.body).map_err(|e| e.to_string())?;
        if attachment.author != user || attachment.hash != piece.hash {
            return Ok(PieceAnswer::NotFound);
        }
        let held = self.arrived.entry((id, piece.hash)).or_default();
        if held.len() as u64 == piece.from {
            held.extend(&piece.bytes);
        }
        let whole = BlobHash::of(held) == piece.hash;
        if whole {
            self.once_whole.insert(id);
        }
        Ok(PieceAnswer::Held(BlobHeld { held: held.len() as u64, whole }))
    }
}

impl<H: Host> World<H> {
    /// Now and then somebody takes a photo of what they see.
    pub(super) fn maybe_take_photo(&mut self, index: usize) -> Failed {
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(()) };
        if !self.photos.luck.chance(12) {
            return Ok(());
        }
        let known = self.customers_on(index);
        let Some(customer) = self.photos.luck.pick(&known).copied() else { return Ok(()) };
        let luck = &mut self.photos.luck;
        let (id, entry) = (AttachmentId::new(luck.uuid(self.now)), luck.uuid(self.now));
        let bytes: Vec<u8> = (0..=luck.below(40)).map(|_| luck.below(256) as u8).collect();
        let attachment = Attachment {
            id,
            customer,
            on: RecordKey::new(Kind::Customer, customer.uuid()),
            name: "名片.jpg".into(),
            media_type: "image/jpeg".into(),
            bytes: bytes.len() as u32,
            hash: BlobHash::of(&bytes),
            size: None,
            thumbnail: String::new(),
            added_at: self.now,
            author: user,
            late: false,
            deleted_at: None,
            unknown: Unknown::new(),
        };
        let off = self.devices.get(index).map_or(0, |device| device.clock_off);
        let making = Making {
            id: entry,
            happened: self.now,
            happened_raw: self.now + off,
            business_date: self.today_at(self.now),
            about: String::new(),
        };
        let action: Action = AttachmentAdd { attachment }.into();
        let v = action.version();
        let originals = vec![(id, bytes.clone())];
        // Now and then the storage is gone between the counter, the entry and the bytes.
        let gone = self.photos.luck.chance(20);
        if let Some(device) = self.devices.get(index).filter(|_| gone) {
            device.disk.fail_in(2, KvError::Lost);
        }
        let entered = self.on_tab(index, |tab| now(tab.enter_with(vec![(action, making)], originals, None)));
        if let Some(device) = self.devices.get(index).filter(|_| gone) {
            device.disk.stop_failing();
        }
        if entered?.is_some() {
            self.saved.insert(entry, Saved { user, device: index, v });
            self.photos.taken.insert(id, Photo { bytes, entry, user });
            self.report.entries += 1;
        }
        Ok(())
    }

    /// Sends one piece, with what a network does to it; says whether there was one.
    pub(super) fn upload_from(&mut self, index: usize, faulty: bool) -> Result<bool, String> {
        if self.access_ended(index) {
            return Ok(false);
        }
        let Some(piece) = self.on_tab(index, |tab| now(tab.next_piece()))?.flatten() else { return Ok(false) };
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(false) };
        if faulty && self.photos.luck.chance(10) {
            return Ok(true); // lost on the way there
        }
        let answer = self.photos.serve(&self.server.tables(), user, &piece)?;
        if faulty && self.photos.luck.chance(15) {
            return Ok(true); // lost on the way back
        }
        self.trace(|| format!("device {index} sends {} of {}: {answer:?}", piece.bytes.len(), piece.attachment));
        self.on_tab(index, |tab| now(tab.take_piece_answer(piece.attachment, answer)))?;
        Ok(true)
    }

    /// Every photo that was called saved is whole on the server, or lies with its entry on a device of its author.
    pub(super) fn check_photos(&self, tables: &Tables) -> Failed {
        for (id, photo) in &self.photos.taken {
            let key = RecordKey::new(Kind::Attachment, id.uuid());
            let there = self.photos.arrived.get(&(id.uuid(), BlobHash::of(&photo.bytes))) == Some(&photo.bytes);
            let whole = tables.records.contains_key(&key) && there;
            let once = self.report.restores > 0 && self.photos.once_whole.contains(&id.uuid());
            if whole || once || self.discarded.contains(&photo.entry) || self.photo_in_quarantine(photo.entry, tables) {
                continue;
            }
            let devices = self.devices.iter().filter(|device| device.user == photo.user).filter_map(Device::tab);
            let mut here = devices.filter_map(|tab| now(tab.original(*id)).ok().flatten());
            // One that was refused may have come by way of the quarantine, while its device still holds it.
            let refused = !tables.records.contains_key(&key) || self.was_held(photo.entry);
            if !(refused && here.any(|bytes| bytes == photo.bytes)) {
                return Err(format!("photo {id} of {} is lost", photo.user));
            }
        }
        Ok(())
    }
}
