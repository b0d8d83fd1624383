//! Values: what is read, what is refused, and that amounts add up.

use proptest::prelude::*;

use crate::{
    id::uuid_v7,
    refusal::Problem,
    value::{Birthday, Currency, Email, Money, Phone, Quantity, Rounding, TaxId, TimeOfDay, Website, clean, required},
};

#[test]
fn phones_stay_as_they_are_written() {
    for text in [
        "030-0074321",
        "(5) 555-4729",
        "0912-345-678",
        "+886 2 2345 6789 分機 12",
        "０９１２３４５６７８",
        "0621-08460 x7",
    ] {
        assert_eq!(Phone::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "12", "call me", "NULL"] {
        assert_eq!(Phone::parse(text), Err(Problem::NotAPhone), "{text}");
    }
    assert_eq!(Phone::parse("０９-12").unwrap().digits(), "0912");
}

#[test]
fn mail_addresses_need_a_host() {
    assert_eq!(Email::parse(" chen@dingsheng.com.tw ").unwrap().as_str(), "chen@dingsheng.com.tw");
    for text in ["chen", "chen@", "@host.tw", "a b@host.tw", "a@host", "a@b@c.tw", "a@.tw"] {
        assert_eq!(Email::parse(text), Err(Problem::NotAnEmail), "{text}");
    }
}

/// Numbers that companies publish; 04595252 is made up and holds only by the rule of 2023.
#[test]
fn tax_numbers_are_checked_by_the_rule_of_their_country() {
    let good =
        ["04595257", "22099131", "10458575", "04595252", "91350100M000100Y43", "91110000802100433B", "DE129273398"];
    for text in good {
        assert_eq!(TaxId::parse(text).map(|id| id.to_string()), Ok(text.to_owned()), "{text}");
    }
    assert_eq!(TaxId::parse(" ９１３５-0100 m000100y43 ").unwrap().as_str(), "91350100M000100Y43");
    let bad = [
        "",
        "1234567",
        "04595258",
        "00000000",
        "91350100M000100Y44",
        "91350100I000100Y43",
        "123456789",
        "D1234",
        "NULL",
    ];
    for text in bad {
        assert_eq!(TaxId::parse(text), Err(Problem::NotATaxId), "{text}");
    }
}

#[test]
fn websites_open_in_a_browser_and_run_nothing() {
    for (text, href) in [
        ("www.dingsheng.com.tw", "https://www.dingsheng.com.tw"),
        ("HTTP://a.cn/產品?x=1", "HTTP://a.cn/產品?x=1"),
        ("a.com:8080/b", "https://a.com:8080/b"),
    ] {
        assert_eq!(Website::parse(text).unwrap().href(), href);
    }
    for text in ["", "dingsheng", "javascript:alert(1)", "https://", "a..com", "a b.com", "x@y.com", "ftp://a.com:x"] {
        assert_eq!(Website::parse(text), Err(Problem::NotAWebsite), "{text}");
    }
}

#[test]
fn birthdays_are_days_of_the_calendar_with_or_without_a_year() {
    for (text, shown) in [
        ("1980-5-20", "1980-05-20"),
        ("1980/05/20", "1980-05-20"),
        ("2/29", "--02-29"),
        ("--05-20", "--05-20"),
        ("５/２０", "--05-20"),
    ] {
        assert_eq!(Birthday::parse(text).unwrap().to_string(), shown, "{text}");
    }
    for text in ["", "5", "2/30", "1981-2-29", "80/5/20", "May 5", "1980-05-20-1"] {
        assert_eq!(Birthday::parse(text), Err(Problem::NotABirthday), "{text}");
    }
}

#[test]
fn times_of_day_are_those_of_a_day() {
    assert_eq!(TimeOfDay::parse("9:05").unwrap().to_string(), "09:05");
    for text in ["24:00", "9:60", "9", "a:b", "009:00"] {
        assert_eq!(TimeOfDay::parse(text), Err(Problem::NotATime), "{text}");
    }
}

#[test]
fn texts_are_trimmed_and_hold_no_nul() {
    assert_eq!(clean(" a\0b "), "ab");
    assert_eq!(required("name", "  ", 9).unwrap_err().problem, Problem::Required);
    assert_eq!(required("name", "一二三", 2).unwrap_err().problem, Problem::TooLong { most: 2 });
    assert!(required("name", "一二", 2).is_ok());
}

#[test]
fn amounts_are_read_in_the_decimals_of_their_currency() {
    assert_eq!(Money::parse("1,234.5", Currency::Cny).unwrap().minor, 123_450);
    assert_eq!(Money::parse("-7", Currency::Twd).unwrap().minor, -7);
    assert_eq!(Money::parse("1.5", Currency::Twd), Err(Problem::NotAnAmount));
    assert_eq!(Money { minor: -5, currency: Currency::Usd }.to_string(), "-0.05");
}

#[test]
fn rounding_is_what_its_name_says() {
    let half = Money { minor: 5, currency: Currency::Twd };
    let results = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up];
    let rounded = results.map(|rounding| half.share(1, 2, rounding).unwrap().minor);
    assert_eq!(rounded, [3, 2, 2, 3]);
    let minus = Money { minor: -5, ..half };
    assert_eq!(results.map(|rounding| minus.share(1, 2, rounding).unwrap().minor), [-3, -2, -2, -3]);
}

#[test]
fn quantities_show_no_more_than_they_hold() {
    assert_eq!(Quantity::parse("1,250.500").unwrap().to_string(), "1250.5");
    assert_eq!(Quantity::parse("0.0000001"), Err(Problem::NotAnAmount));
}

#[test]
fn ids_of_a_later_time_sort_later() {
    assert!(uuid_v7(1, [255; 10]) < uuid_v7(2, [0; 10]));
    assert_eq!(uuid_v7(1, [255; 10]).get_version_num(), 7);
}

proptest! {
    #[test]
    fn parts_add_up(minor in -1_000_000_000i64..1_000_000_000, weights in prop::collection::vec(0u32..1000, 1..12)) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = Money { minor, currency: Currency::Cny }.split(&weights).unwrap();
        prop_assert_eq!(parts.iter().map(|part| part.minor).sum::<i64>(), minor);
    }

    #[test]
    fn amounts_read_what_they_show(minor in any::<i64>()) {
        prop_assume!(minor != i64::MIN);
        let money = Money { minor, currency: Currency::Cny };
        prop_assert_eq!(Money::parse(&money.to_string(), Currency::Cny).unwrap(), money);
    }
}
