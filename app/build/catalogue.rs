//! Reads one area's texts in all languages and refuses where they do not agree.
//!
//! A text is `key = "words {name} and {#number}"`. `{name}` takes text, `{#number}` a count. Only
//! English bends for number, so there a key may be a table of `one` and `other`.

use std::collections::{BTreeMap, BTreeSet};

/// The languages, in the order of `i18n::Locale`.
pub(crate) const LOCALES: [&str; 3] = ["zh-Hant", "zh-Hans", "en"];

/// One text in every language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub key: String,
    /// Sorted by name: a translation that turns the words around must not swap arguments.
    pub arguments: Vec<Argument>,
    pub words: [Words; 3],
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Argument {
    pub name: String,
    pub kind: ArgumentKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ArgumentKind {
    Text,
    Count,
}

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Plain(Vec<Part>),
    /// Chosen by the only count.
    Plural {
        one: Vec<Part>,
        other: Vec<Part>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    Argument(Argument),
}

/// Reads one area. `texts` are the files' contents in the order of [`LOCALES`].
///
/// # Errors
/// Every disagreement, one sentence each.
pub(crate) fn read(area: &str, texts: [Option<&str>; 3]) -> Result<Vec<Message>, Vec<String>> {
    let mut problems = Vec::new();
    let mut tables: [BTreeMap<String, Words>; 3] = Default::default();
    for (at, text) in texts.into_iter().enumerate() {
        match text {
            Some(text) => tables[at] = language(area, LOCALES[at], text, &mut problems),
            None => problems.push(format!("{area}.toml is missing in {}", LOCALES[at])),
        }
    }
    let keys: BTreeSet<&String> = tables.iter().flat_map(BTreeMap::keys).collect();
    let mut messages = Vec::new();
    for key in keys {
        let found = tables.each_ref().map(|table| table.get(key));
        for at in (0..LOCALES.len()).filter(|at| found[*at].is_none() && texts[*at].is_some()) {
            problems.push(format!("{area}.{key} is missing in {}", LOCALES[at]));
        }
        let [Some(first), Some(second), Some(third)] = found else { continue };
        let expected = arguments(first);
        for (at, words) in [(1, second), (2, third)] {
            let actual = arguments(words);
            if actual != expected {
                problems.push(format!(
                    "{area}.{key} takes {} in {} but {} in {}",
                    show(&expected),
                    LOCALES[0],
                    show(&actual),
                    LOCALES[at],
                ));
            }
        }
        messages.push(Message {
            key: key.clone(),
            arguments: expected.into_iter().collect(),
            words: [first.clone(), second.clone(), third.clone()],
        });
    }
    if problems.is_empty() { Ok(messages) } else { Err(problems) }
}

fn language(area: &str, tag: &str, text: &str, problems: &mut Vec<String>) -> BTreeMap<String, Words> {
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            problems.push(format!("{tag}/{area}.toml: {error}"));
            return BTreeMap::new();
        }
    };
    let mut words = BTreeMap::new();
    for (key, value) in table {
        match entry(tag, &key, &value) {
            Ok(found) => drop(words.insert(key, found)),
            Err(problem) => problems.push(format!("{area}.{key} in {tag} {problem}")),
        }
    }
    words
}

fn entry(tag: &str, key: &str, value: &toml::Value) -> Result<Words, String> {
    let plain_name = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain_name {
        return Err("is not a snake_case name".to_owned());
    }
    match value {
        toml::Value::String(text) => Ok(Words::Plain(parts(text)?)),
        toml::Value::Table(forms) if tag == "en" => match (forms.get("one"), forms.get("other"), forms.len()) {
            (Some(toml::Value::String(one)), Some(toml::Value::String(other)), 2) => plural(parts(one)?, parts(other)?),
            _ => Err("needs exactly `one` and `other`".to_owned()),
        },
        toml::Value::Table(_) => Err("has plural forms, which only en needs".to_owned()),
        _ => Err("is not a text".to_owned()),
    }
}

fn plural(one: Vec<Part>, other: Vec<Part>) -> Result<Words, String> {
    let words = Words::Plural { one, other };
    let counts = arguments(&words).into_iter().filter(|argument| argument.kind == ArgumentKind::Count).count();
    if counts == 1 { Ok(words) } else { Err(format!("has plural forms but {counts} counts instead of one")) }
}

/// Splits `"{#n} waiting"` into literals and arguments.
fn parts(text: &str) -> Result<Vec<Part>, String> {
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        let (literal, braced) = rest.split_at(start);
        let Some((name, after)) = braced.strip_prefix('{').and_then(|inner| inner.split_once('}')) else {
            return Err("has an unpaired brace".to_owned());
        };
        let (kind, name) = match name.strip_prefix('#') {
            Some(name) => (ArgumentKind::Count, name),
            None => (ArgumentKind::Text, name),
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(format!("has an argument {name:?} that is not a snake_case name"));
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.to_owned()));
        }
        parts.push(Part::Argument(Argument { name: name.to_owned(), kind }));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.to_owned()));
    }
    Ok(parts)
}

fn arguments(words: &Words) -> BTreeSet<Argument> {
    let parts: Vec<&Part> = match words {
        Words::Plain(parts) => parts.iter().collect(),
        Words::Plural { one, other } => one.iter().chain(other).collect(),
    };
    parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Argument(argument) => Some(argument.clone()),
            Part::Literal(_) => None,
        })
        .collect()
}

fn show(arguments: &BTreeSet<Argument>) -> String {
    let names: Vec<String> = arguments
        .iter()
        .map(|argument| match argument.kind {
            ArgumentKind::Text => format!("{{{}}}", argument.name),
            ArgumentKind::Count => format!("{{#{}}}", argument.name),
        })
        .collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
