//! The company's own fields: an administrator defines them, every form and list shows them.

pub mod edit;
pub mod inputs;
pub mod page;

pub use edit::{OwnFieldNewPage, OwnFieldPage};
pub use inputs::{OwnGroup, OwnInputs};
pub use page::OwnFieldsPage;

use domain::{
    kind::Kind,
    own::{OwnField, OwnFields, OwnShape, OwnValue},
};

use crate::{
    i18n::{Key, Locale, t},
    platform::intl::{self, Style},
};

/// The name of a shape.
pub fn shape_name(shape: OwnShape) -> Key {
    match shape {
        OwnShape::Text => t::own_fields::shape_text,
        OwnShape::Number => t::own_fields::shape_number,
        OwnShape::Date => t::own_fields::shape_date,
        OwnShape::Choice => t::own_fields::shape_choice,
        OwnShape::Several => t::own_fields::shape_several,
        OwnShape::Flag => t::own_fields::shape_flag,
    }
}

/// The name of a kind that takes own fields.
pub fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Contact => t::contacts::contact,
        Kind::ContactRecord => t::contact_records::title,
        _ => t::customers::customer,
    }
}

/// One text of a value as people read it; see [`OwnValue::texts`].
pub fn text_words(locale: Locale, shape: OwnShape, text: &str) -> String {
    match shape {
        OwnShape::Flag => (if text == "1" { t::own_fields::yes } else { t::own_fields::no })(locale).to_owned(),
        OwnShape::Date => intl::plain_date(locale, text, Style::Date),
        OwnShape::Number => {
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            intl::number(locale, text, u8::try_from(decimals).unwrap_or_default())
        }
        OwnShape::Text | OwnShape::Choice | OwnShape::Several => text.to_owned(),
    }
}

/// A value as people read it.
pub fn value_words(locale: Locale, shape: OwnShape, value: &OwnValue) -> String {
    let texts: Vec<String> = value.texts().iter().map(|text| text_words(locale, shape, text)).collect();
    intl::list(locale, &texts)
}

/// What a record holds in some fields: label and words, of those that hold anything.
pub fn filled(locale: Locale, fields: &[OwnField], own: &OwnFields) -> Vec<(String, String)> {
    let pair = |field: &OwnField| {
        let value = own.get(&field.id.uuid())?;
        Some((field.label.clone(), value_words(locale, field.shape, value)))
    };
    fields.iter().filter_map(pair).collect()
}
