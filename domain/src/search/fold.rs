//! Folding: what people regard as the same text becomes the same text.

use super::tables::FoldTable;

/// Folds a text for comparing: half width, lower case, no accents, simplified characters, single spaces.
///
/// Folding twice changes nothing more, and the result holds no control character.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_chars(text, |c| out.push(c));
    out
}

/// Appends a folded text in the form of the index, where a 注音 symbol takes one byte.
pub fn fold_into(text: &str, out: &mut Vec<u8>) {
    fold_chars(text, |c| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => out.push(byte),
        _ => push_packed(c, out),
    });
}

/// Hands over the folded text, character by character.
pub(super) fn fold_chars(text: &str, mut push: impl FnMut(char)) {
    let table = FoldTable::get();
    let (mut any, mut space) = (false, false);
    let mut put = |c: char| {
        if c == ' ' {
            space = true;
            return;
        }
        if space && any {
            push(' ');
        }
        (any, space) = (true, false);
        push(c);
    };
    for c in text.chars() {
        match c {
            '!'..='~' => put(c.to_ascii_lowercase()),
            '\0'..='\x7F' => put(' '),
            _ => match table.result(c) {
                Some(result) => result.chars().for_each(&mut put),
                None => put(c),
            },
        }
    }
}

/// Appends a folded character; a 注音 symbol becomes a byte that UTF-8 and folded texts never hold.
pub(super) fn push_packed(c: char, out: &mut Vec<u8>) {
    const FIRST: u32 = 'ㄅ' as u32;
    const LAST: u32 = 'ㄩ' as u32;
    match c as u32 {
        code @ FIRST..=LAST => {
            let at = (code - FIRST).to_le_bytes()[0];
            // 0x01 to 0x1E, then 0xF8 to 0xFE.
            out.push(if at < 0x1E { at + 1 } else { at - 0x1E + 0xF8 });
        }
        _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}
