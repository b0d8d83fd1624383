//! Dates, times, numbers and lists as each language writes them, by the browser's `Intl`. Instants are shown in the
//! organisation's zone.
//!
//! What `Intl` writes differs between browsers: show it, never read it back. Making a formatter is
//! slow, so each is made once.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use chrono::Datelike as _;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use super::zone;
use crate::i18n::{Locale, t};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// With its year.
    Date,
    /// Without the year, for dates close by.
    DayOfYear,
    /// With weekday, for headings.
    Full,
    /// The weekday alone, in its short form.
    Weekday,
    /// Hour and minute.
    Time,
}

/// What a formatter of dates is made for: a language, a style and a zone.
type DateShape = (Locale, Style, Rc<str>);

thread_local! {
    static DATES: RefCell<HashMap<DateShape, Function>> = RefCell::default();
    static NUMBERS: RefCell<HashMap<(Locale, u8), Function>> = RefCell::default();
    static RELATIVE: RefCell<HashMap<Locale, Intl::RelativeTimeFormat>> = RefCell::default();
    static LISTS: RefCell<HashMap<Locale, Intl::ListFormat>> = RefCell::default();
}

/// The present, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    Date::now() as i64
}

/// Writes an instant.
pub fn instant(locale: Locale, ms: i64, style: Style) -> String {
    format_date(locale, style, zone::name(), &at(ms))
}

/// Writes a plain date given as `2026-11-30`; another text is given back as it is.
pub fn plain_date(locale: Locale, iso: &str, style: Style) -> String {
    // A date without a time is read as UTC midnight, and has no zone of its own.
    let date = Date::new(&JsValue::from_str(iso));
    if date.get_time().is_nan() { iso.to_owned() } else { format_date(locale, style, "UTC".into(), &date) }
}

/// Writes an instant as one looks back on it: `today 09:40`, `18 Nov 15:02`, `3 Mar 2024`.
pub fn moment(locale: Locale, ms: i64, now_ms: i64) -> String {
    let (day, today) = (zone::day(ms), zone::day(now_ms));
    let time = instant(locale, ms, Style::Time);
    match (today - day).num_days() {
        days @ 0..=1 => format!("{} {time}", relative_day(locale, -days)),
        _ if day.year() == today.year() => format!("{} {time}", instant(locale, ms, Style::DayOfYear)),
        _ => instant(locale, ms, Style::Date),
    }
}

/// Says how far a day is: `yesterday`, `in 3 days`.
pub fn relative_day(locale: Locale, days: i64) -> String {
    relative(locale, days as f64, "day")
}

/// Says how long ago something was, in its largest unit.
pub fn ago(locale: Locale, ms: i64, now_ms: i64) -> String {
    let passed = (now_ms - ms).max(0);
    match passed {
        _ if passed < MINUTE_MS => t::common::just_now(locale).to_owned(),
        _ if passed < HOUR_MS => relative(locale, -((passed / MINUTE_MS) as f64), "minute"),
        _ if passed < 24 * HOUR_MS => relative(locale, -((passed / HOUR_MS) as f64), "hour"),
        _ => relative(locale, -((passed / (24 * HOUR_MS)) as f64), "day"),
    }
}

/// Writes a number with exactly `decimals` decimals. The text may be longer than any float holds.
pub fn number(locale: Locale, decimal: &str, decimals: u8) -> String {
    let format = NUMBERS.with_borrow_mut(|known| {
        known
            .entry((locale, decimals))
            .or_insert_with(|| {
                let digits = JsValue::from(decimals);
                Intl::NumberFormat::new(
                    &tags(locale),
                    &options(&[("minimumFractionDigits", digits.clone()), ("maximumFractionDigits", digits)]),
                )
                .format()
            })
            .clone()
    });
    call(&format, &JsValue::from_str(decimal))
}

/// Joins names: `甲、乙和丙`, `A, B and C`.
pub fn list<S: AsRef<str>>(locale: Locale, items: &[S]) -> String {
    let items: Array = items.iter().map(|item| JsValue::from_str(item.as_ref())).collect();
    LISTS.with_borrow_mut(|known| {
        let format = known
            .entry(locale)
            .or_insert_with(|| Intl::ListFormat::new(&tags(locale), &options(&[("type", "conjunction".into())])));
        String::from(format.format(&items))
    })
}

fn at(ms: i64) -> Date {
    Date::new(&JsValue::from_f64(ms as f64))
}

fn relative(locale: Locale, value: f64, unit: &str) -> String {
    RELATIVE.with_borrow_mut(|known| {
        let format = known
            .entry(locale)
            .or_insert_with(|| Intl::RelativeTimeFormat::new(&tags(locale), &options(&[("numeric", "auto".into())])));
        String::from(format.format(value, unit))
    })
}

fn format_date(locale: Locale, style: Style, zone: Rc<str>, date: &Date) -> String {
    let format = DATES.with_borrow_mut(|known| {
        known
            .entry((locale, style, zone.clone()))
            .or_insert_with(|| {
                let mut wanted: Vec<(&str, JsValue)> = match style {
                    Style::Date => {
                        vec![("year", "numeric".into()), ("month", "2-digit".into()), ("day", "2-digit".into())]
                    }
                    Style::DayOfYear => vec![("month", "numeric".into()), ("day", "numeric".into())],
                    Style::Full => {
                        vec![("month", "long".into()), ("day", "numeric".into()), ("weekday", "long".into())]
                    }
                    Style::Weekday => vec![("weekday", "short".into())],
                    Style::Time => {
                        vec![("hour", "2-digit".into()), ("minute", "2-digit".into()), ("hourCycle", "h23".into())]
                    }
                };
                if locale == Locale::En && matches!(style, Style::Date | Style::DayOfYear) {
                    // 3/4 would be read in two ways.
                    wanted.extend([("month", "short".into()), ("day", "numeric".into())]);
                }
                wanted.push(("timeZone", JsValue::from_str(&zone)));
                Intl::DateTimeFormat::new(&tags(locale), &options(&wanted)).format()
            })
            .clone()
    });
    call(&format, date.unchecked_ref())
}

/// `Intl` hands out bound functions.
fn call(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn tags(locale: Locale) -> Array {
    Array::of1(&locale.format_tag().into())
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a field of a fresh plain object does not fail.
        drop(Reflect::set(&object, &JsValue::from_str(name), value));
    }
    object
}
