extension Migration {
    /// Every file of `Migrations/`, in the order in which they run. A test compares this list with the folder.
    ///
    /// - Throws: ``SchemaError`` where a file is malformed or the numbers do not rise.
    package static func all() throws(SchemaError) -> [Migration] {
        let files: [(String, [UInt8])] = [
            ("V0001__organizations_and_access.sql", PackageResources.V0001__organizations_and_access_sql),
            ("V0002__event_log.sql", PackageResources.V0002__event_log_sql),
            ("V0003__learner_wall_and_audit.sql", PackageResources.V0003__learner_wall_and_audit_sql),
            ("V0010__facts.sql", PackageResources.V0010__facts_sql),
            ("V0011__score.sql", PackageResources.V0011__score_sql),
            ("V0012__notice.sql", PackageResources.V0012__notice_sql),
            ("V0020__deliveries.sql", PackageResources.V0020__deliveries_sql),
            ("V0030__console.sql", PackageResources.V0030__console_sql),
            ("V0032__mail_choice.sql", PackageResources.V0032__mail_choice_sql),
            ("V0040__packed_facts.sql", PackageResources.V0040__packed_facts_sql),
            ("V0045__identification_day_index.sql", PackageResources.V0045__identification_day_index_sql),
            ("V0046__turn.sql", PackageResources.V0046__turn_sql),
            ("V0048__snapshot_index.sql", PackageResources.V0048__snapshot_index_sql),
            ("V0050__append_costs.sql", PackageResources.V0050__append_costs_sql),
            ("V0052__positions_and_sleep.sql", PackageResources.V0052__positions_and_sleep_sql),
            ("V0054__backlog.sql", PackageResources.V0054__backlog_sql),
            ("V0055__archive.sql", PackageResources.V0055__archive_sql),
            ("V0057__turn_storage.sql", PackageResources.V0057__turn_storage_sql),
            ("V0060__scim.sql", PackageResources.V0060__scim_sql),
            ("V0064__hook.sql", PackageResources.V0064__hook_sql),
            ("V0065__poll.sql", PackageResources.V0065__poll_sql),
            ("V0066__quarantine_desk.sql", PackageResources.V0066__quarantine_desk_sql),
            ("V0067__minimisation_by_source.sql", PackageResources.V0067__minimisation_by_source_sql),
            ("V0068__xapi_statements.sql", PackageResources.V0068__xapi_statements_sql),
            ("V0069__xapi_mapping.sql", PackageResources.V0069__xapi_mapping_sql),
            ("V0070__token_rotation_and_rate.sql", PackageResources.V0070__token_rotation_and_rate_sql),
            ("V0075__shards_and_waking.sql", PackageResources.V0075__shards_and_waking_sql),
            (
                "V0079__narrower_grants_and_validated_state.sql",
                PackageResources.V0079__narrower_grants_and_validated_state_sql
            ),
            ("V0081__xapi_order.sql", PackageResources.V0081__xapi_order_sql),
            ("V0082__poll_columns.sql", PackageResources.V0082__poll_columns_sql),
            ("V0083__no_values_in_logs.sql", PackageResources.V0083__no_values_in_logs_sql),
            ("V0088__looks_of_a_day.sql", PackageResources.V0088__looks_of_a_day_sql),
            ("V0089__mail_begun.sql", PackageResources.V0089__mail_begun_sql),
            ("V0093__turn_policy.sql", PackageResources.V0093__turn_policy_sql),
            ("V0097__positions_by_key.sql", PackageResources.V0097__positions_by_key_sql),
            ("V0098__no_quotes_of_learning.sql", PackageResources.V0098__no_quotes_of_learning_sql),
            ("V0099__quarantine_of_hooks.sql", PackageResources.V0099__quarantine_of_hooks_sql),
            ("V0102__unread.sql", PackageResources.V0102__unread_sql),
            ("V0103__hook_states.sql", PackageResources.V0103__hook_states_sql),
            ("V0104__take_unread.sql", PackageResources.V0104__take_unread_sql),
            ("V0105__identity_tiers.sql", PackageResources.V0105__identity_tiers_sql),
            (
                "V0106__take_unread_from_either_table.sql", PackageResources.V0106__take_unread_from_either_table_sql
            ),
            ("V0107__settled_months.sql", PackageResources.V0107__settled_months_sql),
            (
                "V0108__no_queue_behind_long_holders.sql", PackageResources.V0108__no_queue_behind_long_holders_sql
            ),
            (
                "V0109__nobody_waits_for_housekeeping.sql", PackageResources.V0109__nobody_waits_for_housekeeping_sql
            ),
            ("V0110__housekeeping_has_its_turn.sql", PackageResources.V0110__housekeeping_has_its_turn_sql),
        ]
        var migrations: [Migration] = []
        for (file, bytes) in files {
            migrations.append(try Migration(file: file, sql: String(decoding: bytes, as: UTF8.self)))
        }
        try requireOrder(migrations)
        return migrations
    }

    /// - Throws: ``SchemaError/outOfOrder(version:after:)`` where a number is not greater than the one before.
    static func requireOrder(_ migrations: [Migration]) throws(SchemaError) {
        for (earlier, later) in zip(migrations, migrations.dropFirst()) where later.version <= earlier.version {
            throw .outOfOrder(version: later.version, after: earlier.version)
        }
    }
}
