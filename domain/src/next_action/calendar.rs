//! A next action as a file that every calendar takes in: RFC 5545, with an alarm.

use chrono::{DateTime, Utc};

use super::NextAction;

/// An appointment's length where a calendar asks for one.
const DURATION: &str = "PT30M";
/// When a day's appointment without a time rings: nine in the morning.
const MORNING: &str = "PT9H";
/// A line is folded before it is longer, without its end; octets (RFC 5545, 3.1).
const LINE_MOST: usize = 75;

impl NextAction {
    /// Writes the calendar file. `starts` is when it rings and `now` when the file is made, both in ms UTC; without a
    /// time of day it is an appointment of the whole day.
    pub fn calendar(&self, customer: &str, starts: Option<i64>, now: i64) -> String {
        let (start, rings) = match starts {
            Some(at) => (format!("DTSTART:{}", instant(at)), "PT0S"),
            None => (format!("DTSTART;VALUE=DATE:{}", self.due.format("%Y%m%d")), MORNING),
        };
        let duration = starts.map(|_| format!("DURATION:{DURATION}"));
        let (customer, what) = (escaped(customer), escaped(&self.what));
        let head = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Changke//Next actions//EN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@changke", self.id),
            format!("DTSTAMP:{}", instant(now)),
            start,
        ];
        let tail = [
            format!("SUMMARY:{customer}: {what}"),
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".to_owned(),
            format!("DESCRIPTION:{customer}: {what}"),
            format!("TRIGGER:{rings}"),
            "END:VALARM".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        head.into_iter().chain(duration).chain(tail).map(|line| folded(&line)).collect()
    }
}

fn instant(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string()
}

/// Escapes a text (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => escaped.extend(['\\', sign]),
            '\n' => escaped.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Folds a line between characters and ends it.
fn folded(line: &str) -> String {
    let (mut folded, mut length) = (String::with_capacity(line.len() + 2), 0);
    for sign in line.chars() {
        if length + sign.len_utf8() > LINE_MOST {
            folded.push_str("\r\n ");
            length = 1;
        }
        folded.push(sign);
        length += sign.len_utf8();
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{id::Id, own::Unknown};

    fn action(what: &str) -> NextAction {
        NextAction {
            id: Id::new(Uuid::nil()),
            customer: Id::new(Uuid::nil()),
            contact: None,
            due: "2026-12-01".parse().unwrap(),
            time: None,
            what: what.to_owned(),
            assignee: Id::new(Uuid::nil()),
            done: None,
            deleted_at: None,
            unknown: Unknown::new(),
        }
    }

    fn lines(file: &str) -> Vec<&str> {
        assert!(file.ends_with("\r\n"));
        file.trim_end().split("\r\n").collect()
    }

    #[test]
    fn with_a_time_it_rings_then() {
        // 1 December 2026, 14:30 in Taipei.
        let file = action("送樣品; 報價,\n兩份").calendar("鼎盛", Some(1_796_106_600_000), 1_796_000_000_000);
        let found = lines(&file);
        for line in [
            "UID:00000000-0000-0000-0000-000000000000@changke",
            "DTSTAMP:20261130T005320Z",
            "DTSTART:20261201T063000Z",
            "DURATION:PT30M",
            "SUMMARY:鼎盛: 送樣品\\; 報價\\,\\n兩份",
            "TRIGGER:PT0S",
        ] {
            assert!(found.contains(&line), "{line} in {found:?}");
        }
        assert_eq!((found[0], found[found.len() - 1]), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    }

    #[test]
    fn without_a_time_it_takes_the_day_and_rings_in_the_morning() {
        let file = action("送樣品").calendar("鼎盛", None, 0);
        let found = lines(&file);
        assert!(found.contains(&"DTSTART;VALUE=DATE:20261201") && found.contains(&"TRIGGER:PT9H"), "{found:?}");
        assert!(!found.iter().any(|line| line.starts_with("DURATION")));
    }

    #[test]
    fn long_lines_are_folded_between_characters_and_nothing_is_lost() {
        let what = "送樣品".repeat(40);
        let file = action(&what).calendar("鼎盛", None, 0);
        assert!(lines(&file).iter().all(|line| line.len() <= LINE_MOST));
        assert!(file.replace("\r\n ", "").contains(&format!("SUMMARY:鼎盛: {what}\r\n")));
    }
}
