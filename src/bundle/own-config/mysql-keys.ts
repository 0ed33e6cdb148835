/**
 * Server variables that a site may set, with where they exist. Whether RDS lets a parameter group have one: from AWS's own posts "Best
 * practices for configuring parameters for Amazon RDS for MySQL" (parts 1 to 3) and the groups of cfn/30-data.yaml; no account was asked.
 * `aws rds describe-engine-default-parameters` of your own region has the last word, and promote reports what it refuses.
 */
interface Key {
  engines: readonly ('mysql' | 'mariadb')[];
  /** Whether a parameter group may have it. */
  rds: boolean;
}

const both = ['mysql', 'mariadb'] as const;
const table: readonly [Key, string][] = [
  [
    { engines: both, rds: true },
    `auto_increment_increment auto_increment_offset back_log character_set_server collation_server connect_timeout
     default_week_format div_precision_increment eq_range_index_dive_limit event_scheduler ft_min_word_len ft_max_word_len ft_query_expansion_limit
     group_concat_max_len innodb_adaptive_flushing innodb_adaptive_flushing_lwm innodb_adaptive_hash_index innodb_autoinc_lock_mode
     innodb_deadlock_detect innodb_flush_neighbors innodb_ft_max_token_size innodb_ft_min_token_size
     innodb_io_capacity innodb_io_capacity_max innodb_lock_wait_timeout innodb_log_buffer_size innodb_lru_scan_depth
     innodb_max_dirty_pages_pct innodb_max_dirty_pages_pct_lwm innodb_old_blocks_pct innodb_old_blocks_time innodb_online_alter_log_max_size
     innodb_print_all_deadlocks innodb_purge_threads innodb_random_read_ahead innodb_read_ahead_threshold innodb_read_io_threads
     innodb_rollback_on_timeout innodb_sort_buffer_size innodb_stats_auto_recalc innodb_stats_on_metadata innodb_stats_persistent
     innodb_stats_persistent_sample_pages innodb_stats_transient_sample_pages innodb_strict_mode innodb_table_locks
     innodb_write_io_threads interactive_timeout join_buffer_size lock_wait_timeout log_bin_trust_function_creators
     log_queries_not_using_indexes long_query_time max_allowed_packet max_connect_errors max_heap_table_size max_length_for_sort_data
     max_prepared_stmt_count max_sort_length min_examined_row_limit net_read_timeout net_retry_count net_write_timeout
     optimizer_prune_level optimizer_search_depth optimizer_switch query_alloc_block_size query_prealloc_size range_alloc_block_size
     read_buffer_size read_rnd_buffer_size slow_query_log sort_buffer_size sql_mode table_definition_cache table_open_cache
     table_open_cache_instances thread_cache_size tmp_table_size transaction_alloc_block_size transaction_isolation
     transaction_prealloc_size wait_timeout`,
  ],
  [
    { engines: ['mysql'], rds: true },
    `cte_max_recursion_depth explicit_defaults_for_timestamp innodb_change_buffering innodb_print_ddl_logs innodb_redo_log_capacity log_error_verbosity
     log_slow_extra log_throttle_queries_not_using_indexes max_execution_time range_optimizer_max_mem_size regexp_stack_limit
     regexp_time_limit temptable_max_mmap temptable_max_ram windowing_use_high_precision`,
  ],
  [
    { engines: ['mariadb'], rds: true },
    `character_set_collations histogram_size histogram_type innodb_log_file_size join_cache_level log_warnings max_statement_time
     optimizer_use_condition_selectivity query_cache_limit query_cache_min_res_unit query_cache_strip_comments use_stat_tables`,
  ],
  // RDS sets these for every instance, or has no such server variable in its groups.
  [
    { engines: both, rds: false },
    'innodb_doublewrite innodb_flush_method innodb_use_native_aio large_pages performance_schema_digests_size',
  ],
];

export const mysqlKeys: ReadonlyMap<string, Key> = new Map(
  table.flatMap(([key, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name): [string, Key] => [name, key]),
  ),
);
