//! Cuts the feed's stream into pages. Pure, so tested without a browser.

/// The beginning of a line that ends a page, and of one that says that there is none.
const ENDS: [&[u8]; 2] = [b"[\"e\",", b"[\"n\","];

/// Collects bytes and gives out whole pages.
#[derive(Debug, Default)]
pub struct Pages {
    bytes: Vec<u8>,
    /// Where the line begins that has not been looked at.
    line: usize,
    /// Up to where a line's end has been looked for.
    seen: usize,
}

impl Pages {
    /// Where new bytes are appended.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Takes out the next whole page with its end.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        while let Some(found) = self.bytes.get(self.seen..)?.iter().position(|byte| *byte == b'\n') {
            let end = self.seen + found + 1;
            let line = &self.bytes[self.line..end];
            let ends = ENDS.iter().any(|mark| line.starts_with(mark));
            (self.line, self.seen) = (end, end);
            if ends {
                let rest = self.bytes.split_off(end);
                (self.line, self.seen) = (0, 0);
                return Some(std::mem::replace(&mut self.bytes, rest));
            }
        }
        self.seen = self.bytes.len();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = "[\"u\",\"customer\",1]\n[\"e\",{\"a\":1}]\n[\"u\",\"e\",2]\n[\"f\"]\n[\"e\",{\"a\":2}]\n";

    /// Pages of a feed that comes in pieces of so many bytes.
    fn cut(feed: &str, piece: usize) -> (Vec<String>, usize) {
        let (mut pages, mut found) = (Pages::default(), Vec::new());
        for bytes in feed.as_bytes().chunks(piece) {
            pages.bytes().extend_from_slice(bytes);
            while let Some(page) = pages.take() {
                found.push(String::from_utf8(page).unwrap());
            }
        }
        (found, pages.bytes().len())
    }

    #[test]
    fn a_page_is_given_out_whole_however_the_stream_is_cut() {
        let whole = ["[\"u\",\"customer\",1]\n[\"e\",{\"a\":1}]\n", "[\"u\",\"e\",2]\n[\"f\"]\n[\"e\",{\"a\":2}]\n"];
        for piece in [1, 2, 3, 7, 1000] {
            assert_eq!(cut(FEED, piece), (whole.map(str::to_owned).to_vec(), 0), "pieces of {piece}");
        }
    }

    #[test]
    fn a_cut_page_is_not_given_out() {
        let (pages, rest) = cut(&FEED[..FEED.len() - 1], 5);
        assert_eq!((pages.len(), rest), (1, FEED.len() - 1 - pages[0].len()));
    }

    #[test]
    fn the_word_that_there_is_no_page_is_a_page() {
        assert_eq!(cut("[\"n\",\"other_history\"]\n", 4).0, ["[\"n\",\"other_history\"]\n"]);
    }
}
