use std::{
    fs, io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use sync::server::apply_as_system;

use super::{Data, people::founded};
use crate::{
    archive, random,
    store::{Checked, Store, check_file, renew_incarnation},
};

#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The file to write; it must not exist
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    data: Data,
    /// The file that a backup wrote
    file: PathBuf,
    /// Replace the data that is there; it is kept aside
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    data: Data,
    /// The ZIP file to write; it must not exist
    file: PathBuf,
}

/// Writes the whole company as files, and notes it in the journal. One that ended early is removed.
pub(super) async fn export(options: Export) -> Result<()> {
    let store = options.data.open().await?;
    // All customers of the company are in it.
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&options.file);
    let file = file.with_context(|| format!("{} cannot be made", options.file.display()))?;
    let written = write_archive(&store, file).await;
    store.close().await;
    if let Err(error) = written {
        fs::remove_file(&options.file)?;
        return Err(error.context("the company cannot be exported"));
    }
    println!("{}", options.file.display());
    Ok(())
}

async fn write_archive(store: &Store, file: fs::File) -> Result<()> {
    let clock = founded(store).await?;
    let note = archive::note(store).await?;
    apply_as_system(store, &[(random::id()?, note)], &clock).await??;
    let (runtime, store) = (tokio::runtime::Handle::current(), store.clone());
    let out = io::BufWriter::new(file);
    Ok(tokio::task::spawn_blocking(move || archive::write(&runtime, &store, None, out)).await??)
}

/// Copies, then opens the copy: a backup that nobody has opened is none.
pub(super) async fn backup(options: Backup) -> Result<()> {
    if options.file.exists() {
        bail!("{} exists already", options.file.display());
    }
    let store = options.data.open().await?;
    store.backup(&options.file).await?;
    store.close().await;
    let checked = check_file(&options.file).await.context("the copy cannot be used")?;
    if let Err(error) = Store::note_backup(&options.data.file(), random::now()) {
        eprintln!("changke: the backup is good, but the server's figures will not say so: {error}");
    }
    println!("{} {}", options.file.display(), words(checked));
    Ok(())
}

/// Puts a copy in place as another history: devices notice, and return what it lacks.
pub(super) async fn restore(options: Restore) -> Result<()> {
    if options.data.database_url.is_some() {
        bail!("PostgreSQL has tools of its own: pg_dump and pg_restore");
    }
    let _lock = options.data.lock()?;
    let file = options.data.file();
    if file.exists() && !options.force {
        bail!("{} exists already: --force keeps it aside and goes on", file.display());
    }
    let arriving = options.data.data.join("changke.sqlite.arriving");
    fs::copy(&options.file, &arriving).with_context(|| format!("{} cannot be copied", options.file.display()))?;
    let prepared = prepare(&arriving).await;
    let checked = match prepared {
        Ok(checked) => checked,
        Err(error) => {
            fs::remove_file(&arriving)?;
            return Err(error.context("the copy cannot be used"));
        }
    };
    if file.exists() {
        // Opened and closed once, so that nothing of it lies in its log alone.
        Store::open_sqlite(&file).await.context("the present data cannot be read")?.close().await;
        let aside = options.data.data.join(format!("changke.sqlite.before-{}", random::now()));
        fs::rename(&file, &aside).context("the present data cannot be put aside")?;
        println!("the data so far is kept in {}", aside.display());
    }
    fs::rename(&arriving, &file).context("the copy cannot be put in place")?;
    println!("{} {}", file.display(), words(checked));
    Ok(())
}

async fn prepare(arriving: &Path) -> Result<Checked> {
    let checked = check_file(arriving).await?;
    renew_incarnation(arriving).await?;
    Ok(checked)
}

fn words(Checked { head, blobs }: Checked) -> String {
    format!("holds everything up to revision {head}, {blobs} photos and files among it")
}
