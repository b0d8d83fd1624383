//! The older spelling of Mandarin that companies of Taiwan bear: Wade-Giles without its marks.

use crate::search::syllables;

/// Spells a Han text so: 鼎盛 is tingsheng, 宏達 hungta.
pub(super) fn wade_giles(text: &str) -> String {
    syllables(text).into_iter().map(syllable).collect()
}

fn syllable(pinyin: &str) -> String {
    let initial = ["zh", "ch", "sh"].into_iter().find(|two| pinyin.starts_with(two)).unwrap_or_else(|| {
        let first = pinyin.chars().next().filter(|c| "bpmfdtnlgkhjqxrzcs".contains(*c));
        first.map_or("", |c| &pinyin[..c.len_utf8()])
    });
    let last = &pinyin[initial.len()..];
    let hissing = matches!(initial, "zh" | "ch" | "sh" | "r" | "z" | "c" | "s") && last == "i";
    let consonant = match initial {
        "b" => "p",
        "d" => "t",
        "g" => "k",
        "j" | "q" | "zh" => "ch",
        "x" => "hs",
        "r" => "j",
        "z" | "c" if hissing => "tz",
        "s" if hissing => "ss",
        "z" | "c" => "ts",
        other => other,
    };
    let vowels = match (initial, last) {
        ("z" | "c" | "s", "i") => "u",
        ("zh" | "ch" | "sh" | "r", "i") => "ih",
        (_, "ong") => "ung",
        (_, "iong") => "iung",
        (_, "ian") => "ien",
        (_, "ie") => "ieh",
        ("g" | "k" | "h", "e") => "o",
        ("", "e") => "o",
        ("", "er") => "erh",
        ("d" | "t" | "n" | "l" | "z" | "c" | "s" | "zh" | "ch" | "r", "uo") => "o",
        ("g" | "k", "ui") => "uei",
        ("", "yi") => "i",
        ("", "you") => "yu",
        ("", "yan") => "yen",
        ("", "ye") => "yeh",
        ("", "yong") => "yung",
        ("", "yue") => "yueh",
        (_, "ue" | "ve") => "ueh",
        (_, "v") => "u",
        (_, other) => other,
    };
    format!("{consonant}{vowels}")
}
