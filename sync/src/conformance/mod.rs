//! What every storage of a device must do, as named cases. Memory runs them natively, IndexedDB in a
//! real browser: `device_conformance!` makes a test of each.

mod engine;
pub mod server;
mod storage;
mod support;

pub use engine::*;
pub use storage::*;

/// Makes a test of every case. `device_conformance!(test, block_on, fresh)` runs each through a function
/// that waits; `device_conformance!(wasm_bindgen_test, async, fresh)` makes asynchronous tests. `fresh` is
/// an asynchronous function that returns a handle on an empty storage with a name that is used once.
#[macro_export]
macro_rules! device_conformance {
    ($attr:meta, async, $fresh:path) => {
        $crate::device_cases! { (async $attr, $fresh) }
    };
    ($attr:meta, $wait:path, $fresh:path) => {
        $crate::device_cases! { (wait $attr, $wait, $fresh) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! device_cases {
    ($how:tt) => {
        $crate::device_tests! { $how
            nothing_is_read_from_an_empty_storage
            a_value_is_read_back
            a_value_is_replaced
            a_value_is_deleted
            deleting_what_is_not_there_is_harmless
            areas_do_not_mix
            keys_come_in_order
            a_prefix_finds_what_begins_so_and_no_more
            the_empty_prefix_finds_the_whole_area
            a_prefix_is_read_from_a_key_on
            reading_alone_sees_what_is_complete
            a_prefix_of_several_areas_deletes_in_one_only
            reads_are_answered_in_their_order
            a_decision_sees_what_was_written_before
            a_decision_that_writes_nothing_changes_nothing
            many_writes_are_one_transaction
            the_later_write_of_a_key_stands
            large_values_survive
            every_byte_survives
            texts_of_every_script_are_keys
            both_durabilities_complete
            two_handles_see_each_other
            counters_of_two_handles_have_no_gap
            an_entry_survives_reopening
            numbers_go_on_after_reopening
            an_entry_is_shown_at_once
            an_ended_database_takes_no_entry
            what_was_not_handed_over_keeps_a_database_alive
            an_edit_is_replayed_on_what_waits
            entries_made_together_follow_each_other
            of_entries_made_together_all_are_saved_or_none
            what_waits_is_shown_while_more_is_entered
            entries_made_at_once_are_all_shown
            a_second_tab_sees_an_entry_after_reloading
            the_first_feed_brings_what_is_there
            a_bulk_feed_becomes_blocks
            bodies_are_read_from_blocks
            a_later_change_stands_above_its_block
            the_base_survives_reopening
            outcomes_settle_the_outbox
            an_applied_entry_is_shown_from_the_base
            a_refused_entry_needs_attention
            attention_survives_reopening
            a_corrected_entry_takes_the_place_of_the_refused_one
            a_refused_entry_is_discarded_for_good
            a_waiting_entry_is_discarded_as_a_void
            chains_hold_what_names_a_refused_creation
            a_lost_customer_leaves_the_device
            a_lost_customer_leaves_its_block
            a_customer_that_returns_is_whole_again
            a_feed_that_removes_a_fifth_is_believed
            a_feed_that_removes_more_is_confirmed_first
            derived_rows_count_for_nothing_in_a_removal
            removals_count_over_the_pages_of_a_feed
            a_removal_that_the_server_does_not_confirm_starts_from_zero
            a_removal_is_asked_about_again_if_the_server_has_moved_on
            what_is_held_back_is_followed_again_after_a_cut
            a_tab_that_slept_writes_over_nothing
            compaction_changes_nothing_that_is_shown
            a_compacted_base_survives_reopening
            a_check_that_agrees_repairs_nothing
            a_check_that_differs_starts_from_zero
            a_base_grows_beside_the_one_that_is_shown
            narrowed_sight_forgets_everything_but_the_outbox
            a_restored_server_gets_its_entries_back
            an_answer_of_another_history_settles_nothing
            a_copied_profile_takes_a_fresh_name
            a_tab_of_an_older_build_leaves_the_base_alone
            a_base_of_an_older_build_is_fed_anew_beside_it
            another_persons_database_is_not_opened
            an_entry_that_is_too_large_is_refused_here
            drafts_survive_reopening
            drafts_are_forgotten
            confirmed_entries_take_little_room
            confirmed_entries_are_trimmed_after_two_weeks
            a_page_that_does_not_follow_is_left_alone
            a_second_tab_follows_whatever_the_first_one_does
            a_second_tab_reads_only_what_is_new
            a_tab_that_slept_reads_no_body_that_has_moved
            a_photo_survives_reopening
            a_photo_is_sent_in_pieces_after_its_entry
            a_photo_goes_on_where_it_was_cut_off
            copies_make_room_and_what_waits_does_not
            an_entry_takes_the_room_of_copies
            a_copy_leaves_with_its_record_and_what_waits_stays
            a_refused_photo_waits_with_its_entry_and_goes_with_it
            the_server_has_the_say_about_a_photo_that_may_have_been_sent
            a_photo_that_the_server_does_not_take_is_not_sent_for_ever
            a_photo_that_was_not_handed_over_keeps_a_database_alive
            an_unknown_photo_is_kept
            a_restored_server_gets_its_photos_back
            a_photo_set_aside_is_sent_under_a_fresh_name
            a_second_tab_knows_what_waits
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! device_tests {
    ((async $attr:meta, $fresh:path) $($name:ident)*) => {
        $(#[$attr] async fn $name() { $crate::conformance::$name($fresh).await; })*
    };
    ((wait $attr:meta, $wait:path, $fresh:path) $($name:ident)*) => {
        $(#[$attr] fn $name() { $wait($crate::conformance::$name($fresh)); })*
    };
}
