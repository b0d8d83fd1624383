//! How often a customer is to be visited.

use chrono::NaiveDate;

/// The most days between two visits.
pub const EVERY_MOST: u16 = 730;

/// Returns for how many days a visit has been due; negative while there is time. It is counted from the last visit, not
/// by the calendar, so that one that came late does not make the next one early. Who was never visited is due since
/// the day on which the customer was entered.
pub fn days_over(every: u16, last_visit: Option<NaiveDate>, entered: NaiveDate, today: NaiveDate) -> i64 {
    match last_visit {
        Some(last) => (today - last).num_days() - i64::from(every),
        None => (today - entered).num_days(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_is_counted_from_the_last_visit_over_the_end_of_a_year() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let entered = day("2026-01-01");
        let over = |last: Option<&str>, today: &str| days_over(14, last.map(day), entered, day(today));
        assert_eq!(over(Some("2026-12-20"), "2027-01-02"), -1);
        assert_eq!(over(Some("2026-12-20"), "2027-01-03"), 0);
        assert_eq!(over(Some("2026-12-20"), "2027-01-05"), 2);
        assert_eq!(over(None, "2026-01-08"), 7);
    }
}
