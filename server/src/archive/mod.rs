//! The whole company as files: one table for each kind in the organisation's words, and the bytes of photos and files.
//!
//! It is written while it is read, page by page, each in a transaction of its own: what is entered meanwhile is there
//! or not. A company of any size takes the memory of one page.

mod rows;

use std::io::{self, Write};

use app::i18n::{Locale, archive, t};
use axum::body::Bytes;
use chrono_tz::Tz;
use domain::{
    attachment::Attachment,
    columns::ColumnInfo,
    exchange::{ExportNote, Format, write_more, write_separated},
    kind::{Kind, RecordKey},
    mutation::Action,
    organisation::Organisation,
    own::OwnField,
    record::BodyError,
};
use futures_util::{Stream, stream};
use sync::server::{ServerStore, StoreError};
use tokio::{runtime::Handle, sync::mpsc, task::spawn_blocking};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions, write::StreamWriter};

use crate::store::{BlobKey, Store};

/// So many records are read at once.
const ROWS_AT_ONCE: usize = 500;
/// A piece of the stream; bytes.
const PIECE: usize = 64 << 10;
/// So many pieces wait for a slow network.
const PIECES_AHEAD: usize = 4;

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

/// Streams it to somebody who reads at their own pace. A failure in the middle ends the stream with an error, so that
/// nobody takes half of it for all.
pub(crate) fn stream(store: Store) -> impl Stream<Item = io::Result<Bytes>> {
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    let runtime = Handle::current();
    spawn_blocking(move || {
        let out = io::BufWriter::with_capacity(PIECE, Pipe(sender.clone()));
        if let Err(error) = write(&runtime, &store, out) {
            tracing::warn!(%error, "an export ended early");
            // Whoever reads may have gone.
            drop(sender.blocking_send(Err(io::Error::other("the export ended early"))));
        }
    });
    stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|piece| (piece, receiver)) })
}

/// What is written goes to a reader in another task, and waits for it.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes it as a ZIP file from its beginning to its end. It blocks: never on a thread of the runtime.
///
/// # Errors
/// The database or the file fails.
pub(crate) fn write<W: Write>(runtime: &Handle, store: &Store, out: W) -> Result<(), Unwritten> {
    let (organisation, own) = runtime.block_on(async {
        let mut tx = store.read().await?;
        Ok::<_, StoreError>((tx.organisation().await?, tx.records::<OwnField>().await?))
    })?;
    let organisation = organisation.ok_or(Unwritten::Unfounded)?;
    let mut archive = Archive { zip: ZipWriter::new_stream(out), runtime, store, words: Words::of(&organisation, own) };
    for kind in Kind::ALL {
        archive.table(*kind)?;
    }
    archive.files()?;
    archive.zip.finish()?.flush()?;
    Ok(())
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
        let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
        let name: String = attachment.name.chars().map(|c| if odd(c) { '_' } else { c }).take(100).collect();
        format!("{}/{} {}", t::archive::files(self.locale), attachment.id, name.trim_end_matches(['.', ' ']))
    }
}

struct Archive<'a, W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    runtime: &'a Handle,
    store: &'a Store,
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
        self.pages(kind, |archive, page| {
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
