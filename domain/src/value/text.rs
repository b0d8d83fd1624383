use crate::refusal::{FieldError, Problem};

/// Trims a text and takes out U+0000, which no database takes everywhere.
pub fn clean(text: &str) -> String {
    text.trim().replace('\0', "")
}

/// Checks that a text has at most `most` characters.
///
/// # Errors
/// It is longer, or holds U+0000.
pub fn length(field: &str, text: &str, most: usize) -> Result<(), FieldError> {
    if text.contains('\0') {
        return Err(FieldError::new(field, Problem::ForbiddenCharacter));
    }
    if text.len() > most && text.chars().count() > most {
        return Err(FieldError::new(field, Problem::TooLong { most }));
    }
    Ok(())
}

/// Checks several texts, each with its field and the most characters it may have.
///
/// # Errors
/// The first that is longer.
pub fn lengths(texts: &[(&str, &str, usize)]) -> Result<(), FieldError> {
    texts.iter().try_for_each(|(field, text, most)| length(field, text, *most))
}

/// Checks that a text is there and has at most `most` characters.
///
/// # Errors
/// It is empty or longer.
pub fn required(field: &str, text: &str, most: usize) -> Result<(), FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::new(field, Problem::Required));
    }
    length(field, text, most)
}

/// Returns the half-width form of a full-width letter, digit, sign or blank; any other character as it is.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c),
        _ => c,
    }
}
