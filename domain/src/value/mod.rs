//! Value types: parsed at the edge, then trusted.

mod birthday;
mod email;
mod money;
mod phone;
mod position;
mod quantity;
mod tax_id;
mod text;
mod time;
mod website;

pub use birthday::Birthday;
pub use email::Email;
pub use money::{Currency, Money, MoneyError, Rounding};
pub use phone::Phone;
pub use position::Position;
pub use quantity::Quantity;
pub use tax_id::TaxId;
pub use text::{clean, length, lengths, required};
pub use time::TimeOfDay;
pub use website::Website;

/// Makes a text-like value serialise as its text and parse when it is read.
macro_rules! text_serde {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                <$type>::parse(&text).map_err(|problem| serde::de::Error::custom(format!("{problem:?}")))
            }
        }
    };
}
pub(crate) use text_serde;
