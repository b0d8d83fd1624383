//! The order of rows. That columns follow a replica is a law of the simulator.

use std::cmp::Ordering;

use super::{Order, RowIndex, mark_of};
use uuid::Uuid;

/// Compares rows by themselves: row 3 is called 3.
fn by_number(a: u32, b: u32) -> Ordering {
    a.cmp(&b)
}

fn order(rows: &[u32]) -> Order {
    let mut order = Order::default();
    rows.iter().for_each(|row| order.moved(*row));
    order.tidy();
    order
}

#[test]
fn rows_wait_as_they_came_and_are_placed_between_the_others() {
    let mut order = order(&[5, 1, 9]);
    assert_eq!(order.list(), [5, 1, 9]);
    order.place_waiting(by_number);
    assert_eq!(order.list(), [1, 5, 9]);
    for row in [7, 0, 12, 6] {
        order.moved(row);
    }
    assert_eq!((order.placed(), order.waiting()), (&[1, 5, 9][..], &[7, 0, 12, 6][..]));
    assert_eq!([order.place_of(9), order.place_of(0), order.place_of(3)], [Some(2), Some(4), None]);
    order.place_waiting(by_number);
    assert_eq!(order.list(), [0, 1, 5, 6, 7, 9, 12]);
    assert_eq!([order.place_of(0), order.place_of(12)], [Some(0), Some(6)]);
}

#[test]
fn rows_that_move_leave_and_come_back_are_there_once() {
    let mut order = order(&[0, 1, 2, 3, 4]);
    order.place_waiting(by_number);
    order.removed(1);
    order.moved(3);
    order.moved(3);
    order.moved(6);
    order.removed(6);
    order.moved(6);
    order.removed(4);
    order.moved(4);
    order.removed(4);
    order.tidy();
    assert_eq!((order.placed(), order.waiting()), (&[0, 2][..], &[3, 6][..]));
    order.removed(3);
    order.removed(6);
    order.tidy();
    assert_eq!((order.placed(), order.waiting()), (&[0, 2][..], &[][..]));
    assert_eq!([order.place_of(2), order.place_of(3)], [Some(1), None]);
}

#[test]
fn a_sort_places_what_it_knew_and_nothing_that_moved_meanwhile() {
    let mut order = order(&[4, 2, 0, 1]);
    order.begin_sort();
    order.removed(2);
    order.moved(1);
    order.moved(3);
    order.tidy();
    // Sorted elsewhere: 9 was never in this list, 2 has left it, 1 has another name now.
    order.adopt(&[0, 9, 1, 2, 4]);
    assert_eq!((order.placed(), order.waiting()), (&[0, 4][..], &[1, 3][..]));
    order.place_waiting(by_number);
    assert_eq!(order.list(), [0, 1, 3, 4]);
    order.adopt(&[4, 0]);
    assert_eq!((order.placed(), order.waiting()), (&[4, 0][..], &[1, 3][..]));
}

#[test]
fn found_rows_come_in_the_order_of_the_list_however_many_they_are() {
    let mut order = order(&(0..100).collect::<Vec<_>>());
    order.place_waiting(|a, b| b.cmp(&a));
    order.moved(200);
    for count in [3, 50] {
        let mut rows: Vec<u32> = (0..count).chain([200]).collect();
        order.arrange(&mut rows, &[1, 77]);
        let expected: Vec<u32> = (0..count).rev().filter(|row| *row != 1).chain([200]).collect();
        assert_eq!(rows, expected);
    }
}

#[test]
fn marks_tell_names_and_records_apart() {
    let ids = [Uuid::nil(), Uuid::from_u128(1), Uuid::from_u128(1 << 64), Uuid::max()];
    let names = ["", "a", "b", "aa", "鼎盛五金", "鼎盛五金行", "12345678", "123456789", "\0", "\0\0"];
    let mut marks: Vec<u64> = ids.iter().flat_map(|id| names.map(|name| mark_of(*id, name))).collect();
    marks.sort_unstable();
    marks.dedup();
    assert_eq!(marks.len(), ids.len() * names.len());
}

#[test]
fn an_index_finds_every_row_though_numbers_collide() {
    let mut index = RowIndex::default();
    assert_eq!(index.find(7, |_| true), None);
    index.reserve(3);
    // Row n is called n / 2: every number has two rows.
    (0..2_000).for_each(|row| index.insert(u64::from(row / 2), row));
    for row in 0..2_000 {
        assert_eq!(index.find(u64::from(row / 2), |found| found == row), Some(row));
    }
    assert_eq!(index.find(1_000, |_| true), None);
    assert_eq!(index.find(3, |row| row > 7), None);
}
