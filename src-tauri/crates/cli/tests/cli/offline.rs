//! What needs neither account nor network.

use serde_json::json;

use crate::support::{archive_in, fixture, folder, nwdesk};

mod inspecting {
    use super::*;

    #[test]
    fn an_intact_archive_ends_with_0_and_a_full_report() {
        let folder = folder();
        let file = archive_in(folder.path(), "local-export-complete.zip");
        let report = nwdesk(["inspect", "--json"]).arg(&file).run().ended(0).json();
        assert_eq!(report["kind"], "complete");
        assert_eq!(report["nameHash"], "match");
        assert_eq!(report["intact"], true);
        assert_eq!(report["damage"], json!([]));
        assert_eq!(report["server"]["import"]["accepts"], true);
        assert_eq!(report["tables"]["users"], 2);
        assert_eq!(report["file"]["sha256"].as_str().map(str::len), Some(64));
        assert_eq!(report["manifest"]["formatVersion"], 1);
    }

    #[test]
    fn an_index_only_backup_is_judged_as_restored_from_its_target() {
        let folder = folder();
        let file = archive_in(folder.path(), "remote-backup.zip");
        let report = nwdesk(["inspect", "--json"]).arg(&file).run().ended(0).json();
        assert_eq!(report["kind"], "index-only");
        assert_eq!(report["server"]["remoteRestore"]["accepts"], true);
    }

    #[test]
    fn a_name_that_the_content_does_not_match_ends_with_3() {
        let folder = folder();
        let wrong = folder.path().join("nodewarden_backup_20261122_191500_00000.zip");
        std::fs::copy(fixture("archives/local-export-complete.zip"), &wrong).expect("copied");
        let report = nwdesk(["inspect", "--json"]).arg(&wrong).run().ended(3).json();
        assert_eq!(report["nameHash"], "mismatch");
    }

    #[test]
    fn a_file_that_is_missing_or_no_zip_ends_with_1() {
        let folder = folder();
        let text = folder.path().join("notes.zip");
        std::fs::write(&text, "not a ZIP").expect("written");
        nwdesk(["inspect", "--json"]).arg(&text).run().ended(1);
        let gone = nwdesk(["inspect", "--json"]).arg(folder.path().join("gone.zip")).run().ended(1);
        assert_eq!(gone.error(), "file-not-found");
    }

    #[test]
    fn a_folder_is_listed_as_a_table_and_ends_with_its_worst_code() {
        let folder = folder();
        archive_in(folder.path(), "local-export-complete.zip");
        archive_in(folder.path(), "remote-backup.zip");
        let table = nwdesk(["inspect"]).arg(folder.path()).run().ended(0).stdout;
        assert_eq!(table.lines().count(), 3, "a head and a line each: {table}");
        assert!(table.lines().skip(1).all(|line| line.contains("good") && line.contains("2026-")), "{table}");

        std::fs::write(folder.path().join("broken.zip"), "PK").expect("written");
        let reports = nwdesk(["inspect", "--json"]).arg(folder.path()).run().ended(1).json();
        assert_eq!(reports.as_array().map(Vec::len), Some(3));
    }
}

mod usage {
    use super::*;

    #[test]
    fn wrong_usage_ends_with_2() {
        for arguments in [
            &["nonsense"][..],
            &[],
            &["backup"],
            &["backup", "--server", "https://vault.example.org"],
            &["backup", "--server", "https://vault.example.org", "--email", "a@b", "--profile", "home"],
            &["restore", "--server", "https://vault.example.org", "--email", "a@b"],
            &["inspect", "x.zip", "--storage", "tape"],
            &["secret-check"],
        ] {
            nwdesk(arguments).run().ended(2);
        }
    }

    #[test]
    fn a_missing_password_ends_with_2_and_says_how_to_give_it() {
        let ran =
            nwdesk(["backup", "--json", "--server", "https://vault.example.org", "--email", "a@b"]).run();
        assert_eq!(ran.ended(2).error(), "password-needed");
    }

    #[test]
    fn plain_http_to_another_computer_is_refused_before_a_password_is_read() {
        let ran = nwdesk(["list", "--json", "--server", "http://vault.example.org", "--email", "a@b"]).run();
        assert_eq!(ran.ended(2).error(), "address-insecure");
    }
}

mod comparing {
    use super::*;

    #[test]
    fn two_backups_are_compared_without_showing_a_value() {
        let folder = folder();
        let before = archive_in(folder.path(), "remote-backup.zip");
        let after = archive_in(folder.path(), "local-export-complete.zip");
        let diff = nwdesk(["diff", "--json"]).arg(&before).arg(&after).run().ended(0).json();
        assert_eq!(diff["users"]["unchanged"].as_u64().map(|same| same > 0), Some(true), "{diff}");
        let text = nwdesk(["diff"]).arg(&before).arg(&after).run().ended(0).stdout;
        assert!(text.contains("vault items") && text.contains("attachments"), "{text}");

        std::fs::write(folder.path().join("notes.zip"), "no ZIP").expect("written");
        nwdesk(["diff", "--json"]).arg(&before).arg(folder.path().join("notes.zip")).run().ended(1);
    }

    #[test]
    fn a_copy_without_finder_files_is_accepted_by_the_server() {
        let folder = folder();
        let packed = folder.path().join("finder.zip");
        std::fs::copy(fixture("corpus/macosx-extras.zip"), &packed).expect("copied");
        nwdesk(["inspect"]).arg(&packed).run().ended(4);
        let copy = folder.path().join("copy.zip");
        let cleaned = nwdesk(["clean", "--json"]).arg(&packed).arg(&copy).run().ended(0).json();
        assert!(
            cleaned["result"]["removed"].as_array().is_some_and(|left_out| !left_out.is_empty()),
            "{cleaned}"
        );
        nwdesk(["inspect"]).arg(&copy).run().ended(0);
        let again = nwdesk(["clean", "--json"]).arg(&packed).arg(&copy).run().ended(1);
        assert_eq!(again.error(), "file-exists");
    }
}
