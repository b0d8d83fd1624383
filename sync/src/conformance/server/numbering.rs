//! Cases for pushes: order, numbers, entries that come again, forks.

use domain::{
    customer::CustomerCreate,
    mutation::{Action, Void},
    refusal::Refusal,
};

use super::support::{DAY, Office, both, day_of, renamed};
use crate::{
    protocol::{
        Caller, NoPage, PROTOCOL, PROTOCOL_OLDEST, PUSH_ENTRIES_MOST, PullRequest, PushAnswer, PushRequest, Verdict,
    },
    server::{Pulled, ServerStore, Session, pull, push},
};

pub async fn entries_get_revisions_in_their_order<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let before = office.head_rev().await;
    let entries: Vec<_> = (0..5)
        .map(|_| {
            let customer = office.customer(office.north);
            office.entry(&mut device, CustomerCreate { customer })
        })
        .collect();
    let outcomes = office.answered(&device, &entries).await;
    assert!(outcomes.iter().map(|outcome| outcome.rev).eq(before + 1..=before + 5));
    assert!(outcomes.iter().map(|outcome| outcome.id).eq(entries.iter().map(|entry| entry.id)));
    let journal = office.journal().await;
    assert!(journal.iter().rev().take(5).rev().map(|row| row.entry.n).eq(1..=5));
    assert_eq!(office.head_rev().await, before + 5);
}

pub async fn an_entry_that_comes_again_has_its_old_outcome<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    let entries = [office.entry(&mut device, CustomerCreate { customer })];
    let first = office.answered(&device, &entries).await.remove(0);
    let head = office.head_rev().await;
    let again = office.answered(&device, &entries).await.remove(0);
    assert_eq!((again.rev, again.verdict, again.known), (first.rev, Verdict::Applied, true));
    assert_eq!(office.head_rev().await, head, "nothing was carried out twice");
}

pub async fn a_refusal_that_was_lost_is_given_again<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.south);
    let entries = [office.entry(&mut device, CustomerCreate { customer })];
    let first = office.answered(&device, &entries).await.remove(0);
    assert_eq!(first.verdict, Verdict::Refused(Refusal::RoleNotAllowed));
    let again = office.answered(&device, &entries).await.remove(0);
    assert_eq!((again.rev, again.verdict, again.known), (first.rev, first.verdict, true));
}

pub async fn known_entries_before_new_ones_are_passed_over<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let mut entries = vec![office.entry(&mut device, Void {}), office.entry(&mut device, Void {})];
    office.answered(&device, &entries).await;
    entries.push(office.entry(&mut device, Void {}));
    let known: Vec<bool> = office.answered(&device, &entries).await.iter().map(|outcome| outcome.known).collect();
    assert_eq!(known, [true, true, false]);
}

pub async fn a_gap_is_told_and_nothing_is_done<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    device.next = 3;
    let entries = [office.entry(&mut device, Void {})];
    let head = office.head_rev().await;
    let answer = office.send(&device, &entries).await;
    assert!(
        matches!(answer, PushAnswer::Answered { outcomes, expected: 1, head: at, .. } if outcomes.is_empty() && at == head)
    );
}

pub async fn a_gap_inside_a_push_ends_the_answer<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let mut entries = vec![office.entry(&mut device, Void {}), office.entry(&mut device, Void {})];
    device.next = 9;
    entries.push(office.entry(&mut device, Void {}));
    let answer = office.send(&device, &entries).await;
    assert!(matches!(answer, PushAnswer::Answered { outcomes, expected: 3, .. } if outcomes.len() == 2));
}

pub async fn a_used_number_under_another_id_is_a_fork<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let mut copy = device.clone();
    let entry = office.entry(&mut device, Void {});
    office.answered(&device, &[entry]).await;
    let head = office.head_rev().await;
    let entry = office.entry(&mut copy, Void {});
    assert_eq!(office.send(&copy, &[entry]).await, PushAnswer::Forked);
    assert_eq!(office.head_rev().await, head);
}

pub async fn a_known_id_with_other_arguments_is_a_fork<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, renamed(id, "鼎盛", "鼎新"));
    office.answered(&device, std::slice::from_ref(&entry)).await;
    let mut other = entry.clone();
    other.args = office.entry(&mut device, renamed(id, "鼎盛", "別的")).args;
    assert_eq!(office.send(&device, &[other]).await, PushAnswer::Forked);
}

pub async fn a_known_id_of_somebody_else_is_a_fork<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (mut north, south) = (office.device(office.north), office.device(office.south));
    let customer = office.customer(office.north);
    let entry = office.entry(&mut north, CustomerCreate { customer });
    office.answered(&north, std::slice::from_ref(&entry)).await;
    assert_eq!(office.send(&south, &[entry]).await, PushAnswer::Forked);
}

pub async fn an_entry_sent_by_a_fresh_client_is_known<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    let mut entry = office.entry(&mut device, CustomerCreate { customer });
    let first = office.answered(&device, std::slice::from_ref(&entry)).await.remove(0);
    // After a restore or a fork: the same entry under another client and number.
    device.client = office.id();
    entry.n = 1;
    let again = office.answered(&device, &[entry]).await.remove(0);
    assert_eq!((again.rev, again.known), (first.rev, true));
    device.next = 2;
    let next = office.entry(&mut device, Void {});
    assert_eq!(office.answered(&device, &[next]).await.len(), 1, "a known entry advances the counter");
}

