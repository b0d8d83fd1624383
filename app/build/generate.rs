//! Writes the Rust source of the typed texts.

use std::fmt::Write as _;

use crate::catalogue::{Argument, ArgumentKind, Message, Part, Words};

/// One module per area, one function per text.
pub(crate) fn source(areas: &[(String, Vec<Message>)]) -> String {
    let mut out = String::new();
    for (area, messages) in areas {
        let functions: Vec<String> = messages.iter().map(function).collect();
        let _ =
            writeln!(out, "/// Texts of `{area}.toml`.\npub mod {area} {{\nuse super::*;\n{}}}\n", functions.concat());
    }
    out
}

fn function(message: &Message) -> String {
    let sample = match &message.words[2] {
        Words::Plain(parts) | Words::Plural { other: parts, .. } => sample(parts),
    };
    let doc = format!("/// {}\n", sample.replace('\n', " "));
    let key = &message.key;
    if message.arguments.is_empty() {
        let [a, b, c] = message.words.each_ref().map(|words| template(words, &[]).0);
        return format!(
            "{doc}pub fn r#{key}(locale: Locale) -> &'static str {{ [{a:?}, {b:?}, {c:?}][locale as usize] }}\n"
        );
    }
    let parameters: Vec<String> = message
        .arguments
        .iter()
        .map(|argument| match argument.kind {
            ArgumentKind::Text => format!("{}: &str", argument.name),
            ArgumentKind::Count => format!("{}: u64", argument.name),
        })
        .collect();
    let values: Vec<String> = message
        .arguments
        .iter()
        .map(|argument| match argument.kind {
            ArgumentKind::Text => format!("Argument::Text({})", argument.name),
            ArgumentKind::Count => format!("Argument::Count({})", argument.name),
        })
        .collect();
    let pairs = message.words.each_ref().map(|words| template(words, &message.arguments));
    let choice = match message.arguments.iter().find(|argument| argument.kind == ArgumentKind::Count) {
        Some(count) if pairs.iter().any(|(one, other)| one != other) => {
            let [(a1, a), (b1, b), (c1, c)] = pairs;
            format!(
                "if {} == 1 {{ [{a1:?}, {b1:?}, {c1:?}] }} else {{ [{a:?}, {b:?}, {c:?}] }}[locale as usize]",
                count.name
            )
        }
        _ => {
            let [(_, a), (_, b), (_, c)] = pairs;
            format!("[{a:?}, {b:?}, {c:?}][locale as usize]")
        }
    };
    format!(
        "{doc}pub fn r#{key}(locale: Locale, {}) -> String {{ let template = {choice}; fill(template, &[{}]) }}\n",
        parameters.join(", "),
        values.join(", ")
    )
}

/// The forms for one and for many; the n-th argument is the control character n + 1.
fn template(words: &Words, arguments: &[Argument]) -> (String, String) {
    let write = |parts: &[Part]| -> String {
        parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Argument(argument) => {
                    let at = arguments.iter().position(|known| known == argument).expect("collected from these parts");
                    char::from(u8::try_from(at + 1).expect("fewer than ten arguments")).to_string()
                }
            })
            .collect()
    };
    match words {
        Words::Plain(parts) => (write(parts), write(parts)),
        Words::Plural { one, other } => (write(one), write(other)),
    }
}

fn sample(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Argument(argument) => format!("`{}`", argument.name),
        })
        .collect()
}
