//! Records read together: each block of the device's storage once, not once for each of its thousand records.

use std::collections::HashMap;

use domain::{
    id::Id,
    kind::RecordKey,
    record::{BodyError, Record},
    view::Row,
};
use sync::device::DeviceError;

use crate::data::Data;

/// Some records as they are shown.
#[derive(Default)]
pub struct Stored(HashMap<RecordKey, Row>);

impl Stored {
    /// Reads records. What is not on this device is left out.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn read(data: Data, keys: Vec<RecordKey>) -> Result<Self, DeviceError> {
        let rows = data.inner().store.rows(&keys).await?;
        Ok(Self(rows.into_iter().map(|row| (row.key, row)).collect()))
    }

    /// Returns a record; none where it is not among them, or of a later build that this one cannot read.
    pub fn get<R: Record>(&self, id: Id<R>) -> Option<R> {
        let row = self.0.get(&RecordKey::new(R::KIND, id.uuid()))?;
        BodyError::parse(&row.body).ok()
    }
}
