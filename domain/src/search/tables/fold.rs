use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("fold.bin");
static TABLE: LazyLock<FoldTable> =
    LazyLock::new(|| decode(BYTES).expect("the committed table is whole: a test reads it"));

/// What characters of the basic plane fold to.
pub(in crate::search) struct FoldTable {
    /// By code: the number of the entry, from one; zero where a character stays as it is.
    entries: Vec<u16>,
    /// Where each entry's result ends.
    ends: Vec<u16>,
    results: &'static str,
}

impl FoldTable {
    pub(in crate::search) fn get() -> &'static Self {
        &TABLE
    }

    /// Returns what `c` folds to, if that is not `c`.
    #[inline]
    pub(in crate::search) fn result(&self, c: char) -> Option<&'static str> {
        let entry = usize::from(*self.entries.get(c as usize)?);
        let start = *self.ends.get(entry.checked_sub(1)?)?;
        self.results.get(usize::from(start)..usize::from(*self.ends.get(entry)?))
    }
}

/// Reads the count, the codes as gaps in groups of seven bits, the lengths, the results.
fn decode(bytes: &'static [u8]) -> Option<FoldTable> {
    let (count, mut rest) = bytes.split_first_chunk()?;
    let count = u16::from_le_bytes(*count);
    let mut entries = vec![0; 0x1_0000];
    let mut code = 0;
    for entry in 1..=count {
        code += gap(&mut rest)?;
        *entries.get_mut(code)? = entry;
    }
    let (lengths, results) = rest.split_at_checked(usize::from(count))?;
    let mut end = 0;
    let mut ends = vec![end];
    for &length in lengths {
        end += u16::from(length);
        ends.push(end);
    }
    Some(FoldTable { entries, ends, results: str::from_utf8(results).ok()? })
}

fn gap(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
