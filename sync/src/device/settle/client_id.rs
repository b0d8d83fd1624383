//! A fresh client id, for a copied profile or a server that has lost what it had answered.

use std::collections::BTreeSet;

use domain::plant::{Plant, planted};
use uuid::Uuid;

use crate::{
    device::{
        kv::{Area, Durability, Kv, KvError, Read, Rows, Write},
        meta::{self, Meta, only},
        outbox::{Confirmed, EntryState, Pending},
        replica::{DeviceError, Guard, Replica},
    },
    protocol::{ClientId, Entry, Verdict},
};

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Takes a fresh client id and numbers what is unanswered anew; ids keep that safe. After a restore
    /// of the server what had been applied is sent again first.
    pub(super) async fn take_fresh_id(&self, fresh: ClientId, with_confirmed: bool) -> Result<(), DeviceError> {
        let old = self.meta();
        // Decided inside the transaction: another tab may have entered more meanwhile.
        let reads = [
            meta::read(meta::CLIENT),
            Read::Prefix(Area::Outbox, String::new()),
            Read::Prefix(Area::Confirmed, String::new()),
        ];
        let numbered = self
            .kv()
            .transact(&reads, Durability::Strict, |read| {
                let [client, outbox, confirmed] = read.as_slice() else { return (Vec::new(), Ok(())) };
                match only::<Meta>(Some(client)) {
                    Ok(Some(stored)) if stored.client == old.client => {}
                    Ok(_) => return (Vec::new(), Ok(())), // another tab was faster
                    Err(error) => return (Vec::new(), Err(error)),
                }
                let with_confirmed = with_confirmed && !planted(Plant::ConfirmedNotResent);
                match number_anew(outbox, confirmed, with_confirmed) {
                    Ok(numbered) => {
                        let next = u64::try_from(numbered.len()).unwrap_or(0) + 1;
                        let mut writes: Vec<Write> = numbered.iter().map(Pending::put).collect();
                        writes.push(meta::write(meta::CLIENT, &Meta { client: fresh, next, ..old.clone() }));
                        (writes, Ok(()))
                    }
                    Err(error) => (Vec::new(), Err(error)),
                }
            })
            .await?;
        numbered?;
        self.state_mut().answered.clear();
        self.reload().await
    }
}

/// Numbers what waits from 1; what a restored server has to get again comes first.
fn number_anew(outbox: &Rows, confirmed: &Rows, with_confirmed: bool) -> Result<Vec<Pending>, KvError> {
    let stored: Vec<Pending> =
        outbox.iter().map(|(_, bytes)| meta::from_bytes(bytes)).collect::<Result<_, KvError>>()?;
    let known: BTreeSet<Uuid> = stored.iter().map(|pending| pending.entry.id).collect();
    let mut waiting: Vec<Pending> = stored.into_iter().filter(Pending::waits).collect();
    waiting.sort_by_key(|pending| pending.entry.n);
    let mut again = Vec::new();
    for (_, bytes) in confirmed.iter().filter(|_| with_confirmed) {
        let confirmed: Confirmed = meta::from_bytes(bytes)?;
        if confirmed.verdict == Verdict::Applied && !known.contains(&confirmed.entry.id) {
            again.push(Pending { entry: confirmed.entry, state: EntryState::Waiting, again: true });
        }
    }
    let numbered = (1..).zip(again.into_iter().chain(waiting));
    Ok(numbered.map(|(n, pending)| Pending { entry: Entry { n, ..pending.entry }, ..pending }).collect())
}
