//! What the build refuses in the texts, and habits of the three languages.

#[path = "../build/catalogue.rs"]
mod catalogue;

use catalogue::{LOCALES, Message, Part, Words, read};

/// Reads one area given in the three languages and returns what the build would say.
fn problems(hant: Option<&str>, hans: Option<&str>, en: Option<&str>) -> Vec<String> {
    read("area", [hant, hans, en]).err().unwrap_or_default()
}

#[test]
fn texts_that_agree_are_accepted() {
    let same = r#"hello = "{name} {#n}""#;
    let plural = r#"hello = { one = "one {name} {#n}", other = "{#n} {name}" }"#;
    assert_eq!(problems(Some(same), Some(same), Some(plural)), Vec::<String>::new());
}

#[test]
fn a_key_that_one_language_lacks_is_named() {
    let found = problems(Some("a = \"甲\"\nb = \"乙\""), Some("a = \"甲\""), Some("b = \"B\""));
    assert_eq!(found, ["area.a is missing in en", "area.b is missing in zh-Hans"]);
}

#[test]
fn a_file_that_one_language_lacks_is_named() {
    assert_eq!(problems(Some("a = \"甲\""), None, Some("a = \"A\"")), ["area.toml is missing in zh-Hans"]);
}

#[test]
fn other_arguments_are_named() {
    let found = problems(Some(r#"a = "{#n} 筆""#), Some(r#"a = "{n} 条""#), Some(r#"a = "some""#));
    let expected =
        ["area.a takes {#n} in zh-Hant but {n} in zh-Hans", "area.a takes {#n} in zh-Hant but nothing in en"];
    assert_eq!(found, expected);
}

#[test]
fn a_text_that_cannot_be_used_is_refused() {
    let good = r#"a = "x""#;
    let cases = [
        (r#"a = " ""#, "area.a in zh-Hant is empty"),
        (r#"a = "x {""#, "area.a in zh-Hant has an unpaired brace"),
        (r#"a = "{A}""#, "area.a in zh-Hant has an argument \"A\" that is not a snake_case name"),
        (r#"a = 3"#, "area.a in zh-Hant is not a text"),
        (r#"a = { one = "{#n}", other = "{#n}" }"#, "area.a in zh-Hant has plural forms, which only en needs"),
    ];
    for (text, expected) in cases {
        let found = problems(Some(text), Some(good), Some(good));
        assert!(found.contains(&expected.to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn plural_forms_need_one_count() {
    let found = problems(Some(r#"a = "x""#), Some(r#"a = "x""#), Some(r#"a = { one = "x", other = "y" }"#));
    assert!(found.contains(&"area.a in en has plural forms but 0 counts instead of one".to_owned()), "{found:?}");
}

/// Every text of one language with its place.
fn texts(language: usize) -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(LOCALES[0])).expect("the folder of texts") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_stem().expect("a file name").to_string_lossy().into_owned();
        let files = LOCALES.map(|tag| std::fs::read_to_string(root.join(tag).join(format!("{name}.toml"))).ok());
        let messages = read(&name, files.each_ref().map(Option::as_deref)).expect("texts that agree");
        found.extend(messages.iter().map(|message: &Message| {
            let words = match &message.words[language] {
                Words::Plain(parts) => literals(parts),
                Words::Plural { one, other } => literals(one) + &literals(other),
            };
            (format!("{name}.{}", message.key), words)
        }));
    }
    found
}

fn literals(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Argument(_) => "",
        })
        .collect()
}

fn check_no_characters(language: usize, forbidden: &str) {
    let found: Vec<_> =
        texts(language).into_iter().filter(|(_, words)| words.contains(|c| forbidden.contains(c))).collect();
    assert!(found.is_empty(), "{}: {found:?}", LOCALES[language]);
}

#[test]
fn chinese_texts_keep_to_their_script() {
    check_no_characters(0, "这个们来时对说开关电话联户记录设备网络导号码简单贸转处发会还应当没后从请");
    check_no_characters(1, "這個們來時對說開關電話聯戶記錄設備網導號碼簡單貿轉處發會還應當沒後從請儲");
    check_no_characters(2, "，。：；？！（）「」、");
}

#[test]
fn chinese_texts_use_full_width_punctuation() {
    for language in [0, 1] {
        for (place, words) in texts(language) {
            let chars: Vec<char> = words.chars().collect();
            let wrong = chars.windows(2).any(|pair| {
                ('\u{4e00}'..='\u{9fff}').contains(&pair[0]) && [',', '.', ':', ';', '?', '!', '('].contains(&pair[1])
            });
            assert!(!wrong, "{place} in {}: {words}", LOCALES[language]);
        }
    }
}
