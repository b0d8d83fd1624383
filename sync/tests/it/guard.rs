//! An entry whose rule brings the program down is found and set aside, alone or among many.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use domain::customer::{Customer, CustomerCreate, CustomerId};
use sync::{
    device::{Attention, EntryState, Guard, Identity, Making, Replaying, Replica},
    memory::{MemoryDisk, MemoryKv},
};
use uuid::Uuid;

use crate::memory::wait;

/// A note that survives, and an entry that is the end of whoever runs its rule.
#[derive(Clone, Debug, Default)]
struct Noted {
    note: Rc<Cell<Option<Replaying>>>,
    notes: Rc<Cell<u32>>,
    poison: Rc<Cell<Option<Uuid>>>,
}

impl Guard for Noted {
    fn before(&self, replaying: Replaying) {
        self.note.set(Some(replaying));
        self.notes.set(self.notes.get() + 1);
    }

    fn meets(&self, entry: Uuid) {
        assert_ne!(self.poison.get(), Some(entry), "the program comes down");
    }

    fn after(&self) {
        self.note.set(None);
    }

    fn left_behind(&self) -> Option<Replaying> {
        self.note.take()
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn start(disk: &MemoryDisk, guard: &Noted) -> Option<Replica<MemoryKv, Noted>> {
    let identity = Identity { organisation: id(1), user: id(2) };
    let open = || wait(Replica::open(MemoryKv::open(disk), guard.clone(), identity, id(3)));
    catch_unwind(AssertUnwindSafe(open)).ok().map(|opened| opened.expect("opens").0)
}

fn enter(tab: &Replica<MemoryKv, Noted>, n: u128) {
    let making =
        Making { id: id(n), happened: 0, happened_raw: 0, business_date: Default::default(), about: String::new() };
    let customer = Customer::named(CustomerId::new(id(1000 + n)), "新客戶");
    wait(tab.enter(CustomerCreate { customer }, making)).expect("is saved");
}

/// Enters so many, poisons one of them, and returns how many starts it takes until the program stands.
fn starts_needed(entries: u128) -> u32 {
    let (disk, guard) = (MemoryDisk::new(), Noted::default());
    let tab = start(&disk, &guard).expect("an empty device starts");
    (10..10 + entries).for_each(|n| enter(&tab, n));
    drop(tab);
    guard.poison.set(Some(id(11)));
    for starts in 1..10 {
        let Some(tab) = start(&disk, &guard) else { continue };
        let outbox = tab.outbox();
        let stopped: Vec<Uuid> = outbox
            .iter()
            .filter(|pending| pending.state == EntryState::NeedsAttention(Attention::Stopped))
            .map(|pending| pending.entry.id)
            .collect();
        assert_eq!(stopped, vec![id(11)]);
        assert_eq!(outbox.len(), usize::try_from(entries).expect("a few"), "nothing is lost");
        let shown = tab.with_preview(|preview| preview.changes.len());
        assert_eq!(shown, outbox.len() - 1, "all others are shown");
        return starts;
    }
    panic!("it never starts again");
}

#[test]
fn one_of_a_few_is_found_at_the_second_start() {
    assert_eq!(starts_needed(3), 2);
}

#[test]
fn one_of_many_is_found_at_the_third_start() {
    assert_eq!(starts_needed(40), 3);
}

#[test]
fn many_entries_are_noted_once() {
    let (disk, guard) = (MemoryDisk::new(), Noted::default());
    let tab = start(&disk, &guard).expect("an empty device starts");
    (10..50).for_each(|n| enter(&tab, n));
    guard.notes.set(0);
    wait(tab.rebase()).expect("replays");
    assert_eq!(guard.notes.get(), 1);
}
