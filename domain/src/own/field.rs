use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OwnValue, Unknown};
use crate::{
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    edit::edit_mutation,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    record::Record,
    refusal::{FieldError, Problem},
    value::{Quantity, clean, length, required},
    view::{Need, Stop, View},
};

/// The id of an own field.
pub type OwnFieldId = Id<OwnField>;

/// The longest text of an own field.
const TEXT_MOST: usize = 1_000;
/// The most choices of one field, and the longest one.
const CHOICES_MOST: usize = 100;
const CHOICE_MOST: usize = 60;

/// What an own field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnShape {
    #[default]
    Text,
    /// With up to six decimals.
    Number,
    Date,
    Choice,
    /// Several choices.
    Several,
    Flag,
}

impl OwnShape {
    /// Every shape, in the order in which they are offered.
    pub const ALL: [OwnShape; 6] =
        [OwnShape::Text, OwnShape::Number, OwnShape::Date, OwnShape::Choice, OwnShape::Several, OwnShape::Flag];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            OwnShape::Text => "text",
            OwnShape::Number => "number",
            OwnShape::Date => "date",
            OwnShape::Choice => "choice",
            OwnShape::Several => "several",
            OwnShape::Flag => "flag",
        }
    }

    /// Finds a shape by its word.
    pub fn parse(name: &str) -> Option<OwnShape> {
        OwnShape::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// Says whether a person chooses from a list.
    pub const fn has_choices(self) -> bool {
        matches!(self, OwnShape::Choice | OwnShape::Several)
    }
}

/// A field that the company added to a record kind. Its kind and shape stay; one that is no longer wanted is retired,
/// and what records hold in it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnField {
    pub id: OwnFieldId,
    /// One of [`OwnField::KINDS`].
    pub on: Kind,
    pub shape: OwnShape,
    pub label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Asked in a form, never when an entry is carried out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// It stands in the list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
    /// The place among the fields of the kind; the smallest comes first.
    #[serde(default)]
    pub order: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl OwnField {
    /// The kinds that take own fields.
    pub const KINDS: [Kind; 3] = [Kind::Customer, Kind::Contact, Kind::ContactRecord];

    /// Returns a field that is no more than its name and shape.
    pub fn named(id: OwnFieldId, on: Kind, shape: OwnShape, label: &str) -> Self {
        Self {
            id,
            on,
            shape,
            label: label.to_owned(),
            choices: Vec::new(),
            required: false,
            listed: false,
            order: 0,
            retired: false,
            unknown: Unknown::new(),
        }
    }

    /// Reads what was typed, several choices one a line; nothing typed is no value.
    ///
    /// # Errors
    /// It is required and not there, not of the field's shape, or none of its choices.
    pub fn read(&self, text: &str) -> Result<Option<OwnValue>, Problem> {
        let text = clean(text);
        if text.is_empty() {
            return if self.required { Err(Problem::Required) } else { Ok(None) };
        }
        let value = match self.shape {
            OwnShape::Text => OwnValue::Text(text),
            OwnShape::Number => number(&text)?,
            OwnShape::Date => OwnValue::Date(text.parse().map_err(|_| Problem::NotADate)?),
            OwnShape::Choice => OwnValue::Text(self.choice(&text)?),
            OwnShape::Several => {
                let chosen = text.lines().map(clean).filter(|choice| !choice.is_empty());
                OwnValue::Several(chosen.map(|choice| self.choice(&choice)).collect::<Result<_, _>>()?)
            }
            OwnShape::Flag => match text.as_str() {
                "1" => OwnValue::Flag(true),
                "0" => OwnValue::Flag(false),
                _ => return Err(Problem::NotAChoice),
            },
        };
        self.check(&value)?;
        Ok(Some(value))
    }

    fn choice(&self, text: &str) -> Result<String, Problem> {
        self.choices.iter().find(|choice| *choice == text).cloned().ok_or(Problem::NotAChoice)
    }

    /// Checks what the server can hold against an entry. A choice that has been taken off the list since is no fault
    /// of whoever chose it.
    ///
    /// # Errors
    /// The value is not of the field's shape, or too long.
    pub fn check(&self, value: &OwnValue) -> Result<(), Problem> {
        let short = |text: &str, most| length("", text, most).map_err(|error| error.problem);
        match (self.shape, value) {
            // A text may read like a date.
            (OwnShape::Text, OwnValue::Text(_) | OwnValue::Date(_)) => short(&value.to_string(), TEXT_MOST),
            (OwnShape::Choice, OwnValue::Text(_) | OwnValue::Date(_)) => short(&value.to_string(), CHOICE_MOST),
            (OwnShape::Number, OwnValue::Integer(_)) => Ok(()),
            (OwnShape::Number, OwnValue::Text(text)) => decimal(text).map(drop),
            (OwnShape::Date, OwnValue::Date(_)) | (OwnShape::Flag, OwnValue::Flag(_)) => Ok(()),
            (OwnShape::Several, OwnValue::Several(texts)) if texts.len() > CHOICES_MOST => {
                Err(Problem::TooMany { most: CHOICES_MOST })
            }
            (OwnShape::Several, OwnValue::Several(texts)) => texts.iter().try_for_each(|text| short(text, CHOICE_MOST)),
            (OwnShape::Number, _) => Err(Problem::NotADecimal),
            (OwnShape::Date, _) => Err(Problem::NotADate),
            _ => Err(Problem::NotAChoice),
        }
    }
}

