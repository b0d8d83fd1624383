//! What was picked: reduced and looked at, not saved yet.

use std::rc::Rc;

use domain::{
    attachment::AttachmentId,
    attachment::{
        Attachment, AttachmentAdd, BYTES_MOST, BlobHash, NAME_MOST, PHOTO_SIDE_MOST, THUMBNAIL_MOST, media_of,
    },
    customer::CustomerId,
    kind::RecordKey,
    mutation::Action,
    own::Unknown,
    value::clean,
};
use web_sys::File;

use crate::{
    data::Data,
    i18n::{Locale, t},
    platform::photo,
};

/// So many may be added at once.
pub const PICKED_MOST: usize = 10;

/// A photo or file that will be saved.
#[derive(Clone, Debug)]
pub struct Picked {
    pub id: AttachmentId,
    pub name: String,
    media_type: &'static str,
    bytes: Rc<[u8]>,
    size: Option<(u32, u32)>,
    pub thumbnail: String,
}

/// Why a file cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    TooLarge { name: String },
    OtherType { name: String },
    Unreadable { name: String },
    TooMany,
}

impl Unfit {
    /// Says it in words.
    pub fn words(&self, locale: Locale) -> String {
        match self {
            Unfit::TooLarge { name } => t::attachments::too_large(locale, name),
            Unfit::OtherType { name } => t::attachments::other_type(locale, name),
            Unfit::Unreadable { name } => t::attachments::unreadable(locale, name),
            Unfit::TooMany => t::attachments::too_many(locale, PICKED_MOST as u64),
        }
    }
}

/// Says whether a browser may decode a file as a photo: more kinds than are kept, those of telephones among them, which
/// some systems hand over without their type.
fn is_photo(media_type: &str, name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    media_type.starts_with("image/") || media_type.is_empty() && matches!(extension.as_str(), "heic" | "heif" | "avif")
}

impl Picked {
    /// Takes a file as it will be kept: photos are reduced, other files stay as they are.
    ///
    /// # Errors
    /// Why it cannot be added.
    pub async fn take(data: Data, file: &File) -> Result<Picked, Unfit> {
        let name: String = clean(&file.name()).chars().take(NAME_MOST - 4).collect();
        let id = data.fresh();
        if is_photo(&file.type_(), &name) {
            let reduced = photo::reduce(file, PHOTO_SIDE_MOST, THUMBNAIL_MOST).await;
            let Some(reduced) = reduced else { return Err(Unfit::Unreadable { name }) };
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let name = format!("{stem}.jpg");
            return Ok(Picked {
                id,
                name,
                media_type: "image/jpeg",
                bytes: reduced.jpeg.into(),
                size: Some(reduced.size),
                thumbnail: reduced.thumbnail,
            });
        }
        if file.size() > f64::from(BYTES_MOST) {
            return Err(Unfit::TooLarge { name });
        }
        let Some(bytes) = photo::bytes_of(file).await.filter(|bytes| !bytes.is_empty()) else {
            return Err(Unfit::Unreadable { name });
        };
        match media_of(&name, &bytes) {
            Some(media) => Ok(Picked {
                id,
                name,
                media_type: media.media_type,
                bytes: bytes.into(),
                size: None,
                thumbnail: String::new(),
            }),
            None => Err(Unfit::OtherType { name }),
        }
    }

    /// Returns the action that adds it, and the bytes.
    fn adding(self, data: Data, customer: CustomerId, on: RecordKey) -> (Action, (AttachmentId, Vec<u8>)) {
        let attachment = Attachment {
            id: self.id,
            customer,
            on,
            name: self.name,
            media_type: self.media_type.to_owned(),
            bytes: u32::try_from(self.bytes.len()).unwrap_or(u32::MAX),
            hash: BlobHash::of(&self.bytes),
            size: self.size,
            thumbnail: self.thumbnail,
            added_at: data.now(),
            author: data.user(),
            late: false,
            deleted_at: None,
            unknown: Unknown::new(),
        };
        (AttachmentAdd { attachment }.into(), (self.id, self.bytes.to_vec()))
    }
}

/// Returns the actions that add what was picked to a record, behind those that come first, and the bytes.
pub fn adding(
    data: Data,
    first: Vec<Action>,
    picked: Vec<Picked>,
    customer: CustomerId,
    on: RecordKey,
) -> (Vec<Action>, Vec<(AttachmentId, Vec<u8>)>) {
    let (added, originals): (Vec<_>, Vec<_>) =
        picked.into_iter().map(|picked| picked.adding(data, customer, on)).unzip();
    (first.into_iter().chain(added).collect(), originals)
}
