//! The whole company as files: one table for each kind in the organisation's words, and the bytes of photos and files.
//!
//! It is written while it is read, page by page, each in a transaction of its own: what is entered meanwhile is there
//! or not. A company of any size takes the memory of one page.

mod rows;

use std::{
    io::{self, Write},
    time::Duration,
};

use app::i18n::{Locale, archive, t};
use axum::body::Bytes;
use chrono_tz::Tz;
use domain::{
    attachment::Attachment,
    columns::ColumnInfo,
    exchange::{ExportNote, Format, write_more, write_separated},
    kind::{Kind, RecordKey},
    list_view::{Audience, ListView},
    mutation::Action,
    organisation::Organisation,
    own::OwnField,
    record::BodyError,
    user::UserId,
};
use futures_util::{Stream, stream};
use sync::server::{ServerStore, StoreError};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
    task::spawn_blocking,
};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions, write::StreamWriter};

use crate::store::{BlobKey, Store};

/// So many records are read at once.
const ROWS_AT_ONCE: usize = 500;
/// A piece of the stream; bytes.
const PIECE: usize = 64 << 10;
/// So many pieces wait for a slow network.
const PIECES_AHEAD: usize = 4;
/// So long nobody may take a piece: they have gone without a word.
const PATIENCE: Duration = Duration::from_secs(120);
/// Of a file's name that stays; bytes.
const STEM_BYTES_MOST: usize = 150;
/// The longest ending that says what kind of file it is, with its dot; bytes.
const EXTENSION_BYTES_MOST: usize = 16;

/// Why it could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritten {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Zip(#[from] ZipError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("there is no organisation yet")]
    Unfounded,
}

/// Returns what the journal keeps of it, before the first byte leaves.
///
/// # Errors
/// The database is away.
pub(crate) async fn note(store: &Store) -> Result<Action, StoreError> {
    let rows = store.read().await?.count_records().await?;
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    Ok(ExportNote {
        kind: Kind::Organisation,
        rows,
        format: Format::Separated,
        words: String::new(),
        query: String::new(),
    }
    .into())
}

/// Streams it to somebody who reads at their own pace; `held` is let go when it has ended.
pub(crate) fn stream(
    store: Store,
    reader: UserId,
    held: OwnedSemaphorePermit,
) -> impl Stream<Item = io::Result<Bytes>> {
    let runtime = Handle::current();
    piped(move |out| {
        let _held = held;
        write(&runtime, &store, Some(reader), io::BufWriter::with_capacity(PIECE, out))
    })
}

/// Streams what a task writes. A ZIP file gets its end even from a writer that fails or panics: unless the task says that
/// it wrote all, the stream ends with an error, so that nobody takes half of it for all.
fn piped(write: impl FnOnce(Pipe) -> Result<(), Unwritten> + Send + 'static) -> impl Stream<Item = io::Result<Bytes>> {
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    let pipe = Pipe { sender, runtime: Handle::current() };
    let written = spawn_blocking(move || write(pipe));
    stream::unfold(Some((receiver, written)), |open| async {
        let (mut receiver, written) = open?;
        if let Some(piece) = receiver.recv().await {
            return Some((Ok(piece), Some((receiver, written))));
        }
        let why = match written.await {
            Ok(Ok(())) => return None,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(why, "an export ended early");
        Some((Err(io::Error::other("the export ended early")), None))
    })
}

/// What is written goes to a reader in another task, and waits for it.
struct Pipe {
    sender: mpsc::Sender<Bytes>,
    runtime: Handle,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.runtime.block_on(self.sender.send_timeout(Bytes::copy_from_slice(bytes), PATIENCE));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes it as a ZIP file from its beginning to its end, for somebody or for the operator. It blocks: never on a thread
/// of the runtime.
///
/// # Errors
/// The database or the file fails.
pub(crate) fn write<W: Write>(
    runtime: &Handle,
    store: &Store,
    reader: Option<UserId>,
    out: W,
) -> Result<(), Unwritten> {
    let (organisation, own) = runtime.block_on(async {
        let mut tx = store.read().await?;
        Ok::<_, StoreError>((tx.organisation().await?, tx.records::<OwnField>().await?))
    })?;
    let organisation = organisation.ok_or(Unwritten::Unfounded)?;
    let words = Words::of(&organisation, own);
    let mut archive = Archive { zip: ZipWriter::new_stream(out), runtime, store, reader, words };
    for kind in Kind::ALL {
        archive.table(*kind)?;
    }
    archive.files()?;
    archive.zip.finish()?.flush()?;
    Ok(())
}

/// Makes a name that every system takes: behind an id it has to stay below 255 bytes, and a character may have four. What
/// kind of file it is remains.
fn file_name(name: &str) -> String {
    let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let name: String = name.chars().map(|c| if odd(c) { '_' } else { c }).collect();
    let name = name.trim_end_matches(['.', ' ']);
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if name.len() - dot <= EXTENSION_BYTES_MOST => name.split_at(dot),
        _ => (name, ""),
    };
    let stem = &stem[..stem.floor_char_boundary(STEM_BYTES_MOST)];
    format!("{}{extension}", stem.trim_end_matches(['.', ' ']))
}

/// How the organisation writes.
struct Words {
    locale: Locale,
    zone: Tz,
    own: Vec<OwnField>,
}

impl Words {
    fn of(organisation: &Organisation, mut own: Vec<OwnField>) -> Self {
        own.sort_by_key(|field| (field.order, field.id));
        Self {
            locale: Locale::from_tag(&organisation.language).unwrap_or(Locale::En),
            zone: organisation.time_zone.parse().unwrap_or(Tz::UTC),
            own,
        }
    }

    fn column(&self, kind: Kind, column: &ColumnInfo) -> String {
        archive::column_name(kind, column.name).map_or(column.name, |name| name(self.locale)).to_owned()
    }

    /// Returns where the bytes of an attachment lie: its id, so that two of the same name do not meet, and a name that
    /// every system takes.
    fn path(&self, attachment: &Attachment) -> String {
        format!("{}/{} {}", t::archive::files(self.locale), attachment.id, file_name(&attachment.name))
    }
}

/// Says whether a view of a list is not somebody else's private one.
fn is_for(reader: Option<UserId>, body: &str) -> bool {
    let view = BodyError::parse::<ListView>(body);
    view.is_ok_and(|view| view.audience != Audience::Private || Some(view.owner) == reader)
}

struct Archive<'a, W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    runtime: &'a Handle,
    store: &'a Store,
    reader: Option<UserId>,
    words: Words,
}

