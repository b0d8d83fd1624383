//! Bytes as text: which encoding a file is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// So many bytes show an encoding.
const LOOKED_AT: usize = 256 << 10;
/// Of so many characters one may be none: more of them, and the file is no text.
const STRAY_MOST: usize = 100;

/// Finds out a file's encoding. A mark at its beginning stands for itself, then what is valid UTF-8, then zeros in
/// every other byte; what is left is guessed from how its characters follow each other. `region` (`tw`, `cn`) decides
/// where the guess is even.
pub(crate) fn encoding_of(bytes: &[u8], region: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (high, low) if high > low => return UTF_16BE,
        _ => return UTF_16LE,
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(start, start.len() == bytes.len());
    let guess = |region: Option<&[u8]>| match detector.guess(region, Utf8Detection::Deny) {
        // GB18030 holds all of GBK, and is what is meant.
        guessed if guessed == GBK => GB18030,
        guessed => guessed,
    };
    // A region is a hint: files come from the other side of the strait too.
    let candidates = [guess(region.map(str::as_bytes)), guess(None), BIG5, GB18030];
    candidates.into_iter().min_by_key(|encoding| odd_characters(start, encoding)).unwrap_or(UTF_8)
}

/// Counts what no text holds: what could not be read, and what is nobody's character.
fn odd_characters(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.chars().filter(|c| matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}')).count()
}

/// Turns bytes into text; `None` where they are none in this encoding.
pub(crate) fn decode(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let stray =
        |c: char| c == char::REPLACEMENT_CHARACTER || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{1a}'));
    let strays = text.chars().filter(|c| stray(*c)).count();
    (strays * STRAY_MOST <= text.chars().count()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

    use super::*;

    const TRADITIONAL: &str =
        "客戶名稱,聯絡人,電話,地址\n鼎盛五金股份有限公司,陳小姐,07-234-5678,高雄市三民區九如一路\n";
    const SIMPLIFIED: &str =
        "客户名称,联系人,电话,地址\n东莞市鼎盛五金有限公司,陈小姐,0769-2234567,东莞市南城区鸿福路\n";

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_encodings_of_our_regions_are_found_out() {
        for (text, encoding, region) in [
            (TRADITIONAL, BIG5, "tw"),
            (TRADITIONAL, BIG5, "cn"),
            (SIMPLIFIED, GB18030, "cn"),
            (SIMPLIFIED, GB18030, "tw"),
        ] {
            let (bytes, _, unmapped) = encoding.encode(text);
            assert!(!unmapped);
            let found = encoding_of(&bytes, Some(region));
            assert_eq!((found, decode(&bytes, found).as_deref()), (encoding, Some(text)), "for {region}");
        }
        let french = "name,city\nChop-suey Chinese Café,Genève\nAntonio Moreno Taquería,México\n";
        let (bytes, _, _) = WINDOWS_1252.encode(french);
        assert_eq!(decode(&bytes, encoding_of(&bytes, None)).as_deref(), Some(french));
        let japanese = "会社名,電話\n株式会社さくら商事,03-1234-5678\nたなか製作所,06-1234-5678\n";
        let (bytes, _, _) = SHIFT_JIS.encode(japanese);
        assert_eq!(decode(&bytes, encoding_of(&bytes, None)).as_deref(), Some(japanese));
    }

    #[test]
    fn unicode_is_told_with_and_without_its_mark() {
        for (bytes, encoding) in [
            (TRADITIONAL.as_bytes().to_vec(), UTF_8),
            (format!("\u{feff}{TRADITIONAL}").into_bytes(), UTF_8),
            (utf_16(TRADITIONAL, u16::to_le_bytes), UTF_16LE),
            (utf_16(TRADITIONAL, u16::to_be_bytes), UTF_16BE),
            (utf_16(&format!("\u{feff}{TRADITIONAL}"), u16::to_le_bytes), UTF_16LE),
        ] {
            let found = encoding_of(&bytes, Some("cn"));
            assert_eq!((found, decode(&bytes, found).as_deref()), (encoding, Some(TRADITIONAL)));
        }
    }

    #[test]
    fn a_picture_is_no_text() {
        let picture =
            [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 159, 146, 150, 255, 1, 2, 3].repeat(64)].concat();
        assert_eq!(decode(&picture, encoding_of(&picture, None)), None);
    }
}
