//! When an entry is made: corrected time, and the day of business in the organisation's zone.

use std::cell::RefCell;

use chrono::{Days, NaiveDate, NaiveTime};
use js_sys::{Array, Date};
use wasm_bindgen::JsValue;

use crate::platform::js;

/// Returns the day of an instant in a zone; in the device's own where the browser does not know the zone.
pub fn day_in(zone: &str, ms: i64) -> NaiveDate {
    format_day(Some(zone), ms).or_else(|| format_day(None, ms)).unwrap_or_default()
}

thread_local! {
    /// The formatter of the zone that was last asked for: making one takes longer than saving an entry.
    static FORMAT: RefCell<Option<(Option<String>, JsValue)>> = const { RefCell::new(None) };
}

/// Returns a formatter of days in a zone; none where the browser does not know the zone.
fn formatter(zone: Option<&str>) -> Option<JsValue> {
    let known = FORMAT.with_borrow(|known| {
        known.as_ref().filter(|(named, _)| named.as_deref() == zone).map(|(_, format)| format.clone())
    });
    if known.is_some() {
        return known;
    }
    let mut options = vec![
        ("calendar", "gregory".into()),
        ("numberingSystem", "latn".into()),
        ("year", "numeric".into()),
        ("month", "numeric".into()),
        ("day", "numeric".into()),
    ];
    if let Some(zone) = zone {
        options.push(("timeZone", zone.into()));
    }
    let intl = js::get(&js_sys::global(), "Intl");
    // Called without `new`, a formatter is made all the same.
    let format = js::call(&intl, "DateTimeFormat", &["en".into(), js::object(&options)]).ok()?;
    FORMAT.set(Some((zone.map(str::to_owned), format.clone())));
    Some(format)
}

/// Reads the parts, not the text: what a text looks like differs between browsers.
fn format_day(zone: Option<&str>, ms: i64) -> Option<NaiveDate> {
    let format = formatter(zone)?;
    let date = Date::new(&JsValue::from_f64(ms as f64));
    let parts = Array::from(&js::call(&format, "formatToParts", &[date.into()]).ok()?);
    let part = |kind: &str| -> Option<u32> {
        let found = parts.iter().find(|part| js::get(part, "type").as_string().as_deref() == Some(kind))?;
        js::get(&found, "value").as_string()?.parse().ok()
    };
    NaiveDate::from_ymd_opt(part("year")?.try_into().ok()?, part("month")?, part("day")?)
}

/// Returns when a day begins in a zone; ms UTC. A browser tells the day of an instant only, so it is looked for.
pub fn begins(zone: &str, day: NaiveDate) -> i64 {
    // No zone is more than fifteen hours away from UTC.
    const FURTHEST_MS: i64 = 15 * 3600 * 1000;
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    let (mut before, mut within) = (midnight - FURTHEST_MS, midnight + FURTHEST_MS);
    while within - before > 1 {
        let middle = before + (within - before) / 2;
        if day_in(zone, middle) < day { before = middle } else { within = middle }
    }
    within
}

/// Returns a day so many days later.
pub fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// Returns an instant as a field for date and time shows it, in the device's zone.
pub fn local_field(ms: i64) -> String {
    let date = Date::new(&JsValue::from_f64(ms as f64));
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// Reads a field for date and time; ms UTC.
pub fn from_local_field(text: &str) -> Option<i64> {
    let ms = Date::new(&JsValue::from_str(text)).get_time();
    (!ms.is_nan()).then_some(ms as i64)
}