impl<W: Write> Archive<'_, W> {
    fn start(&mut self, path: &str) -> Result<(), Unwritten> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        Ok(self.zip.start_file(path, options)?)
    }

    /// Writes the table of a kind.
    fn table(&mut self, kind: Kind) -> Result<(), Unwritten> {
        self.start(&format!("{}.csv", archive::kind_name(kind)(self.words.locale)))?;
        let header = self.words.header(kind);
        self.zip.write_all(&write_separated([header.as_slice()].into_iter()))?;
        self.pages(kind, |archive, mut page| {
            page.retain(|(_, body)| kind != Kind::ListView || is_for(archive.reader, body));
            let rows = archive.runtime.block_on(archive.words.rows(archive.store, kind, &page))?;
            Ok(archive.zip.write_all(&write_more(rows.iter().map(Vec::as_slice)))?)
        })
    }

    /// Writes the bytes of all attachments that have arrived.
    fn files(&mut self) -> Result<(), Unwritten> {
        self.pages(Kind::Attachment, |archive, page| {
            for (id, body) in page {
                // A body of a later build that this one cannot read is left out.
                let Ok(attachment) = BodyError::parse::<Attachment>(&body) else { continue };
                let key = BlobKey { record: RecordKey::new(Kind::Attachment, id), hash: attachment.hash };
                archive.file(key, &attachment)?;
            }
            Ok(())
        })
    }

    fn file(&mut self, key: BlobKey, attachment: &Attachment) -> Result<(), Unwritten> {
        let (runtime, store) = (self.runtime, self.store);
        if !runtime.block_on(async { store.read().await?.blob_held(key).await })?.whole {
            return Ok(());
        }
        self.start(&self.words.path(attachment))?;
        let mut start = 0;
        loop {
            let piece = runtime.block_on(async { store.read().await?.blob_piece(key, start).await })?;
            let Some(piece) = piece.filter(|piece| !piece.is_empty()) else { return Ok(()) };
            self.zip.write_all(&piece)?;
            start += piece.len() as u64;
        }
    }

    /// Hands over all records of a kind, page by page, by their ids.
    fn pages(
        &mut self,
        kind: Kind,
        mut take: impl FnMut(&mut Self, Vec<(uuid::Uuid, String)>) -> Result<(), Unwritten>,
    ) -> Result<(), Unwritten> {
        let (runtime, store) = (self.runtime, self.store);
        let mut after = None;
        loop {
            let page = runtime.block_on(async { store.read().await?.page_of(kind, after, ROWS_AT_ONCE).await })?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = Some(*last);
            take(self, page)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use uuid::Uuid;

    use super::*;

    async fn all(write: impl FnOnce(Pipe) -> Result<(), Unwritten> + Send + 'static) -> Vec<Option<Bytes>> {
        piped(write).map(Result::ok).collect().await
    }

    #[tokio::test]
    async fn only_what_was_written_whole_ends_without_an_error() {
        let begin = |mut pipe: Pipe| {
            let mut zip = ZipWriter::new_stream(&mut pipe);
            zip.start_file("a", SimpleFileOptions::default()).expect("a file");
            zip.write_all(b"a").expect("written");
            zip.finish().map(drop)
        };
        let whole = all(move |pipe| Ok(begin(pipe)?)).await;
        assert!(whole.len() > 1 && whole.iter().all(Option::is_some));
        let failed = all(move |pipe| begin(pipe).map_err(Unwritten::from).and(Err(Unwritten::Unfounded))).await;
        let panicked = all(move |pipe| {
            begin(pipe)?;
            panic!("in the middle");
        });
        for ended in [failed, panicked.await] {
            assert_eq!((ended.len(), ended.last()), (whole.len() + 1, Some(&None)));
        }
    }

    #[test]
    fn names_of_files_are_short_enough_and_keep_their_ending() {
        assert_eq!(file_name("a/b?.JPG"), "a_b_.JPG");
        assert_eq!(file_name("報價單. "), "報價單");
        let long = file_name(&format!("{}.xlsx", "報".repeat(200)));
        assert_eq!(long, format!("{}.xlsx", "報".repeat(50)));
        assert_eq!(file_name(&format!("a{}", "報".repeat(200))), format!("a{}", "報".repeat(49)));
        // A full stop in a sentence is no ending.
        let sentence = format!("{}. {}", "a".repeat(100), "報".repeat(100));
        assert_eq!(file_name(&sentence).len(), 150);
        for name in
            [&*"𠮷".repeat(300), &format!("{}.{}", "𠮷".repeat(300), "𠮷".repeat(300)), ".gitignore", "名片.jpg"]
        {
            assert!(Uuid::nil().to_string().len() + 1 + file_name(name).len() < 255, "{name}");
        }
        assert_eq!((file_name(".gitignore"), file_name("名片.jpg")), (".gitignore".to_owned(), "名片.jpg".to_owned()));
    }
}
