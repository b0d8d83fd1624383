//! Photos and files: chosen in a form or on a page, shown small, opened large.

pub mod choose;
pub mod picked;
pub mod strip;
pub mod uploads;
pub mod viewer;

use std::cmp::Reverse;

use domain::{
    attachment::Attachment,
    kind::{Kind, RecordKey},
    summary::{attachment_field, contact_field},
};
use sync::device::Whereabouts;

use crate::data::Data;

/// An attachment, and where its bytes are.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub attachment: Attachment,
    pub whereabouts: Whereabouts,
    /// The contact that it hangs on; empty where it is none.
    pub contact: String,
}

impl Held {
    fn new(data: Data, attachment: Attachment, whereabouts: Whereabouts) -> Self {
        let on = data.with(|store| store.shown(attachment.on)).filter(|shown| shown.key.kind == Kind::Contact);
        let contact = on.map(|shown| shown.summary.field(contact_field::NAME).to_owned()).unwrap_or_default();
        Self { attachment, whereabouts, contact }
    }
}

/// Reads a customer's attachments that hang on certain records, the newest first. The index chooses, so that no small
/// picture is read in vain.
pub async fn load(data: Data, customer: RecordKey, wanted: impl Fn(RecordKey) -> bool) -> Vec<Held> {
    let mut found: Vec<(i64, uuid::Uuid)> = data.with(|store| {
        let ids = store.children(Kind::Attachment, customer).into_iter();
        ids.filter_map(|id| {
            let shown = store.shown(RecordKey::new(Kind::Attachment, id)).filter(|shown| !shown.summary.hidden)?;
            let (kind, on) = shown.summary.field(attachment_field::ON).split_once(':')?;
            let on = RecordKey::new(Kind::parse(kind)?, uuid::Uuid::try_parse(on).ok()?);
            let at = shown.summary.field(attachment_field::ADDED_AT).parse().unwrap_or_default();
            wanted(on).then_some((at, id))
        })
        .collect()
    });
    found.sort_by_key(|newest| Reverse(*newest));
    let mut attachments = Vec::with_capacity(found.len());
    for (_, id) in found {
        attachments.extend(data.get::<Attachment>(id.into()).await);
    }
    let ids: Vec<_> = attachments.iter().map(|attachment| attachment.id).collect();
    let whereabouts = data.whereabouts(&ids).await;
    let held = attachments.into_iter().zip(whereabouts);
    held.map(|(attachment, whereabouts)| Held::new(data, attachment, whereabouts)).collect()
}
