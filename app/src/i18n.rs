//! The words of the interface: typed functions made from `locales/` by the build script.
//!
//! Nothing here knows the interface's framework; `ui::language` makes it reactive.

pub mod archive;
pub mod fields;
pub mod refusals;

/// A language that the interface speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locale {
    ZhHant,
    ZhHans,
    En,
}

/// A text without arguments, as a value: `t::common::save`.
pub type Key = fn(Locale) -> &'static str;

impl Locale {
    /// Every language, in the order in which it is offered.
    pub const ALL: [Locale; 3] = [Locale::ZhHant, Locale::ZhHans, Locale::En];

    /// The tag for `<html lang>`, `Intl` and the stored preference.
    pub fn tag(self) -> &'static str {
        ["zh-Hant", "zh-Hans", "en"][self as usize]
    }

    /// The tag that `Intl` formats with: the region settles the order of dates.
    pub fn format_tag(self) -> &'static str {
        ["zh-TW", "zh-CN", "en-GB"][self as usize]
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        ["繁體中文", "简体中文", "English"][self as usize]
    }

    /// Reads a stored preference.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// Chooses from what a browser asks for: pairs of language and maximised script, best first.
    /// A language that we do not speak is skipped.
    pub fn choose<'a>(asked: impl IntoIterator<Item = (&'a str, &'a str)>) -> Locale {
        asked
            .into_iter()
            .find_map(|(language, script)| match (language, script) {
                ("zh", "Hant") => Some(Locale::ZhHant),
                ("zh", _) => Some(Locale::ZhHans),
                ("en", _) => Some(Locale::En),
                _ => None,
            })
            .unwrap_or(Locale::En)
    }
}

/// What goes into a placeholder.
#[derive(Clone, Copy, Debug)]
enum Argument<'a> {
    Text(&'a str),
    Count(u64),
}

/// Puts arguments in the place of the control characters that the build script left for them.
fn fill(template: &str, arguments: &[Argument]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    for c in template.chars() {
        match (c as usize).checked_sub(1).and_then(|at| arguments.get(at)) {
            Some(Argument::Text(text)) => out.push_str(text),
            Some(Argument::Count(count)) => out.push_str(&grouped(*count)),
            None => out.push(c),
        }
    }
    out
}

/// Groups thousands by commas, as all three languages do.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The texts, one module per area of `locales/`.
#[rustfmt::skip]
pub mod t {
    use super::{Argument, Locale, fill};
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

#[cfg(test)]
mod tests;
