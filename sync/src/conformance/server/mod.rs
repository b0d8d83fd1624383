//! What every server store must do, as named cases: the store by itself, and the engine on top of it.
//! Memory, SQLite and PostgreSQL run the same ones: `server_conformance!` makes a test of each.

mod checking;
mod cursors;
mod feeding;
mod fingerprints;
mod handovers;
mod keeping;
mod members;
mod numbering;
mod opportunities;
mod parting;
mod pools;
mod pruning;
mod quarantine;
mod refusing;
mod rights;
mod rules;
mod support;
mod visits;

pub use checking::*;
pub use cursors::*;
pub use feeding::*;
pub use fingerprints::*;
pub use handovers::*;
pub use keeping::*;
pub use members::*;
pub use numbering::*;
pub use opportunities::*;
pub use parting::*;
pub use pools::*;
pub use pruning::*;
pub use quarantine::*;
pub use refusing::*;
pub use rights::*;
pub use rules::*;
pub use visits::*;

/// Makes a test of every case. `server_conformance!(test, block_on, fresh)` runs each through a function
/// that waits. `fresh` is an asynchronous function that returns an empty store.
#[macro_export]
macro_rules! server_conformance {
    ($attr:meta, $wait:path, $fresh:path) => {
        $crate::server_tests! { ($attr, $wait, $fresh)
            a_new_store_has_no_history
            every_revision_has_a_mark_of_its_own
            marks_tell_histories_apart_from_where_they_part
            a_cursor_of_another_history_is_not_continued
            a_cursor_ahead_of_the_head_is_of_another_history
            a_new_incarnation_of_the_same_history_goes_on
            what_a_device_has_seen_is_compared_without_a_cursor
            narrower_roles_start_over_and_forget
            wider_roles_start_over_beside_what_is_there
            roles_that_see_the_same_go_on
            a_build_that_knows_more_kinds_starts_over
            whoever_is_unknown_gets_no_page
            a_cursor_that_was_cut_in_a_revision_goes_on_within_it
            entries_get_revisions_in_their_order
            an_entry_that_comes_again_has_its_old_outcome
            a_refusal_that_was_lost_is_given_again
            known_entries_before_new_ones_are_passed_over
            a_gap_is_told_and_nothing_is_done
            a_gap_inside_a_push_ends_the_answer
            a_used_number_under_another_id_is_a_fork
            a_known_id_with_other_arguments_is_a_fork
            a_known_id_of_somebody_else_is_a_fork
            an_entry_sent_by_a_fresh_client_is_known
            a_void_takes_its_number
            a_discarded_entry_that_comes_again_is_no_fork
            a_push_takes_so_many_and_no_more
            a_push_that_holds_the_lock_too_long_ends_early
            two_clients_at_once_get_revisions_without_a_gap
            one_client_at_once_twice_is_carried_out_once
            a_push_in_somebody_elses_session_does_nothing
            a_client_belongs_to_one_person
            a_protocol_that_is_not_served_is_told
            a_day_that_is_far_off_is_noted_and_not_used
            a_refused_entry_is_kept_whole
            a_refusal_does_not_stop_those_behind_it
            an_unknown_action_waits
            what_was_accepted_out_of_quarantine_takes_effect_once
            what_its_author_has_sent_is_not_accepted_once_more
            what_was_accepted_and_discarded_in_a_copy_is_no_fork
            a_later_version_waits
            what_comes_before_an_unknown_action_is_answered
            an_earlier_version_is_upgraded
            arguments_of_another_shape_are_refused
            bytes_that_no_database_takes_are_refused
            an_entry_that_is_too_large_does_not_block
            the_largest_entry_is_taken_whole
            a_value_that_breaks_a_rule_is_refused
            what_does_not_exist_is_refused_as_missing
            an_id_is_used_once
            what_lies_in_the_bin_is_not_edited
            a_sign_in_name_is_taken_once
            whoever_is_no_longer_active_writes_nothing
            the_servers_own_actions_are_all_or_none
            strangers_write_nothing
            a_right_to_read_is_no_right_to_write
            a_record_is_not_moved_to_where_one_may_not_write
            a_late_addition_is_taken_and_marked
            an_addition_is_too_late_after_thirty_days
            an_addition_made_after_the_loss_is_refused
            a_refused_edit_is_left_for_the_owner
            its_author_sees_nothing_of_the_record
            the_owner_takes_over_what_was_left
            a_refused_edit_of_a_child_is_left_too
            a_refused_edit_that_says_nothing_new_leaves_nothing
            what_roles_alone_decide_has_no_owner
            roles_limit_what_a_right_allows
            an_entry_sees_what_the_same_push_wrote
            fields_that_do_not_meet_both_stand
            two_values_for_one_field_are_shown_to_both
            a_conflict_is_resolved_for_everybody
            a_merge_takes_everything_along
            a_merge_takes_along_more_than_a_rule_may_ask_for_one_by_one
            a_merge_sees_children_of_the_same_push
            a_customer_is_not_merged_with_itself
            additions_to_a_merged_customer_go_to_its_survivor
            edits_of_a_merged_customer_wait_beside_its_survivor
            a_rep_does_not_merge
            an_undone_merge_gives_everybody_back_what_was_theirs
            a_merge_is_undone_for_thirty_days
            fields_of_a_later_build_survive
            owner_and_head_are_the_members
            a_user_is_alone_in_a_private_group
            rows_of_those_who_stay_are_not_touched
            whoever_leaves_has_an_end_and_whoever_returns_a_new_row
            a_change_of_right_is_no_loss_of_sight
            a_swap_under_one_head_sends_the_head_only_the_customer
            a_new_department_brings_its_head
            a_new_head_takes_the_old_ones_place
            heads_far_above_are_members_too
            a_share_ends_before_the_first_pull_of_the_day_after
            a_share_that_has_ended_ends_once
            what_is_due_is_found_by_its_day
            the_bin_keeps_a_customer_for_thirty_days_and_devices_forget_it_then
            what_was_binned_by_itself_goes_with_what_hangs_on_it
            what_arrives_late_lies_in_the_bin_for_thirty_days
            a_contact_whom_a_record_names_is_not_purged
            what_cannot_be_read_keeps_nothing_else_in_the_bin
            what_was_restored_in_time_is_not_purged
            the_feed_is_in_the_order_of_its_places
            pages_of_any_size_say_the_same
            a_base_grows_to_the_same_in_pages_of_any_size
            parents_come_before_their_children
            an_outcome_follows_the_record_that_it_is_about
            outcomes_are_told_to_their_client_alone
            nothing_new_is_an_empty_page
            a_page_that_is_just_full_is_the_last
            a_record_that_changes_between_pages_comes_again
            an_interrupted_feed_goes_on_where_it_stopped
            what_moved_is_forgotten_wherever_the_feed_is_cut
            a_page_says_what_it_follows
            a_lost_group_is_forgotten_whole
            a_gained_group_comes_whole
            there_and_back_is_a_forget_and_the_group_again
            a_group_lost_before_its_first_row_came_is_forgotten
            a_moved_record_is_forgotten_where_it_was
            kinds_outside_the_roles_are_not_sent
            roles_that_see_everything_need_no_membership
            bodies_arrive_as_they_were_written
            sums_are_those_of_the_feed
            sums_follow_losses_and_returns
            a_device_that_holds_something_else_differs
            sums_wait_until_the_device_has_caught_up
            sums_of_another_session_are_not_told
            a_pull_is_noted_with_what_it_reports
            a_contact_is_noted_once_a_minute_or_when_it_says_something_new
            a_push_answers_part_of_what_was_unsent
            a_check_reports_nothing
            a_contact_never_turns_the_counter_back
            fifty_claims_at_once_have_one_winner
            what_is_written_for_a_claimed_customer_comes_with_the_claim
            members_see_the_card_and_administrators_the_customer
            a_card_follows_its_customer_and_its_pool
            what_is_due_falls_at_midnight
            moves_of_two_devices_are_both_kept
            opportunities_go_where_their_customer_goes
            a_handover_leaves_nothing_with_whoever_leaves
            a_handover_goes_on_where_the_server_went_down
            a_handover_into_a_pool_is_taken_back_whole
            a_handover_that_is_taken_back_leaves_what_changed_hands
            a_handover_that_is_taken_back_goes_on_where_the_server_went_down
            a_handover_stands_after_a_week
            a_handover_is_told_to_those_who_lead
            a_rep_sells_by_pipelines_and_writes_none
            what_is_due_waits_for_a_silent_device
            what_is_due_waits_for_unsent_entries
            a_plan_becomes_true_once_whoever_of_two_devices_arrives_first
            a_day_report_is_seen_by_the_rep_and_the_heads_and_follows_the_rep
            nothing_is_pruned_before_its_time
            a_device_that_was_away_too_long_starts_over
            a_quiet_company_goes_on_after_years
            rows_that_are_open_or_young_stay
            moves_are_pruned_with_the_rows
            a_first_feed_that_was_cut_goes_on_after_pruning
            a_feed_cut_before_the_loss_starts_over_after_pruning
            what_is_not_committed_leaves_nothing
            a_snapshot_stays_as_it_was
            a_head_never_falls
            what_is_loaded_says_what_is_absent
            references_follow_the_newest_state
            a_purged_record_is_gone_with_its_keys
            the_company_knows_of_every_customer_by_its_fingerprint
            fingerprints_are_emptied_and_filled_as_the_administrator_wants
            fingerprints_of_another_layout_are_made_anew
            of_two_holders_the_smaller_id_is_named
            more_is_asked_and_written_than_one_statement_takes
            an_answered_entry_is_found_by_its_id
            the_journal_keeps_an_entry_as_it_came
            the_journal_is_read_in_stretches
            the_journal_keeps_what_was_there_before
            an_export_changes_nothing_but_the_journal
            an_entry_that_changes_nothing_has_no_images
            two_changes_in_one_push_have_two_images
            the_journal_carried_out_again_gives_the_same_state
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! server_tests {
    (($attr:meta, $wait:path, $fresh:path) $($name:ident)*) => {
        $(#[$attr] fn $name() { $wait($crate::conformance::server::$name($fresh)); })*
    };
}
