//! What may be attached, told by its first bytes and its name.

/// A kind of file that may be attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// The media type (RFC 6838, as registered with IANA).
    pub media_type: &'static str,
    /// The extensions of file names, without the dot.
    pub extensions: &'static [&'static str],
    /// What such a file begins with; none where any text will do.
    magic: Option<Magic>,
    /// Shown as a picture.
    pub picture: bool,
}

/// Bytes at places.
type Magic = &'static [(usize, &'static [u8])];

const ZIP: Magic = &[(0, b"PK\x03\x04")];
/// The compound files of Office 97-2003 (MS-CFB 2.2).
const COMPOUND: Magic = &[(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")];

const fn media(media_type: &'static str, extensions: &'static [&'static str], magic: Magic) -> Media {
    Media { media_type, extensions, magic: Some(magic), picture: false }
}

const fn picture(media_type: &'static str, extensions: &'static [&'static str], magic: Magic) -> Media {
    Media { picture: true, ..media(media_type, extensions, magic) }
}

const fn text(media_type: &'static str, extensions: &'static [&'static str]) -> Media {
    Media { magic: None, ..media(media_type, extensions, &[]) }
}

impl Media {
    /// Everything that may be attached.
    pub const ALL: [Media; 12] = [
        picture("image/jpeg", &["jpg", "jpeg"], &[(0, b"\xff\xd8\xff")]),
        picture("image/png", &["png"], &[(0, b"\x89PNG\r\n\x1a\n")]),
        picture("image/gif", &["gif"], &[(0, b"GIF8")]),
        picture("image/webp", &["webp"], &[(0, b"RIFF"), (8, b"WEBP")]),
        media("application/pdf", &["pdf"], &[(0, b"%PDF-")]),
        media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"], ZIP),
        media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"], ZIP),
        media("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"], ZIP),
        media("application/msword", &["doc"], COMPOUND),
        media("application/vnd.ms-excel", &["xls"], COMPOUND),
        text("text/plain", &["txt"]),
        text("text/csv", &["csv"]),
    ];

    /// Finds a kind of file by its media type.
    pub fn of_type(media_type: &str) -> Option<Media> {
        Media::ALL.into_iter().find(|media| media.media_type == media_type)
    }

    fn begins(&self, head: &[u8]) -> bool {
        match self.magic {
            Some(magic) => magic.iter().all(|(at, bytes)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes))),
            None => !head.contains(&0),
        }
    }

    /// Finds the kind of picture that bytes begin like: what may be shown in a page of ours, whatever was claimed.
    pub fn picture_of(head: &[u8]) -> Option<Media> {
        Media::ALL.into_iter().find(|media| media.picture && media.begins(head))
    }
}

/// Returns what a file is: pictures by their bytes alone, others where name and bytes agree.
pub fn media_of(name: &str, head: &[u8]) -> Option<Media> {
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let named = |media: &Media| !media.picture && media.extensions.contains(&extension.as_str()) && media.begins(head);
    Media::picture_of(head).or_else(|| Media::ALL.into_iter().find(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_and_its_name_say() {
        let type_of = |name: &str, head: &[u8]| media_of(name, head).map(|media| media.media_type);
        assert_eq!(type_of("card.jpg", b"\xff\xd8\xff\xe0...."), Some("image/jpeg"));
        assert_eq!(type_of("card.txt", b"\x89PNG\r\n\x1a\n"), Some("image/png"), "a picture whatever its name");
        assert_eq!(type_of("a.webp", b"RIFF....WEBP"), Some("image/webp"));
        assert_eq!(type_of("Quote.PDF", b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(type_of("prices.csv", "品名,單價".as_bytes()), Some("text/csv"));
        for (name, head) in [
            ("page.html", b"<script>".as_slice()),
            ("run.exe", b"MZ\x90"),
            ("run.pdf", b"MZ\x90"),
            ("run.txt", b"MZ\0\x90"),
            ("picture.jpg", b"<svg"),
            ("noextension", b"text"),
        ] {
            assert_eq!(type_of(name, head), None, "{name}");
        }
    }
}
