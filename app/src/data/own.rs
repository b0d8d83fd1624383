//! The company's own fields, read whole: they are few.

use domain::{
    kind::{Kind, RecordKey},
    own::{self, OwnField, OwnFieldId},
    refusal::{FieldError, Refusal},
    summary::own_field_field,
};
use leptos::prelude::*;
use uuid::Uuid;

use super::Data;
use crate::platform::time::spawn;

/// The own fields. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct OwnHere {
    fields: Memo<Vec<OwnField>>,
}

/// Returns the company's own fields.
pub fn use_own() -> OwnHere {
    expect_context()
}

impl OwnHere {
    /// Puts the fields into the context; they follow the replica from now on.
    pub fn provide(data: Data) {
        let loaded = RwSignal::new(Vec::new());
        Effect::new(move || {
            data.version.track();
            spawn(async move {
                loaded.try_set(data.own_fields().await);
            });
        });
        provide_context(Self { fields: Memo::new(move |_| loaded.get()) });
    }

    /// Follows every field of a kind, retired ones too, in their order.
    pub fn all(self, kind: Kind) -> Vec<OwnField> {
        self.fields.with(|fields| fields.iter().filter(|field| field.on == kind).cloned().collect())
    }

    /// Follows the fields of a kind that are asked for.
    pub fn of(self, kind: Kind) -> Vec<OwnField> {
        let mut fields = self.all(kind);
        fields.retain(|field| !field.retired);
        fields
    }

    /// Follows the fields of a kind that stand in its list.
    pub fn listed(self, kind: Kind) -> Vec<OwnField> {
        let mut fields = self.of(kind);
        fields.retain(|field| field.listed);
        fields
    }

    /// Follows one field.
    pub fn field(self, id: OwnFieldId) -> Option<OwnField> {
        self.fields.with(|fields| fields.iter().find(|field| field.id == id).cloned())
    }
}

impl Data {
    /// Reads every field, retired ones too, each kind's in their order.
    pub async fn own_fields(self) -> Vec<OwnField> {
        let mut fields: Vec<OwnField> = self.all().await;
        fields.sort_by_key(|field| (field.on, field.order, field.id));
        fields
    }

    /// Returns what an own field is called; none if it is not on this device.
    pub fn own_label(self, id: Uuid) -> Option<String> {
        let shown = self.with(|store| store.shown(RecordKey::new(Kind::OwnField, id)))?;
        Some(shown.summary.field(own_field_field::LABEL).to_owned())
    }

    /// Returns the error with an own field called by its label.
    pub fn labelled(self, mut error: FieldError) -> FieldError {
        if let Some(label) = own::named(&error.field).and_then(|id| self.own_label(id)) {
            error.field = label;
        }
        error
    }

    /// Returns the refusal with an own field called by its label.
    pub fn labelled_refusal(self, refusal: &Refusal) -> Refusal {
        match refusal.clone() {
            Refusal::Field { field, problem } => self.labelled(FieldError { field, problem }).into(),
            other => other,
        }
    }
}