fn decimal(text: &str) -> Result<Quantity, Problem> {
    Quantity::parse(text).map_err(|_| Problem::NotADecimal)
}

/// Reads a number: a whole one as such, one with decimals as its shortest text, which is exact.
fn number(text: &str) -> Result<OwnValue, Problem> {
    let shown = decimal(text)?.to_string();
    Ok(shown.parse().map_or(OwnValue::Text(shown), OwnValue::Integer))
}

impl Record for OwnField {
    const KIND: Kind = Kind::OwnField;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Org
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<OwnField>] = &[
            fixed("on", ColumnType::Choice, |r| Cell::text(r.on.name())),
            fixed("shape", ColumnType::Choice, |r| Cell::text(r.shape.name())),
            column("label", ColumnType::Text, |r| Cell::text(&r.label)),
            column("choices", ColumnType::Text, |r: &OwnField| Cell::text(&r.choices.join("\n"))).in_body(Place::Lines),
            column("required", ColumnType::Flag, |r| Cell::Flag(r.required)),
            column("listed", ColumnType::Flag, |r| Cell::Flag(r.listed)),
            column("order", ColumnType::Integer, |r| Cell::Integer(r.order.into())),
            column("retired", ColumnType::Flag, |r| Cell::Flag(r.retired)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("label", &self.label, 40)?;
        if !OwnField::KINDS.contains(&self.on) {
            return Err(FieldError::new("on", Problem::NotAChoice));
        }
        if self.shape.has_choices() && self.choices.is_empty() {
            return Err(FieldError::new("choices", Problem::Required));
        }
        if self.choices.len() > CHOICES_MOST {
            return Err(FieldError::new("choices", Problem::TooMany { most: CHOICES_MOST }));
        }
        self.choices.iter().try_for_each(|choice| required("choices", choice, CHOICE_MOST))
    }
}

/// Adds a field to a record kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFieldCreate {
    pub field: OwnField,
}

impl Mutation for OwnFieldCreate {
    const NAME: &'static str = "own_field_create";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        view.create(&self.field)
    }

    fn needs(&self) -> Vec<Need> {
        self.creates().into_iter().map(Need::Record).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::OwnField, self.field.id.uuid())]
    }
}

edit_mutation! {
    /// Changes a field that the company added.
    OwnFieldEdit of OwnField as "own_field_edit"
}
