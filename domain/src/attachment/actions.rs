use serde::{Deserialize, Serialize};

use super::{Attachment, AttachmentId};
use crate::{
    contact::survivor,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    record::Record as _,
    refusal::Refusal,
    view::{Need, Slot, Stop, View},
};

/// Adds a photo or a file. The bytes follow on their own way; only who adds it may send them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentAdd {
    pub attachment: Attachment,
}

impl Mutation for AttachmentAdd {
    const NAME: &'static str = "attachment_add";
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let written = &self.attachment;
        let mut customer = survivor(written.customer, view)?;
        let on = match written.on.kind {
            Kind::Customer => RecordKey::new(Kind::Customer, customer.uuid()),
            Kind::Contact | Kind::ContactRecord => {
                match view.row(written.on)? {
                    // It lies where that lies: a merge may have moved it since, or one that was undone.
                    Slot::Here(row) => match row.group {
                        Group::Of(root) if root.kind == Kind::Customer => customer = root.id.into(),
                        Group::Org | Group::Of(_) => return Err(Refusal::BadArguments.into()),
                    },
                    Slot::Absent => return Err(Refusal::Missing { id: written.on.id }.into()),
                    Slot::NotHere => {}
                }
                written.on
            }
            _ => return Err(Refusal::BadArguments.into()),
        };
        let author = at.actor.user().unwrap_or(written.author);
        view.create(&Attachment { customer, on, author, late: at.late, deleted_at: None, ..written.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        let customer = RecordKey::new(Kind::Customer, self.attachment.customer.uuid());
        [customer, self.attachment.on].into_iter().chain(self.creates()).map(Need::Record).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Attachment, self.attachment.id.uuid())]
    }
}

/// Puts an attachment into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentBin {
    pub id: AttachmentId,
    pub binned: bool,
}

impl Mutation for AttachmentBin {
    const NAME: &'static str = "attachment_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(attachment) = view.require(self.id)? else { return Ok(()) };
        if attachment.deleted() == self.binned {
            return Ok(());
        }
        view.put(&Attachment { deleted_at: self.binned.then_some(at.happened), ..attachment })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::Attachment, self.id.uuid()))]
    }
}
