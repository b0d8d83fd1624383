//! The bytes of photos and files, in pieces, below the record that names them.

use domain::{attachment::BlobHash, kind::RecordKey};
use sqlx::{query, query_as, query_scalar};
use sync::server::ReadTx as _;

use super::{
    Tx,
    code::{count_of, id_text, kind_number, rev_column},
    error::{StoreResult, failed},
    on,
};

/// Whose bytes: a record, and the hash that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobKey {
    pub record: RecordKey,
    pub hash: BlobHash,
}

/// How much of some bytes has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Bytes, from the first on.
    pub held: u64,
    /// All of them, and they are what the hash says.
    pub whole: bool,
}

impl Tx {
    /// Returns how much has arrived.
    ///
    /// # Errors
    /// The database is away.
    pub async fn blob_held(&mut self, key: BlobKey) -> StoreResult<Held> {
        let org = self.org;
        let row: Option<(i64, bool)> = on!(self, conn =>
            query_as("SELECT held, whole FROM blob WHERE org = $1 AND kind = $2 AND id = $3 AND digest = $4")
                .bind(org).bind(kind_number(key.record.kind)).bind(id_text(key.record.id)).bind(key.hash.to_string())
                .fetch_optional(conn).await
        )
        .map_err(failed)?;
        let Some((held, whole)) = row else { return Ok(Held::default()) };
        Ok(Held { held: count_of(held)?, whole })
    }

    /// Appends a piece to `so_far`. With the last one, of `size` in all, the bytes are compared with their hash;
    /// others are dropped, and the answer begins at nothing again.
    ///
    /// # Errors
    /// The database is away.
    pub async fn append_to_blob(
        &mut self,
        key: BlobKey,
        so_far: Held,
        piece: &[u8],
        size: u64,
        now: i64,
    ) -> StoreResult<Held> {
        let org = self.org;
        on!(self, conn =>
            query("INSERT INTO blob_piece (org, kind, id, digest, start, bytes) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(org).bind(kind_number(key.record.kind)).bind(id_text(key.record.id)).bind(key.hash.to_string())
                .bind(rev_column(so_far.held)).bind(piece).execute(conn).await.map(drop)
        )
        .map_err(failed)?;
        let held = so_far.held + piece.len() as u64;
        let whole = held == size && self.hash_of_blob(key).await? == key.hash;
        if held >= size && !whole {
            self.drop_blob(key).await?;
            return Ok(Held::default());
        }
        on!(self, conn =>
            query(
                "INSERT INTO blob (org, kind, id, digest, held, whole, arrived) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (org, kind, id, digest) DO UPDATE SET held = excluded.held, whole = excluded.whole, \
                 arrived = excluded.arrived",
            )
            .bind(org).bind(kind_number(key.record.kind)).bind(id_text(key.record.id)).bind(key.hash.to_string())
            .bind(rev_column(held)).bind(whole).bind(now).execute(conn).await.map(drop)
        )
        .map_err(failed)?;
        Ok(Held { held, whole })
    }

    /// Returns the piece that begins at a place; `None` behind the last one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn blob_piece(&mut self, key: BlobKey, start: u64) -> StoreResult<Option<Vec<u8>>> {
        let org = self.org;
        on!(self, conn =>
            query_scalar(
                "SELECT bytes FROM blob_piece WHERE org = $1 AND kind = $2 AND id = $3 AND digest = $4 AND start = $5",
            )
            .bind(org).bind(kind_number(key.record.kind)).bind(id_text(key.record.id)).bind(key.hash.to_string())
            .bind(rev_column(start)).fetch_optional(conn).await
        )
        .map_err(failed)
    }

    /// Drops bytes that no record names, nor ever will: their entry was discarded.
    ///
    /// # Errors
    /// The database is away.
    pub async fn drop_left_behind(&mut self, key: BlobKey) -> StoreResult<()> {
        if self.rows(&[key.record]).await?.is_empty() { self.drop_blob(key).await } else { Ok(()) }
    }

    async fn hash_of_blob(&mut self, key: BlobKey) -> StoreResult<BlobHash> {
        let (mut pieces, mut start) = (Vec::new(), 0);
        while let Some(piece) = self.blob_piece(key, start).await?.filter(|piece| !piece.is_empty()) {
            start += piece.len() as u64;
            pieces.push(piece);
        }
        Ok(BlobHash::of_pieces(pieces))
    }

    async fn drop_blob(&mut self, key: BlobKey) -> StoreResult<()> {
        let org = self.org;
        for text in [
            "DELETE FROM blob_piece WHERE org = $1 AND kind = $2 AND id = $3 AND digest = $4",
            "DELETE FROM blob WHERE org = $1 AND kind = $2 AND id = $3 AND digest = $4",
        ] {
            on!(self, conn =>
                query(text).bind(org).bind(kind_number(key.record.kind)).bind(id_text(key.record.id))
                    .bind(key.hash.to_string()).execute(conn).await.map(drop)
            )
            .map_err(failed)?;
        }
        Ok(())
    }
}
