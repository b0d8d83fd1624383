//! The bytes of photos and files: from this device, or fetched and kept.

use domain::attachment::{Attachment, AttachmentId, BlobHash};
use sync::device::Whereabouts;

use super::Data;
use crate::{
    online::{Code, NoAnswer, Problem},
    sync::http,
};

/// Why there are no bytes to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Not here, and the server does not answer.
    Offline,
    /// Still on the device where it was added.
    NotArrived,
    /// The server has none for this person.
    Gone,
}

/// Returns where the bytes of an attachment are, below the API.
pub fn path(id: AttachmentId, hash: BlobHash) -> String {
    format!("records/attachment/{id}/blobs/{hash}")
}

impl Data {
    /// Returns the bytes of an attachment; what was fetched is kept as long as there is room.
    ///
    /// # Errors
    /// They are neither here nor to be had.
    pub async fn original(self, attachment: &Attachment) -> Result<Vec<u8>, Missing> {
        let inner = self.inner();
        match inner.store.original(attachment.id).await {
            Ok(Some(bytes)) => return Ok(bytes),
            Ok(None) => {}
            // What lies here cannot be read: the server may have it.
            Err(error) => self.tell(&error, false),
        }
        let bytes = http::get_bytes(&path(attachment.id, attachment.hash)).await.map_err(|error| match error {
            NoAnswer::Refused(Problem { code: Code::NotArrived, .. }) => Missing::NotArrived,
            error if error.not_found() => Missing::Gone,
            _ => Missing::Offline,
        })?;
        if BlobHash::of(&bytes) != attachment.hash {
            return Err(Missing::Offline); // cut on its way
        }
        // Without room it is fetched again next time.
        if inner.store.keep_copy(attachment.id, &bytes, self.now()).await.is_ok() {
            self.refresh();
        }
        Ok(bytes)
    }

    /// Returns where the bytes of attachments are.
    pub async fn whereabouts(self, ids: &[AttachmentId]) -> Vec<Whereabouts> {
        let inner = self.inner();
        match inner.store.whereabouts(ids).await {
            Ok(found) => found,
            Err(error) => {
                self.tell(&error, false);
                vec![Whereabouts::Elsewhere; ids.len()]
            }
        }
    }
}
