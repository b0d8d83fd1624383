//! The organisation's time zone: every instant is read and written as the clocks there show it, wherever the device is.

use std::{cell::RefCell, rc::Rc};

use chrono::{NaiveDate, NaiveDateTime};
use js_sys::{Array, Date, Intl, Object};
use wasm_bindgen::JsValue;

use super::js;

/// A zone that the browser knows. Making a formatter takes longer than saving an entry, so it is kept.
struct Zone {
    name: Rc<str>,
    format: JsValue,
}

thread_local! {
    static ZONE: RefCell<Option<Zone>> = const { RefCell::new(None) };
}

/// Sets the zone by its IANA name. One that the browser does not know changes nothing.
pub fn set(name: &str) {
    if ZONE.with_borrow(|zone| zone.as_ref().is_some_and(|zone| *zone.name == *name)) {
        return;
    }
    if let Some(format) = formatter(name) {
        ZONE.set(Some(Zone { name: name.into(), format }));
    }
}

/// Returns the zone's IANA name: the device's own until another is set.
pub fn name() -> Rc<str> {
    ZONE.with_borrow(|zone| zone.as_ref().map(|zone| zone.name.clone())).unwrap_or_else(|| own().into())
}

/// Returns the IANA name of the device's own zone.
pub fn own() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    js::get(&options, "timeZone").as_string().unwrap_or_else(|| "UTC".to_owned())
}

/// Returns what the clocks show at an instant given in ms UTC, to the second.
pub fn clock(ms: i64) -> NaiveDateTime {
    if ZONE.with_borrow(Option::is_none) {
        set(&own());
    }
    let format = ZONE.with_borrow(|zone| zone.as_ref().map(|zone| zone.format.clone()));
    format.and_then(|format| read(&format, ms)).unwrap_or_default()
}

/// Returns the day of an instant given in ms UTC.
pub fn day(ms: i64) -> NaiveDate {
    clock(ms).date()
}

/// Returns the instant at which the clocks show something; ms UTC. What they skip in spring is read as the hour
/// after, and of the hour that they repeat in autumn, one is taken.
pub fn instant_of(shown: NaiveDateTime) -> i64 {
    let as_utc = shown.and_utc().timestamp_millis();
    let ahead = |ms: i64| clock(ms).and_utc().timestamp_millis() - ms;
    // The offset there may be another than the one that holds at the same figures of UTC.
    let near = as_utc - ahead(as_utc);
    as_utc - ahead(near)
}

/// Returns a formatter of a zone; none where the browser does not know the zone.
fn formatter(zone: &str) -> Option<JsValue> {
    let options = js::object(&[
        ("calendar", "gregory".into()),
        ("numberingSystem", "latn".into()),
        ("hourCycle", "h23".into()),
        ("year", "numeric".into()),
        ("month", "numeric".into()),
        ("day", "numeric".into()),
        ("hour", "numeric".into()),
        ("minute", "numeric".into()),
        ("second", "numeric".into()),
        ("timeZone", zone.into()),
    ]);
    let intl = js::get(&js_sys::global(), "Intl");
    // Called without `new`, a formatter is made all the same.
    js::call(&intl, "DateTimeFormat", &["en".into(), options]).ok()
}

/// Reads the parts, not the text: what a text looks like differs between browsers.
fn read(format: &JsValue, ms: i64) -> Option<NaiveDateTime> {
    let date = Date::new(&JsValue::from_f64(ms as f64));
    let parts = Array::from(&js::call(format, "formatToParts", &[date.into()]).ok()?);
    let part = |kind: &str| -> Option<u32> {
        let found = parts.iter().find(|part| js::get(part, "type").as_string().as_deref() == Some(kind))?;
        js::get(&found, "value").as_string()?.parse().ok()
    };
    let day = NaiveDate::from_ymd_opt(part("year")?.try_into().ok()?, part("month")?, part("day")?)?;
    day.and_hms_opt(part("hour")?, part("minute")?, part("second")?)
}
