//! The engine suite: what every engine must do alike, as plain functions over `&dyn Engine` in
//! `suite/`, each run on every engine on a demo database of its own.

#![allow(clippy::unwrap_used, clippy::panic)]

mod driver;
mod exactly_once;
mod insistent;
#[path = "../support/mssql.rs"]
mod mssql_server;
mod replay;
mod rows;
mod suite;
#[path = "../support/tds/mod.rs"]
mod tds;

use std::sync::Arc;

use insistent::Insistent;
use mssql_server::OwnDatabase;
use replay::Replay;
use upsertd::engine::{
    Engine,
    mssql::MssqlEngine,
    sqlite::{SqliteEngine, SqliteOptions},
};

/// Runs functions of the suite on the embedded engine.
macro_rules! on_sqlite {
    ($name:ident: $($module:ident::$case:ident),+ $(,)?) => {
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let folder = tempfile::tempdir().unwrap();
                    let engine = super::embedded(&folder.path().join("suite.db")).await;
                    super::suite::$module::$case(engine.as_ref()).await;
                    engine.close().await;
                }
            )+
        }
    };
}

/// Runs functions of the suite on a SQL Server, and against what one has said before.
macro_rules! on_sql_server {
    ($live:ident, $recorded:ident: $($module:ident::$case:ident),+ $(,)?) => {
        mod $live {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let Some(database) = super::OwnDatabase::create().await else {
                        super::mssql_server::print_skipped();
                        return;
                    };
                    let engine = super::on_server(&database).await;
                    super::suite::$module::$case(engine.as_ref()).await;
                    engine.close().await;
                }
            )+
        }

        mod $recorded {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let (module, case) = (stringify!($module), stringify!($case));
                    let Some(replay) = super::Replay::begin(module, case).await else {
                        return;
                    };
                    super::suite::$module::$case(&replay.engine).await;
                    replay.end().await;
                }
            )+
        }
    };
}

/// Runs functions of the suite on each engine.
macro_rules! on_every_engine {
    ($($module:ident::$case:ident),+ $(,)?) => {
        on_sqlite!(sqlite: $($module::$case),+);
        on_sql_server!(mssql, recorded: $($module::$case),+);
    };
}

async fn embedded(path: &std::path::Path) -> Arc<dyn Engine> {
    let mut options = SqliteOptions::new(path);
    options.create = true;
    let engine = SqliteEngine::open(options).unwrap();
    engine.create_demo().await.unwrap();
    engine.store().migrate(driver::deadline()).await.unwrap();
    Arc::new(engine)
}

async fn on_server(database: &OwnDatabase) -> Arc<dyn Engine> {
    let engine = MssqlEngine::new(database.options());
    Box::pin(engine.create_demo()).await.unwrap();
    engine.store().migrate(driver::deadline()).await.unwrap();
    let babelfish = database.is_babelfish();
    Arc::new(Insistent { engine, babelfish })
}

// The scripts of one kind of server are what these are about.
on_sql_server!(
    mssql_scripts, recorded_scripts:
    journal::a_write_is_kept_with_its_rows,
    journal::a_batch_is_kept_with_its_rows,
    journal::a_batch_in_parts_has_one_log_row,
    journal::what_is_not_kept_leaves_no_trace,
    journal::rows_may_only_be_counted,
    repeats::what_a_write_came_to_is_kept_with_it,
    repeats::what_became_of_rows_is_kept_with_them,
    repeats::an_answer_is_kept_until_it_is_forgotten,
    concurrency::a_claim_is_one_s_alone,
);

on_every_engine!(
    catalog::tables_are_described_as_declared,
    catalog::views_are_read_only_tables,
    writing::an_insert_reports_its_generated_key,
    writing::an_upsert_inserts_once_and_updates_from_then_on,
    writing::more_matches_than_allowed_write_nothing,
    writing::an_update_without_match_affects_nothing,
    writing::a_conflict_names_its_constraint_and_writes_nothing,
    writing::values_of_every_type_come_back_as_they_went_in,
    writing::values_of_every_type_come_back_from_a_batch_as_they_went_in,
    writing::a_deadline_that_has_passed_writes_nothing,
    reading::text_compares_without_regard_to_case,
    reading::like_has_t_sql_s_meaning,
    reading::null_answers_null,
    reading::comparisons_are_exact,
    reading::rows_are_ordered_grouped_and_paged,
    batches::rows_are_created_and_updated_by_their_key,
    batches::rows_without_a_key_are_inserted_and_told_theirs,
    batches::a_repeated_key_is_taken_in_order_or_refused,
    batches::a_bad_row_costs_only_itself,
    batches::other_actions_than_upsert,
    batches::a_replaced_row_loses_what_it_is_not_given,
    batches::a_caller_s_key_is_taken_where_the_entity_allows_it,
    batches::several_rows_with_one_key_are_left_alone,
    batches::a_batch_that_is_not_to_be_kept_leaves_nothing,
    batches::all_rows_are_written_or_none,
    batches::a_feed_that_breaks_off_writes_nothing,
    batches::a_table_is_replaced_as_a_whole,
    schema::a_table_is_made_changed_and_dropped,
    schema::a_name_that_is_taken_is_refused,
    schema::what_another_table_refers_to_stays,
    schema::only_an_empty_table_is_undone,
    schema::values_that_the_new_type_has_not_stay_as_they_are,
    own::each_migration_runs_once_whoever_else_starts,
    own::a_client_is_written_by_whoever_knows_its_last_version,
    own::a_withdrawn_token_is_known_until_it_would_have_expired,
    undoing::values_of_every_type_are_put_back,
    undoing::what_was_made_changed_and_deleted_is_put_back,
    undoing::an_undoing_is_undone,
    undoing::rows_that_have_changed_since_are_named,
    undoing::what_cannot_come_back_is_said_before_it_is_tried,
    undoing::a_history_undone_backwards_comes_back_to_its_start,
    undoing::the_journal_is_listed_and_pruned,
    concurrency::one_missing_key_upserted_at_once_makes_one_row,
    concurrency::overlapping_batches_written_at_once_are_all_written,
    concurrency::a_caller_that_stops_waiting_leaves_nothing_open,
);
