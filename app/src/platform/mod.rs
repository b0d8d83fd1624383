//! What the browser offers, behind plain functions.

pub mod download;
pub mod intl;
pub mod js;
pub mod locale;
pub mod notify;
pub mod panic;
pub mod photo;
pub mod position;
pub mod preferences;
pub mod time;
pub mod timing;
pub mod worker;
pub mod zone;
