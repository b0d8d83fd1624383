//! Own fields of a company: what an administrator adds to a record kind, and the values that records hold.

mod asked;
mod field;
mod value;

pub use asked::{OwnAsked, OwnFilter, read_filter, write_filter};
pub use field::{OwnField, OwnFieldCreate, OwnFieldEdit, OwnFieldId, OwnShape};
pub use value::{OwnFields, OwnValue, lines, texts_in, value_in};

pub use crate::stamp::Unknown;

use uuid::Uuid;

use crate::{
    id::Id,
    kind::{Kind, RecordKey},
    plant::{Plant, planted},
    record::Record,
    refusal::{FieldError, Problem, Refusal},
    view::{Found, Need, Stop, View},
};

/// Returns the name under which errors speak of an own field.
pub fn name_of(id: Uuid) -> String {
    format!("own:{id}")
}

/// Returns the own field that an error speaks of.
pub fn named(name: &str) -> Option<Uuid> {
    Uuid::try_parse(name.strip_prefix("own:")?).ok()
}

/// Hints at the definitions by which some values are checked.
pub fn needs(fields: impl IntoIterator<Item = Uuid>) -> impl Iterator<Item = Need> {
    fields.into_iter().map(|id| Need::Record(RecordKey::new(Kind::OwnField, id)))
}

/// Checks a value by its definition. One of a field that is unknown, retired or of another kind is kept as it is.
///
/// # Errors
/// Refused, or the definition is not loaded.
pub(crate) fn check<R: Record>(id: Uuid, value: &OwnValue, view: &mut View) -> Result<(), Stop> {
    match view.get_exact(Id::<OwnField>::new(id))? {
        Found::Here(field) if field.on == R::KIND && !field.retired => {
            field.check(value).map_err(|problem| Stop::Refused(Refusal::from(FieldError::new(&name_of(id), problem))))
        }
        Found::Here(field) if field.retired && planted(Plant::RetiredFieldRefused) => {
            Err(Refusal::from(FieldError::new(&name_of(id), Problem::NotAChoice)).into())
        }
        _ => Ok(()),
    }
}
