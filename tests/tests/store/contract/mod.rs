//! What every store keeps to. Each rule is a test on each database, and on the
//! one in memory, so that what simulations prove on it holds for the others;
//! only what is kept in a database is moved as a whole.

mod changes;
mod edits;
mod guards;
mod index;
mod limits;
mod names;
mod queries;
mod races;
mod wholes;

use super::{dynamodb as on_dynamodb, in_memory, sqlite as on_sqlite};

macro_rules! contract {
    ($($part:ident: $($rule:ident)*;)* ; of a database:
     $($kept_part:ident: $($kept:ident)*;)*) => {
        mod memory {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    super::$part::$rule(super::in_memory()).await;
                }
            )*)*
        }

        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    let (store, _folder) = super::on_sqlite();
                    super::$part::$rule(store).await;
                }
            )*)*
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $kept() {
                    let (store, _folder) = super::on_sqlite();
                    super::$kept_part::$kept(store).await;
                }
            )*)*
        }

        mod dynamodb {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    super::$part::$rule(super::on_dynamodb().await).await;
                }
            )*)*
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $kept() {
                    super::$kept_part::$kept(super::on_dynamodb().await).await;
                }
            )*)*
        }
    };
}

contract! {
    guards:
        absent_and_present_ask_for_the_item
        equals_compares_whole_values
        missing_asks_for_nothing_at_all
        at_most_takes_nothing_for_zero
        above_is_the_opposite_of_at_most_for_numbers
        guards_hold_for_every_kind_of_write
        an_update_needs_its_item_and_a_delete_does_not
        an_update_without_edits_only_looks;
    edits:
        set_adds_and_replaces
        add_takes_nothing_for_zero
        remove_leaves_nothing_whatever_was_there
        an_edit_of_an_entry_needs_its_member
        an_add_that_leaves_64_bits_or_meets_no_number_is_refused
        edits_of_one_update_go_together;
    changes:
        a_change_is_applied_whole_or_not_at_all
        a_refusal_names_the_write_and_carries_its_item
        a_change_takes_a_hundred_writes
        an_impossible_change_leaves_no_trace
        a_put_replaces_the_whole_item
        get_answers_in_the_order_of_the_keys;
    index:
        an_item_without_a_second_place_is_not_in_the_index
        an_update_moves_an_item_in_the_index
        the_index_is_paged_like_the_table
        the_time_to_discard_is_kept_and_edited;
    queries:
        a_range_includes_both_ends
        sort_keys_are_ordered_by_their_bytes
        pages_go_on_after_a_key_either_way
        more_says_whether_there_is_more
        a_prefix_finds_what_begins_so
        an_empty_range_is_no_error
        an_unreasonable_query_is_refused;
    limits:
        numbers_keep_all_64_bits
        every_json_value_comes_back_as_it_was
        an_item_takes_its_limit_and_no_more
        a_page_goes_past_a_megabyte
        a_read_of_many_large_items_is_complete;
    names:
        entry_names_are_any_text
        member_names_collide_with_nothing
        keys_are_any_text;
    races:
        at_most_never_overshoots
        one_of_many_makes_the_item
        transactions_never_interleave;
    ; of a database:
    wholes:
        a_scan_finds_every_item_once_as_it_is
        filling_replaces_and_does_no_harm_twice
        what_is_frozen_takes_no_commit_until_it_is_thawed
        a_frozen_store_keeps_its_last_mark;
}
