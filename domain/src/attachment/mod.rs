//! Attachments 附件: photos and files on a customer, a contact or a contact record.
//!
//! The record carries what a list shows, a small picture included. The bytes themselves (the original) travel apart,
//! named by their hash.

mod actions;
mod hash;
mod media;

pub use actions::{AttachmentAdd, AttachmentBin};
pub use hash::BlobHash;
pub use media::{Media, media_of};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    user::UserId,
    value::required,
};

/// The id of an attachment.
pub type AttachmentId = Id<Attachment>;

/// The largest original; bytes.
pub const BYTES_MOST: u32 = 10 << 20;
/// The longest side of a photo that a device keeps; pixels.
pub const PHOTO_SIDE_MOST: u32 = 2048;
/// The largest small picture, in the characters of its base64. It is part of the record and so of every first sync.
pub const THUMBNAIL_MOST: usize = 12 << 10;
/// The longest file name; characters.
pub const NAME_MOST: usize = 200;

/// A photo or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub customer: CustomerId,
    /// What it hangs on: the customer itself, a contact, or a contact record.
    pub on: RecordKey,
    /// The file's name.
    pub name: String,
    /// The media type (RFC 6838), one of [`Media::ALL`].
    pub media_type: String,
    /// The size of the original; bytes.
    pub bytes: u32,
    /// The SHA-256 of the original.
    pub hash: BlobHash,
    /// Width and height of a photo; pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// A small JPEG as base64; empty for what is no photo.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thumbnail: String,
    /// When it was added; ms UTC.
    pub added_at: i64,
    pub author: UserId,
    /// Added by somebody who no longer had the right when it arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Record for Attachment {
    const KIND: Kind = Kind::Attachment;
    const PARENTS: &'static [Kind] = &[Kind::Customer];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Customer::group_of(self.customer)
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Customer, self.customer.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
        if self.on == RecordKey::new(Kind::Customer, from) {
            self.on.id = to;
        }
    }

    fn hangs_on(&self) -> Option<RecordKey> {
        Some(self.on).filter(|on| on.kind != Kind::Customer)
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        self.deleted_at.and_then(purge_day)
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Attachment>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            fixed("on", ColumnType::Text, |r: &Attachment| Cell::text(&r.on.to_string())).in_body(Place::Key),
            fixed("name", ColumnType::Text, |r| Cell::text(&r.name)),
            fixed("media_type", ColumnType::Choice, |r| Cell::text(&r.media_type)),
            fixed("bytes", ColumnType::Integer, |r| Cell::Integer(r.bytes.into())),
            fixed("added_at", ColumnType::Instant, |r| Cell::Instant(r.added_at)),
            fixed("author", ColumnType::Reference(Kind::User), |r| Cell::text(&r.author.to_string())),
            fixed("late", ColumnType::Flag, |r| Cell::Flag(r.late)),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, NAME_MOST)?;
        if !(1..=BYTES_MOST).contains(&self.bytes) {
            return Err(FieldError::new("bytes", Problem::NotANumber { least: 1, most: BYTES_MOST }));
        }
        if Media::of_type(&self.media_type).is_none() {
            return Err(FieldError::new("media_type", Problem::NotAChoice));
        }
        if self.thumbnail.len() > THUMBNAIL_MOST {
            return Err(FieldError::new("thumbnail", Problem::TooLong { most: THUMBNAIL_MOST }));
        }
        let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if !self.thumbnail.bytes().all(base64) {
            return Err(FieldError::new("thumbnail", Problem::ForbiddenCharacter));
        }
        Ok(())
    }
}
