//! The commands the window may call, and their generated TypeScript.

use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{
    app, audit, backups, connection, desk_targets, dialogs, drill, export, inspect, jobs, practice, recovery,
    restore, session, staging, start, target_work, targets, watch,
};

/// All commands, typed.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        // Sizes in bytes and counts: none comes near 2^53.
        .dangerously_cast_bigints_to_number()
        // What the event of new alerts carries.
        .typ::<desk_core::app::WatchNotice>()
        // What every detail of an error says, and with which code.
        .constant("errorKinds", desk_core::error::Detail::kinds())
        // The same of every damage and every warning of an inspection.
        .constant("damageKinds", desk_core::archive::DamageDetail::kinds())
        .constant("warningKinds", desk_core::archive::WarningDetail::kinds())
        .commands(collect_commands![
            app::app_info,
            app::show_first_screen,
            app::first_screen_painted,
            app::take_opened_files,
            app::end_app,
            start::start_failure,
            start::retry_start,
            start::move_ledger_aside,
            start::start_elsewhere,
            app::hold_window,
            dialogs::choose_zips,
            dialogs::choose_file,
            dialogs::choose_certificate,
            dialogs::choose_folder,
            dialogs::choose_save_path,
            dialogs::open_page,
            dialogs::reveal_file,
            session::sign_in,
            session::confirm_password,
            session::switch_profile,
            session::sign_out,
            session::rename_profile,
            session::change_address,
            session::remove_profile,
            connection::sign_in_through,
            connection::profile_connection,
            connection::set_profile_connection,
            connection::lock_now,
            connection::set_lock_after,
            targets::backup_settings,
            targets::review_settings,
            targets::save_backup_settings,
            targets::target_presets,
            targets::test_target,
            desk_targets::desk_targets,
            desk_targets::save_desk_target,
            desk_targets::remove_desk_target,
            audit::audit_log,
            practice::practice_start,
            practice::practice_stop,
            practice::practice_inject_fault,
            drill::last_drill,
            backups::stop_call,
            backups::overview,
            backups::list_backups,
            backups::local_backups,
            backups::plan_delete,
            jobs::watch_jobs,
            jobs::start_job,
            jobs::taken_names,
            jobs::cancel_job,
            jobs::recheck_outcome,
            jobs::job_history,
            jobs::job,
            jobs::save_table,
            inspect::first_facts,
            inspect::inspect_file,
            inspect::stop_reading,
            inspect::list_attachments,
            inspect::save_inspection,
            inspect::save_page,
            inspect::compare_backups,
            inspect::clean_backup,
            inspect::salvage_backup,
            staging::staging_choices,
            staging::staged_zips,
            staging::plan_staged_removal,
            staging::remove_staged,
            target_work::open_server_settings,
            target_work::open_kept_login,
            target_work::keep_login,
            target_work::forget_login,
            target_work::plan_heal,
            export::unfinished_exports,
            export::discard_export,
            export::decrypt_export,
            restore::plan_restore,
            restore::complete_restore_plan,
            restore::safety_copies,
            restore::remove_safety_copy,
            restore::find_copies,
            restore::find_case_copies,
            restore::start_retry,
            restore::restore_checklist,
            restore::check_restore,
            restore::note_users_informed,
            restore::save_restore_report,
            recovery::findings,
            recovery::repairers,
            recovery::keep_test_value,
            recovery::recovery_case,
            recovery::recovery_history,
            recovery::begin_recovery,
            recovery::refresh_case,
            recovery::confirm_step,
            recovery::close_case,
            recovery::abandon_case,
            recovery::secret_evidence,
            recovery::check_secrets,
            recovery::make_secret,
            recovery::open_portable,
            recovery::backup_accounts,
            recovery::open_backup_settings,
            recovery::opened_settings,
            recovery::hold_settings,
            recovery::known_targets,
            recovery::reveal_secret,
            recovery::save_opened_settings,
            recovery::close_opened_settings,
            recovery::list_directly,
            watch::watch_state,
            watch::set_watch,
            watch::set_autostart,
            watch::target_histories,
            watch::past_events,
            watch::set_tray_words,
            watch::show_window,
            watch::notify,
        ])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/backend/bindings.ts");

    /// `UPDATE_BINDINGS=1 cargo test -p nodewarden-desk` writes the file again.
    #[test]
    fn the_committed_typescript_matches_the_commands() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let fresh = folder.path().join("bindings.ts");
        super::builder().export(specta_typescript::Typescript::default(), &fresh).expect("the types export");
        let fresh = std::fs::read_to_string(fresh).expect("just written");
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::create_dir_all(Path::new(COMMITTED).parent().expect("has a parent")).expect("a folder");
            std::fs::write(COMMITTED, &fresh).expect("the bindings are writable");
        }
        let committed = std::fs::read_to_string(COMMITTED).expect("the bindings are committed");
        assert!(
            committed == fresh,
            "the commands changed: run UPDATE_BINDINGS=1 cargo test -p nodewarden-desk"
        );
    }
}
