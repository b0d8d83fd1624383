use super::*;

#[test]
fn counts_are_grouped_by_thousands() {
    let shown = [0, 7, 999, 1_000, 12_345, 1_234_567].map(grouped);
    assert_eq!(shown, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
}

#[test]
fn arguments_stand_where_each_language_wants_them() {
    let shown = Locale::ALL.map(|locale| t::outbox::customer_merge(locale, "甲", "乙"));
    assert_eq!(shown, ["甲併入乙", "甲并入乙", "Merge 甲 into 乙"]);
}

#[test]
fn only_english_bends_for_number() {
    let shown = Locale::ALL.map(|locale| (t::customers::count(locale, 1), t::customers::count(locale, 2000)));
    let expected = [("1 位客戶", "2,000 位客戶"), ("1 位客户", "2,000 位客户"), ("1 customer", "2,000 customers")];
    assert_eq!(shown, expected.map(|(one, many)| (one.to_owned(), many.to_owned())));
}

#[test]
fn an_argument_is_not_read_as_a_template() {
    assert_eq!(fill("a\u{1}b\u{2}", &[Argument::Text("\u{2}"), Argument::Count(3)]), "a\u{2}b3");
}

#[test]
fn the_first_language_that_we_speak_is_chosen() {
    let cases: [(&[(&str, &str)], Locale); 5] = [
        (&[("zh", "Hant"), ("en", "Latn")], Locale::ZhHant),
        (&[("zh", "Hans")], Locale::ZhHans),
        (&[("ja", "Jpan"), ("zh", "Hant")], Locale::ZhHant),
        (&[("fr", "Latn")], Locale::En),
        (&[], Locale::En),
    ];
    for (asked, expected) in cases {
        assert_eq!(Locale::choose(asked.iter().copied()), expected, "{asked:?}");
    }
}

#[test]
fn a_stored_preference_is_read_back() {
    for locale in Locale::ALL {
        assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
    }
    assert_eq!(Locale::from_tag("fr"), None);
}