pub async fn a_void_takes_its_number<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    assert_eq!(office.act(&mut device, Void {}).await, Verdict::Refused(Refusal::Discarded));
    let customer = office.customer(office.north);
    office.done(&mut device, CustomerCreate { customer }).await;
}

pub async fn a_discarded_entry_that_comes_again_is_no_fork<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    let whole = office.entry(&mut device, CustomerCreate { customer });
    let void: Action = Void {}.into();
    let mut discarded = whole.clone();
    discarded.name = void.name().to_owned();
    discarded.args = serde_json::value::RawValue::from_string("{}".into()).expect("JSON");
    office.answered(&device, &[discarded]).await;
    let again = office.answered(&device, &[whole]).await.remove(0);
    assert_eq!((again.verdict, again.known), (Verdict::Refused(Refusal::Discarded), true));
}

pub async fn a_push_takes_so_many_and_no_more<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entries: Vec<_> = (0..=PUSH_ENTRIES_MOST).map(|_| office.entry(&mut device, Void {})).collect();
    let answer = office.send(&device, &entries).await;
    let PushAnswer::Answered { outcomes, expected, .. } = answer else { panic!("{answer:?}") };
    assert_eq!((outcomes.len(), expected), (PUSH_ENTRIES_MOST, PUSH_ENTRIES_MOST as u64 + 1));
}

pub async fn a_push_that_holds_the_lock_too_long_ends_early<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entries: Vec<_> = (0..10).map(|_| office.entry(&mut device, Void {})).collect();
    office.hurry(90);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let answer = office.send(&device, &entries).await;
        let PushAnswer::Answered { outcomes, expected, .. } = answer else { panic!("{answer:?}") };
        if expected == 11 {
            assert_eq!(outcomes.len(), 10);
            break;
        }
        assert!(rounds < 10, "each round gets further");
    }
    assert!(rounds > 2, "{rounds} rounds");
}

pub async fn two_clients_at_once_get_revisions_without_a_gap<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let before = office.head_rev().await;
    let round = async |user| {
        let mut device = office.device(user);
        for _ in 0..8 {
            let customer = office.customer(user);
            office.done(&mut device, CustomerCreate { customer }).await;
        }
    };
    both(round(office.north), round(office.south)).await;
    let revs: Vec<u64> = office.journal().await.iter().map(|row| row.rev).collect();
    assert!(revs.iter().copied().eq(1..=before + 16));
}

pub async fn one_client_at_once_twice_is_carried_out_once<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let customer = office.customer(office.north);
    let entry = [office.entry(&mut device, CustomerCreate { customer })];
    let (one, other) = both(office.answered(&device, &entry), office.answered(&device, &entry)).await;
    assert_eq!((one[0].rev, one[0].known as u8 + other[0].known as u8), (other[0].rev, 1));
}

pub async fn a_push_in_somebody_elses_session_does_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let head = office.head_rev().await;
    let entry = office.entry(&mut device, Void {});
    let request = PushRequest { caller: device.caller(), entries: vec![entry] };
    let other = Session { user: office.south, ..device.session() };
    let answer = push(&office.store, &other, &request, &office.clock).await;
    assert_eq!((answer, office.head_rev().await), (Ok(PushAnswer::OtherSession), head));
}

pub async fn a_client_belongs_to_one_person<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut north = office.device(office.north);
    office.act(&mut north, Void {}).await;
    let mut south = office.device(office.south);
    (south.client, south.next) = (north.client, north.next);
    let entry = office.entry(&mut south, Void {});
    assert_eq!(office.send(&south, &[entry]).await, PushAnswer::OtherSession);
    assert!(matches!(office.begin(&south).await, Pulled::NoPage(NoPage::OtherSession)));
}

pub async fn a_protocol_that_is_not_served_is_told<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, Void {});
    for protocol in [PROTOCOL_OLDEST - 1, PROTOCOL + 1] {
        let caller = Caller { protocol, ..device.caller() };
        let request = PushRequest { caller: caller.clone(), entries: vec![entry.clone()] };
        let answer = push(&office.store, &device.session(), &request, &office.clock).await;
        assert_eq!(answer, Ok(PushAnswer::Outdated));
        let request = PullRequest { caller, ..device.request() };
        let answer = pull(&office.store, &device.session(), &request, &office.clock).await;
        assert!(matches!(answer, Ok(Pulled::NoPage(NoPage::Outdated))));
    }
}

pub async fn a_day_that_is_far_off_is_noted_and_not_used<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let near = office.entry(&mut device, Void {});
    let mut far = office.entry(&mut device, Void {});
    far.business_date = day_of(office.now() - 3 * DAY);
    office.answered(&device, &[near, far]).await;
    let odd: Vec<bool> = office.journal().await.iter().rev().take(2).map(|row| row.odd_date).collect();
    assert_eq!(odd, [true, false]);
}
