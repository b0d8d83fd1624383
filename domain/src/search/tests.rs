use proptest::prelude::*;

use super::names::Names;
use super::tables::{FoldTable, ReadingTable};
use super::{Field, SEPARATOR, Search, SearchBuffer, fold, fold_into, initials, pinyin, search_text, zhuyin_initials};

fn read(text: &str, by: fn(&str, &mut String)) -> String {
    let mut out = String::new();
    by(text, &mut out);
    out
}

#[test]
fn folding_joins_what_people_regard_as_the_same() {
    for (text, folded) in [
        ("", ""),
        ("ABC", "abc"),
        ("ＡＢＣ１２３", "abc123"),
        ("（深圳）", "(深圳)"),
        ("  鼎盛　 五金\t\n", "鼎盛 五金"),
        ("鼎盛\u{1F}五金", "鼎盛 五金"),
        ("Taquería", "taqueria"),
        ("Taqueri\u{301}a", "taqueria"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Smørrebrød Æble Łódź Đà Nẵng", "smorrebrod aeble lodz da nang"),
        ("İstanbul Kadıköy", "istanbul kadikoy"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ﬁnance №5", "finance no5"),
        ("㈱山田", "(株)山田"),
        ("ﾔﾏﾀﾞ", "ヤマタ"),
        ("ヤマダ", "ヤマタ"),
        ("①②㎡", "12m2"),
        ("臺灣龍門電線", "台湾龙门电线"),
        ("裡 裏 里", "里 里 里"),
        ("衛 衞 卫", "卫 卫 卫"),
        ("著 着", "着 着"),
        ("麵線", "面线"),
        ("鏵鉉 鋐", "铧铉 𬭎"),
        ("⼭⽔", "山水"),
        ("\u{F9D1}安", "六安"),
        ("葛\u{E0100}\u{FE00}\u{200B}飾", "葛\u{E0100}饰"),
        ("ㄉㄧㄥˇ", "ㄉㄧㄥ"),
        ("삼성", "삼성"),
        ("“甲”—乙、丙。", "\"甲\"-乙,丙."),
    ] {
        assert_eq!(fold(text), folded, "{text}");
    }
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing_more(text in "\\PC*|[\\x00-\\u{FFFF}]*") {
        let once = fold(&text);
        prop_assert_eq!(&fold(&once), &once);
        prop_assert!(!once.contains(|c: char| c.is_control()));
    }

    /// What a query may hold is never the byte between fields.
    #[test]
    fn no_text_holds_the_separator(text in "\\PC*|[\\x00-\\u{FFFF}]*") {
        let mut bytes = Vec::new();
        fold_into(&text, &mut bytes);
        prop_assert!(!bytes.contains(&SEPARATOR));
    }
}

#[test]
fn every_character_folds_to_a_final_form() {
    for c in ('\0'..=char::MAX).filter(|c| *c != ' ') {
        let once = fold(&c.to_string());
        assert_eq!(fold(&once), once, "{c:?}");
    }
}

#[test]
fn tables_hold_what_names_need() {
    let changed = ('\u{4E00}'..='\u{9FFF}').filter(|c| FoldTable::get().result(*c).is_some()).count();
    assert!((2_800..4_000).contains(&changed), "{changed} Han characters fold");
    let read = ('\u{4E00}'..='\u{9FA5}').filter(|c| ReadingTable::get().syllable(*c).is_some()).count();
    assert!(read > 20_800, "{read} Han characters have a reading");
    for (c, syllable) in [('常', "chang"), ('客', "ke"), ('綠', "lv"), ('堃', "kun"), ('〇', "ling"), ('𬭎', "hong")]
    {
        assert_eq!(ReadingTable::get().syllable(c), Some(syllable));
    }
    assert_eq!(ReadingTable::get().syllable('a'), None);
    assert_eq!(ReadingTable::get().syllable('ン'), None);
}

#[test]
fn every_listed_name_has_a_syllable_for_each_character() {
    assert!(Names::get().all().len() > 300);
    for entry in Names::get().all() {
        assert_eq!(entry.word.len(), entry.syllables.len(), "{:?}", entry.word);
        assert!(entry.syllables.iter().all(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase())));
        let found = Names::get().beginning_with(entry.word[0]);
        let same = found.iter().filter(|other| other.word == entry.word && other.place == entry.place).count();
        assert_eq!(same, 1, "{:?}", entry.word);
    }
}

#[test]
fn surnames_places_and_trades_read_as_people_say_them() {
    for (text, expected) in [
        ("曾國藩", "zengguofan"),
        ("單小姐", "shanxiaojie"),
        ("解先生", "xiexiansheng"),
        ("仇英", "qiuying"),
        ("查良鏞", "zhaliangyong"),
        ("翟小姐", "zhaixiaojie"),
        ("區先生", "ouxiansheng"),
        ("樂小姐", "yuexiaojie"),
        ("朴先生", "piaoxiansheng"),
        ("尉遲恭", "yuchigong"),
        ("万俟先生", "moqixiansheng"),
        ("長孫無忌", "zhangsunwuji"),
        ("（曾）", "zeng"),
        ("未曾", "weiceng"),
        ("大安區", "daanqu"),
        ("單一窗口", "danyichuangkou"),
        ("區塊鏈", "qukuailian"),
        ("樂活", "lehuo"),
        ("重慶", "chongqing"),
        ("重慶長安", "chongqingchangan"),
        ("廈門", "xiamen"),
        ("信義大廈", "xinyidasha"),
        ("長沙", "changsha"),
        ("長春", "changchun"),
        ("朝陽", "chaoyang"),
        ("三重區", "sanchongqu"),
        ("重工", "zhonggong"),
        ("成都", "chengdu"),
        ("番禺", "panyu"),
        ("六安", "luan"),
        ("葵涌", "kuichong"),
        ("東莞", "dongguan"),
        ("合作金庫銀行", "hezuojinkuyinhang"),
        ("大同五金行", "datongwujinhang"),
        ("永豐行有限公司", "yongfenghangyouxiangongsi"),
        ("雄獅旅行社", "xiongshilvxingshe"),
        ("音樂", "yinyue"),
        ("康樂", "kangle"),
        ("董事長", "dongshizhang"),
        ("長榮海運", "changronghaiyun"),
        ("乾坤", "qiankun"),
        ("餅乾", "binggan"),
        ("模具", "muju"),
        ("會計師", "kuaijishi"),
        ("空調", "kongtiao"),
        ("鉻", "ge"),
        ("ABC 貿易（上海）3", "abcmaoyishanghai3"),
        ("Café", "cafe"),
    ] {
        assert_eq!(read(text, pinyin), expected, "{text}");
    }
}

#[test]
fn traditional_and_simplified_read_the_same() {
    for (traditional, simplified) in
        [("鼎盛五金行", "鼎盛五金行"), ("臺灣電力", "台湾电力"), ("呂綠旅", "吕绿旅"), ("單鷹鋁業", "单鹰铝业")]
    {
        assert_eq!(read(traditional, pinyin), read(simplified, pinyin));
    }
}

#[test]
fn initials_are_letters_or_zhuyin() {
    assert_eq!(read("鼎盛五金", initials), "dswj");
    assert_eq!(read("鼎盛五金", zhuyin_initials), "ㄉㄕㄨㄐ");
    assert_eq!(read("曾重慶 3C", initials), "zcq3c");
    assert_eq!(read("元永安歐恩兒額知雲", zhuyin_initials), "ㄩㄩㄢㄡㄣㄦㄜㄓㄩ");
    assert_eq!(read("文佑愛翁葉", zhuyin_initials), "ㄨㄧㄞㄨㄧ");
}

const ROWS: &[&[Field<'_>]] = &[
    &[Field::Name("鼎盛五金股份有限公司"), Field::Phone("0912-345-678"), Field::Text("A-2024-017")],
    &[Field::Name("盛鼎實業"), Field::Phone("(02) 2345-6789")],
    &[Field::Name("Taquería El Niño"), Field::Phone("+886 912 345 678")],
    &[Field::Name("深圳市华龙电子有限公司"), Field::Name("單小姐"), Field::Phone("+86 755 8888 1234")],
    &[Field::Name("呂記鋁門窗"), Field::Text("info@lu.example"), Field::Phone("０９２２ １２３")],
    &[Field::Name("新鼎盛貿易"), Field::Text("ㄅㄆ兒童書店 123")],
];

fn buffer() -> SearchBuffer {
    let mut buffer = SearchBuffer::default();
    ROWS.iter().for_each(|fields| _ = buffer.push(&search_text(fields)));
    buffer
}

fn found(buffer: &SearchBuffer, query: &str) -> Vec<u32> {
    let mut rows = Vec::new();
    buffer.find(query, &mut rows);
    rows
}

#[test]
fn queries_find_what_people_mean() {
    let buffer = buffer();
    for (query, rows) in [
        ("", &[0, 1, 2, 3, 4, 5][..]),
        ("  ", &[0, 1, 2, 3, 4, 5]),
        ("鼎盛", &[0, 5]),
        ("dsw", &[0]),
        ("DSWJ", &[0]),
        ("ｄｓｗ", &[0]),
        ("dingsheng", &[0, 5]),
        ("DingSheng wujin", &[0]),
        ("ㄉㄕㄨ", &[0]),
        ("ㄉㄕ", &[0, 1, 5]),
        ("ㄅㄆ", &[5]),
        ("華龍", &[3]),
        ("华龙", &[3]),
        ("電子 深圳", &[3]),
        ("電子 台北", &[]),
        ("shanxiaojie", &[3]),
        ("danxiaojie", &[3]),
        ("sxj", &[3]),
        ("taqueria", &[2]),
        ("NIÑO", &[2]),
        ("lvji", &[4]),
        ("luji", &[4]),
        ("lü", &[4]),
        ("info@lu", &[4]),
        ("１２３", &[0, 2, 3, 4, 5]),
        ("0912345678", &[0, 2]),
        ("0912-345-678", &[0, 2]),
        ("0912 345 678", &[0, 2]),
        ("+886912345", &[0, 2]),
        ("+886-912-345-678", &[0, 2]),
        ("886912", &[2]),
        ("(02)2345", &[1]),
        ("0755", &[3]),
        ("A-2024", &[0]),
        ("-", &[0]),
        ("公司深圳", &[]),
        ("貿易ㄅ", &[]),
    ] {
        assert_eq!(found(&buffer, query), rows, "{query}");
    }
}

#[test]
fn best_rows_begin_with_the_query() {
    let buffer = buffer();
    let mut search = Search::default();
    search.find(&buffer, "盛");
    assert_eq!(search.best(&buffer, 10), [1, 0, 5]);
    assert_eq!(search.best(&buffer, 2), [1, 0]);
    search.find(&buffer, "ds");
    assert_eq!(search.best(&buffer, 10), [0, 1, 5]);
    search.find(&buffer, "shi");
    assert_eq!(search.best(&buffer, 1), found(&buffer, "shi")[..1]);
    search.find(&buffer, "");
    assert_eq!(search.best(&buffer, 3), [0, 1, 2]);
}

#[test]
fn a_name_without_han_is_kept_once() {
    assert_eq!(search_text(&[Field::Name("ACME"), Field::Text("acme"), Field::Phone("")]), b"acme");
}

#[test]
fn changed_rows_are_found_by_their_new_text_only() {
    let mut buffer = buffer();
    let mut search = Search::default();
    assert_eq!(search.find(&buffer, "鼎盛"), [0, 5]);
    buffer.replace(0, &search_text(&[Field::Name("甲")]));
    assert_eq!(search.find(&buffer, "鼎盛"), [5]);
    buffer.replace(
        0,
        &search_text(&[Field::Name("鼎盛五金股份有限公司台北營業處"), Field::Text("a longer text than before")]),
    );
    assert_eq!(search.find(&buffer, "鼎盛"), [0, 5]);
    buffer.remove(5);
    assert_eq!(search.find(&buffer, "鼎盛"), [0]);
    assert_eq!(buffer.text(5), b"");
    assert_eq!(buffer.len(), 5);
    buffer.replace(5, &search_text(&[Field::Name("鼎盛")]));
    assert_eq!(search.find(&buffer, "鼎盛"), [0, 5]);
    assert_eq!(found(&buffer, ""), [0, 1, 2, 3, 4, 5]);
    (0..6).for_each(|row| buffer.remove(row));
    assert!(buffer.is_empty());
    assert_eq!(buffer.push(b"again"), 6);
    assert_eq!(found(&buffer, "again"), [6]);
}

#[test]
fn a_row_that_is_kept_free_is_found_once_it_has_a_text() {
    let mut buffer = buffer();
    buffer.reserve(2, 100);
    assert_eq!(buffer.push_removed(), 6);
    assert_eq!(found(&buffer, ""), [0, 1, 2, 3, 4, 5]);
    assert_eq!([buffer.contains(5), buffer.contains(6), buffer.contains(7)], [true, false, false]);
    buffer.remove(6);
    buffer.replace(6, b"late");
    assert_eq!((buffer.contains(6), found(&buffer, "late")), (true, vec![6]));
    buffer.remove(6);
    assert_eq!((buffer.contains(6), found(&buffer, "late")), (false, vec![]));
}

#[derive(Clone, Debug)]
enum Step {
    Push(String),
    Replace(usize, String),
    Remove(usize),
    Type(String),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        "[ab鼎1]{0,6}".prop_map(Step::Push),
        (0..8_usize, "[ab鼎1]{0,12}").prop_map(|(row, text)| Step::Replace(row, text)),
        (0..8_usize).prop_map(Step::Remove),
        "[ab鼎1+\\- ]{1,2}".prop_map(Step::Type),
        Just(Step::Clear),
    ]
}

proptest! {
    /// A search that narrows its last result finds what looking through every row finds.
    #[test]
    fn typing_on_finds_the_same_as_looking_again(steps in prop::collection::vec(step(), 1..60)) {
        let (mut buffer, mut search, mut query) = (SearchBuffer::default(), Search::default(), String::new());
        let mut rows: Vec<Option<String>> = Vec::new();
        for step in steps {
            match step {
                Step::Push(text) => {
                    buffer.push(&search_text(&[Field::Text(&text)]));
                    rows.push(Some(text));
                }
                Step::Replace(row, text) if row < rows.len() => {
                    buffer.replace(u32::try_from(row)?, &search_text(&[Field::Text(&text)]));
                    rows[row] = Some(text);
                }
                Step::Remove(row) if row < rows.len() => {
                    buffer.remove(u32::try_from(row)?);
                    rows[row] = None;
                }
                Step::Type(text) => query.push_str(&text),
                Step::Clear => query.clear(),
                Step::Replace(..) | Step::Remove(_) => {}
            }
            let is_phone = |word: &str| word.chars().all(|c| "1+-".contains(c)) && word.contains('1');
            let holds = |text: &str| query.split_whitespace().all(|word| {
                text.contains(word) || is_phone(word) && text.contains(&word.replace(['+', '-'], ""))
            });
            let expected: Vec<u32> =
                (0..).zip(&rows).filter(|(_, text)| text.as_deref().is_some_and(holds)).map(|(row, _)| row).collect();
            prop_assert_eq!(search.find(&buffer, &query), &expected);
            prop_assert_eq!(found(&buffer, &query), expected);
        }
    }
}

#[test]
fn rows_are_found_by_a_whole_field_only() {
    let mut buffer = SearchBuffer::default();
    for (name, phone) in [("鼎盛五金", "07-234 5678"), ("鼎盛", "072345678"), ("大鼎盛", "0723456789")] {
        buffer.push(&search_text(&[Field::Name(name), Field::Phone(phone)]));
    }
    assert_eq!(buffer.holding(fold("鼎盛").as_bytes()), [1]);
    assert_eq!(buffer.holding(b"072345678"), [0, 1]);
    assert_eq!(buffer.holding(b"345678"), Vec::<u32>::new());
    assert_eq!(buffer.holding(b""), Vec::<u32>::new());
    buffer.remove(0);
    assert_eq!(buffer.holding(b"072345678"), [1]);
}
