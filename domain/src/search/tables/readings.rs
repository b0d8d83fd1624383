use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("readings.bin");
static TABLE: LazyLock<ReadingTable> =
    LazyLock::new(|| decode(BYTES).expect("the committed table is whole: a test reads it"));

const FIRST: usize = 0x4E00;
const COUNT: usize = 0x5200;
/// Three bytes of code, two of number.
const OUTSIDE_BYTES: usize = 5;

/// The toneless Mandarin reading of each Han character.
pub(in crate::search) struct ReadingTable {
    syllables: Vec<&'static str>,
    /// The main block's numbers: their low bytes, then their ninth bits.
    low: &'static [u8],
    ninth: &'static [u8],
    /// Characters of other blocks, ordered by code.
    outside: &'static [[u8; OUTSIDE_BYTES]],
}

impl ReadingTable {
    pub(in crate::search) fn get() -> &'static Self {
        &TABLE
    }

    /// Returns the reading of a Han character, ü as v.
    #[inline]
    pub(in crate::search) fn syllable(&self, c: char) -> Option<&'static str> {
        if c < '〇' {
            return None;
        }
        let at = (c as usize).wrapping_sub(FIRST);
        let number = match self.low.get(at) {
            Some(&low) => usize::from(low) | usize::from(self.ninth.get(at / 8)? >> (at % 8) & 1) << 8,
            None => self.number_outside(c)?,
        };
        self.syllables.get(number.checked_sub(1)?).copied()
    }

    fn number_outside(&self, c: char) -> Option<usize> {
        let code = |entry: &[u8; OUTSIDE_BYTES]| u32::from_le_bytes([entry[0], entry[1], entry[2], 0]);
        let at = self.outside.binary_search_by_key(&(c as u32), code).ok()?;
        let [.., low, high] = self.outside[at];
        Some(usize::from(u16::from_le_bytes([low, high])))
    }
}

fn decode(bytes: &'static [u8]) -> Option<ReadingTable> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (list, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let (low, rest) = rest.split_at_checked(COUNT)?;
    let (ninth, rest) = rest.split_at_checked(COUNT / 8)?;
    let (outside, []) = rest.as_chunks() else { return None };
    Some(ReadingTable { syllables: str::from_utf8(list).ok()?.split(' ').collect(), low, ninth, outside })
}
